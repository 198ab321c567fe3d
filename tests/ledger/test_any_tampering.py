"""Whatever is done to a chain without the hashes: it is found, and the first row that is not what it was is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.errors import LedgerTampered
from loa.ledger.damage import Damage
from loa.ledger.rows import FIRST_PREVIOUS_HASH, RowKind, Stored, canonical_json, chained
from loa.ledger.schema import INSERT, TABLE_AND_INDEXES
from loa.ledger.verification import verify

ROWS = 12


def chain() -> list[Stored]:
    rows: list[Stored] = []
    previous = FIRST_PREVIOUS_HASH
    for seq in range(1, ROWS + 1):
        row = chained(
            seq,
            previous,
            at=f"2026-11-23T05:30:{seq:02d}.000000Z",
            kind=RowKind.QUEUED,
            broadcast=None if seq % 3 else f"b{seq}",
            data_json=canonical_json({"number": seq}),
            clock_json=None if seq < 4 else canonical_json({"boot_id": "b"}),
        )
        rows.append(row)
        previous = row.row_hash
    return rows


PLACE = st.integers(0, 2 * ROWS)
STEP = st.tuples(st.sampled_from(["edit", "remove", "copy", "swap", "move"]), PLACE, PLACE)


def tampered(rows: list[Stored], steps: list[tuple[str, int, int]]) -> list[Stored]:
    """Do the steps, then number the rows anew: what a careful hand without a hash function can do."""
    rows = list(rows)
    for what, one, other in steps:
        if not rows:
            break
        here, there = one % len(rows), other % len(rows)
        if what == "edit":
            rows[here] = rows[here]._replace(data=canonical_json({"number": 100 + other}))
        elif what == "remove":
            del rows[here]
        elif what == "copy":
            rows.insert(there, rows[here])
        elif what == "swap":
            rows[here], rows[there] = rows[there], rows[here]
        else:
            rows.insert(there, rows.pop(here))
    return [row._replace(seq=number) for number, row in enumerate(rows, 1)]


@given(steps=st.lists(STEP, min_size=1, max_size=4))
def test_any_change_is_found_at_its_first_row(steps: list[tuple[str, int, int]]) -> None:
    """Edits, removals, copies, swaps and moves, together: named is the first row that differs; a true chain passes."""
    original = chain()
    changed = tampered(original, steps)
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLE_AND_INDEXES)
        db.executemany(INSERT, changed)
        first = next((number for number, pair in enumerate(zip(changed, original), 1) if pair[0] != pair[1]), None)  # noqa: B905
        if first is None and len(changed) <= ROWS:
            assert verify(db, Path("nowhere")).rows == len(changed)
            return
        with pytest.raises(LedgerTampered) as found:
            verify(db, Path("nowhere"))
    assert found.value.row == (first or ROWS + 1)
    assert found.value.damage in {Damage.EDITED, Damage.REMOVED, Damage.INSERTED, Damage.REORDERED}
