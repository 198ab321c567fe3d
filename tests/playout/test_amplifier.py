"""The amplifier: warm before the first word, off after the last, and never a reason for silence."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from loa.clock import SystemClock, VirtualClock
from loa.equipment import AmplifierSettings
from loa.ledger import Outcome, RowKind
from loa.playout import Broadcaster, ProgressFile
from loa.playout.amplifier import Amplifier
from loa.playout.broadcaster import StationFacts
from loa.programs import Finished, ProgramThread, run_program
from loa.sound import AudioStore
from tests.playout.small_station import START, ZONE, SmallStation, material, open_station, slot
from tests.playout.test_emergencies import order, until

SETTINGS = AmplifierSettings(on=("on",), off=("off",), lead_s=10.0, tail_s=60.0)

pytestmark = pytest.mark.usefixtures("english")


@dataclass
class FakePrograms:
    """Programs that take as long as is said, and fail where that is said; notes when each was started."""

    clock: VirtualClock
    takes_s: float = 0.5
    error: str = ""
    started: list[tuple[str, str]] = field(default_factory=list)
    _ends_s: float | None = None

    def start(self, command: Sequence[str]) -> None:
        """Note it."""
        assert self._ends_s is None, "one at a time"
        self.started.append((command[0], f"{self.clock.now().astimezone(ZONE):%H:%M:%S}"))
        self._ends_s = self.clock.monotonic() + self.takes_s

    def finished(self) -> Finished | None:
        """Tell the end, once."""
        if self._ends_s is None or self.clock.monotonic() < self._ends_s:
            return None
        self._ends_s = None
        return Finished(command=("x",), error=self.error, took_s=self.takes_s)

    def wait(self) -> None:
        """Let the time pass."""
        if self._ends_s is not None:
            self.clock.advance(max(0.0, self._ends_s - self.clock.monotonic()))


def at(text: str) -> datetime:
    """Return a time of 23 November 2026."""
    return datetime.fromisoformat(f"2026-11-23T{text}").replace(tzinfo=ZONE)


@pytest.fixture
def station(tmp_path: Path) -> SmallStation:
    """Return a station with slots at 05:05, 05:06:20 and 05:30 and an amplifier."""
    plain = open_station(tmp_path, VirtualClock(START))
    programs = FakePrograms(plain.clock)
    plain.broadcaster = Broadcaster(
        ledger=plain.ledger,
        output=plain.output,
        clock=plain.clock,
        progress=ProgressFile(tmp_path / "on-air.json"),
        facts=StationFacts(version="test", boot_id="boot", process_id=1),
        stored=AudioStore(tmp_path / "rendered").find,
        amplifier=Amplifier(SETTINGS, programs, plain.clock),
    )
    plain.programs = programs  # type: ignore[attr-defined]
    plain.broadcaster.start(material(tmp_path, [slot("a", "05:05"), slot("b", "05:06:20"), slot("c", "05:30")]))
    return plain


def programs(station: SmallStation) -> FakePrograms:
    """Return what switches the station's amplifier."""
    found = station.programs  # type: ignore[attr-defined]
    assert isinstance(found, FakePrograms)
    return found


def test_it_is_on_before_the_sound_and_off_after_it(station: SmallStation) -> None:
    """Ten seconds before; a session holds what is closer than a minute; off a minute after. A start switches it off."""
    station.run_until(at("05:40:00"))
    assert programs(station).started == [
        ("off", "05:00:00"),
        ("on", "05:04:50"),
        ("off", "05:08:21"),
        ("on", "05:29:50"),
        ("off", "05:32:01"),
    ]
    rows = [(row.data["on"], row.data["error"]) for row in station.ledger.rows(kinds=[RowKind.AMPLIFIER])]
    assert rows == [(False, ""), (True, ""), (False, ""), (True, ""), (False, "")]
    assert [one.lateness_s for one in station.records() if one.started_at] == pytest.approx([0, 0, 0], abs=0.01)


