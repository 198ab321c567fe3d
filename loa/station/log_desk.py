"""The log: what inspectors look for and ask about one row; corrections, entries by hand, and the proof of it all."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loa.checked_yaml import choose_from
from loa.errors import Conflict, Finding, InputRefused, LedgerFailed, LedgerTampered, NotFound
from loa.language import translate as _
from loa.ledger import (
    CORRECTING,
    Anchor,
    AsRun,
    Attachment,
    Channel,
    Correction,
    Damage,
    ManualPlay,
    Outcome,
    Reason,
    Row,
    RowKind,
    Verification,
    as_run,
    attachments_of,
    channel_name,
    check_attachments,
    correction_of,
    corrections,
    holds,
    instant_from_text,
    kind_name,
    manual_plays,
    reason_sentence,
    row_sentence,
)
from loa.station.manual import ManualEntry, attach, check_attached, row_data

if TYPE_CHECKING:
    from loa.station.station import Station

COMMAND = "loa log correct"
MOST_WORDS = 2000  # characters
FEWEST_DIGITS = 8
PAPER_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What broadcasts and entries are looked for; empty fields ask for nothing.

    Attributes
    ----------
    topic
        Slug: something of it was to be said.
    search
        Words in titles, notes, names and reasons, without regard to capitals; to marks only where it has some itself.
    """

    outcome: Outcome | None = None
    topic: str = ""
    search: str = ""

    @classmethod
    def asked(cls, *, outcome: str = "", topic: str = "", search: str = "", topics: Collection[str]) -> LogFilter:
        """Return the filter that a person's words ask for. Raises InputRefused where there is no such outcome or topic."""
        found = []
        if outcome and outcome not in set(Outcome):
            message = _("There is no outcome “{name}”.").format(name=outcome)
            found.append(_refused("--outcome", message, choose_from(outcome, list(Outcome))))
        if topic and topic not in topics:
            message = _("There is no topic “{name}”.").format(name=topic)
            found.append(_refused("--topic", message, choose_from(topic, sorted(topics))))
        if found:
            raise InputRefused(found)
        return cls(outcome=Outcome(outcome) if outcome else None, topic=topic, search=search)

    def takes(self, record: AsRun) -> bool:
        """Return whether a broadcast is looked for."""
        if self.outcome is not None and record.outcome is not self.outcome:
            return False
        topics = {item.topic for item in record.items} | {item.get("topic", "") for item in record.planned_items}
        if self.topic and self.topic not in topics:
            return False
        said = [record.title, record.programme, record.slot, record.outcome_text, record.reason_text]
        said += [f"{item.title} {item.item} {item.author} {item.approved_by}" for item in record.items]
        said += [f"{item.get('title', '')} {item.get('name', '')}" for item in record.planned_items]
        return found_in(self.search, " ".join(said))

    def takes_play(self, play: ManualPlay) -> bool:
        """Return whether an entry written by hand is looked for; it has no outcome."""
        if self.outcome is not None or (self.topic and self.topic not in {item.topic for item in play.items}):
            return False
        said = [play.place, play.person, play.note, play.channel_text, *(item.title for item in play.items)]
        return found_in(self.search, " ".join(said))


def kinds_asked(names: Sequence[str]) -> list[RowKind]:
    """Return the kinds of rows with these names. Raises InputRefused where there is none."""
    found = [
        _refused("--kind", _("There is no kind of row “{name}”.").format(name=name), choose_from(name, list(RowKind)))
        for name in names
        if name not in set(RowKind)
    ]
    if found:
        raise InputRefused(found)
    return [RowKind(name) for name in names]


def _refused(field: str, message: str, advice: str) -> Finding:
    return Finding(file="loa log list", field=field, message=message, advice=advice)


def kind_words() -> list[tuple[str, str]]:
    """Return the name of every kind of row, and what it is called."""
    return [(kind.value, kind_name(kind)) for kind in RowKind]


def reason_words() -> dict[str, str]:
    """Return why a broadcast may have ended as it did, in words."""
    return {reason.value: reason_sentence(reason) for reason in Reason}


def described(row: Row) -> tuple[str, str]:
    """Return what a row tells, in a few words, and its sentence."""
    return kind_name(row.kind), row_sentence(row)


