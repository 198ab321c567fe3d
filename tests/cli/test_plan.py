"""What the operator asks of the plan on the command line: the days, why, what an edit changes, a calendar file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from loa.cli import loa
from loa.clock import VirtualClock
from loa.errors import InputRefused, NotFound
from loa.station import last_good
from loa.station.folder import StationFolder
from loa.station.station import Station
from tests.station.mini_station import mini_station, write

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 of a Monday in Vietnam
SLOTS = """\
slots:
  sang:
    programme: sang
    at: "05:30"
  ram:
    programme: sang
    at: "06:00"
    lunar: rằm
"""
Run = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = mini_station(tmp_path / "station", recorded=False)
    write(made, "schedules/khung-gio.yaml", SLOTS)
    return made


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs `loa plan` at a fixed time."""
    clock = VirtualClock(NOW)
    real = Station.__init__

    def at_a_fixed_time(self: Station, folder: Path, _clock: object = None) -> None:
        real(self, folder, clock)

    monkeypatch.setattr(Station, "__init__", at_a_fixed_time)

    def run(*args: str, **more: Any) -> Result:
        return CliRunner().invoke(loa, ["-C", str(folder), "plan", *args], **more)

    return run


def test_days_that_say_something(run: Run) -> None:
    """Rằm and holidays stand beside the date, once a day; other days have the date alone."""
    lines = run("--to", "25/11/2026").output.splitlines()
    assert [line[:43].strip() for line in lines[1:]] == [
        "Mon 23/11/2026 (rằm tháng Mười)         05:",
        "Mon 23/11/2026                          06:",
        "Tue 24/11/2026 (Ngày Văn hóa Việt Nam)  05:",
        "Wed 25/11/2026                          05:",
    ]


def test_why(run: Run) -> None:
    """Each step with its mark; as JSON too; a wrong name is told with the near ones."""
    output = run("--why", "ram", "24/11/2026").output
    assert "✗ 24/11/2026 is 16 tháng Mười; the slot airs only on rằm." in output
    steps = json.loads(run("--why", "ram", "23/11/2026", "--json").output)
    assert steps[1]["ok"] is True
    wrong = run("--why", "rams", "23/11/2026")
    assert isinstance(wrong.exception, NotFound)
    assert "Did you mean “ram”?" in str(wrong.exception)


def test_why_of_a_past_day_asks_the_log(run: Run) -> None:
    """A day gone by is answered from the log: here it knows nothing of it."""
    assert "The log has nothing of this slot on this day." in run("--why", "sang", "20/11/2026").output
    assert "The log" not in run("--why", "sang", "24/11/2026").output


def test_diff(run: Run, folder: Path) -> None:
    """What an edit adds, drops and moves, against the timetable on the air; without one it says so; exit code 0."""
    never = run("--diff")
    assert never.exit_code == 0
    assert "there is nothing to compare with" in never.output
    last_good.keep(StationFolder(folder))
    assert "Nothing changes from 23/11/2026 to 23/12/2026." in run("--diff").output
    write(
        folder,
        "schedules/khung-gio.yaml",
        SLOTS.replace("06:00", "06:30").replace("lunar: rằm", "dates: [25/11/2026, 23/12/2026]"),
    )
    result = run("--diff")
    assert result.exit_code == 0
    assert [" ".join(line.split()) for line in result.output.splitlines()[1:]] == [
        "+ Wed 25/11/2026 06:30 Buổi sáng added",
        "> Wed 23/12/2026 06:30 Buổi sáng moved from 06:00",
    ]
    assert [one["change"] for one in json.loads(run("--diff", "--json").output)] == ["added", "moved"]
    write(folder, "schedules/khung-gio.yaml", SLOTS.replace("lunar: rằm", "dates: 23/11/2026"))
    assert [one["change"] for one in json.loads(run("--diff", "--json").output)] == ["dropped"]


def test_diff_of_a_plan_with_mistakes(run: Run, folder: Path) -> None:
    """An overlap keeps the edit off the air and is told with the difference; a file that cannot be read is refused."""
    last_good.keep(StationFolder(folder))
    write(folder, "schedules/khung-gio.yaml", SLOTS.replace("06:00", "23:00"))
    told = run("--diff").output
    assert "moved from 06:00" in told
    assert "These mistakes keep the new timetable off the air" in told
    write(folder, "schedules/khung-gio.yaml", "slots: [")
    assert isinstance(run("--diff").exception, InputRefused)
    assert isinstance(run("--why", "sang", "24/11/2026").exception, InputRefused)


def test_a_calendar_file(run: Run, tmp_path: Path) -> None:
    """The plan goes to a file, whole; a folder that is not there is told before anything is written."""
    file = tmp_path / "lich.ics"
    assert "8 broadcasts written to" in run("--ics", str(file)).output
    content = file.read_bytes()
    assert content.count(b"BEGIN:VEVENT\r\n") == 8
    assert b"X-WR-CALNAME:" in content
    missing = run("--ics", str(tmp_path / "no" / "lich.ics"))
    assert missing.exit_code == 2
    assert "There is no folder" in missing.output


def test_one_question_at_a_time(run: Run) -> None:
    """Two questions at once, or a range beside the one day of --why, are refused."""
    assert run("--diff", "--why", "sang", "24/11/2026").exit_code == 2
    assert run("--why", "sang", "24/11/2026", "--from", "24/11/2026").exit_code == 2
