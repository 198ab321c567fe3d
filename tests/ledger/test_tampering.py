"""Edits of the SQLite file behind the program's back are found, and the first bad row is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from loa.errors import LedgerTampered
from loa.ledger import Ledger, RowKind
from loa.ledger.rows import canonical_json, row_hash

EDITED = {
    "content": "UPDATE ledger SET data = replace(data, '\"number\":4', '\"number\":9') WHERE seq = 4",
    "time": "UPDATE ledger SET at = '2026-11-23T05:30:00.000001Z' WHERE seq = 4",
    "kind": "UPDATE ledger SET kind = 'unqueued' WHERE seq = 4",
    "broadcast": "UPDATE ledger SET broadcast = 'other' WHERE seq = 4",
    "no broadcast": "UPDATE ledger SET broadcast = NULL WHERE seq = 4",
    "hash": "UPDATE ledger SET row_hash = replace(row_hash, substr(row_hash, 1, 1), 'g') WHERE seq = 4",
    "link": f"UPDATE ledger SET previous_hash = '{'0' * 64}' WHERE seq = 4",  # noqa: S608 - our own text
    "spaces": "UPDATE ledger SET data = replace(data, ':', ': ') WHERE seq = 4",
}


@pytest.fixture
def grown(ledger: Ledger) -> Ledger:
    """A ledger of ten rows."""
    for number in range(1, 11):
        ledger.append(RowKind.QUEUED, {"number": number}, broadcast=f"b{number}")
    assert ledger.verify().rows == 10
    return ledger


def tamper(ledger: Ledger, *statements: str) -> None:
    """Take the guards off and run `statements` on the file."""
    with closing(sqlite3.connect(ledger.path)) as other, other:
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            other.execute(statement)


def first_bad_row(ledger: Ledger) -> int:
    with pytest.raises(LedgerTampered) as tampered:
        ledger.verify()
    return int(tampered.value.message.split()[1])


@pytest.mark.parametrize("what", EDITED)
def test_an_edited_row_is_named(grown: Ledger, what: str) -> None:
    """Whatever is edited in row 4, row 4 is named."""
    tamper(grown, EDITED[what])
    assert first_bad_row(grown) == 4


def test_an_edited_row_with_its_hash_made_to_fit_is_found_at_the_next(grown: Ledger) -> None:
    """Who recomputes the hash of the row they edit has to recompute all that follow; the next row gives them away."""
    row = list(grown.rows())[3]
    data = canonical_json({"number": 99})
    digest = row_hash(
        seq=4, at=row.at, kind=row.kind, broadcast=row.broadcast, data_json=data, previous_hash=row.previous_hash
    )
    tamper(grown, f"UPDATE ledger SET data = '{data}', row_hash = '{digest}' WHERE seq = 4")  # noqa: S608 - our own text
    assert first_bad_row(grown) == 5


@pytest.mark.parametrize("seq", [1, 4, 9])
def test_a_removed_row_is_named(grown: Ledger, seq: int) -> None:
    """A gap is named by the number that is missing."""
    tamper(grown, f"DELETE FROM ledger WHERE seq = {seq}")  # noqa: S608 - our own text
    assert first_bad_row(grown) == seq


def test_a_removed_row_with_the_gap_closed_is_named(grown: Ledger) -> None:
    """Renumbering what follows a removed row does not hide it."""
    tamper(
        grown,
        "DELETE FROM ledger WHERE seq = 4",
        "UPDATE ledger SET seq = -seq WHERE seq > 4",
        "UPDATE ledger SET seq = -seq - 1 WHERE seq < 0",
    )
    assert first_bad_row(grown) == 4


def test_an_inserted_row_is_named(grown: Ledger) -> None:
    """A row slipped in between, all later ones moved up, is named."""
    tamper(
        grown,
        "UPDATE ledger SET seq = -seq WHERE seq >= 4",
        "UPDATE ledger SET seq = -seq + 1 WHERE seq < 0",
        "INSERT INTO ledger SELECT 4, at, kind, broadcast, data, previous_hash, row_hash FROM ledger WHERE seq = 3",
    )
    assert first_bad_row(grown) == 4


def test_reordered_rows_are_named(grown: Ledger) -> None:
    """Two rows that change places are found at the first of them."""
    tamper(
        grown,
        "UPDATE ledger SET seq = 100 WHERE seq = 4",
        "UPDATE ledger SET seq = 4 WHERE seq = 5",
        "UPDATE ledger SET seq = 5 WHERE seq = 100",
    )
    assert first_bad_row(grown) == 4


def test_rows_cut_off_at_the_end_change_the_head(grown: Ledger) -> None:
    """A shorter chain holds in itself; the head and the number of rows on the signed report give it away."""
    before = grown.verify()
    tamper(grown, "DELETE FROM ledger WHERE seq > 8")
    after = grown.verify()
    assert (after.rows, before.rows) == (8, 10)
    assert after.head != before.head


def test_guards_are_put_back(grown: Ledger) -> None:
    """Triggers that somebody dropped are there again once the ledger is opened."""
    tamper(grown)
    with (
        Ledger(grown.path, grown._clock),
        closing(sqlite3.connect(grown.path)) as other,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        other.execute("DELETE FROM ledger")
