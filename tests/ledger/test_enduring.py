"""A station on the air never loses a row and never waits for an answer, whatever becomes of the ledger's disk."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.errors import LedgerFailed
from loa.ledger import Entry, Ledger, RowKind
from loa.ledger.enduring import TRY_AGAIN_S, WRITE_WAIT_S, EnduringLedger
from tests.ledger.faults import files_no_longer_than, fill, locked_by_another_process, read_only, small_disk

ROOT = Path(__file__).parents[2]
GARBAGE = b"\x17garbage\xff" * 400


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the journal's second place be the test's own."""
    folder = tmp_path / "system-temp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr("loa.files.SHARED_MEMORY", tmp_path / "none")
    return folder


@pytest.fixture(autouse=True)
def short_waits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.name != "test_a_locked_ledger":
        monkeypatch.setattr("loa.ledger.enduring.WRITE_WAIT_S", 0.1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "ledger.sqlite"


def write(ledger: Ledger, number: int) -> None:
    ledger.append(RowKind.PLANNED if number % 2 else RowKind.CLOSED, {"number": number}, broadcast=f"b{number // 2}")


def numbers(ledger: Ledger) -> list[int]:
    return [row.data["number"] for row in ledger.rows(kinds=[RowKind.PLANNED, RowKind.CLOSED])]


@pytest.fixture
def ledger(path: Path, clock: VirtualClock) -> Iterator[EnduringLedger]:
    """A station's ledger with ten rows."""
    with EnduringLedger(path, clock) as opened:
        for number in range(10):
            write(opened, number)
            clock.advance(1)
        yield opened


def goes_on_through(ledger: EnduringLedger, clock: VirtualClock, first: int = 10) -> list[str]:
    """Write and ask while the disk is bad; return the times of the rows."""
    for number in range(first, first + 4):
        write(ledger, number)
        clock.advance(1)
    assert ledger.on_journal is not None
    assert ledger.on_journal.rows >= 4
    assert numbers(ledger)[-4:] == list(range(first, first + 4))
    assert ledger.having(RowKind.CLOSED, ["b1", f"b{first // 2}", "none"]) == {"b1", f"b{first // 2}"}
    assert ledger.without_outcome() == []
    last = ledger.last(RowKind.CLOSED)
    assert last is not None
    assert last.data["number"] == first + 2
    with pytest.raises(LedgerFailed):
        ledger.anchor("report")
    with pytest.raises(LedgerFailed):
        ledger.verify()
    return [row.at for row in ledger.rows(kinds=[RowKind.PLANNED, RowKind.CLOSED])]


def is_whole_again(ledger: EnduringLedger, clock: VirtualClock, times: list[str], last: int = 13) -> None:
    """Everything is in the ledger, once, in order, with its true times; and writing goes on."""
    clock.advance(TRY_AGAIN_S + 0.1)
    assert ledger.last() is not None
    assert ledger.on_journal is None
    rows = list(ledger.rows(kinds=[RowKind.PLANNED, RowKind.CLOSED]))
    assert [row.data["number"] for row in rows] == list(range(last + 1))
    assert [row.at for row in rows] == times
    assert ledger.verify().rows == len(list(ledger.rows()))
    write(ledger, last + 1)
    assert ledger.verify().rows == len(list(ledger.rows()))


def the_journal_row(ledger: Ledger) -> dict[str, object]:
    (row,) = ledger.rows(kinds=[RowKind.JOURNAL])
    return dict(row.data)


def test_a_locked_ledger(ledger: EnduringLedger, clock: VirtualClock) -> None:
    """Another process holds the lock: one wait of two seconds, then none; the journal lies beside the ledger."""
    with locked_by_another_process(ledger.path):
        began = time.monotonic()
        times = goes_on_through(ledger, clock)
        assert ledger.on_journal is not None
        assert Path(ledger.on_journal.place).parent == ledger.path.parent
        clock.advance(TRY_AGAIN_S + 0.1)
        ledger.last()
        assert time.monotonic() - began < WRITE_WAIT_S + 1.5
    is_whole_again(ledger, clock, times)
    said = the_journal_row(ledger)
    assert (said["rows"], said["renumbered"], "locked" in str(said["why"])) == (4, False, True)
    kept = list((ledger.path.parent / "ledger-journals").iterdir())
    assert len(kept) == 1
    assert len(kept[0].read_text(encoding="utf-8").splitlines()) == 4


def test_rows_of_others_come_first(ledger: EnduringLedger, clock: VirtualClock) -> None:
    """What another process wrote in between keeps its number; the journal's rows follow with new ones, as the row says."""
    with locked_by_another_process(ledger.path):
        times = goes_on_through(ledger, clock)
    with Ledger(ledger.path, clock) as other:
        other.append(RowKind.QUEUED, {"queue_id": "x"})
    is_whole_again(ledger, clock, times)
    assert the_journal_row(ledger)["renumbered"] is True


def test_rows_of_others_are_known_when_the_disk_goes(ledger: EnduringLedger, clock: VirtualClock) -> None:
    """An approval by a command line before the fault is in force during the fault."""
    with Ledger(ledger.path, clock) as other:
        other.append(RowKind.APPROVED, {"bulletin": "mot", "text_hash": "a", "text": "b", "person": "c"})
    ledger.last()
    with locked_by_another_process(ledger.path):
        write(ledger, 10)
        approved = ledger.last(RowKind.APPROVED)
        assert approved is not None
        assert approved.data["bulletin"] == "mot"


def test_a_full_disk(tmp_path: Path, clock: VirtualClock, own_temporary_folder: Path) -> None:
    """The journal goes to another disk; with room again its rows go into the ledger."""
    with small_disk(tmp_path / "disk") as disk, EnduringLedger(disk / "log" / "ledger.sqlite", clock) as ledger:
        for number in range(10):
            write(ledger, number)
        ballast = fill(disk)
        times = goes_on_through(ledger, clock)
        assert ledger.on_journal is not None
        assert Path(ledger.on_journal.place).parent == own_temporary_folder
        ballast.unlink()
        is_whole_again(ledger, clock, times)
        assert list(own_temporary_folder.iterdir()) == []


def test_a_ledger_that_turns_read_only(ledger: EnduringLedger, clock: VirtualClock) -> None:
    """SQLite refuses to write."""
    ledger._db.execute("PRAGMA query_only=ON")
    is_whole_again(ledger, clock, goes_on_through(ledger, clock))


def test_a_read_only_disk(tmp_path: Path, clock: VirtualClock, own_temporary_folder: Path) -> None:
    """A station that starts on a card which Linux has made read-only knows its rows from the copy, and goes on."""
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "log" / "ledger.sqlite"
        with EnduringLedger(path, clock) as ledger:
            for number in range(10):
                write(ledger, number)
        read_only(disk, state=True)
        for _start in range(2):
            with EnduringLedger(path, clock) as ledger:
                assert ledger.on_journal is not None
                assert numbers(ledger)[:10] == list(range(10))
                write(ledger, len(numbers(ledger)))
                assert Path(ledger.on_journal.place).parent == own_temporary_folder
        with EnduringLedger(path, clock) as ledger:
            times = goes_on_through(ledger, clock, first=12)
            read_only(disk, state=False)
            is_whole_again(ledger, clock, times, last=15)


def test_a_ledger_on_a_read_only_disk_is_read(tmp_path: Path, clock: VirtualClock) -> None:
    """An inspector's write-protected stick, a card that Linux made read-only: read and verified; a row is refused."""
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "log" / "ledger.sqlite"
        with Ledger(path, clock) as ledger:
            for number in range(10):
                write(ledger, number)
        read_only(disk, state=True)
        try:
            with Ledger(path, clock) as ledger:
                assert numbers(ledger) == list(range(10))
                assert ledger.verify().rows == 10
                with pytest.raises(LedgerFailed):
                    write(ledger, 10)
        finally:
            read_only(disk, state=False)


def test_no_disk_at_all(ledger: EnduringLedger, clock: VirtualClock) -> None:
    """Where nothing can be written anywhere, rows stay in memory, and it says so; they reach the ledger all the same."""
    with files_no_longer_than(0):
        times = goes_on_through(ledger, clock)
        assert ledger.on_journal is not None
        assert ledger.on_journal.place == ""
    is_whole_again(ledger, clock, times)


def test_rows_in_memory_reach_the_first_disk_that_takes_them(ledger: EnduringLedger) -> None:
    """They do not wait for the ledger."""
    with locked_by_another_process(ledger.path):
        with files_no_longer_than(0):
            write(ledger, 10)
        write(ledger, 11)
        assert ledger.on_journal is not None
        lines = Path(ledger.on_journal.place).read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["data"]["number"] for line in lines] == [10, 11]