def found_in(words: str, text: str) -> bool:
    """Return whether each of `words` stands in `text`."""
    wanted = unicodedata.normalize("NFC", words).casefold()
    bare = _without_marks(wanted)
    text = unicodedata.normalize("NFC", text).casefold()
    if bare == wanted:
        text = _without_marks(text)
    return all(word in text for word in wanted.split())


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row, and what the rest of the ledger says about it.

    Attributes
    ----------
    fits
        Its hash is that of its content, and it follows the row before it.
    anchor, anchor_row
        The first signature that covers it, and the number of that row; None and 0 where none does yet.
    corrects
        What it says about another row, or None.
    corrections
        What was said about it later.
    attachments
        Its files, each with whether it is there as it was.
    """

    row: Row
    fits: bool
    anchor: Anchor | None
    anchor_row: int
    corrects: Correction | None
    corrections: tuple[Correction, ...]
    attachments: tuple[tuple[Attachment, bool], ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return self.row.as_json() | {
            "fits": self.fits,
            "signed_by_row": self.anchor_row or None,
            "corrected_by": [one.row for one in self.corrections],
            "attachments_hold": {attachment.file: good for attachment, good in self.attachments},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A ledger that holds.

    Attributes
    ----------
    verified
        The chain and its signatures.
    attachments
        How many files belong to it; all are as they were.
    restored
        Rows that say that the database was put back from its copy.
    waiting
        Files of a journal that is not in the ledger yet.
    """

    verified: Verification
    attachments: int
    restored: tuple[Row, ...]
    waiting: tuple[Path, ...]


