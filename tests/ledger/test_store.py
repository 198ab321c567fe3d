"""The store: rows are durable, numbered without gaps, chained, and cannot be changed through SQL."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import timedelta

import pytest

from loa.clock import VirtualClock
from loa.errors import LedgerFailed
from loa.ledger import Entry, Ledger, RowKind


def test_rows_come_back_as_written(ledger: Ledger, clock: VirtualClock) -> None:
    """What is appended is read back, in order, with the time of the clock and Vietnamese letters as they are."""
    first = ledger.append(RowKind.STATION_UP, {"note": "Đài Minh Đức", "latency_s": 0.5})
    clock.advance(1.25)
    second = ledger.append(RowKind.PLANNED, {"items": [1, None, True]}, broadcast="sang@x")
    assert list(ledger.rows()) == [first, second]
    assert (first.seq, first.previous_hash) == (1, "0" * 64)
    assert (second.seq, second.previous_hash) == (2, first.row_hash)
    assert second.at == "2026-11-23T05:30:01.250000Z"
    assert ledger.last() == second
    assert ledger.last(RowKind.STATION_UP) == first
    assert ledger.last(RowKind.EMERGENCY) is None


def test_the_chain_is_sha256_over_canonical_json(ledger: Ledger) -> None:
    """Anybody can recompute the chain with a hash function and a JSON writer alone."""
    row = ledger.append(RowKind.QUEUED, {"b": 1, "a": "ố"}, broadcast="k")
    head = json.dumps([1, row.at, "queued", "k", "0" * 64], separators=(",", ":"))
    assert row.row_hash == hashlib.sha256(f'{head}\n{{"a":"ố","b":1}}'.encode()).hexdigest()
    verified = ledger.verify()
    assert (verified.rows, verified.head) == (1, row.row_hash)


def test_rows_are_filtered(ledger: Ledger, clock: VirtualClock) -> None:
    """Kind, broadcast, time and number narrow the rows down."""
    start = clock.now()
    for number in range(6):
        kind = RowKind.PLANNED if number % 2 else RowKind.CLOSED
        ledger.append(kind, {"number": number}, broadcast=f"b{number % 3}")
        clock.advance(10)
    assert [row.seq for row in ledger.rows(kinds=[RowKind.PLANNED])] == [2, 4, 6]
    assert [row.seq for row in ledger.rows(broadcasts=["b0", "b1"])] == [1, 2, 4, 5]
    since, until = start + timedelta(seconds=10), start + timedelta(seconds=30)
    assert [row.seq for row in ledger.rows(since=since, until=until)] == [2, 3]
    assert [row.seq for row in ledger.rows(after_seq=4)] == [5, 6]


def test_rows_of_one_transaction_are_all_or_none(ledger: Ledger) -> None:
    """Where one row cannot be written, none of its companions is, and the ledger goes on."""
    wrong = [Entry(kind=RowKind.QUEUED, data={"n": 1}), Entry(kind=RowKind.QUEUED, data={"n": float("nan")})]
    with pytest.raises(ValueError, match="Out of range"):
        ledger.append_all(wrong)
    assert list(ledger.rows()) == []
    assert ledger.append(RowKind.QUEUED, {"n": 2}).seq == 1
    assert ledger.append_all([]) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET data = '{}' WHERE seq = 1",
        "DELETE FROM ledger WHERE seq = 2",
        "DELETE FROM ledger",
        "INSERT INTO ledger SELECT 9, at, kind, broadcast, data, previous_hash, row_hash FROM ledger WHERE seq = 1",
        "INSERT OR REPLACE INTO ledger SELECT 1, at, kind, broadcast, '{}', previous_hash, row_hash FROM ledger LIMIT 1",
    ],
)
def test_sql_cannot_change_a_row(ledger: Ledger, statement: str) -> None:
    """The file itself refuses to update, delete, replace or leave a gap."""
    for number in range(3):
        ledger.append(RowKind.QUEUED, {"number": number})
    with sqlite3.connect(ledger.path) as other, pytest.raises(sqlite3.DatabaseError, match="append-only"):
        other.execute(statement)
    other.close()
    assert ledger.verify().rows == 3


def test_a_locked_ledger_says_so(ledger: Ledger) -> None:
    """A writer that cannot get the lock fails with a sentence, writes nothing, and works again afterwards."""
    ledger._db.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerFailed, match="do not delete the file"):
        ledger.append(RowKind.QUEUED, {})
    other.execute("ROLLBACK")
    other.close()
    assert ledger.append(RowKind.QUEUED, {}).seq == 1


def test_a_read_only_ledger_says_so(ledger: Ledger) -> None:
    """A disk that refuses writing is a LedgerFailed; what is there can still be read."""
    ledger.append(RowKind.QUEUED, {})
    ledger._db.execute("PRAGMA query_only=ON")
    with pytest.raises(LedgerFailed):
        ledger.append(RowKind.QUEUED, {})
    assert ledger.verify().rows == 1


def test_a_full_disk_says_so(ledger: Ledger) -> None:
    """When no page is left, the row is refused, nothing of it stays, and the chain holds."""
    ledger.append(RowKind.QUEUED, {})
    pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
    ledger._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(LedgerFailed, match="disk is full"):
        ledger.append(RowKind.QUEUED, {"text": "x" * 100_000})
    assert ledger.verify().rows == 1


def test_durable_by_its_pragmas(ledger: Ledger) -> None:
    """WAL with synchronous=FULL: an acknowledged row survives a power cut."""
    assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)
