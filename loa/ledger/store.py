"""The ledger's store: SQLite with WAL and ``synchronous=FULL``, append-only by trigger, hash-chained.

Several processes may append (the station, a command line): each append is one transaction that takes the write lock
before it reads the last hash, so the chain has no forks.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from loa.clock import Clock
from loa.errors import LedgerFailed, LedgerTampered
from loa.language import translate as _
from loa.ledger.rows import FIRST_PREVIOUS_HASH, Row, RowKind, canonical_json, instant_text, row_hash

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    broadcast TEXT,
    data TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    row_hash TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS ledger_broadcast ON ledger (broadcast, kind);
CREATE INDEX IF NOT EXISTS ledger_kind_at ON ledger (kind, at);
CREATE TRIGGER IF NOT EXISTS ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_no_gap BEFORE INSERT ON ledger
WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM ledger)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
_KEYS_A_QUERY = 500
_OPEN_ATTEMPTS = 20
_COLUMNS = "seq, at, kind, broadcast, data, previous_hash, row_hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row to be: what `Ledger.append_all` takes."""

    kind: RowKind
    data: Mapping[str, Any]
    broadcast: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the whole chain found: number of rows and the hash of the last one."""

    rows: int
    head: str


class Ledger:
    """The append-only ledger of one station.

    Parameters
    ----------
    path
        The SQLite file; made with its folder where missing.
    clock
        Gives the time of each row.

    Raises
    ------
    LedgerFailed
        The file cannot be opened or is not a ledger.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._db.close()
            raise self._failed(error) from error

    def _prepare(self) -> None:
        """Set the pragmas and make what is missing of the schema.

        Where two processes make a new ledger at once, SQLite refuses one of them without waiting: the switch to WAL
        knows no timeout. That one waits for the other by asking for the write lock, which does, and tries again.
        """
        for attempts_left in reversed(range(_OPEN_ATTEMPTS)):
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.executescript(_SCHEMA)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not attempts_left:
                    raise
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute("ROLLBACK")
            else:
                return

    def _failed(self, error: Exception) -> LedgerFailed:
        return LedgerFailed(
            _(
                "The ledger {path} cannot be used ({error}). Check that the disk is not full and that the folder may "
                "be written, then try again; do not delete the file."
            ).format(path=self.path, error=error)
        )

    def close(self) -> None:
        """Close the file. The ledger must not be used afterwards."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return the ledger itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the ledger."""
        self.close()

    def append(self, kind: RowKind, data: Mapping[str, Any], *, broadcast: str | None = None) -> Row:
        """Write one row and return it once it is durable. Raises LedgerFailed; nothing is then written."""
        return self.append_all([Entry(kind=kind, data=data, broadcast=broadcast)])[0]

    def append_all(self, entries: Sequence[Entry]) -> list[Row]:
        """Write rows in one transaction and return them once they are durable.

        Raises
        ------
        LedgerFailed
            The disk is full, read-only or the file locked for more than 10 s; none of the rows is then written.
        """
        if not entries:
            return []
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                rows = self._insert(entries)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full or failing disk may have rolled it back already
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return rows

    def _insert(self, entries: Sequence[Entry]) -> list[Row]:
        last = self._db.execute("SELECT seq, row_hash FROM ledger ORDER BY seq DESC LIMIT 1").fetchone()
        seq, previous = last or (0, FIRST_PREVIOUS_HASH)
        rows: list[Row] = []
        for entry in entries:
            seq += 1
            at = instant_text(self._clock.now())
            data_json = canonical_json(dict(entry.data))
            digest = row_hash(
                seq=seq, at=at, kind=entry.kind, broadcast=entry.broadcast, data_json=data_json, previous_hash=previous
            )
            self._db.execute(
                f"INSERT INTO ledger ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant list of columns
                (seq, at, entry.kind.value, entry.broadcast, data_json, previous, digest),
            )
            rows.append(
                Row(
                    seq=seq,
                    at=at,
                    kind=entry.kind,
                    broadcast=entry.broadcast,
                    data=json.loads(data_json),
                    previous_hash=previous,
                    row_hash=digest,
                )
            )
            previous = digest
        return rows

    def rows(
        self,
        *,
        kinds: Sequence[RowKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        broadcasts: Sequence[str] = (),
        months: Sequence[str] = (),
        after_seq: int = 0,
    ) -> Iterator[Row]:
        """Yield rows in order of their number.

        Parameters
        ----------
        kinds, broadcasts
            Only these; empty means all.
        since, until
            Rows written at or after `since` and before `until`.
        months
            Only rows of broadcasts planned in these months of the station's local time, such as ``2026-11``.
        after_seq
            Only rows with a higher number.

        Raises
        ------
        LedgerFailed
            The file cannot be read.
        """
        where = ["seq > ?"]
        values: list[Any] = [after_seq]
        for column, wanted in (("kind", [kind.value for kind in kinds]), ("broadcast", list(broadcasts))):
            if wanted:
                where.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values += wanted
        if months:
            where.append(f"({' OR '.join(['broadcast LIKE ?'] * len(months))})")
            values += [f"%@{month}-%" for month in months]
        if since is not None:
            where.append("at >= ?")
            values.append(instant_text(since))
        if until is not None:
            where.append("at < ?")
            values.append(instant_text(until))
        query = f"SELECT {_COLUMNS} FROM ledger WHERE {' AND '.join(where)} ORDER BY seq"  # noqa: S608 - only our own column names
        try:
            for stored in self._db.execute(query, values):
                yield _row(stored)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def having(self, kind: RowKind, broadcasts: Iterable[str]) -> set[str]:
        """Return those of `broadcasts` (keys) that have a row of `kind`. Raises LedgerFailed."""
        keys = list(broadcasts)
        found: set[str] = set()
        try:
            for start in range(0, len(keys), _KEYS_A_QUERY):
                some = keys[start : start + _KEYS_A_QUERY]
                query = f"SELECT broadcast FROM ledger WHERE kind = ? AND broadcast IN ({', '.join('?' * len(some))})"  # noqa: S608 - only question marks
                found.update(key for (key,) in self._db.execute(query, [kind.value, *some]))
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return found

    def without_outcome(self) -> list[str]:
        """Return the keys of planned broadcasts that have no CLOSED row yet. Raises LedgerFailed."""
        query = (
            "SELECT DISTINCT broadcast FROM ledger AS planned WHERE kind = ? AND NOT EXISTS "
            "(SELECT 1 FROM ledger WHERE broadcast = planned.broadcast AND kind = ?)"
        )
        try:
            return [key for (key,) in self._db.execute(query, (RowKind.PLANNED.value, RowKind.CLOSED.value))]
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def last(self, kind: RowKind | None = None) -> Row | None:
        """Return the newest row, or the newest of `kind`; None where there is none."""
        where = "" if kind is None else "WHERE kind = ?"
        query = f"SELECT {_COLUMNS} FROM ledger {where} ORDER BY seq DESC LIMIT 1"  # noqa: S608 - only our own column names
        try:
            stored = self._db.execute(query, () if kind is None else (kind.value,)).fetchone()
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return None if stored is None else _row(stored)

    def data_version(self) -> int:
        """Return a number that changes when another process has written to the ledger."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def verify(self) -> Verification:
        """Recompute the whole chain.

        Returns
        -------
        Verification
            The number of rows and the head hash.

        Raises
        ------
        LedgerTampered
            Names the first row that does not hold and what is wrong with it.
        LedgerFailed
            The file cannot be read.
        """
        previous, expected = FIRST_PREVIOUS_HASH, 1
        try:
            for seq, at, kind, broadcast, data, stored_previous, stored_hash in self._db.execute(
                f"SELECT {_COLUMNS} FROM ledger ORDER BY seq"  # noqa: S608 - a constant list of columns
            ):
                if seq != expected:
                    raise _tampered(expected, _("it is missing"))
                if stored_previous != previous:
                    raise _tampered(seq, _("it does not follow the row before it"))
                digest = row_hash(
                    seq=seq, at=at, kind=kind, broadcast=broadcast, data_json=data, previous_hash=previous
                )
                if digest != stored_hash:
                    raise _tampered(seq, _("its content was changed"))
                previous, expected = digest, seq + 1
        except sqlite3.Error as error:
            raise self._failed(error) from error
        return Verification(rows=expected - 1, head=previous)


def _tampered(seq: int, what: str) -> LedgerTampered:
    return LedgerTampered(
        _(
            "Row {seq} of the ledger does not hold: {what}. Keep the file as it is, copy it to another disk, and tell "
            "the person responsible."
        ).format(seq=seq, what=what)
    )


def _row(stored: tuple[Any, ...]) -> Row:
    seq, at, kind, broadcast, data, previous, digest = stored
    return Row(
        seq=seq,
        at=at,
        kind=RowKind(kind),
        broadcast=broadcast,
        data=json.loads(data),
        previous_hash=previous,
        row_hash=digest,
    )
