"""The mirror: what a station on the air may ask of its ledger, in memory, for as long as the ledger cannot be read.

An SQLite database in memory with the ledger's own table, so that the same questions get the same answers from it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from loa.ledger.plain_copy import PlainCopy
from loa.ledger.rows import FIRST_PREVIOUS_HASH, RowKind, Stored, canonical_json, instant_text
from loa.ledger.schema import COLUMNS, TABLE_AND_INDEXES, WITHOUT_OUTCOME

KEPT = timedelta(days=40)
_FILES_READ = 2
_APPROVALS = (RowKind.APPROVED.value, RowKind.WITHDRAWN.value)
_PUT = f"INSERT OR REPLACE INTO ledger ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant columns
_WANTED = f"""
SELECT {COLUMNS} FROM ledger WHERE at >= :since
UNION SELECT {COLUMNS} FROM ledger WHERE seq IN (SELECT max(seq) FROM ledger GROUP BY kind)
UNION SELECT {COLUMNS} FROM ledger WHERE kind IN ('approved', 'withdrawn')
UNION SELECT {COLUMNS} FROM ledger WHERE broadcast IN ({WITHOUT_OUTCOME})
"""  # noqa: S608 - constant columns


class Mirror:
    """The last 40 days, the newest row of each kind, approvals without their texts, and broadcasts without an outcome."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.db.executescript(TABLE_AND_INDEXES)

    def fill(self, ledger: sqlite3.Connection, now: datetime) -> None:
        """Hold what is wanted of `ledger`, and nothing else. Raises sqlite3.Error, and is then as before."""
        rows = [Stored(*row) for row in ledger.execute(_WANTED, {"since": instant_text(now - KEPT)})]
        self.db.execute("BEGIN")
        self.db.execute("DELETE FROM ledger")
        self._put(rows, instant_text(now - KEPT))
        self.db.execute("COMMIT")

    def fill_from_copy(self, copy: PlainCopy) -> None:
        """Hold what the newest files of the plain copy say, and the approvals of all. Raises OSError."""
        files = copy.files()
        for path in files:
            rows = copy.rows([path])
            self._put(rows if path in files[-_FILES_READ:] else (row for row in rows if row.kind in _APPROVALS), "")

    def add(self, rows: Iterable[Stored]) -> None:
        """Hold `rows` too."""
        self._put(rows, "")

    def _put(self, rows: Iterable[Stored], texts_since: str) -> None:
        self.db.executemany(_PUT, [row if row.at >= texts_since else _without_text(row) for row in rows])

    def head(self) -> tuple[int, str]:
        """Return number and hash of the newest row."""
        found = self.db.execute("SELECT seq, row_hash FROM ledger ORDER BY seq DESC LIMIT 1").fetchone()
        return found or (0, FIRST_PREVIOUS_HASH)

    def close(self) -> None:
        """Forget everything."""
        self.db.close()


def _without_text(row: Stored) -> Stored:
    if row.kind != RowKind.APPROVED.value:
        return row
    data = json.loads(row.data)
    return row._replace(data=canonical_json(data | {"text": ""}))
