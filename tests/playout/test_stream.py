"""The device's edge and the stream on it, against a sound library that refuses, is busy, or keeps a clock of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from loa.clock import SystemClock, VirtualClock
from loa.playout import stream as stream_module
from loa.playout.device import named
from loa.playout.edge import Edge
from loa.playout.engine import read_ahead
from loa.playout.part import RATE, Part, Sound
from loa.playout.source import PrefetchedSource, Samples, Silence, Source
from loa.playout.stream import DeviceStream
from loa.playout.timeline import Timeline


class PortAudioFault(Exception):
    """What the sound library raises."""


class FakeStream:
    """A stream that is fed when the test says so."""

    def __init__(self, library: FakeLibrary, **options: Any) -> None:
        if library.busy or (options["samplerate"], options["channels"]) not in library.takes:
            raise PortAudioFault("Device unavailable")
        self.options = options
        self.active = False
        self.latency = options["latency"]
        self._library = library
        library.streams.append(self)

    def start(self) -> None:
        """Begin."""
        self.active = True

    def abort(self) -> None:
        """End."""
        self.active = False
        self.options["finished_callback"]()

    def close(self, *, ignore_errors: bool) -> None:
        """Close."""
        assert ignore_errors
        self.active = False

    def feed(self, frames: int, *, ahead_s: float = 0.0) -> Samples:
        """Ask for frames, to be heard `ahead_s` from now by the library's own clock."""
        out = np.ones((frames, self.options["channels"]), np.float32)
        now_s = self._library.time_s()
        times = SimpleNamespace(currentTime=now_s, outputBufferDacTime=now_s + ahead_s)
        self.options["callback"](out, frames, times, SimpleNamespace(output_underflow=False))
        return out


class FakeLibrary:
    """As much of the sounddevice module as is used."""

    PortAudioError = PortAudioFault

    def __init__(self, takes: set[tuple[int, int]], time_s: Callable[[], float]) -> None:
        self.takes = takes
        self.time_s = time_s
        self.busy = False
        self.anew = 0
        self.streams: list[FakeStream] = []

    def query_devices(self, device: str | None = None, kind: str | None = None) -> Any:
        """Return the one device, or the list of it."""
        card = {"name": "Card: analog (hw:1,0)", "max_output_channels": max(count for _rate, count in self.takes)}
        return [card] if device is None and kind is None else card

    def OutputStream(self, **options: Any) -> FakeStream:  # noqa: N802 - the library's name
        """Open a stream."""
        return FakeStream(self, **options)

    def _terminate(self) -> None:
        self.anew += 1

    def _initialize(self) -> None:
        pass


@pytest.fixture
def clock() -> VirtualClock:
    """Return a clock that stands where the test puts it."""
    return VirtualClock(datetime(2026, 11, 23, 5, tzinfo=UTC))


@pytest.fixture
def opened(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[DeviceStream, FakeLibrary]]:
    """Return a way to open a stream on a fake library."""

    def make(*takes: tuple[int, int], time_s: Callable[[], float] = lambda: 1e6) -> tuple[DeviceStream, FakeLibrary]:
        library = FakeLibrary(set(takes), time_s)
        for module in ("loa.playout.device", "loa.playout.stream"):
            monkeypatch.setattr(f"{module}.load_sounddevice", lambda: library)
        timeline = Timeline()
        stream = DeviceStream("default", 0.2, timeline, clock, lambda: None)
        clock.advance(1)
        stream.look()
        return stream, library

    return make


def tone(timeline: Timeline, *, wall_start_s: float | None = None, seconds: float = 1.0) -> None:
    """Put a steady sound on the line."""

    class Steady(Silence):
        def read(self, frames: int) -> Samples | None:
            taken = super().read(frames)
            return None if taken is None else taken + np.float32(0.5)

    frames = round(seconds * RATE)
    part = Part(part_id="a", sound=Sound(path=None, frames=frames), wall_start_s=wall_start_s)
    timeline.add(part, Steady(frames))


