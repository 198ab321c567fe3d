"""The ledger's store: SQLite with WAL and ``synchronous=FULL``, append-only by trigger, hash-chained.

Several processes may append (the station, a command line): each append is one transaction that takes the write lock
before it reads the last hash, so the chain has no forks.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from loa.clock import Clock
from loa.errors import LedgerFailed, NotFound
from loa.language import translate as _
from loa.ledger.anchors import Anchor, anchor_of, append_lines, signed
from loa.ledger.rows import FIRST_PREVIOUS_HASH, Row, RowKind, Stored, canonical_json, chained, clock_json, instant_text
from loa.ledger.schema import COLUMNS, PLANNED_DAY, prepare
from loa.ledger.station_key import station_key
from loa.ledger.verification import Verification, verify

_KEYS_A_QUERY = 500
WAIT_S = 10.0
_INSERT = f"INSERT INTO ledger ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant list of columns
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
DataFromHead = Callable[[int, str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row to be: what `Ledger.append_all` takes.

    Attributes
    ----------
    data
        Plain values; or a function of the number of rows and the hash before this one, asked under the write lock.
    """

    kind: RowKind
    data: Mapping[str, Any] | DataFromHead
    broadcast: str | None = None


class Ledger:
    """The append-only ledger of one station.

    Parameters
    ----------
    path
        The SQLite file; made with its folder where missing.
    clock
        Gives the time of each row.
    zone
        The station's time zone, in which each row says its local time.

    Raises
    ------
    LedgerFailed
        The file cannot be opened or is not a ledger.
    """

    def __init__(self, path: Path, clock: Clock, *, zone: ZoneInfo = LOCAL) -> None:
        self.path = path
        self._clock = clock
        self._zone = zone
        try:
            self._db = self._opened()
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
        try:
            prepare(db)
        except sqlite3.Error:
            db.close()
            raise
        return db

    def _failed(self, error: Exception | str) -> LedgerFailed:
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
        with self._writing():
            rows = self._insert(entries)
        self._written(rows)
        return rows

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the write lock; on leaving, what was written is durable, or on an error nothing of it is there."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full or failing disk may have rolled it back already
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _written(self, rows: Sequence[Row]) -> None:
        """Take note of rows that have just become durable."""

    def _insert(self, entries: Sequence[Entry]) -> list[Row]:
        last = self._db.execute("SELECT seq, row_hash FROM ledger ORDER BY seq DESC LIMIT 1").fetchone()
        seq, previous = last or (0, FIRST_PREVIOUS_HASH)
        rows: list[Row] = []
        for entry in entries:
            now = self._clock.now()
            row = chained(
                seq + 1,
                previous,
                at=instant_text(now),
                kind=entry.kind,
                broadcast=entry.broadcast,
                data_json=canonical_json(dict(entry.data(seq, previous) if callable(entry.data) else entry.data)),
                clock_json=clock_json(self._clock, now, self._zone),
            )
            self._db.execute(_INSERT, row)
            rows.append(_row(row))
            seq, previous = row.seq, row.row_hash
        return rows

    # ------------------------------------------------------------------ anchors

    def anchor(self, purpose: str, about: Mapping[str, Any] | None = None) -> Anchor:
        """Sign the head with the station's key, as an ``anchor`` row and a line of ``anchors.jsonl``.

        Parameters
        ----------
        purpose
            What for: ``report`` and the like.
        about
            Plain values that are signed along, such as the period and the hash of a report's figures.

        Returns
        -------
        Anchor
            The number of rows and the head before the anchor's own row, and the signature.

        Raises
        ------
        LedgerFailed
            The ledger or the key cannot be read or written.
        """
        folder = self.path.parent
        made: list[Anchor] = []

        def known_key(_rows: int, _head: str) -> Mapping[str, Any]:
            return {"public_key": key.public_key, "fingerprint": key.fingerprint}

        def statement(rows: int, head: str) -> Mapping[str, Any]:
            made.append(signed(key, rows=rows, head=head, purpose=purpose, about=about or {}))
            return made[-1].row_data()

        with self._writing():
            key = station_key(folder)
            before = self._newest_anchor()
            entries = [Entry(kind=RowKind.ANCHOR, data=statement)]
            last_key = self.last(RowKind.STATION_KEY)
            if last_key is None or last_key.data["public_key"] != key.public_key:
                entries.insert(0, Entry(kind=RowKind.STATION_KEY, data=known_key))
            rows = self._insert(entries)
        self._written(rows)
        try:
            append_lines(folder, [*before, made[-1]])  # the one before, should a power cut have kept it out
        except OSError as error:
            raise self._failed(error) from error
        return made[-1]

    def _newest_anchor(self) -> list[Anchor]:
        row, key = self.last(RowKind.ANCHOR), self.last(RowKind.STATION_KEY)
        if row is None or key is None or row.data["fingerprint"] != key.data["fingerprint"]:
            return []
        return [anchor_of(row.data, key.data["public_key"])]

    def anchors(self) -> list[Anchor]:
        """Return the anchors in the chain, in order, unchecked; `verify` checks them. Raises LedgerFailed."""
        keys = {row.data["fingerprint"]: row.data["public_key"] for row in self.rows(kinds=[RowKind.STATION_KEY])}
        rows = self.rows(kinds=[RowKind.ANCHOR])
        return [anchor_of(row.data, keys.get(row.data["fingerprint"], "")) for row in rows]

    def head_at(self, rows: int) -> str:
        """Return the hash of row number `rows`: the head when the ledger had so many.

        Raises
        ------
        NotFound
            It never had so many rows, or `rows` is below 1.
        LedgerFailed
            The file cannot be read.
        """
        try:
            found = self._db.execute("SELECT row_hash FROM ledger WHERE seq = ?", (rows,)).fetchone()
        except sqlite3.Error as error:
            raise self._failed(error) from error
        if found is None:
            raise NotFound(_("The ledger has no row {row}. See its rows with: loa log list").format(row=rows))
        return str(found[0])

    def row_with_head(self, digits: str) -> Row | None:
        """Return the first row whose hash begins with `digits` (hex), or None. Raises LedgerFailed."""
        return next(self._select("row_hash LIKE ?", [f"{digits.lower()}%"]), None)

    # ------------------------------------------------------------------ questions

    def rows(
        self,
        *,
        kinds: Sequence[RowKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        broadcasts: Sequence[str] = (),
        planned: tuple[date, date] | None = None,
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
        planned
            Only rows of broadcasts planned on these local days, first and last.
        months
            Only rows of broadcasts planned in these months of the station's local time, such as ``2026-11``.
        after_seq
            Only rows with a higher number.

        Raises
        ------
        LedgerFailed
            The file cannot be read.
        """
        where = ["seq > ?"] if after_seq else []
        values: list[Any] = [after_seq] if after_seq else []
        for column, wanted in (("kind", [kind.value for kind in kinds]), ("broadcast", list(broadcasts))):
            if wanted:
                where.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values += wanted
        ranges = [(f"{month}-01", f"{month}-31") for month in months]
        ranges += [(planned[0].isoformat(), planned[1].isoformat())] if planned else []
        if ranges:
            where.append(f"broadcast IS NOT NULL AND ({' OR '.join([f'{PLANNED_DAY} BETWEEN ? AND ?'] * len(ranges))})")
            values += [day for pair in ranges for day in pair]
        for limit, at in ((">=", since), ("<", until)):
            if at is not None:
                where.append(f"at {limit} ?")
                values.append(instant_text(at))
        return self._select(" AND ".join(where), values)

    def _select(self, where: str, values: Sequence[Any]) -> Iterator[Row]:
        """Yield the rows for which `where` holds, in order of their number.

        The plus sign keeps SQLite from walking ten years in order of number where an index leads to a day at once.
        """
        query = f"SELECT {COLUMNS} FROM ledger {f'WHERE {where} ORDER BY +seq' if where else 'ORDER BY seq'}"  # noqa: S608 - only our own column names
        try:
            for found in self._db.execute(query, values):
                yield _row(Stored(*found))
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
        """Return the newest row, or the newest of `kind`; None where there is none. Raises LedgerFailed."""
        if kind is None:
            return next(self._select("seq = (SELECT max(seq) FROM ledger)", []), None)
        return next(self._select("seq = (SELECT max(seq) FROM ledger WHERE kind = ?)", [kind.value]), None)

    def data_version(self) -> int:
        """Return a number that changes when another process has written to the ledger."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def verify(self) -> Verification:
        """Recompute the whole chain, and check its signatures and ``anchors.jsonl``.

        Returns
        -------
        Verification
            The number of rows, the head hash, and what is signed.

        Raises
        ------
        LedgerTampered
            Names the first row that does not hold and what was done to it.
        LedgerFailed
            A file cannot be read.
        """
        try:
            return verify(self._db, self.path.parent)
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error


def _row(stored: Stored) -> Row:
    return Row(
        seq=stored.seq,
        at=stored.at,
        kind=RowKind(stored.kind),
        broadcast=stored.broadcast,
        data=json.loads(stored.data),
        previous_hash=stored.previous_hash,
        row_hash=stored.row_hash,
        clock=None if stored.clock is None else json.loads(stored.clock),
    )
