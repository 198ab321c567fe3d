"""The store: rows are durable, numbered without gaps, chained, and cannot be changed through SQL."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.errors import LedgerFailed, NotFound
from loa.ledger import Entry, Ledger, Outcome, RowKind, as_run

GOLDEN = Path(__file__).parent / "golden"


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
    clocks = '{"boot_id":"virtual","local_at":"2026-11-23T12:30:00.000000+07:00","monotonic_s":0.0,"synchronised":null}'
    assert row.row_hash == hashlib.sha256(f'{head}\n{{"a":"ố","b":1}}\n{clocks}'.encode()).hexdigest()
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
        "INSERT INTO ledger SELECT 9, at, kind, broadcast, data, previous_hash, row_hash, clock FROM ledger WHERE seq = 1",
        "INSERT OR REPLACE INTO ledger SELECT 1, at, kind, broadcast, '{}', previous_hash, row_hash, clock FROM ledger LIMIT 1",
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


def test_a_row_says_what_the_clocks_were(ledger: Ledger, clock: VirtualClock) -> None:
    """UTC, local time with its offset, monotonic time, boot, and whether a time server keeps the clock."""
    clock.advance(2.5)
    clock.step_wall(-3600)
    clock.is_synchronised, clock.boot_id = False, "boot-2"
    row = ledger.append(RowKind.QUEUED, {})
    assert row.at == "2026-11-23T04:30:02.500000Z"
    assert row.clock == {
        "local_at": "2026-11-23T11:30:02.500000+07:00",
        "monotonic_s": 2.5,
        "boot_id": "boot-2",
        "synchronised": False,
    }
    assert list(ledger.rows()) == [row]
    assert row.as_json()["clock"] == row.clock


def test_a_ledger_of_the_first_version_goes_on(tmp_path: Path, clock: VirtualClock) -> None:
    """What loa 0.1.0 wrote is opened, verified, read and continued in the same chain; its rows stay as they are."""
    path = tmp_path / "ledger.sqlite"
    shutil.copy(GOLDEN / "ledger-0.1.0.sqlite", path)
    with Ledger(path, clock) as ledger:
        before = ledger.verify()
        assert (before.rows, before.head[:16]) == (7, "4db2aa3a634240d4")
        (record,) = as_run(ledger.rows())
        assert (record.outcome, record.played_s, record.items[0].title) == (Outcome.AIRED, 20.0, "Một cửa")
        assert [row.clock for row in ledger.rows()] == [None] * 7
        row = ledger.append(RowKind.QUEUED, {})
        assert (row.seq, row.previous_hash) == (8, before.head)
        assert ledger.anchor("day").rows == 9
        assert ledger.verify().rows == 10
        planned = list(ledger.rows(months=["2026-11"]))
        assert [found.seq for found in planned] == [3, 4, 5, 6, 7]
    with Ledger(path, clock) as ledger:
        assert ledger.verify().rows == 10


def test_days_are_found_by_index(ledger: Ledger) -> None:
    """The broadcasts of some days, however long the ledger; a month is its days; no walk through all rows."""
    for day in ("2026-11-22", "2026-11-23", "2026-11-30", "2026-12-01"):
        ledger.append(RowKind.PLANNED, {}, broadcast=f"sang@{day}T05:30:00+07:00")
    ledger.append(RowKind.QUEUED, {})
    assert [row.seq for row in ledger.rows(planned=(date(2026, 11, 23), date(2026, 11, 30)))] == [2, 3]
    assert [row.seq for row in ledger.rows(months=["2026-12", "2026-11"])] == [1, 2, 3, 4]
    for question in (
        {"planned": (date(2026, 11, 23), date(2026, 11, 23))},
        {"months": ["2026-11", "2026-12"]},
        {"since": datetime(2026, 11, 1, tzinfo=UTC), "until": datetime(2026, 11, 2, tzinfo=UTC)},
        {"kinds": [RowKind.MANUAL]},
        {"broadcasts": ["a", "b"]},
    ):
        asked: list[str] = []
        ledger._db.set_trace_callback(asked.append)
        list(ledger.rows(**question))
        ledger._db.set_trace_callback(None)
        steps = [step[3] for step in ledger._db.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
        assert any("USING INDEX" in step for step in steps), steps
        assert not any(step.startswith("SCAN") for step in steps), steps


def test_an_anchor_signs_the_head(ledger: Ledger) -> None:
    """It gives number of rows, head and fingerprint for paper; the head can be asked for and found again."""
    head = ledger.append(RowKind.QUEUED, {}).row_hash
    anchor = ledger.anchor("report", {"period": "2026-11"})
    assert anchor.holds
    assert (anchor.rows, anchor.purpose, len(anchor.fingerprint)) == (2, "report", 16)
    assert anchor.head == ledger.head_at(2) != head
    found = ledger.row_with_head(anchor.short_head.upper())
    assert found is not None
    assert found.seq == 2
    assert ledger.row_with_head("0" * 16) is None
    with pytest.raises(NotFound):
        ledger.head_at(9)
    assert [one.about for one in ledger.anchors()] == [{"period": "2026-11"}]
    assert ledger.anchor("report").rows == 3, "the key is made known once"
    path = ledger.path.parent / "station-key"
    assert path.stat().st_mode & 0o777 == 0o600
    pub = (ledger.path.parent / "station-key.pub").read_text(encoding="ascii").split()
    assert pub == [anchor.public_key, anchor.fingerprint]


def test_a_key_that_is_none_is_refused_with_what_to_do(ledger: Ledger) -> None:
    """A damaged key file signs nothing, is not replaced silently, and costs no row."""
    (ledger.path.parent / "station-key").write_text("x", encoding="ascii")
    with pytest.raises(LedgerFailed, match="from a backup"):
        ledger.anchor("day")
    assert ledger.verify().rows == 0


def test_rows_that_nobody_reads_to_the_end_do_no_harm(tmp_path: Path, clock: VirtualClock) -> None:
    """A question given up half-way, of a ledger that is then closed, leaves no complaint behind."""
    with Ledger(tmp_path / "ledger.sqlite", clock) as ledger:
        for number in range(3):
            ledger.append(RowKind.QUEUED, {"number": number})
        asked = ledger.rows()
        assert next(asked).data["number"] == 0
    del asked
    gc.collect()  # a complaint is a warning, and a warning fails the test