class LogDesk:
    """What is asked of the log; reached as `Station.log_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station

    # ------------------------------------------------------------------ looking

    def broadcasts(self, first_day: date, last_day: date, wanted: LogFilter) -> list[AsRun]:
        """Return the records of these local days that are looked for. Raises LedgerFailed."""
        rows = self._station.ledger.rows(planned=(first_day, last_day))
        return [record for record in as_run(rows) if wanted.takes(record)]

    def by_hand(self, first_day: date, last_day: date, wanted: LogFilter | None = None) -> list[ManualPlay]:
        """Return what was written by hand of these local days, both included; corrected entries too."""
        zone = self._station.settings.time_zone
        plays = manual_plays(self._station.ledger.rows(kinds=[RowKind.MANUAL]))
        return [
            play
            for play in plays
            if first_day <= play.at.astimezone(zone).date() <= last_day and (wanted or LogFilter()).takes_play(play)
        ]

    def rows(self, first_day: date, last_day: date, *, kinds: Sequence[RowKind] = (), search: str = "") -> list[Row]:
        """Return the rows written on these local days, both included, that are looked for. Raises LedgerFailed."""
        zone = self._station.settings.time_zone
        since = datetime.combine(first_day, time(), zone)
        until = datetime.combine(last_day + timedelta(days=1), time(), zone)
        rows = self._station.ledger.rows(kinds=kinds, since=since, until=until)
        return [row for row in rows if found_in(search, json.dumps(dict(row.data), ensure_ascii=False))]

    def row(self, number: int) -> Row:
        """Return one row. Raises NotFound, LedgerFailed."""
        self._station.ledger.head_at(number)
        return next(row for row in self._station.ledger.rows(after_seq=number - 1) if row.seq == number)

    def show(self, number: int) -> RowView:
        """Return one row with all that is known about it. Raises NotFound, LedgerFailed."""
        ledger, row = self._station.ledger, self.row(number)
        anchors = zip(ledger.rows(kinds=[RowKind.ANCHOR]), ledger.anchors(), strict=True)
        signed = next(((at, one) for at, one in anchors if one.rows >= number and one.holds), None)
        folder = self._station.folder.attachments
        return RowView(
            row=row,
            fits=ledger.fits(number),
            anchor=signed[1] if signed else None,
            anchor_row=signed[0].seq if signed else 0,
            corrects=correction_of(row),
            corrections=tuple(one for one in corrections(ledger.rows(kinds=CORRECTING)) if one.of == number),
            attachments=tuple((one, _holds(one, folder)) for one in attachments_of(row)),
        )

    def record(self, key: str) -> tuple[AsRun, list[Row]]:
        """Return what became of the broadcast `key`, and its rows. Raises NotFound, LedgerFailed."""
        rows = list(self._station.ledger.rows(broadcasts=[key]))
        found = next(as_run(rows), None)
        if found is None:
            raise NotFound(_("The log has nothing of this broadcast."))
        return found, rows

    @staticmethod
    def channels() -> list[tuple[str, str]]:
        """Return the channels that are written down by hand, and what each is called."""
        return [(channel.value, channel_name(channel)) for channel in Channel]

    # ------------------------------------------------------------------ writing

    def add(self, entry: ManualEntry) -> Row:
        """Write into the ledger what was played or shown elsewhere. Raises InputRefused with every mistake."""
        station = self._station
        written = manual_plays(station.ledger.rows(kinds=[RowKind.MANUAL]))
        now = station.clock.now().astimezone(station.settings.time_zone)
        data = row_data(entry, station.contents(), now=now, written=written, attachments=station.folder.attachments)
        return station.ledger.append(RowKind.MANUAL, data)

    def correct(self, number: int, *, person: str, why: str, note: str = "", files: Sequence[Path] = ()) -> Row:
        """Write a row that says what is wrong with an old one; the old one stays, and so do the figures.

        Raises
        ------
        NotFound
            There is no such row.
        Conflict
            It is an entry by hand: another entry takes its place.
        InputRefused
            Words are missing or too long, or a file cannot be attached; nothing is written.
        """
        row = self.row(number)
        if row.kind is RowKind.MANUAL:
            raise Conflict(
                _("Row {row} was written by hand. Write it anew with: loa log add --corrects {row}").format(row=number)
            )
        found = list(check_attached(files, file=COMMAND))
        for field, text, needed in (("--by", person, True), ("--why", why, True), ("--note", note, False)):
            if len(text) > MOST_WORDS or (needed and not text.strip()):
                message = _("The words are missing, or too many.")
                advice = _("Write up to {most} letters.").format(most=MOST_WORDS)
                found.append(Finding(file=COMMAND, field=field, message=message, advice=advice))
        if found:
            raise InputRefused(found)
        kept = attach(files, self._station.folder.attachments, file=COMMAND)
        data = {
            "row": number,
            "person": person.strip(),
            "why": why.strip(),
            "note": note.strip(),
            "attachments": [asdict(one) for one in kept],
        }
        return self._station.ledger.append(RowKind.CORRECTION, data, broadcast=row.broadcast)

    # ------------------------------------------------------------------ proving

    def verify(self) -> Verification:
        """Prove the whole ledger and its attachments. Raises LedgerTampered, LedgerFailed."""
        return self.prove().verified

    def prove(self) -> Proof:
        """Prove the whole ledger and its attachments, and tell what else an inspector should know.

        Raises
        ------
        LedgerTampered
            It does not hold: the first bad row, and what was done to it.
        LedgerFailed
            A file cannot be read.
        """
        ledger = self._station.ledger
        verified = ledger.verify()
        try:
            count = check_attachments(ledger.rows(kinds=CORRECTING), self._station.folder.attachments)
        except OSError as error:
            raise LedgerFailed(
                _("An attachment cannot be read ({error}). Check the folder log/attachments and the disk.").format(
                    error=error
                )
            ) from error
        return Proof(
            verified=verified,
            attachments=count,
            restored=tuple(ledger.rows(kinds=[RowKind.RESTORED])),
            waiting=tuple(ledger.waiting_journals()),
        )

    def verify_head(self, digits: str, rows: int | None = None) -> Row:
        """Prove the ledger, and that the digits printed on a paper are of it.

        Parameters
        ----------
        digits
            The first of the head's hex digits, 16 on paper; blanks do not matter.
        rows
            The number of rows on the paper; without it any row may be meant.

        Returns
        -------
        Row
            The row that was the last when the paper was made.

        Raises
        ------
        InputRefused
            These are no such digits.
        LedgerTampered
            The ledger does not hold, or is not the one that the paper was made from.
        """
        asked = "".join(digits.split()).casefold()
        if not FEWEST_DIGITS <= len(asked) <= 64 or set(asked) - set("0123456789abcdef"):  # noqa: PLR2004 - SHA-256
            message = _("“{digits}” are no digits of a head.").format(digits=digits)
            advice = _("Type the {count} digits on the paper: 0 to 9, a to f.").format(count=PAPER_DIGITS)
            raise InputRefused([Finding(file="loa log verify", field="--head", message=message, advice=advice)])
        self.verify()
        try:
            found = self._station.ledger.row_with_head(asked) if rows is None else self.row(rows)
        except NotFound:
            found = None
        if found is None or not found.row_hash.startswith(asked):
            raise LedgerTampered(
                _(
                    "The digits {digits} on the paper are not of this ledger. Compare them once more; where they are right, the "
                    "log was rebuilt or replaced since: keep log/ as it is, and tell the person responsible."
                ).format(digits=asked),
                damage=Damage.REBUILT.value,
            )
        return found


def _holds(attachment: Attachment, folder: Path) -> bool:
    try:
        return holds(attachment, folder)
    except OSError:
        return False


def local_time_of(row: Row) -> str:
    """Return when a row was written by the station's clock, as the row itself says, or in UTC where it does not."""
    if row.clock is not None:
        return str(row.clock["local_at"])
    return instant_from_text(row.at).isoformat(timespec="microseconds")
