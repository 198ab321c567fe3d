"""The core of the player: parts placed on a line of sample frames, the start by the time the device really plays.

Pure but for what it is given: the sound device's callback, a paced file and a virtual clock all call `render`. The
mapping between frames and time follows the device: the median of the last observations, so that prefilled buffers and
a slow device clock do not shift a start (facts and figures: PortAudio's ``outputBufferDacTime`` through ALSA, measured
0.2 to 0.4 ms from the recording).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from loa.playout.health import Meter, OutputHealth
from loa.playout.part import Began, Ended, Event, Part
from loa.playout.source import RATE, Samples, Silence, Source

OBSERVATIONS = 63
MOVED_S = 0.010
MOVED_TIMES = 5
RESYNC_S = 0.25
CUT_RAMP_FRAMES = RATE * 5 // 1000


@dataclass(slots=True, kw_only=True)
class Placed:
    """A part on the line: its samples, and how far it has come."""

    part: Part
    source: Source
    started: bool = False
    sent_frames: int = 0
    lost_frames: int = 0
    started_mono_s: float = 0.0

    @property
    def part_id(self) -> str:
        """What its events are named by."""
        return self.part.part_id


@dataclass(slots=True)
class Timeline:
    """The line of parts and the map between its frames and the device's time.

    `add`, `cut` and `events` are for the controlling thread; `render` and `reset_clock` for the one that feeds the
    device. Nothing here locks: hand-over is by deques, whose append and popleft are atomic.
    """

    frame: int = 0
    underflows: int = 0
    starved_frames: int = 0
    events: deque[Event] = field(default_factory=deque)
    _meter: Meter = field(default_factory=Meter)
    _sound_due: bool = False
    _pending: deque[Placed] = field(default_factory=deque)
    _cut_wanted: deque[frozenset[str] | None] = field(default_factory=deque)
    _current: Placed | None = None
    _offset_s: float | None = None
    _observed: deque[float] = field(default_factory=lambda: deque(maxlen=OBSERVATIONS))
    _moved: int = 0

    def add(self, part: Part, source: Source) -> None:
        """Place `part` at the end of the line; `source` gives its samples."""
        self._pending.append(Placed(part=part, source=source))

    def refuse(self, part: Part, now_mono_s: float) -> None:
        """Tell that `part` ended unheard: its file could not be opened any more."""
        frames = part.sound.frames
        self.events.append(Ended(part_id=part.part_id, sent_frames=0, lost_frames=frames, mono_s=now_mono_s, cut=False))

    def cut(self, part_ids: frozenset[str] | None = None) -> None:
        """End what is playing with a 5 ms ramp and drop what waits: all of it, or the parts named."""
        self._cut_wanted.append(part_ids)

    @property
    def busy(self) -> bool:
        """Whether anything plays or waits."""
        return self._current is not None or bool(self._pending)

    def heard_frames(self, now_mono_s: float) -> dict[str, int]:
        """Return how many frames of each playing part the device has played by now, by the part's id."""
        part = self._current
        if part is None or not part.started:
            return {}
        heard = int((now_mono_s - part.started_mono_s) * RATE) - part.lost_frames
        return {part.part_id: max(0, min(part.sent_frames, heard))}

    def health(self) -> OutputHealth:
        """Return what has been rendered so far and how it sounds."""
        return self._meter.health(frames=self.frame, underflows=self.underflows, starved_frames=self.starved_frames)

    def reset_clock(self) -> None:
        """Forget the map between frames and time: the stream was opened anew."""
        self._observed.clear()
        self._moved = 0

    def render(self, out: Samples, dac_mono_s: float, wall_minus_mono_s: float, *, underflow: bool = False) -> None:
        """Fill `out` with the next samples.

        Parameters
        ----------
        out
            Mono float32, overwritten.
        dac_mono_s
            Monotonic time at which the device plays the first of these samples.
        wall_minus_mono_s
            Difference of the two clocks now: a clock step before a start is followed.
        underflow
            The device ran dry before this block.
        """
        out.fill(0)
        self._sound_due = False
        if underflow:
            self.underflows += 1
            self._observed.clear()
        self._observe(dac_mono_s)
        done = 0
        if self._cut_wanted:
            done = self._cut_now(out)
        while done < len(out):
            part = self._current or self._begin_within(len(out), wall_minus_mono_s)
            if part is None:
                break
            if not part.started:
                done = max(done, self._start_frame(part, wall_minus_mono_s) - self.frame)
                self._start(part, self.frame + done, wall_minus_mono_s)
            done += self._copy(part, out[done:], self.frame + done)
        self.frame += len(out)
        self._meter.measure(out, sound_due=self._sound_due)

    def _mono_of(self, frame: int) -> float:
        return (self._offset_s or 0.0) + frame / RATE

    def _observe(self, dac_mono_s: float) -> None:
        offset = dac_mono_s - self.frame / RATE
        if self._offset_s is None:
            self._offset_s = offset
        elif not self._observed and offset - self._offset_s > RESYNC_S:
            self._lose(offset - self._offset_s)
            self._offset_s = offset
        elif abs(offset - self._offset_s) > MOVED_S:
            self._moved += 1
            if self._moved >= MOVED_TIMES:
                self._observed.clear()
                self._moved = 0
        else:
            self._moved = 0
        self._observed.append(offset)
        self._offset_s = median(self._observed)

    def _lose(self, seconds: float) -> None:
        """Pass over what was never heard, so that the part goes on at its right place."""
        part = self._current
        if part is None:
            return
        lost = min(round(seconds * RATE), part.source.frames - part.sent_frames - part.lost_frames)
        if lost > 0:
            part.source.skip(lost)
            part.lost_frames += lost

    def _cut_now(self, out: Samples) -> int:
        ramped = 0
        while self._cut_wanted:
            named = self._cut_wanted.popleft()
            part = self._current
            if part is not None and (named is None or part.part_id in named):
                block = part.source.read(CUT_RAMP_FRAMES)
                if block is not None and len(block):
                    ramped = min(len(block), len(out))
                    out[:ramped] = block[:ramped] * np.linspace(1, 0, ramped, dtype=np.float32)
                    part.sent_frames += ramped
                self._end(part, self.frame + ramped, cut=True)
            kept: list[Placed] = []
            while self._pending:
                waiting = self._pending.popleft()
                if named is None or waiting.part_id in named:
                    self._end(waiting, self.frame, cut=True)
                else:
                    kept.append(waiting)
            self._pending.extend(kept)
        return ramped

    def _start_frame(self, part: Placed, wall_minus_mono_s: float) -> int:
        if part.part.wall_start_s is None:
            return self.frame
        return round((part.part.wall_start_s - wall_minus_mono_s - (self._offset_s or 0.0)) * RATE)

    def _begin_within(self, length: int, wall_minus_mono_s: float) -> Placed | None:
        """Return the next part if it starts within this block, taken from the line."""
        if not self._pending:
            return None
        part = self._pending[0]
        if self._start_frame(part, wall_minus_mono_s) >= self.frame + length:
            return None
        self._current = self._pending.popleft()
        return part

    def _start(self, part: Placed, frame: int, wall_minus_mono_s: float) -> None:
        part.started = True
        part.started_mono_s = self._mono_of(frame)
        self.events.append(
            Began(part_id=part.part_id, wall_s=part.started_mono_s + wall_minus_mono_s, mono_s=part.started_mono_s)
        )

    def _copy(self, part: Placed, out: Samples, frame: int) -> int:
        block = part.source.read(len(out))
        self._sound_due = self._sound_due or not isinstance(part.source, Silence)
        if block is None:
            self.starved_frames += len(out)
            return len(out)
        out[: len(block)] = block
        part.sent_frames += len(block)
        if not len(block) or part.sent_frames + part.lost_frames >= part.source.frames:
            self._end(part, frame + len(block), cut=False)
        return len(block)

    def _end(self, part: Placed, frame: int, *, cut: bool) -> None:
        if part is self._current:
            self._current = None
        part.source.close()
        self.events.append(
            Ended(
                part_id=part.part_id,
                sent_frames=part.sent_frames,
                lost_frames=part.lost_frames,
                mono_s=self._mono_of(frame),
                cut=cut,
            )
        )
