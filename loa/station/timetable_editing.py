"""Editing the timetable: what an edit would change is shown first, what would break is refused, what was saved can be undone."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from loa.errors import EditedMeanwhile, Finding, InputRefused, Severity
from loa.language import translate as _
from loa.ledger import Row
from loa.settings import STATION_FILE
from loa.station.contents import Contents
from loa.station.contents_reading import read_contents
from loa.station.edits import Edit, before_edit, content_of, edit_lock, edits, save_files
from loa.station.folder import StationFolder
from loa.station.in_force import approvals
from loa.station.lexicon_file import LEXICON_FILE
from loa.station.plan_questions import PlanDifference, changed, refuse_unreadable
from loa.station.timetable_board import Board, board
from loa.station.timetable_moves import SlotDays, SlotMove, Texts, days_set, moved
from loa.station.yaml_edit import too_odd
from loa.timetable import QUEUE_FILE, Broadcast, Slot, Timetable

if TYPE_CHECKING:
    from loa.station.station import Station

SHOWN_DAYS = timedelta(days=30)
Change = SlotMove | SlotDays


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an edit would do, before it is saved.

    Attributes
    ----------
    what
        The edit in a sentence.
    revision
        Of the timetable it was tried on, to be given when saving.
    difference
        The broadcasts it changes within the next 31 days.
    refused
        Mistakes the edit would bring in; with one of them it is not saved.
    warnings
        What to know besides.
    """

    what: str
    revision: str
    difference: PlanDifference
    refused: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


