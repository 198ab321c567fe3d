"""Writing bulletins: opened, saved only over what was opened, drafts kept meanwhile, readings chosen; who did it is known."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loa.bulletins import Bulletin, read_bulletin
from loa.checked_yaml import Findings
from loa.errors import Conflict, EditedMeanwhile, Finding, InputRefused, NotFound
from loa.files import write_text
from loa.language import translate as _
from loa.ledger import RowKind
from loa.slug import is_slug
from loa.station.bulletin_draft import BulletinDraft, draft_of, draft_of_broken, file_text, name_for
from loa.station.chosen_readings import teach
from loa.station.edits import NEW, content_of, edit_lock, revision_of, save_files

if TYPE_CHECKING:
    from loa.station.station import Station

LONGEST_FILE_NAME = 120
EDITING = timedelta(minutes=10)  # so long after the last autosave somebody counts as still writing


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBulletin:
    """A bulletin opened for editing.

    Attributes
    ----------
    name, draft
        Its name, and what stands in the fields.
    revision
        Of the file that was opened, to be given when saving; empty for a new bulletin.
    findings
        Mistakes of the file as it lies there.
    bulletin
        As read, or None where it is new or has mistakes.
    """

    name: str
    draft: BulletinDraft
    revision: str = NEW
    findings: tuple[Finding, ...] = ()
    bulletin: Bulletin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """What a person is writing and has not saved.

    Attributes
    ----------
    bulletin
        Name of the bulletin, empty for a new one.
    saved_at
        When it was kept (aware).
    revision
        Of the file the writing began from.
    """

    bulletin: str
    person: str
    draft: BulletinDraft
    revision: str
    saved_at: datetime


class BulletinDesk:
    """What an editor does with bulletins; reached as `Station.bulletin_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._folder = station.folder

    # ------------------------------------------------------------------ opening and saving

    def open(self, name: str) -> OpenBulletin:
        """Return a bulletin for editing, one with mistakes too. Raises NotFound."""
        content = self._content(name)
        if content is None:
            raise NotFound(_("There is no bulletin “{name}”. Choose one from the list.").format(name=name))
        findings = Findings(f"scripts/{name}.md")
        bulletin = self._read(name, content, findings)
        draft = draft_of(bulletin) if bulletin else draft_of_broken(content.replace("\r\n", "\n"))
        return OpenBulletin(
            name=name, draft=draft, revision=revision_of(content), findings=tuple(findings.found), bulletin=bulletin
        )

    def save(self, name: str, draft: BulletinDraft, *, person: str, revision: str = NEW) -> OpenBulletin:
        """Write ``scripts/NAME.md``; the name of a new one is made from its title where `name` is empty.

        Parameters
        ----------
        revision
            Of the file that was opened; empty for a new bulletin.

        Raises
        ------
        InputRefused
            With every mistake, each with its field; nothing is written.
        EditedMeanwhile
            Somebody else saved in between: both texts are in the error, nothing is written.
        Conflict
            There is a bulletin of this name already.
        """
        with edit_lock(self._folder):
            if not name and not revision:
                name = name_for(draft.title, {"moi", *(path.stem for path in self._folder.scripts.glob("*.md"))})
            now_there = self._content(name)
            text = file_text(draft, now_there)
            self._refuse_other_revision(name, text, now_there, revision)
            findings = Findings(f"scripts/{name}.md")
            bulletin = self._read(name, text, findings)
            if bulletin is None:
                raise InputRefused(tuple(_without_line(finding) for finding in findings.found))
            if text != now_there:
                what = _("“{title}” edited") if now_there is not None else _("“{title}” written")
                save_files(
                    self._folder,
                    self._station.ledger,
                    {f"scripts/{name}.md": text},
                    person=person,
                    what=what.format(title=bulletin.title),
                    bulletin=name,
                    text_hash=bulletin.text_hash,
                )
            self.forget_draft(name if revision else "", person)
        return OpenBulletin(name=name, draft=draft_of(bulletin), revision=revision_of(text), bulletin=bulletin)

    def _refuse_other_revision(self, name: str, text: str, now_there: str | None, revision: str) -> None:
        if revision_of(now_there) == revision or text == now_there:
            return
        if not revision:
            message = _("There is a bulletin “{name}” already. Give this one another title.")
            raise Conflict(message.format(name=name))
        if now_there is None:
            message = _("“{name}” was deleted in the meantime. Save your text as a new bulletin.")
            raise EditedMeanwhile(message.format(name=name), mine=text, theirs="", revision=NEW)
        message = _(
            "{person} saved “{name}” while you were writing. Both texts are shown below; put together what is to stay, "
            "then save again."
        )
        raise EditedMeanwhile(
            message.format(name=name, person=self.last_editor(name) or _("Somebody")),
            mine=text,
            theirs=now_there,
            revision=revision_of(now_there),
        )

    def _content(self, name: str) -> str | None:
        if not _is_name(name):
            raise NotFound(_("There is no bulletin “{name}”. Choose one from the list.").format(name=name[:80]))
        return content_of(self._folder.scripts / f"{name}.md")

    def _read(self, name: str, text: str, findings: Findings) -> Bulletin | None:
        topics = self._station.settings.topics
        return read_bulletin(text.replace("\r\n", "\n"), name, findings, self._folder.root, topics)

    def last_editor(self, name: str) -> str:
        """Return who saved this bulletin last through an editor, or nothing. Raises LedgerFailed."""
        rows = self._station.ledger.rows(kinds=[RowKind.EDITED])
        return next((row.data["person"] for row in reversed(list(rows)) if row.data["bulletin"] == name), "")

    # ------------------------------------------------------------------ drafts

    def keep_draft(self, name: str, draft: BulletinDraft, *, person: str, revision: str) -> KeptDraft:
        """Keep what `person` has written so far; an empty `name` is a new bulletin. Raises OSError."""
        kept = KeptDraft(
            bulletin=name, person=person, draft=draft, revision=revision, saved_at=self._station.clock.now()
        )
        values = {
            "bulletin": name,
            "person": person,
            "draft": draft.as_json(),
            "revision": revision,
            "saved_at": kept.saved_at.isoformat(),
        }
        path = self._folder.drafts / (name if _is_name(name) else "_moi") / f"{_file_of(person)}.json"
        write_text(path, json.dumps(values, ensure_ascii=False))
        return kept

    def drafts(self, name: str) -> list[KeptDraft]:
        """Return everybody's drafts of a bulletin, the newest first; an empty `name` asks for new bulletins."""
        folder = self._folder.drafts / (name if _is_name(name) else "_moi")
        kept = [draft for path in sorted(folder.glob("*.json")) if (draft := _draft(path.read_bytes())) is not None]
        return sorted(kept, key=lambda one: one.saved_at, reverse=True)

    def draft(self, name: str, person: str) -> KeptDraft | None:
        """Return what `person` wrote and did not save, or None."""
        return next((one for one in self.drafts(name) if one.person == person), None)

    def others_writing(self, name: str, person: str) -> list[KeptDraft]:
        """Return the drafts of others who were writing at this bulletin within the last minutes."""
        since = self._station.clock.now() - EDITING
        return [one for one in self.drafts(name) if one.person != person and one.saved_at >= since]

    def forget_draft(self, name: str, person: str) -> None:
        """Drop the draft of `person`, if there is one."""
        folder = self._folder.drafts / (name if _is_name(name) else "_moi")
        (folder / f"{_file_of(person)}.json").unlink(missing_ok=True)

    # ------------------------------------------------------------------ readings

    def teach(self, written_form: str, spoken: str, *, person: str) -> None:
        """Put into the lexicon how `written_form` is said everywhere; see `loa.station.chosen_readings.teach`."""
        teach(self._folder, self._station.ledger, written_form, spoken, person=person)


def _is_name(name: str) -> bool:
    """Return whether `name` can name a bulletin, on every disk."""
    return is_slug(name) and len(name) <= LONGEST_FILE_NAME


def _without_line(finding: Finding) -> Finding:
    """Return `finding` as it concerns a form, which has no lines."""
    return Finding(
        file=finding.file,
        message=finding.message,
        advice=finding.advice,
        field=finding.field or "body",
        severity=finding.severity,
    )


def _file_of(person: str) -> str:
    return hashlib.sha256(person.encode()).hexdigest()[:16]


def _draft(content: bytes) -> KeptDraft | None:
    """Return a draft as kept; None where the file is broken: it was a convenience."""
    try:
        values = json.loads(content)
        return KeptDraft(
            bulletin=str(values["bulletin"]),
            person=str(values["person"]),
            draft=BulletinDraft.of(values["draft"]),
            revision=str(values["revision"]),
            saved_at=datetime.fromisoformat(values["saved_at"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
