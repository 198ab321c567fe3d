"""The core of the player: parts placed on a line of sample frames, the start by the time the device really plays.

Pure but for what it is given: the sound device's callback, a paced file and a virtual clock all call `render`. Two lanes
are mixed: what is on the air, and what is said over it, below which it is softer by 20 dB.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from loa.playout.device_time import DeviceTime
from loa.playout.health import OutputHealth
from loa.playout.lane import Lane, Placed
from loa.playout.meter import Meter
from loa.playout.part import RATE, Event, Part
from loa.playout.source import Samples, Source

DUCKED_GAIN = 0.1  # -20 dB
DUCK_STEP = (1 - DUCKED_GAIN) / (RATE * 50 // 1000)  # a frame: 50 ms from full to ducked


@dataclass(slots=True)
class Timeline:
    """The lanes of parts and the map between their frames and the device's time.

    `add`, `cut`, `settle`, `heard_frames` and `health` are for the controlling thread; `render` for the one that feeds the
    device. `take_back` and `reset_clock` are called while none does. Nothing here locks: hand-over is by deques, whose
    append and popleft are atomic.

    Attributes
    ----------
    frame
        The next frame to be rendered.
    events
        What has been heard to begin and to end, oldest first: filled by `settle`.
    """

    frame: int = 0
    underflows: int = 0
    events: deque[Event] = field(default_factory=deque)
    _added: deque[Placed] = field(default_factory=deque)
    _cut_wanted: deque[frozenset[str]] = field(default_factory=deque)
    _main: Lane = field(default_factory=Lane)
    _over: Lane = field(default_factory=Lane)
    _gain: float = 1.0
    _time: DeviceTime = field(default_factory=DeviceTime)
    _wall_minus_mono_s: float = 0.0
    _meter: Meter = field(default_factory=Meter)

    # ------------------------------------------------------------------ the controlling thread

    def add(self, part: Part, source: Source) -> None:
        """Place `part` at the end of its lane; `source` gives its samples."""
        self._added.append(Placed(part=part, source=source))

    def go_on(self, part: Part, source: Source, *, sent_frames: int, lost_frames: int, due_s: float) -> None:
        """Take up `part` where another player has left it.

        Parameters
        ----------
        source
            Stands at the next frame to be played.
        sent_frames, lost_frames
            How many of the part's frames were heard, and how many were not.
        due_s
            Monotonic time at which the next frame was due: what is later is passed over and counted as lost.
        """
        placed = Placed(part=part, source=source, started=True, sent_frames=sent_frames, lost_frames=lost_frames)
        self._added.append(placed)
        self._time.forget(due_s)

    def cut(self, part_ids: frozenset[str]) -> None:
        """End the parts named: what plays goes out with a ramp of 5 ms, what waits is dropped."""
        self._cut_wanted.append(part_ids)

    @property
    def busy(self) -> bool:
        """Whether anything plays, waits, or is still to be heard."""
        return self._main.busy or self._over.busy or bool(self._added)

    @property
    def starved_frames(self) -> int:
        """How many frames were silent because none were ready."""
        return self._main.starved_frames + self._over.starved_frames

    def settle(self, now_mono_s: float) -> None:
        """Put into `events` what has been heard to begin and to end by now."""
        heard = self._time.frame_at(now_mono_s) if self._time.known else self.frame
        told: list[Event] = []
        for lane in (self._main, self._over):
            told += lane.settle(heard, self._time.mono_of, self._wall_minus_mono_s)
        self.events.extend(sorted(told, key=lambda event: event.mono_s))

    def playing(self) -> list[Placed]:
        """Return what is being rendered: the lower lane first."""
        return [lane.current for lane in (self._main, self._over) if lane.current is not None and lane.current.started]

    def next_sources(self, count: int) -> list[Source]:
        """Return the sources that are read now or soon: of each lane the one playing, and the first that wait."""
        added = list(self._added)
        sources = []
        for lane in (self._main, self._over):
            waiting = [*list(lane.pending), *(one for one in added if self._lane_of(one) is lane)]
            sources += [placed.source for placed in [*([lane.current] if lane.current else []), *waiting][:count]]
        return sources

    def heard_frames(self, now_mono_s: float) -> dict[str, int]:
        """Return how many frames of each playing part the device has played by now, by the part's id."""
        ahead = max(0, self.frame - self._time.frame_at(now_mono_s))
        return {placed.part.part_id: max(0, placed.sent_frames - ahead) for placed in self.playing()}

    def health(self) -> OutputHealth:
        """Return what has been rendered so far and how it sounds."""
        return self._meter.health(frames=self.frame, underflows=self.underflows, starved_frames=self.starved_frames)

    # ------------------------------------------------------------------ while no device is fed

    def reset_clock(self) -> None:
        """Forget the map between frames and time: the stream was opened anew."""
        self._time.forget(self._time.mono_of(self.frame) if self._time.known else None)

    def take_back(self, now_mono_s: float) -> None:
        """Take back what was rendered and not heard by now: the device has thrown its buffer away."""
        if not self._time.known:
            return
        heard = min(self._time.frame_at(now_mono_s), self.frame)
        self.settle(now_mono_s)
        for lane in (self._main, self._over):
            lane.take_back(heard, self.frame)
        self._time.forget(self._time.mono_of(heard))

    # ------------------------------------------------------------------ the thread that feeds the device

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
        self._wall_minus_mono_s = wall_minus_mono_s
        if underflow:
            self.underflows += 1
            self._time.forget(None)
        self._take_added()
        lost_s = self._time.observe(self.frame, dac_mono_s)
        if lost_s:
            for lane in (self._main, self._over):
                lane.lose(round(lost_s * RATE))
        self._mix(out)
        self.frame += len(out)
        self._meter.measure(out, sound_due=self._main.sounds or self._over.sounds)

    def _take_added(self) -> None:
        while self._added:
            placed = self._added.popleft()
            lane = self._lane_of(placed)
            if placed.started and lane.current is None:
                lane.current = placed
            else:
                lane.pending.append(placed)

    def _lane_of(self, placed: Placed) -> Lane:
        return self._over if placed.part.over else self._main

    def _mix(self, out: Samples) -> None:
        cut = self._cut()
        done = self._main.cut(cut, out, self.frame) if cut else 0
        self._main.fill(out, self.frame, done, self._start_of)
        if not self._over.busy and self._gain >= 1:
            self._over.sounds = False
            return
        above = np.zeros(len(out), np.float32)
        done = self._over.cut(cut, above, self.frame) if cut else 0
        between = self._over.fill(above, self.frame, done, self._start_of)
        begins, ends = between or (0, 0)
        self._duck(out[:begins], 1.0)
        self._duck(out[begins:ends], DUCKED_GAIN)
        self._duck(out[ends:], 1.0)
        out += above

    def _cut(self) -> frozenset[str]:
        named: frozenset[str] = frozenset()
        while self._cut_wanted:
            named |= self._cut_wanted.popleft()
        return named

    def _duck(self, out: Samples, target: float) -> None:
        """Bring `out` to the gain `target`, by a ramp from the gain so far."""
        if not len(out) or self._gain == target == 1:
            return
        step = DUCK_STEP if target > self._gain else -DUCK_STEP
        ramp = self._gain + step * np.arange(1, len(out) + 1)
        gains = np.minimum(ramp, target) if step > 0 else np.maximum(ramp, target)
        out *= gains.astype(np.float32)
        self._gain = float(gains[-1])

    def _start_of(self, part: Part) -> int | None:
        if part.wall_start_s is None:
            return None
        return self._time.frame_at(part.wall_start_s - self._wall_minus_mono_s)
