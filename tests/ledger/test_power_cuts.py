"""The power goes at random instants: every acknowledged row is there, the chain holds, and the station goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from loa.clock import SystemClock
from loa.errors import LoaError
from loa.ledger import EnduringLedger, Ledger, RowKind
from tests.ledger.power_cuts import Call, cuts, recorded, whole

CUTS = 60


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Call]]:
    """Return the folder of a ledger and what its writer did to the disk, checkpoints of the WAL among it."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing: apt-get install strace")
    folder = tmp_path_factory.mktemp("power") / "log"
    folder.mkdir()
    return folder, recorded(folder, 150)


def lost(folder: Path, acknowledged: list[str]) -> int:
    """Start the station on a disk as a power cut left it; return how many acknowledged rows are not there."""
    with EnduringLedger(folder / "ledger.sqlite", SystemClock(), places=[folder / "journal.jsonl"]) as ledger:
        assert ledger.on_journal is None
        assert list(ledger.rows(kinds=[RowKind.RESTORED])) == []
        ledger.verify()
        stored = {f"{row.seq} {row.row_hash}" for row in ledger.rows()}
        ledger.append(RowKind.QUEUED, {"after": "the cut"})
        ledger.verify()
    return sum(line not in stored for line in acknowledged)


def test_no_acknowledged_row_is_lost(written: tuple[Path, list[Call]], tmp_path: Path) -> None:
    """At sixty instants, whatever part of the unsynced pages reached the disk; the copy and the anchors fit too."""
    folder, calls = written
    assert sum(call.name == "fdatasync" and call.file.endswith("ledger.sqlite") for call in calls) > 2, "no checkpoint"
    losses = [lost(tmp_path / "cut", said) for said in cuts(calls, folder, tmp_path / "cut", count=CUTS, seed=2026)]
    assert losses == [0] * CUTS


def test_the_method_finds_losses(written: tuple[Path, list[Call]], tmp_path: Path) -> None:
    """The same on a disk that does not do what fsync asks: rows are lost or the chain breaks, so the test can fail."""
    folder, calls = written
    bad = 0
    for said in cuts(calls, folder, tmp_path / "cut", count=10, seed=1, syncs=False):
        shutil.rmtree(tmp_path / "cut" / "ledger-copy", ignore_errors=True)
        try:
            with Ledger(tmp_path / "cut" / "ledger.sqlite", SystemClock()) as ledger:
                ledger.verify()
                stored = {f"{row.seq} {row.row_hash}" for row in ledger.rows()}
                bad += any(line not in stored for line in said)
        except LoaError:
            bad += 1
    assert bad >= 5


def test_no_row_is_lost_while_a_damaged_ledger_is_put_back(tmp_path: Path) -> None:
    """Whenever the power goes on the way from the damaged file to the new one: all rows are there, once, in one chain."""
    if shutil.which("strace") is None:
        pytest.skip("strace is missing: apt-get install strace")
    folder = tmp_path / "log"
    folder.mkdir()
    calls = recorded(folder, 20, damage=True)
    for said in cuts(calls, folder, tmp_path / "cut", count=40, seed=3, after=b"damaged"):
        with EnduringLedger(tmp_path / "cut" / "ledger.sqlite", SystemClock(), places=[]) as ledger:
            assert ledger.on_journal is None
            ledger.verify()
            stored = {f"{row.seq} {row.row_hash}" for row in ledger.rows()}
        assert [line for line in said if line not in stored and line != "damaged"] == []


def test_a_call_that_strace_cut_in_two_is_read_whole() -> None:
    """Another thread's call comes in between: the first one counts where it ended."""
    lines = [
        '7  write(3<\\x61>, "\\x62", 1 <unfinished ...>',
        "8  fsync(4<\\x63>) = 0",
        "7  <... write resumed>) = 1",
    ]
    assert list(whole(lines)) == ["8  fsync(4<\\x63>) = 0", '7  write(3<\\x61>, "\\x62", 1) = 1']
