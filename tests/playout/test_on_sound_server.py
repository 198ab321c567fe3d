"""`loa run` on a real sound server: what the loudspeaker says is what was rendered; faults leave true rows."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import soundfile

from loa.clock import SystemClock
from loa.ledger import Ledger, as_run
from tests.sound_server import SoundServer, correlation, sound_server, start_sound_server

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ATTENTION_S = 2.4
pytestmark = [pytest.mark.timeout(180), pytest.mark.real_time]


class RunningStation:
    """A copy of the example station, run as a person runs it: as a process."""

    def __init__(self, folder: Path, server: SoundServer | None) -> None:
        self.folder = folder
        self.server = server
        self.process: subprocess.Popen[str] | None = None

    def loa(self, *words: str) -> str:
        """Run a command of loa in the station's folder and return what it prints."""
        environment = (self.server.environment if self.server else {}) | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-m", "loa", *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_until_played(self, seconds: float, *, timeout_s: float = 40) -> None:
        """Wait until so much of what is on the air was heard, as the station itself says."""
        end_s = time.monotonic() + timeout_s
        while (json.loads(self.loa("status", "--json"))["on_air"] or {"played_s": 0.0})["played_s"] < seconds:
            assert time.monotonic() < end_s
            time.sleep(0.1)

    def start(self) -> None:
        """Start `loa run`."""
        environment = (self.server.environment if self.server else {}) | {"PYTHONPATH": str(ROOT)}
        with (self.folder / "run.txt").open("a") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "loa", "run"],
                cwd=self.folder,
                env=environment,
                stdout=printed,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(20)

    def log(self) -> list[dict[str, Any]]:
        """Return the as-run records as `loa log list --json` gives them, read without starting a process each time."""
        path = self.folder / "log" / "ledger.sqlite"
        if not path.exists():
            return []
        with Ledger(path, SystemClock()) as ledger:
            return [record.as_json() for record in as_run(ledger.rows())]

    def wait_for(self, seen: Callable[[list[dict[str, Any]]], bool], *, timeout_s: float = 60) -> list[dict[str, Any]]:
        """Poll the log until `seen` and return it."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            records = self.log()
            if seen(records):
                return records
            time.sleep(0.1)
        pytest.fail(f"not seen: {(self.folder / 'run.txt').read_text()}\n{json.dumps(self.log(), indent=1)[:3000]}")


def station_folder(folder: Path) -> Path:
    """Make a small station from the example: a check of ten seconds, an emergency preset, quiet hours away from now."""
    folder.mkdir()
    for name in ("scripts", "schedules", "audio"):
        (folder / name).mkdir()
    shutil.copy(ROOT / "scripts" / "khan-cap-di-doi.md", folder / "scripts")
    check = (ROOT / "scripts" / "kiem-tra-loa.md").read_text(encoding="utf-8")
    head, _fence, body = check.rpartition("---\n")
    (folder / "scripts" / "kiem-tra-loa.md").write_text(f"{head}---\n{body[:180]}", encoding="utf-8")
    for path in (ROOT / "audio").glob("*.flac"):
        shutil.copy(path, folder / "audio")
    quiet = datetime.now(ZONE) + timedelta(hours=11)
    hours = f"{quiet:%H:%M}-{quiet + timedelta(minutes=1):%H:%M}"
    settings = (ROOT / "station.yaml").read_text(encoding="utf-8").replace("21:00-05:00", hours)
    (folder / "station.yaml").write_text(f"{settings}\nconsole:\n  enabled: no\n", encoding="utf-8")
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SoundServer]:
    """Run a sound server of this test's own."""
    with sound_server(tmp_path / "pulse") as running:
        yield running


@pytest.fixture
def station(tmp_path: Path, server: SoundServer) -> Iterator[RunningStation]:
    """Return a station whose audio is finished; end it after the test."""
    running = RunningStation(station_folder(tmp_path / "station"), server)
    running.loa("render", "kiem-tra-loa")
    yield running
    if running.process is not None and running.process.poll() is None:
        running.end(signal.SIGKILL)


def rendered(station: RunningStation, name: str) -> tuple[np.ndarray[Any, np.dtype[np.float32]], float]:
    """Return the finished samples of an item and their length in seconds."""
    (made,) = json.loads(station.loa("render", name, "--json"))
    path = station.folder / "audio" / "rendered" / made["key"][:2] / f"{made['key']}.flac"
    samples, _rate = soundfile.read(path, dtype="float32")
    return samples, made["length_s"]