def test_a_card_that_takes_only_44100_stereo_gets_it(opened: Callable[..., Any]) -> None:
    """A device that refuses 48 kHz and mono: resampled at the edge, both sides the same, the start still in its place."""
    stream, library = opened((44_100, 2))
    assert library.streams[-1].options["samplerate"] == 44_100
    tone(stream._timeline)
    heard = np.concatenate([library.streams[-1].feed(1024) for _block in range(60)])
    assert np.array_equal(heard[:, 0], heard[:, 1])
    loud = np.flatnonzero(heard[:, 0] > 0.25)
    assert len(loud) == pytest.approx(44_100, abs=4)
    assert heard[loud[100] : loud[-100], 0] == pytest.approx(0.5, abs=0.01)


def test_a_start_on_a_resampled_device_is_placed_to_the_sample(opened: Callable[..., Any], clock: VirtualClock) -> None:
    """What the resampler still holds is on its way: the start is where the clock says, within two samples."""
    stream, library = opened((44_100, 1), time_s=clock.monotonic)
    at_s = clock.now().timestamp() + 0.5
    tone(stream._timeline, wall_start_s=at_s)
    heard = []
    for _block in range(40):
        heard.append(library.streams[-1].feed(1024, ahead_s=0.1)[:, 0])
        clock.advance(1024 / 44_100)
    first = int(np.flatnonzero(np.concatenate(heard) > 0.25)[0])
    assert first / 44_100 + 0.1 == pytest.approx(0.5, abs=2 / 44_100)


@pytest.mark.parametrize("wall", [True, False], ids=["wall clock", "own clock"])
def test_whatever_clock_the_library_keeps_the_start_is_right(
    opened: Callable[..., Any], clock: VirtualClock, *, wall: bool
) -> None:
    """Through ALSA's pulse plugin the library's time is wall time; elsewhere monotonic, or a clock of its own."""
    stream, library = opened(
        (48_000, 1), time_s=lambda: clock.now().timestamp() if wall else clock.monotonic() * 1.0 + 12_345
    )
    tone(stream._timeline, wall_start_s=clock.now().timestamp() + 0.25)
    heard = library.streams[-1].feed(RATE // 2, ahead_s=0.2)[:, 0]
    assert np.flatnonzero(heard)[0] == pytest.approx(RATE // 20, abs=1)


def test_a_busy_device_says_so_and_is_tried_again(opened: Callable[..., Any], clock: VirtualClock) -> None:
    """Another program holds the card: told with what to do, tried every half second, played once it is free."""
    stream, library = opened((48_000, 2))
    stream.close()
    library.busy = True
    stream.look()
    assert "Device unavailable" in stream.trouble
    assert len(library.streams) == 1
    library.busy = False
    stream.look()
    assert not stream.open, "not before its time"
    clock.advance(0.5)
    stream.look()
    assert library.anew == 1
    clock.advance(0.3)
    library.streams[-1].feed(480)
    stream.look()
    assert (stream.open, stream.trouble) == (True, "")


def test_a_device_that_falls_silent_without_a_word_is_reopened(opened: Callable[..., Any], clock: VirtualClock) -> None:
    """A suspended device still says "active": the age of its last question tells."""
    stream, library = opened((48_000, 2))
    library.streams[-1].feed(480)
    clock.advance(0.9)
    stream.look()
    assert len(library.streams) == 1
    clock.advance(0.2)
    stream.look()
    assert stream.trouble
    assert len(library.streams) == 2


def test_the_edge_never_changes_what_needs_no_change() -> None:
    """At 48 kHz every sample goes through as it is, on each channel."""
    sound = np.random.default_rng(1).uniform(-1, 1, 1000).astype(np.float32)

    def render(out: Samples, _at_s: float) -> None:
        out[:] = sound

    out = np.zeros((1000, 6), np.float32)
    Edge(RATE, render).fill(out, 0.0)
    assert all(np.array_equal(out[:, channel], sound) for channel in range(6))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("USB", "USB Audio: - (hw:2,0)"),
        ("alsa:Device", "USB Audio: - (hw:2,0)"),
        ("alsa:PCH", "HDA Intel PCH: ALC (hw:0,0)"),
        ("alsa:Gone", ""),
        ("alsa:", ""),
        ("pulse:some.sink", "pulse"),
        ("pulse", "pulse"),
        ("Nothing", ""),
    ],
)
def test_a_card_is_found_by_the_name_that_stays(tmp_path: Path, name: str, found: str) -> None:
    """Card numbers change with every plug; the name that ALSA keeps leads to the number of today."""
    for number, card in enumerate(("PCH", "HDMI", "Device")):
        (tmp_path / f"card{number}").mkdir()
        (tmp_path / card).symlink_to(f"card{number}")
    devices = ["HDA Intel PCH: ALC (hw:0,0)", "HDA HDMI: 0 (hw:1,3)", "USB Audio: - (hw:2,0)", "pulse", "default"]
    assert named(name, devices, tmp_path) == found


