"""What a running station airs from: its folder, looked at again and again; the last good state while an edit is wrong."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from loa.clock import Clock
from loa.errors import Finding, InputRefused, LoaError
from loa.files import sha256_file
from loa.language import translate as _
from loa.ledger import Ledger, RowKind
from loa.settings import STATION_FILE
from loa.sound import AudioStore
from loa.station import last_good
from loa.station.contents import Contents
from loa.station.contents_reading import read_contents
from loa.station.edits import who_left_so
from loa.station.folder import StationFolder
from loa.station.in_force import approvals
from loa.station.lexicon_file import LEXICON_FILE
from loa.station.plan_questions import changed
from loa.station.rendering import RenderJob, render_all
from loa.timetable import QUEUE_FILE
from loa.timetable.difference import Change

LOOK_EVERY_S = 2.0
SETTLE_S = 60.0  # an edit counts when it has rested so long: time to see what it changes, and to undo it
DIFFERENCE_DAYS = timedelta(days=30)
TRY_AGAIN_S = 600.0  # a voice that needs the internet works again when the internet does


class LiveContents:
    """The contents on the air.

    Parameters
    ----------
    folder, ledger, clock
        The station's.
    say
        Shows the operator one line.

    Attributes
    ----------
    contents
        What the station airs from now.
    mistakes
        One line a mistake that keeps the folder's own timetable off the air.

    Raises
    ------
    InputRefused
        What is written has mistakes, and there is no last good state. A plan that overlaps or is too long is not
        worth a silent station: it is told, and airs.
    """

    def __init__(self, folder: StationFolder, ledger: Ledger, clock: Clock, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._ledger = ledger
        self._clock = clock
        self._say = say
        self._looked_s = clock.monotonic()
        self._renderer: threading.Thread | None = None
        self._rendered = threading.Event()
        self._failed: dict[str, float] = {}
        self.mistakes: tuple[str, ...] = ()
        self._on_air: dict[str, str] | None = None  # hashes of the timetable's files, without the queue
        self._settling: tuple[dict[str, str], float] | None = None
        self._seen = self._fingerprint()
        self.contents = self._load()
        self._render_missing()

    def look(self) -> bool:
        """Read the folder anew if it, an approval or the finished audio has changed; return whether it was read."""
        now_s = self._clock.monotonic()
        rendered = self._rendered.is_set()
        if now_s - self._looked_s < LOOK_EVERY_S and not rendered:
            return False
        self._looked_s = now_s
        seen = self._fingerprint()
        settled = self._settling is not None and now_s >= self._settling[1]
        if seen == self._seen and not rendered and not settled:
            self._render_missing()
            return False
        if seen != self._seen:
            self._failed.clear()
        self._seen = seen
        self._rendered.clear()
        self.contents = self._load()
        self._render_missing()
        return True

    def _load(self) -> Contents:
        errors: Sequence[Finding]
        aired_anyway: Sequence[Finding] = ()
        try:
            contents = self._read()
            errors, aired_anyway = contents.timetable_errors, contents.plan_findings
        except InputRefused as refused:
            errors = refused.findings
        if not errors:
            contents = self._taken(contents)
            if self.mistakes:
                self._say(_("The mistakes are mended."))
            self.mistakes = ()
        else:
            self._settling = None
            kept = last_good.kept(self._folder)
            if kept is None and any(finding not in aired_anyway for finding in errors):
                raise InputRefused(errors)
            self._tell(tuple(str(finding) for finding in errors), kept=kept is not None)
            if kept is not None:
                contents = self._read(kept)
        if self._settling is None:
            self._note_timetable()
        return contents

    def _taken(self, contents: Contents) -> Contents:
        """Return `contents` where its timetable counts; one that was just edited is told, and counts a minute later."""
        files, now_s = self._hashes(), self._clock.monotonic()
        kept = last_good.kept(self._folder)
        if self._on_air is None or files == self._on_air or kept is None:
            self._settling = None
        elif self._settling is None or self._settling[0] != files:
            self._settling = (files, now_s + SETTLE_S)
            self._tell_difference(self._read(kept), contents)
        if self._settling is not None and now_s < self._settling[1] and kept is not None:
            return self._read(kept)
        if self._settling is not None:
            self._say(_("The new timetable is on the air."))
        self._on_air, self._settling = files, None
        with contextlib.suppress(OSError):  # a full or read-only disk: the copies stay those of before
            last_good.keep(self._folder)
        return contents

    def _tell_difference(self, aired: Contents, edited: Contents) -> None:
        today = self._clock.now().astimezone(edited.settings.time_zone).date()
        found = changed(edited, aired, today, today + DIFFERENCE_DAYS, now=self._clock.now()).changes or ()
        counts = Counter(one.change for one in found)
        self._say(
            _(
                "The timetable was edited: {added} broadcasts added, {dropped} dropped, {moved} moved, {changed} changed "
                "in the next 31 days (loa plan --diff). It counts in {seconds:.0f} seconds; undo the edit to keep the old one."
            ).format(
                added=counts[Change.ADDED],
                dropped=counts[Change.DROPPED],
                moved=counts[Change.MOVED],
                changed=counts[Change.CHANGED],
                seconds=SETTLE_S,
            )
        )

    def _hashes(self) -> dict[str, str]:
        return {
            path.relative_to(self._folder.root).as_posix(): sha256_file(path)
            for path in self._timetable_files()
            if path.exists() and path.name != QUEUE_FILE
        }

    def _read(self, schedules: StationFolder | None = None) -> Contents:
        today = self._clock.now().date()
        in_force = approvals(self._ledger)
        return read_contents(self._folder, in_force, today=today, schedules=schedules, ledger=self._ledger)

    def _tell(self, mistakes: tuple[str, ...], *, kept: bool) -> None:
        if mistakes != self.mistakes:
            for line in mistakes:
                self._say(line)
            if kept:
                self._say(_("The timetable has mistakes; the last good one stays on the air."))
            else:
                self._say(_("The timetable has these mistakes and goes on the air as it is: there is no other yet."))
        self.mistakes = mistakes

    def _note_timetable(self) -> None:
        """Write a TIMETABLE row where settings, lexicon or schedules differ from those of the last row."""
        files = {
            path.relative_to(self._folder.root).as_posix(): sha256_file(path)
            for path in self._timetable_files()
            if path.exists()
        }
        data = {"files": files, "mistakes": len(self.mistakes), "kept": bool(self.mistakes)}
        last = self._ledger.last(RowKind.TIMETABLE)
        before = last.data if last else {"files": {}}
        if last is None or any(before.get(name) != value for name, value in data.items()):
            old = before["files"]
            changed = {name: files.get(name) for name in sorted({*files, *old}) if files.get(name) != old.get(name)}
            self._ledger.append(
                RowKind.TIMETABLE, data | {"changed": list(changed), "person": who_left_so(self._ledger, changed)}
            )

    def _timetable_files(self) -> list[Path]:
        own = [self._folder.root / STATION_FILE, self._folder.root / LEXICON_FILE]
        return own + sorted(self._folder.schedules.glob("*.yaml"))

    def _fingerprint(self) -> tuple[Any, ...]:
        paths = self._timetable_files() + sorted(self._folder.scripts.glob("*.md"))
        files = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path in paths if (stat := _stat(path)))
        approval_rows = [self._ledger.last(kind) for kind in (RowKind.APPROVED, RowKind.WITHDRAWN)]
        return (*files, max((row.seq for row in approval_rows if row is not None), default=0))

    def _render_missing(self) -> None:
        """Finish, beside the broadcast, the audio of what is approved and has none yet; what failed, after a while."""
        if self._renderer is not None and self._renderer.is_alive():
            return
        now_s = self._clock.monotonic()
        jobs = [
            job for job in self.contents.unrendered if now_s - self._failed.get(job.item, float("-inf")) >= TRY_AGAIN_S
        ]
        if jobs:
            self._renderer = threading.Thread(target=self._render, args=(jobs,), name="loa-renderer", daemon=True)
            self._renderer.start()

    def _render(self, jobs: list[RenderJob]) -> None:
        def on_done(job: RenderJob, outcome: object) -> None:
            if isinstance(outcome, LoaError):
                if job.item not in self._failed:
                    self._say(_("“{name}” cannot be rendered: {why}").format(name=job.item, why=outcome.message))
                self._failed[job.item] = self._clock.monotonic()

        render_all(jobs, AudioStore(self._folder.rendered), on_done=on_done)
        self._rendered.set()


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