def closed(record: dict[str, Any]) -> bool:
    """Return whether a record has its outcome."""
    return record["outcome"] is not None


def test_what_the_loudspeaker_says_is_what_was_rendered(station: RunningStation, server: SoundServer) -> None:
    """The recording of the sound server's output matches the rendered file, and the row says what was heard."""
    expected, length_s = rendered(station, "kiem-tra-loa")
    with server.recording(station.folder / "heard.f32") as recorded:
        station.start()
        records = station.wait_for(lambda found: any(map(closed, found)))
        time.sleep(0.3)
    station.end()
    record = next(filter(closed, records))
    assert (record["slot"], record["outcome"], record["heard"]) == ("station-check", "aired", True)
    assert record["played_s"] == pytest.approx(length_s, abs=0.01)
    peak, _place = correlation(np.fromfile(recorded, np.float32), expected)
    assert peak >= 0.99
    station.loa("log", "verify")


def test_killed_in_the_middle_it_is_partial_with_its_seconds_and_never_plays_again(
    station: RunningStation, server: SoundServer
) -> None:
    """Kill -9 in a broadcast, start again: verified chain, partial with the seconds heard, no second play."""
    expected, _length_s = rendered(station, "kiem-tra-loa")
    with server.recording(station.folder / "heard.f32") as recorded:
        station.start()
        station.wait_for(lambda found: any(record["on_air"] and record["started_at"] for record in found))
        time.sleep(5)
        station.end(signal.SIGKILL)
        station.start()
        records = station.wait_for(lambda found: any(map(closed, found)))
        time.sleep(4)
        station.end()
    heard = np.fromfile(recorded, np.float32)
    record = next(filter(closed, records))
    assert (record["outcome"], record["reason"]) == ("partial", "station-killed")
    loud = np.flatnonzero(np.abs(heard) > 1e-4)
    heard_s = (loud[-1] - loud[0]) / 48_000
    assert record["played_s"] == pytest.approx(heard_s, abs=1.5)
    assert record["items"][0]["played_s"] == record["played_s"]
    peak, place = correlation(heard, expected[: 48_000 * 4])
    assert peak >= 0.99
    again, _place = correlation(heard[place + 48_000 * 4 :], expected[: 48_000 * 2])
    assert again < 0.5, "it was played twice"
    assert len([one for one in station.log() if one["slot"] == "station-check"]) == 1
    station.loa("log", "verify")


def test_an_emergency_cuts_in_and_both_are_logged(station: RunningStation, server: SoundServer) -> None:
    """`loa emergency` is heard over what is on the air, after its attention tone."""
    expected, length_s = rendered(station, "khan-cap-di-doi")
    with server.recording(station.folder / "heard.f32") as recorded:
        station.start()
        station.wait_for(lambda found: any(record["on_air"] and record["started_at"] for record in found))
        time.sleep(2)
        station.loa("emergency", "khan-cap-di-doi", "--by", "Chủ tịch xã")
        station.wait_until_played(ATTENTION_S + 5)
        station.loa("stop", "--by", "Hoa")
        time.sleep(1)
    station.end()
    records = {record["slot"]: record for record in station.log()}
    assert (records["station-check"]["outcome"], records["station-check"]["reason"]) == ("partial", "emergency")
    assert records["emergency"]["outcome"] == "partial", "it was stopped by hand"
    assert records["emergency"]["planned_s"] == pytest.approx(ATTENTION_S + length_s, abs=0.01)
    peak, _place = correlation(np.fromfile(recorded, np.float32), expected[: 48_000 * 4])
    assert peak >= 0.99


def test_a_killed_sound_server_is_noticed_and_the_broadcast_goes_on(
    station: RunningStation, server: SoundServer
) -> None:
    """The sound server dies and comes back: the loss is in the ledger, the rest is heard, nothing is claimed whole."""
    station.start()
    station.wait_for(lambda found: any(record["on_air"] and record["started_at"] for record in found))
    time.sleep(3)
    server.kill()
    time.sleep(1.5)
    server.process = start_sound_server(server.folder).process
    records = station.wait_for(lambda found: any(map(closed, found)), timeout_s=90)
    station.end()
    record = next(filter(closed, records))
    assert (record["outcome"], record["reason"]) == ("partial", "output-lost")
    assert 0.5 < record["items"][0]["lost_s"] < 8
    assert record["items"][0]["lost_s"] + record["played_s"] == pytest.approx(record["planned_s"], abs=0.1)
    kinds = [json.loads(line)["kind"] for line in exported(station)]
    assert "output-lost" in kinds
    assert "output-back" in kinds