@pytest.mark.parametrize("where", ["the header", "the rows", "everything", "no file", "rows cut off"])
def test_a_damaged_database_is_put_back_from_its_copy(path: Path, clock: VirtualClock, where: str) -> None:
    """The same chain, with a row that says so; the damaged file is kept; signatures still fit."""
    with EnduringLedger(path, clock) as ledger:
        for number in range(10):
            write(ledger, number)
        ledger.anchor("day")
        before = ledger.verify()
    damage(path, where)
    with EnduringLedger(path, clock) as ledger:
        assert ledger.on_journal is None
        verified = ledger.verify()
        assert (verified.rows, verified.signed_rows) == (before.rows + 1, before.signed_rows)
        assert ledger.head_at(before.rows) == before.head
        assert numbers(ledger) == list(range(10))
        last = ledger.last()
        assert last is not None
        assert (last.kind, last.data["rows"], last.data["known_rows"]) == (RowKind.RESTORED, before.rows, before.rows)
        kept = list(path.parent.glob("ledger-damaged-*.sqlite"))
        assert len(kept) == (where != "no file")
        assert [file.name for file in kept] == ([last.data["old_file"]] if kept else [])
        write(ledger, 10)
        assert ledger.verify().rows == before.rows + 2


def damage(path: Path, where: str) -> None:
    if where == "no file":
        path.unlink()
    elif where == "rows cut off":
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("DROP TRIGGER ledger_no_delete")
            other.execute("DELETE FROM ledger WHERE seq > 5")
    elif where == "the rows":
        with path.open("rb+") as file:
            file.seek(4096)
            file.write(GARBAGE * (path.stat().st_size // len(GARBAGE)))
    else:
        with path.open("rb+") as file:
            file.write(GARBAGE[:100] if where == "the header" else GARBAGE * (path.stat().st_size // len(GARBAGE) + 1))


def test_damage_while_on_the_air(ledger: EnduringLedger, clock: VirtualClock) -> None:
    """Rows go to the journal while the database is put back beside the broadcasts; then they follow the old ones."""
    for name in (ledger.path.name, f"{ledger.path.name}-wal"):
        with (ledger.path.parent / name).open("rb+") as file:
            file.write(GARBAGE * 20)
    ledger._db.execute("PRAGMA shrink_memory")  # what SQLite has in memory it does not read again
    times = goes_on_through(ledger, clock)
    clock.advance(TRY_AGAIN_S + 0.1)
    ledger.last()
    ledger._restorer.wait()
    is_whole_again(ledger, clock, times)
    assert [row.kind for row in ledger.rows(kinds=[RowKind.RESTORED, RowKind.JOURNAL])] == [
        RowKind.RESTORED,
        RowKind.JOURNAL,
    ]


def test_a_copy_with_a_hole_gives_what_it_has(path: Path, clock: VirtualClock) -> None:
    """Rows up to the hole come back; the row says how many are lost, and the anchors that spoke of them are put aside."""
    with EnduringLedger(path, clock) as ledger:
        for number in range(4):
            write(ledger, number)
        ledger.anchor("day")
        for number in range(4, 8):
            write(ledger, number)
        ledger.anchor("day")
    (copy,) = (path.parent / "ledger-copy").iterdir()
    lines = copy.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = len(lines)
    copy.write_text("".join([*lines[:9], "{broken\n", *lines[10:]]), encoding="utf-8")
    damage(path, "the header")
    with EnduringLedger(path, clock) as ledger:
        last = ledger.last()
        assert last is not None
        assert (last.seq, last.data["rows"], last.data["known_rows"]) == (10, 9, rows)
        assert ledger.verify().rows == 10
        assert len(list(path.parent.glob("anchors-*.jsonl"))) == 1
        write(ledger, 8)
        assert ledger.verify().rows == 11
    with EnduringLedger(path, clock) as ledger:
        assert ledger.verify().rows == 11, "the old copy does not come back over the new rows"


def test_a_command_line_does_not_begin_a_new_ledger(path: Path, clock: VirtualClock) -> None:
    """Where the database is gone and its copy is there, only the station puts it back: a command says so and stops."""
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 0)
    saved = path.read_bytes()
    path.unlink()
    with pytest.raises(LedgerFailed, match="start the station"):
        Ledger(path, clock)
    assert not path.exists()
    path.write_bytes(GARBAGE + saved[len(GARBAGE) :])
    with pytest.raises(LedgerFailed, match=r"damaged .* Start the station \(loa run\)"):
        Ledger(path, clock)


@pytest.mark.parametrize("when", ["before the merge", "after the merge"])
def test_killed_on_its_journal(path: Path, clock: VirtualClock, when: str) -> None:
    """A journal that a killed station left is in the ledger once, whenever the kill came."""
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 0)
    with locked_by_another_process(path):
        killed = subprocess.run(
            [sys.executable, "-m", "tests.ledger.killed_on_journal", str(path)], cwd=ROOT, check=False, timeout=60
        )
        assert killed.returncode == -9
    journal = path.with_name("ledger-journal.jsonl")
    saved = journal.read_bytes()
    assert saved.count(b"\n") == 3
    for _ in range(1 if when == "before the merge" else 2):
        journal.write_bytes(saved)
        with EnduringLedger(path, clock) as ledger:
            assert [row.data["number"] for row in ledger.rows(kinds=[RowKind.QUEUED])] == [1, 2, 3]
            assert ledger.verify().rows == len(list(ledger.rows()))
            assert ledger.on_journal is None
    with Ledger(path, clock) as other:
        assert len(list(other.rows(kinds=[RowKind.JOURNAL]))) == 1


def test_a_journal_of_another_person_is_not_believed(
    path: Path, clock: VirtualClock, own_temporary_folder: Path
) -> None:
    """The folder for temporary files is everybody's: a link or somebody else's file there puts nothing in the ledger."""
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 0)
        place = ledger._places[1]
        line = (path.parent / "ledger-copy" / "00000001.jsonl").read_text(encoding="utf-8").splitlines()[0]
    (own_temporary_folder / "elsewhere").write_text(line + "\n", encoding="utf-8")
    place.symlink_to(own_temporary_folder / "elsewhere")
    with EnduringLedger(path, clock) as ledger:
        assert ledger.on_journal is None
        assert list(ledger.rows(kinds=[RowKind.JOURNAL])) == []


def test_each_day_is_signed(path: Path, clock: VirtualClock) -> None:
    """When the first row of a new local day is due, what came before is signed; and when the station goes off the air."""
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 0)
        write(ledger, 1)
        assert ledger.anchors() == []
        clock.advance(86_400)
        write(ledger, 2)
        write(ledger, 3)
        ledger.append(RowKind.STATION_DOWN, {"note": ""})
        assert [(anchor.purpose, anchor.rows) for anchor in ledger.anchors()] == [("day", 3), ("station-down", 7)]
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 4)
        assert len(ledger.anchors()) == 2, "today is signed already"
        clock.advance(86_400)
        write(ledger, 5)
        assert len(ledger.anchors()) == 3
        verified = ledger.verify()
        assert (verified.anchors, verified.signed_rows) == (3, verified.rows - 2)


