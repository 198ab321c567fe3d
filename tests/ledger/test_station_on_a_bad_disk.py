"""A whole station on a disk that fails in the morning: every broadcast airs, and all of it is in the ledger afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.ledger import AsRun, EnduringLedger, Outcome, RowKind, as_run, instant_from_text
from loa.playout import Broadcaster, ProgressFile, VirtualFileOutput
from loa.playout.broadcaster import StationFacts
from loa.sound import AudioStore
from tests.ledger.faults import fill, small_disk
from tests.ledger.test_enduring import GARBAGE
from tests.playout.small_station import START, ZONE, SmallStation, material, slot


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The disk of the log; sound lies elsewhere, as does the system's temporary folder."""
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    monkeypatch.setattr("loa.files.SHARED_MEMORY", tmp_path / "none")
    with small_disk(tmp_path / "log", kb=2048) as folder:
        yield folder


def open_station(folder: Path, log: Path, clock: VirtualClock) -> SmallStation:
    ledger = EnduringLedger(log / "ledger.sqlite", clock, zone=ZONE)
    output = VirtualFileOutput(folder / "sound", clock, ZONE)
    output.open()
    broadcaster = Broadcaster(
        ledger=ledger,
        output=output,
        clock=clock,
        progress=ProgressFile(log / "on-air.json"),
        facts=StationFacts(version="test", boot_id=clock.boot_id, process_id=1),
        stored=AudioStore(folder / "rendered").find,
    )
    return SmallStation(folder=folder, clock=clock, ledger=ledger, output=output, broadcaster=broadcaster)


def damage(log: Path) -> None:
    for name in ("ledger.sqlite", "ledger.sqlite-wal"):
        with (log / name).open("rb+") as file:
            file.write(GARBAGE * ((log / name).stat().st_size // len(GARBAGE)))


@pytest.mark.parametrize("fault", ["full", "damaged"])
def test_every_broadcast_airs_and_is_in_the_ledger(tmp_path: Path, disk: Path, fault: str) -> None:
    """The disk goes while a broadcast is on the air and comes back two broadcasts later."""
    clock = VirtualClock(START)
    station = open_station(tmp_path, disk, clock)
    assert isinstance(station.ledger, EnduringLedger)
    slots = [slot(f"so-{minute}", f"05:{minute:02d}") for minute in (5, 10, 15, 20, 25)]
    station.broadcaster.start(material(tmp_path, slots))
    station.run_until(START + timedelta(minutes=10, seconds=20))
    if fault == "damaged":
        damage(disk)
        station.ledger._db.execute("PRAGMA shrink_memory")
    ballast = fill(disk) if fault == "full" else None
    station.run_until(START + timedelta(minutes=11))
    assert ballast is None or station.ledger.on_journal is not None
    station.run_until(START + timedelta(minutes=18))
    if ballast:
        assert station.ledger.on_journal is not None
        ballast.unlink()
    station.run_until(START + timedelta(minutes=20, seconds=5))
    station.ledger._restorer.wait()
    station.run_until(START + timedelta(minutes=30))
    assert station.ledger.on_journal is None
    today = [record for record in station.records() if record.planned_at < START + timedelta(hours=1)]
    assert [record.outcome for record in today] == [Outcome.AIRED] * 5
    assert starts_are_true(station, today)
    assert len(list(station.ledger.rows(kinds=[RowKind.JOURNAL]))) == 1
    assert len(list(station.ledger.rows(kinds=[RowKind.RESTORED]))) == (fault == "damaged")
    station.broadcaster.shut_down("")
    assert station.ledger.verify().anchors == 1
    station.output.close()
    station.ledger.close()


def starts_are_true(station: SmallStation, today: list[AsRun]) -> bool:
    """Return whether the rows kept the times at which they were written: with the broadcast, not with the merge."""
    rows = {row.broadcast: instant_from_text(row.at) for row in station.ledger.rows(kinds=[RowKind.STARTED])}
    return all(abs((rows[record.key] - record.planned_at).total_seconds()) < 2 for record in today)


def test_a_start_on_a_full_disk(tmp_path: Path, disk: Path) -> None:
    """Killed and started again while the disk is full: what aired is not aired twice, the rest airs."""
    clock = VirtualClock(START)
    first = open_station(tmp_path, disk, clock)
    slots = [slot(f"so-{minute}", f"05:{minute:02d}") for minute in (5, 10, 15)]
    first.broadcaster.start(material(tmp_path, slots))
    first.run_until(START + timedelta(minutes=7))
    ballast = fill(disk)
    first.run_until(START + timedelta(minutes=12))
    first.output.close()
    first.ledger._db.close()  # killed: nothing is put away
    second = open_station(tmp_path, disk, clock)
    second.broadcaster.start(material(tmp_path, slots))
    second.run_until(START + timedelta(minutes=17))
    ballast.unlink()
    second.run_until(START + timedelta(minutes=20))
    today = [record for record in as_run(second.ledger.rows()) if record.planned_at < START + timedelta(hours=1)]
    assert [record.outcome for record in today] == [Outcome.AIRED] * 3
    keys = [row.broadcast for row in second.ledger.rows(kinds=[RowKind.STARTED])]
    assert len(keys) == len(set(keys)) == 3
    second.ledger.verify()
    second.output.close()
    second.ledger.close()
