"""What `status`, `stop` and `emergency` show of a running station."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from loa.cli import loa
from loa.station.air_desk import AirDesk
from tests.station.mini_station import bulletin_text, mini_station, write

STANDING = {
    "order": "emergency@x",
    "title": "Lũ",
    "authoriser": "Chủ tịch",
    "said": 2,
    "once": False,
    "every_s": 600.0,
    "until": "2026-11-23T15:00:00.000000Z",
    "times": None,
    "airing": False,
    "next_at": "2026-11-23T01:10:00.000000Z",
}
ALARM = {"alarm": "disk", "since": "2026-11-22T22:00:00.000000Z", "detail": "", "text": "The disk is nearly full."}
STATE: dict[str, Any] = {
    "on_air": None,
    "next": [],
    "emergencies": [STANDING],
    "alarms": [ALARM],
    "output": "card",
    "heard": True,
    "trouble": "",
    "timetable_mistakes": [],
    "at": "2026-11-23T08:00:00+07:00",
}

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a station whose running process says `STATE`."""
    monkeypatch.setattr(AirDesk, "status", lambda _desk: STATE)
    monkeypatch.setattr(AirDesk, "stop_current", lambda _desk, **_how: 1)
    return mini_station(tmp_path / "station")


def run(folder: Path, *words: str) -> str:
    """Return what a command prints."""
    result = CliRunner().invoke(loa, ["-C", str(folder), *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_status_shows_emergencies_and_alarms(folder: Path) -> None:
    """In the station's time: who ordered it, when it is said again, what is wrong and since when."""
    shown = run(folder, "status")
    assert "EMERGENCY by order of Chủ tịch, said 2 times: Lũ. Again at 08:10:00, until 22:00 23/11." in shown
    assert "ALARM since 05:00 23/11/2026: The disk is nearly full." in shown
    assert '"alarms"' in run(folder, "status", "--json")


def test_stop_tells_that_a_repeated_emergency_goes_on(folder: Path) -> None:
    """Whoever wants silence for good learns how."""
    assert "--all-clear" in run(folder, "stop", "--by", "Hoa")


@pytest.mark.parametrize(
    ("until", "meant"),
    [("22:00", "2026-11-23T22:00"), ("05:00", "2026-11-24T05:00"), ("24/11/2026 09:00", "2026-11-24T09:00")],
)
def test_until_is_the_next_such_hour(folder: Path, monkeypatch: pytest.MonkeyPatch, until: str, meant: str) -> None:
    """At eight in the morning, until five is until tomorrow's five."""
    asked: dict[str, Any] = {}

    def emergency(_desk: AirDesk, **order: Any) -> dict[str, Any]:
        asked.update(order)
        return {"length_s": 8.0, "title": "Lũ", "heard": True, "sound_in_s": 3.0}

    monkeypatch.setattr(AirDesk, "emergency", emergency)
    monkeypatch.setattr("loa.clock.SystemClock.now", lambda _clock: datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    shown = run(folder, "emergency", "mot", "--by", "Lan", "--every", "10", "--until", until)
    assert asked["until"].isoformat(timespec="minutes").startswith(meant)
    assert (asked["every_min"], asked["authoriser"]) == (10, "Lan")
    assert "the sound begins in 3 seconds" in shown
    assert "every 10 minutes" in shown


@pytest.mark.parametrize(("ended", "told"), [(2, "2 emergencies have ended"), (0, "No emergency was to be said again")])
def test_the_all_clear_tells_what_it_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch, ended: int, told: str
) -> None:
    """Or that there was nothing to end; it is logged all the same."""
    monkeypatch.setattr(AirDesk, "all_clear", lambda _desk, **_order: {"ended": ended, "heard": True})
    assert told in run(folder, "emergency", "--all-clear", "--by", "Lan")


def test_presets_are_listed(folder: Path) -> None:
    """Those that are ready with their length, the others with what to do."""
    assert "There is none" in run(folder, "emergency", "--list")
    write(folder, "scripts/lu.md", bulletin_text("lu", more="priority: emergency\n"))
    assert "loa render" in run(folder, "emergency", "--list")
