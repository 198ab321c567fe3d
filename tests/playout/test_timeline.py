"""The timeline: starts by device time, no gap, outages skipped, cuts ramped."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from loa.playout.part import Began, Ended, Part, Sound
from loa.playout.source import RATE, Samples, Silence, Source
from loa.playout.timeline import Timeline

BLOCK = 4800


class Ramp:
    """Samples that count up, so that every one can be recognised."""

    def __init__(self, frames: int, first: int = 1) -> None:
        self.frames = frames
        self._samples = np.arange(first, first + frames, dtype=np.float32)
        self._at = 0
        self.closed = False

    def read(self, frames: int) -> Samples | None:
        """Return the next numbers."""
        taken = self._samples[self._at : self._at + frames]
        self._at += len(taken)
        return taken

    def skip(self, frames: int) -> None:
        """Pass over numbers."""
        self._at += frames

    def close(self) -> None:
        """Note it."""
        self.closed = True


class Slow(Ramp):
    """A disk that has nothing the first time it is asked."""

    asked = 0

    def read(self, frames: int) -> Samples | None:
        """Return None once, then the numbers."""
        self.asked += 1
        return None if self.asked == 1 else super().read(frames)


def add(timeline: Timeline, part_id: str, source: Source, *, wall_start_s: float | None = None) -> None:
    """Place a part of `source` on the line."""
    sound = Sound(path=None, frames=source.frames)
    timeline.add(Part(part_id=part_id, sound=sound, wall_start_s=wall_start_s), source)


def play(
    timeline: Timeline, blocks: int, *, mono_s: float = 100.0, wall_minus_mono_s: float = 0.0
) -> NDArray[np.float32]:
    """Render `blocks` blocks on a perfect device and return the samples."""
    heard = []
    for _ in range(blocks):
        out = np.ones(BLOCK, np.float32)
        timeline.render(out, mono_s + timeline.frame / RATE, wall_minus_mono_s)
        heard.append(out)
    return np.concatenate(heard)


def test_a_part_starts_at_the_sample_of_its_wall_time() -> None:
    """The first sample is placed by device time, to the sample."""
    timeline = Timeline()
    add(timeline, "a", Ramp(1000), wall_start_s=1_000_100.25)
    heard = play(timeline, 6, wall_minus_mono_s=1_000_000.0)
    assert np.flatnonzero(heard)[0] == RATE // 4
    began = timeline.events.popleft()
    assert isinstance(began, Began)
    assert began.wall_s == pytest.approx(1_000_100.25, abs=1e-6)


def test_parts_follow_without_a_gap_and_whole() -> None:
    """Between two items there is not one sample of silence, and none is lost."""
    timeline = Timeline()
    add(timeline, "a", Ramp(7001))
    add(timeline, "b", Ramp(3000, first=7002))
    heard = play(timeline, 4)
    assert np.array_equal(heard[:10001], np.arange(1, 10002, dtype=np.float32))
    assert not heard[10001:].any()
    ended = [event for event in timeline.events if isinstance(event, Ended)]
    assert [(one.part_id, one.sent_frames, one.lost_frames, one.cut) for one in ended] == [
        ("a", 7001, 0, False),
        ("b", 3000, 0, False),
    ]


def test_a_clock_step_before_the_start_is_followed_and_one_during_the_item_is_not() -> None:
    """NTP moves a start that is still to come; it never tears an item."""
    timeline = Timeline()
    add(timeline, "a", Ramp(3 * BLOCK), wall_start_s=110.0)
    assert not play(timeline, 2).any()
    stepped = play(timeline, 1, wall_minus_mono_s=9.8)
    assert stepped.any()
    during = play(timeline, 3, wall_minus_mono_s=-500.0)
    heard = np.concatenate([stepped, during])
    heard = heard[heard > 0]
    assert np.array_equal(heard, np.arange(1, len(heard) + 1, dtype=np.float32))


def test_a_late_part_starts_at_once() -> None:
    """A start that has passed is not waited for."""
    timeline = Timeline()
    add(timeline, "a", Ramp(100), wall_start_s=50.0)
    assert play(timeline, 1)[0] == 1


def test_what_an_outage_swallowed_is_skipped_and_counted() -> None:
    """After the device was away for two seconds the item goes on at its right place; the loss is in the event."""
    timeline = Timeline()
    add(timeline, "a", Ramp(5 * RATE))
    play(timeline, 10)
    timeline.reset_clock()
    after = play(timeline, 30, mono_s=102.0)
    assert after[0] == RATE * 3 + 1
    ended = next(event for event in timeline.events if isinstance(event, Ended))
    assert ended.lost_frames == 2 * RATE
    assert ended.sent_frames == 3 * RATE


def test_a_cut_ramps_out_and_drops_only_what_is_named() -> None:
    """Stopping one broadcast does not click and leaves the one that waits behind it."""
    timeline = Timeline()
    first, dropped, kept = Ramp(RATE), Ramp(RATE), Ramp(100)
    add(timeline, "a#0", first)
    add(timeline, "a#1", dropped)
    add(timeline, "b#0", kept)
    play(timeline, 1)
    timeline.cut(frozenset({"a#0", "a#1"}))
    heard = play(timeline, 1)
    assert heard[240] == 1, "the ramp is 5 ms long, then the next broadcast begins"
    assert heard[239] == 0
    assert first.closed
    assert dropped.closed
    ended = {event.part_id: event for event in timeline.events if isinstance(event, Ended)}
    assert ended["a#0"].cut
    assert ended["a#1"].cut
    assert not ended["b#0"].cut


def test_a_slow_disk_gives_silence_never_the_end() -> None:
    """Starving is counted; the item is still played whole."""
    timeline = Timeline()
    add(timeline, "a", Slow(100))
    heard = play(timeline, 2)
    assert timeline.starved_frames == BLOCK
    assert heard.sum() == sum(range(1, 101))


def test_heard_frames_never_run_ahead_of_the_device() -> None:
    """What lies in the device's buffer is not yet heard."""
    timeline = Timeline()
    add(timeline, "a", Ramp(5 * RATE))
    play(timeline, 10)
    heard = timeline.heard_frames(100.4)
    assert heard["a"] == pytest.approx(0.4 * RATE, abs=1)
    assert timeline.heard_frames(99.0) == {"a": 0}
    assert timeline.heard_frames(200.0) == {"a": 10 * BLOCK}


