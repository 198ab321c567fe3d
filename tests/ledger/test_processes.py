"""Several real processes write one ledger, and one is killed: no fork in the chain, no acknowledged row lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.ledger import Ledger, RowKind

ROOT = Path(__file__).resolve().parents[2]


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.ledger.appending", str(path), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_make_one_chain(tmp_path: Path, clock: VirtualClock) -> None:
    """Rows of two writers at the same time stand in one chain without fork, gap or loss."""
    path = tmp_path / "ledger.sqlite"
    count = 150
    writers = [writer(path, name, count) for name in ("a", "b")]
    said = [process.communicate(timeout=60)[0] for process in writers]
    assert [process.returncode for process in writers] == [0, 0]
    with Ledger(path, clock) as ledger:
        assert ledger.verify().rows == 2 * count
        rows = list(ledger.rows())
    hashes = {f"{row.seq} {row.row_hash}" for row in rows}
    assert {line for text in said for line in text.splitlines()[1:]} == hashes
    for name in ("a", "b"):
        assert [row.data["number"] for row in rows if row.data["writer"] == name] == list(range(count))


def test_many_processes_may_make_the_ledger_at_once(tmp_path: Path, clock: VirtualClock) -> None:
    """On the very first start the station and a command may both make the file: neither fails, there is one chain."""
    for attempt in range(6):
        path = tmp_path / f"{attempt}.sqlite"
        writers = [writer(path, name, 3) for name in "abcd"]
        for process in writers:
            process.communicate(timeout=60)
        assert [process.returncode for process in writers] == [0] * 4
        with Ledger(path, clock) as ledger:
            assert ledger.verify().rows == 12


@pytest.mark.parametrize("acknowledged", [1, 7, 60, 200])
def test_a_killed_writer_loses_no_acknowledged_row(tmp_path: Path, clock: VirtualClock, acknowledged: int) -> None:
    """After kill -9 in the middle of writing, what was acknowledged is there, the chain holds, and writing goes on."""
    path = tmp_path / "ledger.sqlite"
    process = writer(path, "a", 1_000_000)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    seen = [process.stdout.readline() for _row in range(acknowledged)]
    process.kill()
    rest, _errors = process.communicate(timeout=30)
    seen += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    with Ledger(path, clock) as ledger:
        verified = ledger.verify()
        stored = [f"{row.seq} {row.row_hash}\n" for row in ledger.rows()]
        assert stored[: len(seen)] == seen
        assert len(seen) <= verified.rows <= len(seen) + 1
        assert ledger.append(RowKind.QUEUED, {}).seq == verified.rows + 1
        assert ledger.verify().rows == verified.rows + 1


def test_another_process_is_noticed(ledger: Ledger) -> None:
    """The data version moves when another process has written, and stays when nobody has."""
    before = ledger.data_version()
    assert ledger.data_version() == before
    process = writer(ledger.path, "a", 1)
    process.communicate(timeout=30)
    assert ledger.data_version() != before
