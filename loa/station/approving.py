"""Approving: what waits, the very text and sound a person judges, and the word that is then bound to both."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from loa.bulletins import Approval, Bulletin
from loa.errors import Conflict, Finding, InputRefused
from loa.language import translate as _
from loa.ledger import Ledger, Row, RowKind
from loa.ledger.rows import instant_from_text
from loa.station.contents import Contents
from loa.station.in_force import approvals
from loa.station.listening import Heard

if TYPE_CHECKING:
    from loa.station.station import Station

MOST_NOTE = 1000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was last said or done about a bulletin.

    Attributes
    ----------
    kind
        APPROVED, WITHDRAWN, RETURNED or EDITED.
    note
        The reason, where one was given.
    row
        Its ledger row.
    current
        It is about the present text.
    """

    kind: RowKind
    at: datetime
    person: str
    note: str
    row: int
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A bulletin on its way to the air.

    Attributes
    ----------
    approval
        In force, or None.
    heard
        Its finished audio, or None.
    edited_by
        Who saved the present text through an editor; empty where that is not known.
    last
        The newest judgement, or None.
    """

    bulletin: Bulletin
    approval: Approval | None
    heard: Heard | None
    edited_by: str
    last: Judgement | None

    @property
    def sound_changed(self) -> bool:
        """Whether its sound was made anew since it was approved: the approved one airs until this one is approved."""
        heard = self.heard.audio_sha256 if self.heard else ""
        return self.approval is not None and self.heard is not None and not self.approval.heard(heard)

    @property
    def returned(self) -> bool:
        """Whether the approver gave the present text back."""
        return self.last is not None and self.last.kind is RowKind.RETURNED and self.last.current


class ApprovalDesk:
    """What an approver does; reached as `Station.approval_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def standings(self, contents: Contents | None = None) -> list[Standing]:
        """Return every bulletin with where it stands, in order of names. Raises InputRefused, LedgerFailed."""
        contents = contents or self._station.contents()
        newest = _newest(self._station.ledger)
        return [
            self._standing(one, contents, newest.get(one.name, [])) for one in contents.bulletins.bulletins.values()
        ]

    def standing(self, name: str) -> Standing:
        """Return where one bulletin stands. Raises NotFound, InputRefused, LedgerFailed."""
        contents = self._station.contents()
        bulletin = self._station.bulletin_in(contents, name)
        return self._standing(bulletin, contents, _newest(self._station.ledger).get(bulletin.name, []))

    def _standing(self, bulletin: Bulletin, contents: Contents, rows: list[Row]) -> Standing:
        audio = contents.made.get(bulletin.name) or contents.audio.get(bulletin.name)
        return Standing(
            bulletin=bulletin,
            approval=contents.shelf.approval(bulletin),
            heard=None if audio is None else Heard.of(audio),
            edited_by=editor_of(bulletin, rows),
            last=_judgement(rows[-1], bulletin) if rows else None,
        )

    def judgements(self, name: str) -> list[Judgement]:
        """Return all that was said and done about a bulletin, the newest first. Raises NotFound, LedgerFailed."""
        bulletin = self._station.bulletin(name)
        return [_judgement(row, bulletin) for row in reversed(_newest(self._station.ledger).get(bulletin.name, []))]

    def approve(self, name: str, *, person: str, text_hash: str, audio_sha256: str) -> Row:
        """Approve exactly the text and the sound that were shown.

        Raises
        ------
        Conflict
            The text or its sound is another by now, or four eyes are asked for and these are the same two.
        NotFound, InputRefused
            There is no such bulletin, or its file is wrong.
        """
        self._refuse_if_changed(name, text_hash, audio_sha256)
        return self._station.approve([name], person=person)[0][1]

    def give_back(self, name: str, *, person: str, note: str, text_hash: str, audio_sha256: str) -> Row:
        """Return a bulletin to its author with a note; an approval it had is withdrawn.

        Raises
        ------
        InputRefused
            The note is missing or too long.
        Conflict, NotFound
            As for `approve`.
        """
        note = note.strip()
        if not note or len(note) > MOST_NOTE:
            message = _("The note is missing.") if not note else _("The note is too long.")
            advice = _("Say in a sentence or two what the author is to change.")
            raise InputRefused([Finding(file="duyet", field="note", message=message, advice=advice)])
        self._refuse_if_changed(name, text_hash, audio_sha256)
        bulletin = self._station.bulletin(name)
        if bulletin.name in approvals(self._station.ledger):
            self._station.withdraw(name, person=person, why=note)
        data = {
            "bulletin": bulletin.name,
            "title": bulletin.title,
            "text_hash": bulletin.text_hash,
            "audio_sha256": audio_sha256,
            "person": person,
            "note": note,
        }
        return self._station.ledger.append(RowKind.RETURNED, data)

    def _refuse_if_changed(self, name: str, text_hash: str, audio_sha256: str) -> None:
        standing = self.standing(name)
        heard = standing.heard.audio_sha256 if standing.heard else ""
        if standing.bulletin.text_hash != text_hash:
            raise Conflict(_("The text was edited while you were reading. Read the new text, then decide."))
        if heard != audio_sha256:
            raise Conflict(_("The sound was made anew while you were reading. Listen to it, then decide."))


def refuse_own_edits(bulletins: Iterable[Bulletin], ledger: Ledger, person: str) -> None:
    """Raise Conflict where `person` saved the present text of one of `bulletins`: four eyes see more than two."""
    newest = _newest(ledger)
    own = [one.title for one in bulletins if _same_person(editor_of(one, newest.get(one.name, [])), person)]
    if own:
        raise Conflict(
            _(
                "{person} edited {titles} last, and this station asks for four eyes. Let another person approve it, "
                "or set approval: four_eyes: no in station.yaml."
            ).format(person=person, titles=", ".join(f"“{title}”" for title in own))
        )


def editor_of(bulletin: Bulletin, rows: Iterable[Row]) -> str:
    """Return who saved the present text of `bulletin` according to its ledger `rows`; empty where that is not known."""
    edits = [row for row in rows if row.kind is RowKind.EDITED and row.data["text_hash"] == bulletin.text_hash]
    return str(edits[-1].data["person"]) if edits else ""


def _same_person(one: str, other: str) -> bool:
    """Return whether two names are one person's, however they are typed."""

    def plain(name: str) -> str:
        return " ".join(unicodedata.normalize("NFC", name).casefold().split())

    return bool(one) and plain(one) == plain(other)


def _newest(ledger: Ledger) -> Mapping[str, list[Row]]:
    """Return the rows about each bulletin, in order."""
    kinds = [RowKind.APPROVED, RowKind.WITHDRAWN, RowKind.RETURNED, RowKind.EDITED]
    by_name: dict[str, list[Row]] = {}
    for row in ledger.rows(kinds=kinds):
        if row.data["bulletin"]:
            by_name.setdefault(row.data["bulletin"], []).append(row)
    return by_name


def _judgement(row: Row, bulletin: Bulletin) -> Judgement:
    return Judgement(
        kind=row.kind,
        at=instant_from_text(row.at),
        person=row.data["person"],
        note=row.data.get("note") or row.data.get("why") or row.data.get("what") or "",
        row=row.seq,
        current=row.data.get("text_hash", bulletin.text_hash) == bulletin.text_hash,
    )