class Level:
    """A sound of one level."""

    def __init__(self, seconds: float, level: float) -> None:
        self.frames = round(seconds * RATE)
        self._left = self.frames
        self._level = level

    def read(self, frames: int) -> Samples | None:
        """Return the level."""
        taken = min(frames, self._left)
        self._left -= taken
        return np.full(taken, self._level, np.float32)

    def skip(self, frames: int) -> None:
        """Pass over some."""
        self._left -= frames

    def close(self) -> None:
        """Nothing to let go of."""


def test_silence_is_told_only_where_sound_was_due() -> None:
    """An idle line and a pause are silent by right; a part that says nothing for seconds is not."""
    timeline = Timeline()
    play(timeline, 20)
    assert timeline.health().silent_due_s == 0
    add(timeline, "pause", Silence(2 * RATE))
    add(timeline, "mute", Level(2, 0.0009))
    add(timeline, "loud", Level(1, 0.5))
    play(timeline, 20)
    assert timeline.health().silent_due_s == 0
    play(timeline, 20)
    assert timeline.health().silent_due_s == pytest.approx(2)
    play(timeline, 1)
    health = timeline.health()
    assert (health.silent_due_s, health.peak_dbfs, health.rms_dbfs) == (0, -6.0, -6.0)
    assert health.frames == 61 * BLOCK


def test_a_starving_part_is_silence_where_sound_was_due_and_clipping_is_counted() -> None:
    """Whatever the cause, a listener hears nothing; what is beyond full scale is counted sample by sample."""
    timeline = Timeline()
    add(timeline, "a", Slow(100))
    play(timeline, 1)
    assert timeline.health().silent_due_s == pytest.approx(BLOCK / RATE)
    play(timeline, 2)
    assert timeline.health().clipped_frames == 100