def test_a_key_that_cannot_be_used_keeps_nothing_off_the_air(path: Path, clock: VirtualClock) -> None:
    """The rows are written; what is wrong with the key is told."""
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 0)
        (path.parent / "station-key").write_text("x", encoding="ascii")
        clock.advance(86_400)
        write(ledger, 1)
        assert "station-key" in ledger.anchor_trouble
        assert numbers(ledger) == [0, 1]


def test_the_copy_follows_every_writer(path: Path, clock: VirtualClock) -> None:
    """Rows of the station and of commands are in the copy in order; what a power cut broke there is written again."""
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 0)
        with Ledger(path, clock) as other:
            other.append_all(
                [Entry(kind=RowKind.QUEUED, data={"text": "Đài\n“x”"}), Entry(kind=RowKind.QUEUED, data={})]
            )
        write(ledger, 1)
        stored = list(ledger._stored_after(0))
        assert list(ledger.copy.rows()) == stored
        (file,) = ledger.copy.files()
        os.truncate(file, file.stat().st_size - 30)
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 2)
        assert list(ledger.copy.rows()) == list(ledger._stored_after(0))
    shutil.rmtree(ledger.copy.folder)
    with EnduringLedger(path, clock) as ledger:
        write(ledger, 3)
        assert list(ledger.copy.rows()) == list(ledger._stored_after(0)), "a copy that is gone is made anew"