def test_a_disk_that_is_too_slow_gives_silence_and_the_sound_afterwards_whole() -> None:
    """The feeder waits for the disk, the device never does: what is missing is silent, nothing is skipped."""
    spun_up = threading.Event()

    class Slow(Silence):
        def read(self, frames: int) -> Samples | None:
            spun_up.wait(10)
            return super().read(frames)

    source = PrefetchedSource(Sound(path=None, frames=1000), lambda _sound: Slow(1000))
    source.begin()
    assert source.read(480) is None
    spun_up.set()
    assert source.wait_ready(5)
    taken = 0
    while taken < 1000:
        block = source.read(480)
        taken += 0 if block is None else len(block)
    source.close()


@pytest.mark.parametrize("lengths", [[96_000], [3_000, 20_000, 48_000]], ids=["one", "several"])
def test_what_cuts_in_is_there_for_the_whole_buffer_that_the_device_takes_at_once(lengths: list[int]) -> None:
    """An emergency has no hole where its first block ends, though the disk takes its time for each block."""

    class Slow(Silence):
        def read(self, frames: int) -> Samples | None:
            time.sleep(0.02)
            return super().read(frames)

    sources = [PrefetchedSource(Sound(path=None, frames=length), lambda s: Slow(s.frames)) for length in lengths]
    buffer_frames = round(1.25 * 0.5 * RATE)
    read_ahead(list(zip(sources, lengths, strict=True)), buffer_frames, 5.0, SystemClock())
    taken = 0
    for source, length in zip(sources, lengths, strict=True):
        for _read in range(8):
            block = source.read(min(length, buffer_frames - taken))
            assert block is not None, f"a hole after {taken} frames"
            taken += len(block)
        source.close()
    assert taken == buffer_frames


def test_a_disk_that_hangs_keeps_what_cuts_in_from_nothing() -> None:
    """The player waits for samples only so long: the next in line must be heard."""
    hung = threading.Event()

    class Hangs(Silence):
        def read(self, frames: int) -> Samples | None:
            hung.wait(10)
            return super().read(frames)

    sources = [PrefetchedSource(Sound(path=None, frames=1000), lambda _sound: Hangs(1000)) for _source in range(2)]
    clock = SystemClock()
    began_s = clock.monotonic()
    read_ahead([(source, 1000) for source in sources], RATE, 0.1, clock)
    assert clock.monotonic() - began_s < 5
    hung.set()
    for source in sources:
        source.close()


def test_the_feeder_ends_with_its_source() -> None:
    """A part that was cut leaves no thread behind that reads on."""
    closed: list[Source] = []

    class Endless(Silence):
        def close(self) -> None:
            closed.append(self)

    source = PrefetchedSource(Sound(path=None, frames=1 << 40), lambda _sound: Endless(1 << 40))
    source.begin()
    assert source.wait_ready(5)
    source.close()
    assert source._feeder is not None
    source._feeder.join(5)
    assert len(closed) == 1


def test_the_probe_is_long_enough_to_tell_a_device_that_keeps_no_time(
    opened: Callable[..., Any], clock: VirtualClock
) -> None:
    """A null device swallows a second in a moment; a real one that fills its buffer does not look like that."""
    stream, library = opened((48_000, 2))
    library.streams[-1].feed(round(0.2 * RATE))
    clock.advance(stream_module.PROBE_S + 0.01)
    stream.look()
    assert stream.open
    library.streams[-1].feed(10 * RATE)
    stream.look()
    assert not stream.open
    assert stream.trouble
