"""Faults of the player on a real sound server: what the listener hears, and what is told of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from loa.clock import SystemClock
from loa.errors import OutputFailed
from loa.playout import SoundDeviceOutput
from loa.playout.part import Began, Ended, Event, Part, Sound
from loa.playout.wire import line
from loa.sound_settings import OutputSettings
from loa.station import outputs
from tests.sound_server import SoundServer, correlation, sound_server, start_sound_server

ROOT = Path(__file__).parents[2]
RATE = 48_000
LENGTH_S = 3.2
FAULT_AT_S = 0.8
SHORT_S = 0.5
URGENT_FROM_S = 2.0
pytestmark = [pytest.mark.timeout(90), pytest.mark.real_time]


@dataclass
class Listener:
    """A device output on a sound server of its own, and one item of noise."""

    server: SoundServer
    output: SoundDeviceOutput
    part: Part
    samples: NDArray[np.float32]

    @property
    def player_id(self) -> int:
        """Process id of the player."""
        player_id = self.output.player_id
        assert player_id is not None
        return player_id

    def short(self) -> Part:
        """Return the end of the item: what shows that it still plays."""
        return Part(part_id="short", sound=self.part.sound.skipped(len(self.samples) - round(SHORT_S * RATE)))

    def play_through(self, fault: Callable[[], None]) -> list[Event]:
        """Play the item, let the fault happen, and return the events once it is over."""
        self.output.add([self.part])
        events = self.wait_for(Began)
        time.sleep(FAULT_AT_S)
        fault()
        return events + self.wait_for(Ended)

    def wait_for(self, kind: type[Event], *, longest_s: float = 15) -> list[Event]:
        """Return the events up to the first of a kind."""
        events: list[Event] = []
        end = time.monotonic() + longest_s
        while not any(isinstance(event, kind) for event in events):
            assert time.monotonic() < end, (kind, events, self.output.trouble)
            while self.output.events:
                events.append(self.output.events.popleft())
            time.sleep(0.02)
        return events


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """Return a listener, ready."""
    samples = np.random.default_rng(1).uniform(-0.2, 0.2, round(LENGTH_S * RATE)).astype(np.float32)
    path = tmp_path / "item.flac"
    soundfile.write(path, samples, RATE, subtype="PCM_16")
    with sound_server(tmp_path / "pulse") as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        output = SoundDeviceOutput("default", OutputSettings().latency_s, SystemClock())
        output.open()
        yield Listener(server, output, Part(part_id="a", sound=Sound(path=path, frames=len(samples))), samples)
        output.close()


def garbage(player_id: int, into: int) -> None:
    """Write what is no message into the player's own end of its pipe to the station."""
    wanted = Path(f"/proc/self/fd/{into}").readlink()
    for end in Path(f"/proc/{player_id}/fd").iterdir():
        if end.readlink() == wanted:
            end.write_bytes(b"\x00\xff rubbish\n")
            return
    pytest.fail("the player's pipe was not found")


