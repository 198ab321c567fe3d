"""The outputs without a sound device: paced for a real station, unpaced for rehearsals."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from loa.clock import Clock, VirtualClock
from loa.errors import OutputFailed, SoundRefused
from loa.playout.health import OutputHealth
from loa.playout.output import wall_minus_mono
from loa.playout.part import RATE, Event, Part
from loa.playout.source import Source, Unplayable, opened
from loa.playout.tape import Tape
from loa.playout.timeline import Timeline

PACE_S = 0.1


class _FileOutput:
    heard = False
    trouble = ""

    def __init__(self, folder: Path, clock: Clock, zone: ZoneInfo) -> None:
        self.name = str(folder)
        self.timeline = Timeline()
        self._folder = folder
        self._clock = clock
        self._zone = zone
        self._turn = threading.RLock()
        self._tape: Tape | None = None

    def health(self) -> OutputHealth:
        """Return how the sound that leaves is doing."""
        return self.timeline.health()

    @property
    def events(self) -> deque[Event]:
        """What has been heard to begin and to end."""
        self.timeline.settle(self._clock.monotonic())
        return self.timeline.events

    def add(self, parts: Sequence[Part]) -> None:
        """Place `parts` at the end of the line; a file is read when it is asked for."""
        for part in parts:
            source: Source = Unplayable()
            with contextlib.suppress(SoundRefused):
                source = opened(part.sound)
            self.timeline.add(part, source)

    def cut(self, part_ids: frozenset[str]) -> None:
        """End the parts named."""
        self.timeline.cut(part_ids)

    def interrupt(self, cut: frozenset[str], parts: Sequence[Part]) -> None:
        """Cut the parts named and play `parts`: nothing is buffered here."""
        with self._turn:
            self.cut(cut)
            self.add(parts)

    def heard_frames(self, now_mono_s: float) -> dict[str, int]:
        """Return how many frames of each playing part have been heard by now."""
        return self.timeline.heard_frames(now_mono_s)

    def _open_tape(self) -> Tape:
        self._tape = Tape(self._folder, self._zone)
        return self._tape

    def _render(self, frames: int, mono_s: float) -> None:
        block = np.zeros(frames, np.float32)
        busy = self.timeline.busy
        offset = wall_minus_mono(self._clock)
        self.timeline.render(block, mono_s, offset)
        if self._tape is None:
            return
        if busy:
            self._tape.write(block, self._clock.now())
        else:
            self._tape.end_file()


class PacedFileOutput(_FileOutput):
    """Plays into files at the pace of the clock: what a station does that has no sound card.

    Parameters
    ----------
    folder
        Where the files go.
    clock
        Sets the pace.
    zone
        Time zone of the file names.
    """

    def __init__(self, folder: Path, clock: Clock, zone: ZoneInfo) -> None:
        super().__init__(folder, clock, zone)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Begin to play. Raises OutputFailed where the folder cannot be written."""
        self._open_tape().delete_older(self._clock.now())
        self._thread = threading.Thread(target=self._run, name="loa-file-output", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        start_s = self._clock.monotonic()
        frames = round(PACE_S * RATE)
        rendered = 0
        while not self._stop.is_set():
            due_s = start_s + rendered / RATE
            now_s = self._clock.monotonic()
            if now_s - due_s > 1:  # the machine slept: go on from now, as a sound device would
                start_s, due_s = now_s - rendered / RATE, now_s
                self.timeline.reset_clock()
            if now_s < due_s:
                self._clock.wait(self._stop, due_s - now_s)
                continue
            with self._turn:
                try:
                    self._render(frames, due_s)
                    self.trouble = ""
                except OutputFailed as error:
                    self.trouble = error.message
            rendered += frames

    def close(self) -> None:
        """Stop the thread and finish the file."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)
        if self._tape is not None:
            self._tape.end_file()


class VirtualFileOutput(_FileOutput):
    """Plays into files as fast as it can, moving a virtual clock: for rehearsals and tests.

    Parameters
    ----------
    folder, zone
        As in `PacedFileOutput`.
    clock
        Moved by `play`.
    """

    def __init__(self, folder: Path, clock: VirtualClock, zone: ZoneInfo) -> None:
        super().__init__(folder, clock, zone)
        self._virtual = clock
        self.files: list[Path] = []

    def open(self) -> None:
        """Begin. Raises OutputFailed where the folder cannot be written."""
        self.files = self._open_tape().files

    def play(self, seconds: float) -> None:
        """Render `seconds` of the timeline and let as much time pass. Raises OutputFailed where the disk is full."""
        self._render(round(seconds * RATE), self._virtual.monotonic())
        self._virtual.advance(seconds)

    def pass_idle(self, seconds: float) -> None:
        """Let `seconds` of silence pass without rendering it."""
        self.timeline.reset_clock()
        if self._tape is not None:
            self._tape.end_file()
        self._virtual.advance(seconds)

    def close(self) -> None:
        """Finish the file."""
        if self._tape is not None:
            self._tape.end_file()
