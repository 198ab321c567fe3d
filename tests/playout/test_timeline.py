"""The timeline: starts by device time, no gap, outages skipped, cuts ramped."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from loa.playout.part import RATE, Began, Ended, Event, Part, Sound
from loa.playout.source import Samples, Silence, Source
from loa.playout.timeline import Timeline

BLOCK = 4800


class Counted(Source, Protocol):
    """A source that knows how long it is."""

    frames: int


class Pause(Silence):
    """A pause that knows how long it is."""

    def __init__(self, frames: int) -> None:
        super().__init__(frames)
        self.frames = frames


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


def add(
    timeline: Timeline, part_id: str, source: Counted, *, wall_start_s: float | None = None, over: bool = False
) -> None:
    """Place a part of `source` on the line."""
    sound = Sound(path=None, frames=source.frames)
    timeline.add(Part(part_id=part_id, sound=sound, wall_start_s=wall_start_s, over=over), source)


def told(timeline: Timeline) -> list[Event]:
    """Return what has been heard once the device has played everything."""
    timeline.settle(1e9)
    return list(timeline.events)


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
    began = told(timeline)[0]
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
    ended = [event for event in told(timeline) if isinstance(event, Ended)]
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
    ended = next(event for event in told(timeline) if isinstance(event, Ended))
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
    ended = {event.part_id: event for event in told(timeline) if isinstance(event, Ended)}
    assert first.closed
    assert dropped.closed
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
    add(timeline, "pause", Pause(2 * RATE))
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


def test_what_is_said_over_another_part_ducks_it_and_lets_it_come_back() -> None:
    """A part over music: the music goes on 20 dB softer, with ramps of 50 ms, and not one sample of it is missing."""
    timeline = Timeline()
    add(timeline, "music", Level(3, 0.5))
    play(timeline, 5)
    add(timeline, "over", Level(1, 0.25), over=True)
    heard = play(timeline, 20)
    assert heard[0] == pytest.approx(0.75, abs=0.001)
    assert np.all(np.diff(heard[:2400]) < 0)
    assert heard[2400:RATE] == pytest.approx(0.05 + 0.25, abs=0.001)
    assert heard[RATE] == pytest.approx(0.05, abs=0.001)
    assert np.all(np.diff(heard[RATE : RATE + 2400]) > 0)
    assert heard[RATE + 2400 :] == pytest.approx(0.5)
    play(timeline, 10)
    ended = [event for event in told(timeline) if isinstance(event, Ended)]
    assert [(one.part_id, one.sent_frames) for one in ended] == [("over", RATE), ("music", 3 * RATE)]


def test_a_part_over_silence_plays_alone() -> None:
    """Nothing is on the air: what is to be said over it is simply said."""
    timeline = Timeline()
    add(timeline, "over", Ramp(100), over=True)
    assert np.array_equal(play(timeline, 1)[:100], np.arange(1, 101, dtype=np.float32))


def test_another_player_goes_on_where_the_dead_one_stopped() -> None:
    """What was never heard is passed over and counted; the part is not told as begun a second time."""
    timeline = Timeline()
    source = Ramp(5 * RATE)
    source.skip(RATE)
    part = Part(part_id="a", sound=Sound(path=None, frames=5 * RATE))
    timeline.go_on(part, source, sent_frames=RATE, lost_frames=0, due_s=100.0)
    heard = play(timeline, 40, mono_s=101.5)
    assert heard[0] == 2.5 * RATE + 1
    (ended,) = told(timeline)
    assert ended == Ended(
        part_id="a", sent_frames=round(3.5 * RATE), lost_frames=round(1.5 * RATE), mono_s=101.5 + 2.5, cut=False
    )


def test_an_outage_longer_than_the_part_ends_it() -> None:
    """What is left of it is lost, and the next part begins at once."""
    timeline = Timeline()
    add(timeline, "a", Ramp(RATE))
    add(timeline, "b", Ramp(100, first=500_000))
    play(timeline, 1)
    timeline.reset_clock()
    assert play(timeline, 1, mono_s=200.0)[0] == 500_000
    lost = {event.part_id: event.lost_frames for event in told(timeline) if isinstance(event, Ended)}
    assert lost == {"a": RATE - BLOCK, "b": 0}


class Device:
    """A device that buffers, and whose buffer can be thrown away: it notes what was really heard."""

    def __init__(self, timeline: Timeline, block: int, buffered: int) -> None:
        self.timeline = timeline
        self.now = 0  # in frames
        self.heard: list[float] = []
        self._block = block
        self._buffered = buffered
        self._buffer: list[float] = []

    def play(self, frames: int) -> None:
        """Let `frames` be heard, keeping the buffer full."""
        for _frame in range(frames):
            while len(self._buffer) < self._buffered:
                out = np.zeros(self._block, np.float32)
                self.timeline.render(out, (self.now + len(self._buffer)) / RATE, 0.0)
                self._buffer += out.tolist()
            self.heard.append(self._buffer.pop(0))
            self.now += 1

    def abort(self) -> None:
        """Throw the buffer away."""
        self._buffer.clear()
        self.timeline.take_back(self.now / RATE)


@given(
    lengths=st.lists(st.integers(0, 60), min_size=1, max_size=6),
    plays=st.lists(st.integers(1, 70), min_size=1, max_size=6),
    block=st.integers(1, 40),
    buffered=st.integers(1, 90),
)
def test_a_thrown_away_buffer_costs_no_sample_and_is_not_told_as_heard(
    lengths: list[int], plays: list[int], block: int, buffered: int
) -> None:
    """Aborted at any frame, however parts lie in the buffer: each sample is heard once, in order, and told as it was."""
    timeline = Timeline()
    first = 1
    for number, length in enumerate(lengths):
        add(timeline, str(number), Ramp(length, first=first))
        first += length
    device = Device(timeline, block, buffered)
    for frames in plays:
        device.play(frames)
        timeline.settle(device.now / RATE)
        sent = sum(event.sent_frames for event in timeline.events if isinstance(event, Ended))
        assert sent <= np.count_nonzero(device.heard)
        device.abort()
    device.play(sum(lengths) + buffered)
    heard = [sample for sample in device.heard if sample]
    assert heard == list(range(1, sum(lengths) + 1))
    names = [(type(event), event.part_id) for event in told(timeline)]
    assert names == [
        (kind, str(number))
        for number in range(len(lengths))
        for kind in (Began, Ended)
        if kind is Ended or lengths[number]
    ]
    assert [event.sent_frames for event in timeline.events if isinstance(event, Ended)] == lengths


def test_a_part_cut_after_its_buffer_was_thrown_away_counts_what_was_heard() -> None:
    """An emergency: the ledger gets the frames that a listener heard, and the ramp; not the buffer."""
    timeline = Timeline()
    add(timeline, "a", Ramp(RATE))
    device = Device(timeline, 100, 1000)
    device.play(500)
    device.abort()
    timeline.cut(frozenset({"a"}))
    add(timeline, "b", Ramp(10))
    device.play(300)
    ended = {event.part_id: event.sent_frames for event in told(timeline) if isinstance(event, Ended)}
    assert ended == {"a": 500 + 100, "b": 10}, "the ramp ends with the block"
    assert device.heard[599:610] == [0.0, *range(1, 11)]
    device.abort()


@pytest.mark.parametrize("ppm", [-300, 300])
def test_a_device_whose_clock_is_wrong_still_starts_on_time_and_tears_nothing(ppm: int) -> None:
    """A cheap card runs fast or slow: after ten minutes a start is within a millisecond, and an item keeps every sample."""
    timeline = Timeline()
    rate = RATE * (1 + ppm * 1e-6)
    add(timeline, "a", Ramp(20 * BLOCK), wall_start_s=600.0)
    out = np.zeros(BLOCK, np.float32)
    heard = []
    while not timeline.playing() and timeline.frame < 700 * RATE:
        timeline.render(out, timeline.frame / rate, 0.0)
        heard.append(out.copy())
    first = timeline.frame - BLOCK + int(np.flatnonzero(out)[0])
    assert first / rate == pytest.approx(600.0, abs=0.001)
    rest = play_on(timeline, 25, rate)
    numbers = np.concatenate([out, rest])
    assert np.array_equal(numbers[numbers > 0], np.arange(1, 20 * BLOCK + 1, dtype=np.float32))


def play_on(timeline: Timeline, blocks: int, rate: float) -> NDArray[np.float32]:
    """Render more blocks on a device of this real rate."""
    heard = []
    for _block in range(blocks):
        out = np.zeros(BLOCK, np.float32)
        timeline.render(out, timeline.frame / rate, 0.0)
        heard.append(out)
    return np.concatenate(heard)


def test_a_machine_that_slept_goes_on_in_its_item_and_starts_the_next_by_the_new_time() -> None:
    """Asleep, the device stands still and only wall time goes on: no word is torn, and a start that has passed is late."""
    timeline = Timeline()
    add(timeline, "a", Ramp(3 * BLOCK))
    add(timeline, "b", Ramp(BLOCK, first=1_000_000), wall_start_s=500.0)
    before = play(timeline, 1)
    after = play(timeline, 4, wall_minus_mono_s=3600.0)
    assert np.array_equal(np.concatenate([before, after])[: 3 * BLOCK], np.arange(1, 3 * BLOCK + 1, dtype=np.float32))
    assert after[2 * BLOCK] == 1_000_000
