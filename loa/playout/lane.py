"""One lane of a timeline: parts that follow each other without a gap, and what of them the device may still throw away.

What was rendered lately is kept until it has been heard. Where the device drops its buffer, the lane takes it back: no
sample is skipped, none is counted as heard that was not, and no part is told as ended that did not end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from loa.playout.part import RATE, Began, Ended, Event, Part
from loa.playout.source import NOTHING, Samples, Silence, Source

CUT_RAMP_FRAMES = RATE * 5 // 1000
KEPT_FRAMES = 4 * RATE  # no device buffers more


@dataclass(slots=True, kw_only=True)
class Placed:
    """A part on the line: its samples, and how far it has come.

    Attributes
    ----------
    sent_frames, lost_frames
        How many frames were rendered, and how many passed over because the device was away.
    cut
        It was cut short.
    gone
        Its end has been told.
    """

    part: Part
    source: Source
    started: bool = False
    cut: bool = False
    gone: bool = False
    sent_frames: int = 0
    lost_frames: int = 0
    _taken_back: deque[Samples] = field(default_factory=deque)

    def read(self, frames: int) -> Samples | None:
        """Return up to `frames` samples, an empty array at the end, None where none are ready."""
        if not self._taken_back:
            return self.source.read(frames)
        block = self._taken_back.popleft()
        if len(block) > frames:
            self._taken_back.appendleft(block[frames:])
        return block[:frames]

    def take_back(self, block: Samples) -> None:
        """Let `block`, which was read last, be read again."""
        self.sent_frames -= len(block)
        if not self.cut:
            self._taken_back.appendleft(block)

    def lose(self, frames: int) -> None:
        """Pass over the next `frames` samples, or what is left of them."""
        lost = min(frames, self.part.sound.frames - self.sent_frames - self.lost_frames)
        if lost <= 0:
            return
        self.lost_frames += lost
        while lost and self._taken_back:
            block = self._taken_back.popleft()
            if len(block) > lost:
                self._taken_back.appendleft(block[lost:])
            lost -= min(lost, len(block))
        if lost:
            self.source.skip(lost)

    @property
    def over(self) -> bool:
        """Whether nothing of it is left."""
        return self.sent_frames + self.lost_frames >= self.part.sound.frames


@dataclass(frozen=True, slots=True)
class _Span:
    """Samples of one part, rendered from line frame `frame` on."""

    frame: int
    placed: Placed
    samples: Samples


@dataclass(frozen=True, slots=True)
class _Told:
    """That a part begins or ends at line frame `frame`; told to the world when that is heard."""

    frame: int
    placed: Placed
    ends: bool


@dataclass(slots=True)
class Lane:
    """Parts in order; `fill` renders them, `take_back` undoes what was not heard."""

    starved_frames: int = 0
    sounds: bool = False  # a part with sound played in the latest block
    pending: deque[Placed] = field(default_factory=deque)
    current: Placed | None = None
    _spans: deque[_Span] = field(default_factory=deque)
    _told: deque[_Told] = field(default_factory=deque)

    @property
    def busy(self) -> bool:
        """Whether anything plays, waits, or is still to be heard."""
        return self.current is not None or bool(self.pending) or bool(self._told)

    def fill(
        self, out: Samples, frame: int, done: int, start_of: Callable[[Part], int | None]
    ) -> tuple[int, int] | None:
        """Render into `out`, whose first sample is line frame `frame`, from index `done` on.

        Parameters
        ----------
        start_of
            Gives the line frame at which a part is to start, None for at once.

        Returns
        -------
        tuple of int or None
            Indices between which parts played.
        """
        self.sounds = False
        first = None
        while done < len(out):
            placed = self.current
            if placed is None:
                if not self.pending:
                    break
                start = start_of(self.pending[0].part)
                if start is not None and start >= frame + len(out):
                    break
                placed = self.current = self.pending.popleft()
                done = done if start is None or placed.started else max(done, start - frame)
            first = done if first is None else first
            done += self._copy(placed, out[done:], frame + done)
        return None if first is None else (first, done)

    def _copy(self, placed: Placed, out: Samples, frame: int) -> int:
        block = NOTHING if placed.over else placed.read(len(out))
        self.sounds = self.sounds or not isinstance(placed.source, Silence)
        if block is None:
            self.starved_frames += len(out)
            return len(out)
        out[: len(block)] = block
        if len(block) and not placed.started:
            placed.started = True
            self._told.append(_Told(frame, placed, ends=False))
        self._keep(placed, block, frame)
        if not len(block):  # a file that broke, or ends before its time: what is missing was never heard
            placed.lost_frames = placed.part.sound.frames - placed.sent_frames
        if placed.over:
            self._end(placed, frame + len(block))
        return len(block)

    def _keep(self, placed: Placed, block: Samples, frame: int) -> None:
        placed.sent_frames += len(block)
        self._spans.append(_Span(frame, placed, block))
        while self._spans[0].frame < frame - KEPT_FRAMES:
            self._spans.popleft()

    def _end(self, placed: Placed, frame: int) -> None:
        self.current = None
        self._told.append(_Told(frame, placed, ends=True))

    def cut(self, named: frozenset[str], out: Samples, frame: int) -> int:
        """End the parts that are `named`; what plays ramps out at the head of `out`. Return how long the ramp is."""
        ramped = 0
        placed = self.current
        if placed is not None and placed.part.part_id in named:
            placed.cut = True
            block = placed.read(min(CUT_RAMP_FRAMES, len(out)))
            if block is not None and len(block):
                ramped = len(block)
                out[:ramped] = block * np.linspace(1, 0, ramped, dtype=np.float32)
                self._keep(placed, block, frame)
            self._end(placed, frame + ramped)
        for waiting in [waiting for waiting in self.pending if waiting.part.part_id in named]:
            self.pending.remove(waiting)
            waiting.cut = True
            self._told.append(_Told(frame, waiting, ends=True))
        return ramped

    def settle(self, frame: int, mono_of: Callable[[int], float], wall_minus_mono_s: float) -> list[Event]:
        """Return what has been heard up to line frame `frame`; it cannot be taken back any more."""
        events: list[Event] = []
        while self._told and self._told[0].frame <= frame:
            told = self._told.popleft()
            part_id, mono_s = told.placed.part.part_id, mono_of(told.frame)
            if not told.ends:
                events.append(Began(part_id=part_id, wall_s=mono_s + wall_minus_mono_s, mono_s=mono_s))
                continue
            told.placed.gone = True
            told.placed.source.close()
            events.append(
                Ended(
                    part_id=part_id,
                    sent_frames=told.placed.sent_frames,
                    lost_frames=told.placed.lost_frames,
                    mono_s=mono_s,
                    cut=told.placed.cut,
                )
            )
        return events

    def take_back(self, heard: int, frame: int) -> None:
        """Take back what was rendered from line frame `heard` to `frame`: the device has thrown it away."""
        while self._spans and (self._spans[-1].frame >= heard or _end_of(self._spans[-1]) > heard):
            span = self._spans.pop()
            placed = span.placed
            if placed.gone:
                continue
            keep = max(0, heard - span.frame)
            placed.take_back(span.samples[keep:])
            if not placed.cut and self.current is not placed:
                self._wait_again()
                self.current = placed
            if keep:
                self._spans.append(_Span(span.frame, placed, span.samples[:keep]))
                break
        unheard = [told for told in self._told if told.frame >= heard]
        for told in unheard:
            if not told.ends and not told.placed.cut:
                told.placed.started = False
        ends = [_Told(frame, told.placed, ends=True) for told in unheard if told.ends and told.placed.cut]
        self._told = deque([told for told in self._told if told.frame < heard] + ends)
        if self.current is not None and not self.current.started and not self.current.lost_frames:
            self._wait_again()

    def _wait_again(self) -> None:
        if self.current is not None:
            self.pending.appendleft(self.current)
            self.current = None

    def lose(self, frames: int) -> None:
        """Pass over what was never heard, so that what plays goes on at its right place."""
        if self.current is not None:
            self.current.lose(frames)


def _end_of(span: _Span) -> int:
    return span.frame + len(span.samples)
