"""The ledger's tables in SQLite: append-only by trigger, opened so that an acknowledged row survives a power cut."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

COLUMNS = "seq, at, kind, broadcast, data, previous_hash, row_hash, clock"
INSERT = f"INSERT INTO ledger ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant list of columns
PLANNED_DAY = "substr(broadcast, instr(broadcast, '@') + 1, 10)"
"""The local day in a broadcast's key, ``slot@2026-11-23T05:30:00+07:00``; indexed by this very text, so a day is found
among ten years."""

_TABLE = """
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    broadcast TEXT,
    data TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    row_hash TEXT NOT NULL,
    clock TEXT
) STRICT;
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS ledger_broadcast ON ledger (broadcast, kind) WHERE broadcast IS NOT NULL;
CREATE INDEX IF NOT EXISTS ledger_kind_at ON ledger (kind, at);
CREATE INDEX IF NOT EXISTS ledger_at ON ledger (at);
CREATE INDEX IF NOT EXISTS ledger_day ON ledger (substr(broadcast, instr(broadcast, '@') + 1, 10)) WHERE broadcast IS NOT NULL;
"""
_TRIGGERS = """
CREATE TRIGGER IF NOT EXISTS ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_no_gap BEFORE INSERT ON ledger
WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
TABLE_AND_INDEXES = _TABLE + _INDEXES
# What is planned and has no outcome: none at all, or it was cancelled and then planned again.
WITHOUT_OUTCOME = """
SELECT DISTINCT broadcast FROM ledger AS planned WHERE kind = 'planned' AND NOT EXISTS (
    SELECT 1 FROM ledger WHERE broadcast = planned.broadcast AND kind = 'closed'
    AND (seq > planned.seq OR data NOT LIKE '%"outcome":"cancelled"%'))
"""
_OPEN_ATTEMPTS = 20


def prepare(db: sqlite3.Connection) -> None:
    """Set the pragmas and make what is missing of the schema; a ledger of loa 0.1.0 gets its new column.

    Where two processes make a new ledger at once, SQLite refuses one of them without waiting: the switch to WAL
    knows no timeout. That one waits for the other by asking for the write lock, which does, and tries again.

    Raises
    ------
    sqlite3.Error
        The file is no ledger, or cannot be written.
    """
    for attempts_left in reversed(range(_OPEN_ATTEMPTS)):
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            _make(db)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not attempts_left:
                raise
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
        else:
            return


def is_read_only(path: Path) -> bool:
    """Return whether the ledger lies whole on a disk that nobody can write to: no rows wait in a ``-wal`` file beside it."""
    log = path.with_name(f"{path.name}-wal")
    return path.exists() and not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)


def opened_for_reading(path: Path) -> sqlite3.Connection:
    """Open a ledger on a read-only disk: SQLite then wants no lock and no file beside it. Raises sqlite3.Error."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
    )


def _make(db: sqlite3.Connection) -> None:
    db.executescript(_TABLE)
    if "clock" not in {column[1] for column in db.execute("PRAGMA table_info(ledger)")}:
        try:
            db.execute("ALTER TABLE ledger ADD COLUMN clock TEXT")
        except sqlite3.OperationalError as error:
            if "duplicate column" not in str(error):  # another process was faster
                raise
    db.executescript(_INDEXES + _TRIGGERS)