def test_an_emergency_waits_for_a_cold_amplifier_and_says_how_long(station: SmallStation) -> None:
    """Its first words are not lost; on a warm one it is heard at once."""
    station.run_until(at("05:01:00"))
    order(station, repeats=until("05:11:00"))
    assert programs(station).started[-1] == ("on", "05:01:00")
    station.run_until(at("05:05:30"))
    first = next(one for one in station.records() if one.slot == "emergency")
    assert first.started_at is not None
    assert (first.started_at - at("05:01:00")).total_seconds() == pytest.approx(10, abs=0.5)
    order(station, name="chay")
    station.run_until(at("05:06:00"))
    second = next(one for one in station.records() if one.title == "chay")
    assert second.lateness_s < 0.2
    station.run_until(at("05:12:00"))
    again = [one for one in station.records() if one.title == "lu"][-1]
    assert again.lateness_s < 1.5, "it was switched on before the repeat"


def test_one_that_cannot_be_switched_stops_nothing(station: SmallStation) -> None:
    """Everything airs on time; each failure is told, and it is tried again, not every second."""
    programs(station).error = "no relay"
    station.run_until(at("05:04:00"))
    order(station)
    station.run_until(at("05:40:00"))
    aired = [one for one in station.records() if one.started_at]
    assert [one.outcome for one in aired] == [Outcome.AIRED] * 4
    assert max(one.lateness_s for one in aired) < 1.5
    errors = [row.data["error"] for row in station.ledger.rows(kinds=[RowKind.AMPLIFIER])]
    assert set(errors) == {"no relay"}
    assert len(errors) < 40 * 60 / 30 + 5


def test_a_switch_that_hangs_stops_nothing(station: SmallStation) -> None:
    """The program takes a minute: the broadcast begins on time."""
    programs(station).takes_s = 60.0
    station.run_until(at("05:07:00"))
    assert next(one for one in station.records() if one.slot == "a").lateness_s == pytest.approx(0, abs=0.01)


def test_it_is_off_when_the_station_goes_off_the_air(station: SmallStation) -> None:
    """Nothing hums through the night."""
    station.run_until(at("05:05:10"))
    station.broadcaster.shut_down("")
    assert programs(station).started[-1][0] == "off"
    kinds = [row.kind for row in station.ledger.rows()]
    assert kinds[-2:] == [RowKind.AMPLIFIER, RowKind.STATION_DOWN]


class TestPrograms:
    """Programs of the station's own, for real."""

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            ("", ""),
            ("import sys; sys.exit('relay 3 is stuck')", "relay 3 is stuck"),
            ("import sys; sys.exit(7)", "It ended with code 7."),
            ("import sys; sys.stdin.buffer.read() == 'Lũ'.encode() or sys.exit(1)", ""),
        ],
    )
    def test_how_it_ended(self, tmp_path: Path, code: str, error: str) -> None:
        """Its own last words, or its code; what it is given arrives."""
        assert run_program([sys.executable, "-c", code], folder=tmp_path, timeout_s=30, given="Lũ") == error

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        """Told, not raised."""
        assert "no-such-program" in run_program(["no-such-program"], folder=tmp_path, timeout_s=30)

    def test_one_that_hangs_is_killed_with_its_children(self, tmp_path: Path) -> None:
        """The wait has an end even where a child holds on."""
        code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
        assert "did not end" in run_program([sys.executable, "-c", code], folder=tmp_path, timeout_s=0.5)

    def test_beside_the_station(self, tmp_path: Path) -> None:
        """Started without waiting, its end told once."""
        programs = ProgramThread(tmp_path, 30, SystemClock())
        assert programs.finished() is None
        programs.start([sys.executable, "-c", "import sys; sys.exit('stuck')"])
        programs.wait()
        finished = programs.finished()
        assert finished is not None
        assert finished.error == "stuck"
        assert programs.finished() is None
        assert threading.active_count() < 50