class TimetableDesk:
    """What an editor does with the timetable; reached as `Station.timetable_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._folder = station.folder

    def revision(self) -> str:
        """Return a name for exactly these files of the timetable."""
        return _revision(self._texts())

    def preview(self, change: Change) -> Preview:
        """Return what `change` would do; nothing is written.

        Raises
        ------
        InputRefused
            The timetable has mistakes already, so nothing can be compared.
        Conflict
            The slot is not there any more, or its file cannot be edited here.
        """
        return self._prepared(change)[0]

    def _prepared(self, change: Change) -> tuple[Preview, Texts]:
        before = self._station.contents()
        refuse_unreadable(before)
        texts = self._texts()
        timetable = before.timetable
        files = days_set(timetable, texts, change) if isinstance(change, SlotDays) else moved(timetable, texts, change)
        files = {name: text for name, text in files.items() if text != texts[name]}
        return self._looked_at(before, texts, files, what_it_is(change, before), slot=change.slot), files

    def save(self, change: Change, *, person: str, revision: str) -> Row:
        """Save `change` as it was shown.

        Parameters
        ----------
        revision
            From the preview.

        Raises
        ------
        EditedMeanwhile
            The timetable was edited since the preview; nothing is written.
        InputRefused
            The edit would bring in a mistake; nothing is written.
        Conflict
            As for `preview`.
        """
        with edit_lock(self._folder):
            seen, files = self._prepared(change)
            if seen.revision != revision:
                raise EditedMeanwhile(
                    _("Somebody edited the timetable in the meantime. Look at what your edit changes now, then save."),
                    mine=seen.what,
                    theirs="",
                    revision=seen.revision,
                )
            if seen.refused:
                raise InputRefused(seen.refused)
            return save_files(self._folder, self._station.ledger, dict(files), person=person, what=seen.what)

    def board(self, first: date, last: date) -> Board:
        """Return the local days `first` to `last` as a grid shows them. Raises InputRefused, LedgerFailed."""
        return board(self._station, first, last)

    def broadcast(self, key: str) -> Broadcast | None:
        """Return the planned broadcast `key`, or None where the plan has it no more. Raises InputRefused."""
        contents = self._station.contents()
        refuse_unreadable(contents)
        day = datetime.fromisoformat(key.partition("@")[2]).date()
        plan = contents.material.plan(day, day, queue_from=self._station.clock.now())
        return next((one for one in plan if one.key == key), None)

    def slots(self) -> Mapping[str, Slot]:
        """Return the slots by name, those that can be read. Raises InputRefused."""
        return self._station.contents().timetable.slots

    def programmes(self) -> dict[str, str]:
        """Return the titles of the programmes by name. Raises InputRefused."""
        return {name: one.title for name, one in self._station.contents().timetable.programmes.items()}

    def history(self, most: int = 50) -> list[Edit]:
        """Return who changed what in the timetable, the newest first. Raises LedgerFailed."""
        return edits(self._folder, self._station.ledger, below="schedules/", most=most)

    def undo(self, row: int, *, person: str) -> Row:
        """Put back what the files held before the edit of ledger row `row`.

        Raises
        ------
        NotFound, Conflict
            There is no such edit, or the files were edited since.
        InputRefused
            What was there before does not fit any more.
        """
        with edit_lock(self._folder):
            edit, contents = before_edit(self._folder, self._station.ledger, row)
            texts = self._texts()
            files = {name: content for name, content in contents.items() if content is not None}
            seen = self._looked_at(self._station.contents(), texts, files, "")
            if seen.refused:
                raise InputRefused(seen.refused)
            what = _("Undone: {what}").format(what=edit.data["what"])
            return save_files(self._folder, self._station.ledger, contents, person=person, what=what, undoes=row)

    # ------------------------------------------------------------------ the look before

    def _looked_at(
        self, before: Contents, texts: Texts, files: Mapping[str, str], what: str, *, slot: str | None = None
    ) -> Preview:
        """Return what `files` change, read anew; an edit of `slot` that touched another slot is refused."""
        after = self._tried(files)
        if slot is not None and not _unreadable(after) and not _spares_others(before.timetable, after.timetable, slot):
            raise too_odd()
        known = {_same(finding) for finding in before.findings}
        new = [finding for finding in after.findings if _same(finding) not in known]
        refused = [finding for finding in new if finding.severity is Severity.ERROR]
        difference = PlanDifference(changes=())
        if after.timetable_errors == before.timetable_errors or not _unreadable(after):
            today = self._station.today()
            difference = changed(after, before, today, today + SHOWN_DAYS, now=self._station.clock.now())
        return Preview(
            what=what,
            revision=_revision(texts),
            difference=difference,
            refused=tuple(refused),
            warnings=tuple(finding for finding in new if finding.severity is not Severity.ERROR),
        )

    def _tried(self, files: Mapping[str, str]) -> Contents:
        """Return the station read with `files` in place of its own; they lie in a folder of their own meanwhile."""
        self._folder.log.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="edit-", dir=self._folder.log, ignore_cleanup_errors=True) as made:
            tried = StationFolder(Path(made))
            tried.schedules.mkdir()
            for path in (self._folder.root / STATION_FILE, self._folder.root / LEXICON_FILE):
                if path.exists():
                    shutil.copyfile(path, tried.root / path.name)
            for path in self._folder.schedules.glob("*.yaml"):
                shutil.copyfile(path, tried.schedules / path.name)
            for name, content in files.items():
                (tried.schedules / Path(name).name).write_text(content, encoding="utf-8", newline="")
            in_force = approvals(self._station.ledger)
            ledger = self._station.ledger
            return read_contents(self._folder, in_force, today=self._station.today(), schedules=tried, ledger=ledger)

    def _texts(self) -> Texts:
        """Return what each file of the timetable holds, the queue left out: it has an editor of its own."""
        return {
            f"schedules/{path.name}": content_of(path) or ""
            for path in sorted(self._folder.schedules.glob("*.yaml"))
            if path.name != QUEUE_FILE
        }


def what_it_is(change: Change, contents: Contents) -> str:
    """Return an edit in a sentence."""
    slot = contents.timetable.slots.get(change.slot)
    programme = contents.timetable.programmes.get(slot.programme) if slot else None
    title = programme.title if programme else change.slot
    if isinstance(change, SlotDays):
        return _("“{title}”: times and days changed").format(title=title)
    at = f"{change.at:%H:%M}"
    if change.to is None:
        return _("“{title}” at {at} left out on {day}").format(title=title, at=at, day=f"{change.day:%d/%m/%Y}")
    to = f"{change.to:%H:%M}"
    if change.always:
        return _("“{title}” moved from {at} to {to} for good").format(title=title, at=at, to=to)
    if change.to_day == change.day:
        sentence = _("“{title}” on {day} moved from {at} to {to}")
        return sentence.format(title=title, at=at, to=to, day=f"{change.day:%d/%m/%Y}")
    sentence = _("“{title}” moved from {at} on {day} to {to} on {to_day}")
    return sentence.format(title=title, at=at, to=to, day=f"{change.day:%d/%m/%Y}", to_day=f"{change.to_day:%d/%m/%Y}")


def _spares_others(before: Timetable, after: Timetable, slot: str) -> bool:
    """Return whether every slot but `slot`, and every programme, is as before, wherever it now stands in its file."""
    old, new = (
        {
            name: replace(one, line=0, exceptions=tuple(replace(other, line=0) for other in one.exceptions))
            for name, one in timetable.slots.items()
            if name != slot
        }
        for timetable in (before, after)
    )
    return (
        all(new.get(name) == one for name, one in old.items()) and before.programmes.keys() == after.programmes.keys()
    )


def _unreadable(contents: Contents) -> bool:
    return any(finding not in contents.plan_findings for finding in contents.timetable_errors)


def _same(finding: Finding) -> tuple[str, str | None, str]:
    """Return what makes two findings the same one, wherever an edit has moved its line to."""
    return finding.file, finding.field, finding.message


def _revision(texts: Texts) -> str:
    return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()
