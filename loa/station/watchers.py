"""The watchers: what is found wrong at this moment. Nothing here waits: what may hang is asked in a thread."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from loa.clock import Clock
from loa.language import translate as _
from loa.playout.health import OutputHealth
from loa.playout.part import RATE
from loa.station.alarms import AlarmKind

SILENT_FOR_S = 5.0
WINDOW_S = 60.0
BACK_FOR_S = 3.0
MOST_CLIPPED = RATE // 100  # hundredths of a second in a minute: nobody hears less
MOST_UNDERFLOWS = 3
MOST_STARVED = RATE // 10
LEAST_FREE_MB = 300
DISK_EVERY_S = 60.0
DISK_ANSWERS_WITHIN_S = 300.0
BACK_BY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the station knows of itself at this moment.

    Attributes
    ----------
    health
        Of the output.
    output_trouble
        Why nothing can be heard, or empty.
    stuck
        Frames stand still though something is on the air.
    journal
        Why the ledger is on its journal, or empty.
    amplifier_trouble
        Why the amplifier was not switched, or empty.
    """

    health: OutputHealth
    output_trouble: str = ""
    stuck: bool = False
    journal: str = ""
    amplifier_trouble: str = ""


class Watchers:
    """Judges what is seen.

    Parameters
    ----------
    clock
        The station's.
    last_row_at
        When the ledger's newest row before this start was written, or None: a clock behind it has gone back.
    disk
        Looks at the disks.
    """

    def __init__(self, clock: Clock, last_row_at: datetime | None, disk: DiskWatch) -> None:
        self._clock = clock
        self._last_row_at = last_row_at
        self._disk = disk
        self._window: deque[tuple[float, OutputHealth]] = deque()
        self._lost_s = float("-inf")

    def look(self, seen: Seen) -> dict[AlarmKind, str]:
        """Return what is wrong now, with a detail each. Never waits."""
        found: dict[AlarmKind, str] = {}
        if seen.output_trouble:
            self._lost_s = self._clock.monotonic()
            found[AlarmKind.OUTPUT] = seen.output_trouble
        found |= self._sound(seen.health)
        if seen.stuck:
            found[AlarmKind.STUCK] = ""
        if seen.journal:
            found[AlarmKind.LEDGER] = seen.journal
        if seen.amplifier_trouble:
            found[AlarmKind.AMPLIFIER] = seen.amplifier_trouble
        disk = self._disk.look()
        if disk:
            found[AlarmKind.DISK] = disk
        if self._clock.synchronised() is False:
            found[AlarmKind.CLOCK] = ""
        if self._has_gone_back():
            found[AlarmKind.CLOCK_BATTERY] = ""
        return found

    def _has_gone_back(self) -> bool:
        """Return whether the clock is behind the ledger; by a clock that is synchronised, the one of then was wrong."""
        if self._last_row_at is None or self._clock.synchronised():
            return False
        return self._clock.now() < self._last_row_at - BACK_BY

    def _sound(self, health: OutputHealth) -> dict[AlarmKind, str]:
        now_s = self._clock.monotonic()
        if self._window and self._window[-1][1].frames > health.frames:
            self._window.clear()  # another output counts from its own beginning
        if now_s - self._lost_s < BACK_FOR_S:
            self._window.clear()  # a device that is lost and opened again drops out: that is told once, as its loss
        self._window.append((now_s, health))
        while now_s - self._window[0][0] > WINDOW_S:
            self._window.popleft()
        before = self._window[0][1]
        found: dict[AlarmKind, str] = {}
        if health.silent_due_s > SILENT_FOR_S:
            found[AlarmKind.SILENCE] = _("{seconds:.0f} seconds").format(seconds=SILENT_FOR_S)
        if health.clipped_frames - before.clipped_frames > MOST_CLIPPED:
            found[AlarmKind.CLIPPING] = ""
        starved = health.starved_frames - before.starved_frames > MOST_STARVED
        if starved or health.underflows - before.underflows >= MOST_UNDERFLOWS:
            found[AlarmKind.DROPOUTS] = _("slow disk") if starved else ""
        return found


class DiskWatch:
    """Looks at the free space of folders once a minute, in a thread: a dying disk or a lost network folder may hang.

    Parameters
    ----------
    folders
        Those of the ledger and of the finished audio.
    clock
        Its monotonic time counts.
    """

    def __init__(self, folders: Sequence[Path], clock: Clock) -> None:
        self._folders = folders
        self._clock = clock
        self._asked_s = float("-inf")
        self._thread: threading.Thread | None = None
        self._found = ""

    def look(self) -> str:
        """Return what is wrong with the disk, or empty. Never waits."""
        now_s = self._clock.monotonic()
        asking = self._thread is not None and self._thread.is_alive()
        if asking and now_s - self._asked_s > DISK_ANSWERS_WITHIN_S:
            return _("it does not answer")
        if not asking and now_s - self._asked_s >= DISK_EVERY_S:
            self._asked_s = now_s
            self._thread = threading.Thread(target=self.ask, name="loa-disk", daemon=True)
            self._thread.start()
        return self._found

    def ask(self) -> None:
        """Look at the disks now."""
        free = [shutil.disk_usage(folder).free / 1e6 for folder in self._folders if folder.exists()]
        least = min(free, default=float("inf"))
        self._found = _("{mb:.0f} MB left").format(mb=least) if least < LEAST_FREE_MB else ""
