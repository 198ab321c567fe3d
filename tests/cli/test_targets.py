"""`loa targets`: the list, the JSON, the picture, and the days it is asked about."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loa.cli import loa
from loa.clock import VirtualClock
from loa.station.station import Station
from tests.station.mini_station import mini_station, write

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # 08:00 of a Wednesday in Vietnam
TARGETS = """\
targets:
  - title: Tin tức
    topic: tin
    basis: Kế hoạch 15
    lead: Văn hóa
    partners: Đoàn thể
    per: week
    broadcasts: 30
    minutes: 2.5
  - topic: dai
    basis: Kế hoạch 16
    lead: Đài
    from: 01/11/2026
    until: 20/11/2026
    bulletins: 1
"""
Run = Callable[..., Result]
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = mini_station(tmp_path / "station", recorded=False)
    write(folder, "schedules/targets.yaml", TARGETS)
    return folder


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs `loa targets` on the small station at a fixed time."""
    real = Station.__init__
    monkeypatch.setattr(Station, "__init__", lambda self, folder: real(self, folder, VirtualClock(NOW)))
    return lambda *args: CliRunner().invoke(loa, ["-C", str(folder), "targets", *args])


def good(result: Result) -> str:
    assert result.exception is None, result.output
    return result.output


def test_today_shows_what_runs(run: Run) -> None:
    """Title, period, state, basis, bodies, every number and what to add; what has ended is not shown."""
    said = good(run())
    assert "Tin tức, the week from 23/11/2026 to 29/11/2026: in danger" in said
    assert "Basis: Kế hoạch 15" in said
    assert "Lead: Văn hóa; with: Đoàn thể" in said
    assert [line.split() for line in said.splitlines() if line.startswith("  broadcasts")] == [
        ["broadcasts", "30", "0", "0", "30"]
    ]
    assert [line.split() for line in said.splitlines() if line.startswith("  minutes")] == [
        ["minutes", "2,5", "0", "0", "2,5"]
    ]
    assert "→ No bulletin that counts is approved" in said
    assert "Kế hoạch 16" not in said


def test_a_day_and_a_month(run: Run) -> None:
    """--at asks about one day, --month about what ends in the month, written either way; not both."""
    at = json.loads(good(run("--at", "18/11/2026", "--json")))
    assert [(one["title"], one["last_day"]) for one in at] == [("Tin tức", "2026-11-22"), ("Lời xướng", "2026-11-20")]
    month = json.loads(good(run("--month", "2026-11", "--json")))
    assert [one["last_day"][-2:] for one in month] == ["01", "08", "15", "22", "29", "20"]
    assert [one["state"] for one in month] == ["missed"] * 4 + ["in-danger", "missed"]
    assert json.loads(good(run("--month", "11/2026", "--json"))) == month
    assert run("--month", "2026-11", "--at", "18/11/2026").exit_code == 2


@pytest.mark.parametrize(
    "args", [["--month", "2026-13"], ["--month", "11"], ["--month", "1999-01"], ["--at", "32/1/2026"]]
)
def test_wrong_days_end_with_2(run: Run, args: list[str]) -> None:
    """What is no month or no day is refused before anything is read."""
    assert run(*args).exit_code == 2


def test_the_picture(run: Run, tmp_path: Path) -> None:
    """--chart writes an SVG beside the list; into a folder that is not there it writes nothing."""
    file = tmp_path / "chi-tieu.svg"
    assert str(file) in good(run("--chart", str(file)))
    assert ET.fromstring(file.read_text(encoding="utf-8")).tag.endswith("svg")  # noqa: S314 - our own file
    assert run("--chart", str(tmp_path / "nowhere" / "x.svg")).exit_code == 2


def test_no_targets(run: Run, folder: Path, tmp_path: Path) -> None:
    """A station without targets is told where they stand; JSON is an empty list; the picture says it too."""
    (folder / "schedules" / "targets.yaml").unlink()
    assert "schedules/targets.yaml" in good(run())
    assert json.loads(good(run("--json"))) == []
    good(run("--chart", str(tmp_path / "x.svg")))
    assert "No target" in (tmp_path / "x.svg").read_text(encoding="utf-8")