def exported(station: RunningStation) -> list[str]:
    """Return the exported ledger rows."""
    station.loa("log", "export", "rows.jsonl")
    return (station.folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()


def test_a_second_station_on_one_folder_refuses(station: RunningStation) -> None:
    """Two processes never play one station."""
    station.start()
    station.wait_for(lambda found: any(record["on_air"] for record in found))
    second = subprocess.run(
        [sys.executable, "-m", "loa", "run"],
        cwd=station.folder,
        env=(station.server.environment if station.server else {}) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert second.returncode == 4, second.stderr
    station.end()


def test_a_broken_edit_keeps_the_last_good_timetable(station: RunningStation) -> None:
    """A wrong file is told once, the station goes on, and mending it is told too."""
    station.start()
    station.wait_for(lambda found: any(record["on_air"] for record in found))
    wrong = station.folder / "schedules" / "sai.yaml"
    wrong.write_text("slots:\n  sang:\n    programme: khong-co\n    at: 25:61\n", encoding="utf-8")
    told = wait_for_text(station, "25:61")
    assert "sai.yaml" in told
    wrong.unlink()
    state = json.loads(station.loa("status", "--json"))
    end = time.monotonic() + 10
    while state["timetable_mistakes"] and time.monotonic() < end:
        time.sleep(0.3)
        state = json.loads(station.loa("status", "--json"))
    assert state["timetable_mistakes"] == []
    station.end()


def wait_for_text(station: RunningStation, text: str) -> str:
    """Wait until `loa run` has printed `text`."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        printed = (station.folder / "run.txt").read_text()
        if text in printed:
            return printed
        time.sleep(0.2)
    pytest.fail((station.folder / "run.txt").read_text())


def test_a_clean_end_closes_what_is_on_the_air(station: RunningStation) -> None:
    """SIGTERM (shut-down, systemd) leaves a partial outcome with its reason, and a row that the station went down."""
    station.start()
    station.wait_for(lambda found: any(record["on_air"] and record["started_at"] for record in found))
    time.sleep(1)
    station.end()
    record = next(filter(closed, station.log()))
    assert (record["outcome"], record["reason"]) == ("partial", "station-stopped")
    kinds = [json.loads(line)["kind"] for line in exported(station)]
    assert kinds[-3:] == ["station-down", "station-key", "anchor"], "signed when it goes off the air"


def test_without_a_sound_server_it_writes_files_and_says_so_and_moves_when_one_starts(tmp_path: Path) -> None:
    """No loudspeaker is said plainly in the log and on the screen; a sound server that starts later is found."""
    with sound_server(tmp_path / "pulse") as server:
        server.kill()
        station = RunningStation(station_folder(tmp_path / "station"), server)
        station.loa("render", "kiem-tra-loa")
        station.start()
        records = station.wait_for(lambda found: any(map(closed, found)), timeout_s=90)
        record = next(filter(closed, records))
        assert (record["outcome"], record["heard"]) == ("aired", False)
        assert str(station.folder.name) in record["output"] or "output" in record["output"]
        assert list((station.folder / "output").glob("*.flac"))
        assert json.loads(station.loa("status", "--json"))["heard"] is False
        server.process = start_sound_server(server.folder).process
        end = time.monotonic() + 40
        while not json.loads(station.loa("status", "--json"))["heard"]:
            assert time.monotonic() < end, "the sound server was not found"
            time.sleep(0.5)
        station.end()
        assert "output-back" in [json.loads(line)["kind"] for line in exported(station)]


def test_a_null_device_is_refused(tmp_path: Path) -> None:
    """A device that swallows sound faster than time passes is no loudspeaker: false evidence is refused."""
    configuration = tmp_path / "asound.conf"
    configuration.write_text("pcm.!default { type null }\n")
    code = (
        "from loa.clock import SystemClock; from loa.errors import OutputFailed\n"
        "from loa.playout import SoundDeviceOutput\n"
        "try:\n    SoundDeviceOutput('default', 0.2, SystemClock()).open()\n"
        "except OutputFailed as error:\n    print('refused', error)\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULSE_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment | {"ALSA_CONFIG_PATH": str(configuration)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.stdout.startswith("refused"), done.stderr
