"""`loa log add`: what was played elsewhere goes into the log, once it is right, and stands apart."""

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
from loa.errors import InputRefused
from loa.ledger import RowKind
from loa.station.station import Station
from tests.station.mini_station import mini_station

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 18:00 of a Monday in Vietnam
Run = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mini_station(tmp_path / "station")


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command on the small station at a fixed time."""
    real = Station.__init__

    def at_a_fixed_time(self: Station, folder: Path, _clock: object = None) -> None:
        real(self, folder, VirtualClock(NOW))

    monkeypatch.setattr(Station, "__init__", at_a_fixed_time)

    def run(*args: str) -> Result:
        return CliRunner().invoke(loa, ["-C", str(folder), *args])

    return run


def rows(folder: Path) -> list[dict[str, Any]]:
    with Station(folder) as station:
        return [dict(row.data) for row in station.rows() if row.kind is RowKind.MANUAL]


def add(run: Run, *args: str) -> Result:
    return run("log", "add", *args, "--by", "Hoa")


def test_a_mobile_play_is_written_with_its_length(run: Run, folder: Path) -> None:
    """Bulletins give topic, text and the length of their sound; the time is local, in the past."""
    assert run("approve", "mot", "hai", "--by", "Lan").exception is None
    said = ["--channel", "mobile", "--place", "ấp 3", "--bulletin", "mot", "--bulletin", "scripts/hai.md"]
    result = add(run, *said, "--at", "2026-11-23 17:00", "--times", "3", "--note", "xe ô tô")
    assert result.exception is None, result.output
    (row,) = rows(folder)
    assert (row["channel"], row["place"], row["times"], row["person"]) == ("mobile", "ấp 3", 3, "Hoa")
    assert row["at"] == "2026-11-23T10:00:00.000000Z"
    assert [item["item"] for item in row["items"]] == ["mot", "hai"]
    assert all(
        item["length_s"] > 2 and item["approved_by"] == "Lan" and item["topic"] == "tin" for item in row["items"]
    )
    listed = run("log", "list").output
    assert "ấp 3" in listed
    assert "17:00" in listed
    said_json = json.loads(run("log", "list", "--json").output)
    assert [one["kind"] for one in said_json] == ["manual"]


def test_a_free_entry_has_title_and_topic(run: Run, folder: Path) -> None:
    """A meeting or a post needs no bulletin; without a time it was now."""
    assert add(run, "--channel", "zalo", "--title", "Dịch vụ công", "--topic", "tin").exception is None
    (row,) = rows(folder)
    assert (row["at"], row["place"]) == ("2026-11-23T11:00:00.000000Z", "")
    assert row["items"][0]["title"] == "Dịch vụ công"
    assert row["items"][0]["length_s"] == 0


def test_every_mistake_is_told_at_once_and_nothing_is_written(run: Run, folder: Path) -> None:
    """A row cannot be changed, so nothing half right becomes one."""
    result = add(
        run, "--channel", "mobil", "--bulletin", "mott", "--at", "23/11/2026 19:00", "--times", "0", "--corrects", "77"
    )
    assert isinstance(result.exception, InputRefused)
    fields = [finding.field for finding in result.exception.findings]
    assert fields == ["--channel", "--at", "--bulletin", "--corrects"]
    assert "mobile" in result.exception.message
    assert "mot" in result.exception.message
    assert rows(folder) == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (["--channel", "handheld", "--title", "x", "--topic", "tin"], "--place"),
        (["--channel", "web", "--title", "x", "--topic", "tin", "--times", "0"], "--times"),
        (["--channel", "web", "--title", "x", "--topic", "tin", "--times", "1000"], "--times"),
        (["--channel", "web", "--title", "x"], "--topic"),
        (["--channel", "web", "--bulletin", "mot", "--topic", "tin"], "--topic"),
        (["--channel", "web"], "--bulletin"),
        (["--channel", "web", "--bulletin", "mot", "--title", "x"], "--bulletin"),
        (["--channel", "web", "--bulletin", "mot", "--at", "lúc chiều"], "--at"),
        (["--channel", "web", "--bulletin", "mot", "--at", ""], "--at"),
        (["--channel", "mobile", "--place", "ấp 3", "--bulletin", "mot"], "--bulletin"),
    ],
)
def test_each_mistake_names_its_option(run: Run, folder: Path, said: list[str], field: str) -> None:
    """No place, no or too many times, no topic, nothing or too much said, no time, sound that has no length yet."""
    result = add(run, *said)
    assert isinstance(result.exception, InputRefused)
    assert [finding.field for finding in result.exception.findings] == [field]
    assert all(finding.advice for finding in result.exception.findings)
    assert rows(folder) == []


def test_a_correction_is_a_new_row(run: Run, folder: Path) -> None:
    """The old row stays, is shown as replaced, and can be corrected only once; only such rows can be corrected."""
    said = ["--channel", "meeting", "--place", "ấp 5", "--title", "Họp", "--topic", "tin"]
    run("approve", "mot", "--by", "Lan")
    add(run, *said)
    assert add(run, *said, "--times", "2", "--corrects", "2").exception is None
    assert "replaced by row 3" in run("log", "list").output
    for row in ("1", "2", "99"):
        refused = add(run, *said, "--corrects", row).exception
        assert isinstance(refused, InputRefused)
        assert [finding.field for finding in refused.findings] == ["--corrects"]
    assert add(run, *said, "--times", "0", "--corrects", "3").exception is None
    assert len(rows(folder)) == 3


def test_what_nobody_approved_is_logged_as_such(run: Run, folder: Path) -> None:
    """The log tells what happened, and says that no one had approved it."""
    result = add(run, "--channel", "facebook", "--bulletin", "mot")
    assert "not approved" in result.output
    assert rows(folder)[0]["items"][0]["approved_by"] == ""


def test_the_month_report_has_it(run: Run, folder: Path, tmp_path: Path) -> None:
    """What was written by hand is in the report of its month, as a table of its own."""
    import docx

    add(run, "--channel", "poster", "--place", "Chợ Minh Đức", "--title", "Pano", "--topic", "tin")
    result = run("report", "2026-11", "--out", str(tmp_path / "out"))
    assert result.exception is None, result.output
    document = docx.Document(str(tmp_path / "out" / "bao-cao-2026-11.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Chợ Minh Đức" in cells
    with Station(folder) as station:
        assert station.log_desk.verify().rows == 3, "the entry, the station's key, the anchor of the report"