@pytest.mark.parametrize("fault", ["killed", "hangs", "garbage"])
def test_a_broken_player_is_replaced_within_two_seconds_at_the_right_place(
    listener: Listener, tmp_path: Path, fault: str
) -> None:
    """The item goes on where it would be, not one sample is heard twice, and what nobody heard is counted."""

    def happens() -> None:
        assert listener.output._player is not None
        pipe = listener.output._player.process.stdout
        assert pipe is not None
        if fault == "garbage":
            garbage(listener.player_id, pipe.fileno())
        else:
            os.kill(listener.player_id, signal.SIGKILL if fault == "killed" else signal.SIGSTOP)

    first_player = listener.player_id
    with listener.server.recording(tmp_path / "heard.f32") as recorded:
        events = listener.play_through(happens)
        time.sleep(0.3)
    assert listener.player_id != first_player
    assert not Path(f"/proc/{first_player}").exists(), "no zombie is left"
    heard = np.fromfile(recorded, np.float32)
    peak, begins = correlation(heard, listener.samples[: RATE // 2])
    assert peak > 0.999
    peak, tail = correlation(heard, listener.samples[-RATE // 2 :])
    assert peak > 0.999
    assert listener.output.health().starved_frames == 0
    assert tail - begins == pytest.approx(len(listener.samples) - RATE // 2, abs=0.06 * RATE), "it goes on at its place"
    loud = np.flatnonzero(np.abs(heard) > 1e-3)
    silent_s = np.diff(loud).max() / RATE
    assert 0.1 < silent_s < 2.0
    ended = next(event for event in events if isinstance(event, Ended))
    assert ended.sent_frames + ended.lost_frames == len(listener.samples)
    assert ended.lost_frames / RATE == pytest.approx(silent_s, abs=0.25)
    assert (loud[-1] - loud[0]) / RATE - silent_s == pytest.approx(ended.sent_frames / RATE, abs=0.25)
    again, _place = correlation(heard[begins + RATE // 2 :], listener.samples[: RATE // 2])
    assert again < 0.5, "nothing is heard twice"


def test_the_player_carries_no_libraries_that_it_does_not_play_with(listener: Listener) -> None:
    """PortAudio opens all that ALSA names: what encodes with ffmpeg is taken off the list, the sound server is not."""
    loaded = Path(f"/proc/{listener.player_id}/maps").read_text()
    assert "libasound" in loaded
    assert "libpulse" in loaded
    assert "libavcodec" not in loaded


def test_a_player_that_dies_again_and_again_leaves_nothing_behind(listener: Listener) -> None:
    """Neither files nor threads nor zombies pile up, and it still plays (a hundred times in the benchmark)."""
    before = (len(list(Path("/proc/self/fd").iterdir())), threading.active_count())
    for _time in range(2):
        player = listener.player_id
        os.kill(player, signal.SIGKILL)
        end = time.monotonic() + 15
        while not listener.output.playing or listener.player_id == player:
            assert time.monotonic() < end
            time.sleep(0.05)
    assert (len(list(Path("/proc/self/fd").iterdir())), threading.active_count()) == before
    listener.output.add([listener.short()])
    ended = listener.wait_for(Ended)[-1]
    assert isinstance(ended, Ended)
    assert (ended.sent_frames, ended.lost_frames) == (SHORT_S * RATE, 0)


def test_looking_for_a_device_that_never_comes_leaves_nothing_behind(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A station without a card tries again and again: no thread, no process, no file stays, and it never waits."""
    monkeypatch.setattr(outputs, "TRY_EVERY_S", 0.1)
    monkeypatch.setattr(outputs, "TRY_S", 0.6)
    before = (len(list(Path("/proc/self/fd").iterdir())), threading.active_count())
    search = outputs.DeviceSearch(SystemClock())
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        began_s = time.monotonic()
        assert search.look(OutputSettings(device="No such device")) is None
        assert time.monotonic() - began_s < 0.2
        time.sleep(0.05)
    search.end()
    time.sleep(0.5)
    assert (len(list(Path("/proc/self/fd").iterdir())), threading.active_count()) == before
    assert listener.output.playing


def test_a_killed_sound_server_that_comes_back_is_played_on_at_the_right_place(
    listener: Listener, tmp_path: Path
) -> None:
    """The sound server dies in the middle of an item: the rest of it is heard, two seconds at most after it is back."""

    def dies_and_comes_back() -> None:
        listener.server.kill()
        time.sleep(0.5)
        assert listener.output.trouble
        listener.server.process = start_sound_server(listener.server.folder).process

    player = listener.player_id
    events = listener.play_through(dies_and_comes_back)
    assert listener.player_id == player, "a lost device is reopened without another process"
    began = next(event for event in events if isinstance(event, Began))
    ended = next(event for event in events if isinstance(event, Ended))
    assert ended.mono_s - began.mono_s == pytest.approx(LENGTH_S, abs=0.06)
    assert ended.sent_frames + ended.lost_frames == len(listener.samples)
    assert 0.4 < ended.lost_frames / RATE < 0.5 + 2.0
    with listener.server.recording(tmp_path / "heard.f32") as recorded:
        time.sleep(0.2)
        listener.output.add([listener.short()])
        listener.wait_for(Ended)
        time.sleep(0.3)
    peak, _place = correlation(np.fromfile(recorded, np.float32), listener.samples[-round(SHORT_S * RATE) :])
    assert peak > 0.999


@pytest.mark.parametrize(("fault", "misplaced_s"), [("removed", 0.06), ("suspended", 0.15)])
def test_a_lost_device_is_played_on_at_the_right_place_once_it_is_back(
    listener: Listener, fault: str, misplaced_s: float
) -> None:
    """A card that is pulled and plugged in again, or a sink that somebody suspends (its first times are wrong)."""

    def control(*words: str) -> str:
        done = subprocess.run(["pactl", *words], env=listener.server.environment, capture_output=True, check=True)
        return done.stdout.decode()

    def is_lost_and_back() -> None:
        if fault == "suspended":
            control("suspend-sink", "loa", "1")
        else:
            control("unload-module", "module-null-sink")
        end = time.monotonic() + 3
        while not listener.output.trouble:
            assert time.monotonic() < end, "nobody noticed"
            time.sleep(0.02)
        if fault == "suspended":
            control("suspend-sink", "loa", "0")
        else:
            control("load-module", "module-null-sink", "sink_name=loa", "rate=48000", "channels=1", "norewinds=1")

    events = listener.play_through(is_lost_and_back)
    began = next(event for event in events if isinstance(event, Began))
    ended = next(event for event in events if isinstance(event, Ended))
    assert ended.mono_s - began.mono_s == pytest.approx(LENGTH_S, abs=misplaced_s)
    assert ended.sent_frames + ended.lost_frames == len(listener.samples)
    assert 0.05 < ended.lost_frames / RATE < 2.6


def test_a_queue_that_nobody_takes_from_never_blocks_the_station(listener: Listener) -> None:
    """A hung player and a station that goes on talking: no call waits, and the next player hears what counts."""
    os.kill(listener.player_id, signal.SIGSTOP)
    began_s = time.monotonic()
    for number in range(3000):
        listener.output.cut(frozenset({f"nobody {number}"}))
    listener.output.add([listener.short()])
    listener.output.heard_frames(time.monotonic())
    listener.output.health()
    assert time.monotonic() - began_s < 1.0
    ended = listener.wait_for(Ended)[-1]
    assert isinstance(ended, Ended)
    assert (ended.sent_frames, ended.cut) == (SHORT_S * RATE, False)


def test_what_was_cut_while_the_player_was_dead_ends_and_the_emergency_is_heard(
    listener: Listener, tmp_path: Path
) -> None:
    """An emergency that meets a dying player is heard whole by the next one; what it cut is told as cut."""
    urgent = Part(part_id="urgent", sound=listener.part.sound.skipped(round(URGENT_FROM_S * RATE)))

    def dies_and_is_interrupted() -> None:
        os.kill(listener.player_id, signal.SIGSTOP)
        listener.output.interrupt(frozenset("a"), [urgent])

    with listener.server.recording(tmp_path / "heard.f32") as recorded:
        cut = listener.play_through(dies_and_is_interrupted)[-1]
        ended = listener.wait_for(Ended)[-1]
        time.sleep(0.3)
    assert isinstance(cut, Ended)
    assert cut.cut
    assert isinstance(ended, Ended)
    assert (ended.part_id, ended.sent_frames) == ("urgent", urgent.sound.frames)
    heard = np.fromfile(recorded, np.float32)
    peak, place = correlation(heard, listener.samples[round(URGENT_FROM_S * RATE) :])
    assert peak > 0.999
    loud = np.count_nonzero(np.abs(heard[:place]) > 1e-3)  # what the sound server still had is heard
    assert cut.sent_frames == pytest.approx(loud, abs=0.25 * RATE)


@pytest.mark.parametrize("stopped", [False, True], ids=["playing", "stopped"])
def test_the_player_ends_with_a_killed_station(listener: Listener, *, stopped: bool) -> None:
    """Kill -9 the station: its player is gone too, even one that hangs; never do two players sound."""
    code = (
        "import sys, time\n"
        "from loa.clock import SystemClock\nfrom loa.playout import SoundDeviceOutput\n"
        "output = SoundDeviceOutput('default', 0.2, SystemClock())\noutput.open()\n"
        "print(output.player_id, flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=listener.server.environment, stdout=subprocess.PIPE, text=True
    ) as station:
        assert station.stdout is not None
        player = int(station.stdout.readline())
        if stopped:
            os.kill(player, signal.SIGSTOP)
        station.kill()
    end = time.monotonic() + 5
    while running(player):
        assert time.monotonic() < end, "the player plays on without its station"
        time.sleep(0.02)


def running(process_id: int) -> bool:
    """Return whether a process runs (one that init has not buried yet does not)."""
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(") ")[2][0] != "Z"


@pytest.mark.parametrize(
    ("rate", "sample_format", "channels"), [(44_100, "s16le", 2), (48_000, "s16le", 1), (44_100, "float32le", 1)]
)
def test_every_kind_of_device_says_the_same_on_each_channel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate: int, sample_format: str, channels: int
) -> None:
    """44.1 and 48 kHz, 16 bits and float, one loudspeaker and two: the sound is whole, and both sides say the same."""
    hertz, seconds = 440, 1.0
    path = tmp_path / "tone.flac"
    tone = (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)
    soundfile.write(path, tone, RATE, subtype="PCM_16")
    with sound_server(tmp_path / "pulse", rate=rate, sample_format=sample_format, channels=channels) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        output = SoundDeviceOutput("pulse:loa", 0.2, SystemClock())
        output.open()
        with server.recording(tmp_path / "heard.f32", rate=rate, channels=channels) as recorded:
            time.sleep(0.3)
            output.add([Part(part_id="a", sound=Sound(path=path, frames=len(tone)))])
            time.sleep(seconds + 0.8)
        output.close()
    heard = np.fromfile(recorded, np.float32).reshape(-1, channels)
    assert np.array_equal(heard[:, 0], heard[:, -1])
    expected = 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    peak, place = correlation(heard[:, 0].copy(), expected.astype(np.float32))
    assert peak > 0.999
    assert np.abs(heard[place : place + len(expected), 0]).max() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("device", ["pulse:no-such-sink", "alsa:NoSuchCard", "No such device"])
def test_a_device_that_is_not_there_is_refused_with_what_to_do(listener: Listener, device: str) -> None:
    """A wrong name in station.yaml is told at once, and nothing is left running."""
    output = SoundDeviceOutput(device, 0.2, SystemClock())
    with pytest.raises(OutputFailed) as refused:
        output.open()
    assert listener.output.playing
    assert refused.value.message
    assert output.player_id is None or not running(output.player_id)


def test_without_a_default_device_it_says_which_could_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound configuration whose default leads nowhere: the message names the way out."""
    configuration = tmp_path / "asound.conf"
    configuration.write_text("pcm.!default { type hw card 99 }\n")
    for name in [name for name in os.environ if name.startswith("PULSE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(configuration))
    with pytest.raises(OutputFailed):
        SoundDeviceOutput("default", 0.2, SystemClock()).open()


def test_a_message_is_one_line() -> None:
    """Titles and paths with line breaks cannot tear the conversation."""
    assert line({"do": "add", "path": "a\nb"}).count(b"\n") == 1
