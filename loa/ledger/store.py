"""The ledger's store: SQLite with WAL and ``synchronous=FULL``, append-only by trigger, hash-chained.

Several processes may append (the station, a command line): each append is one transaction that takes the write lock
before it reads the last hash, so the chain has no forks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from loa.clock import Clock
from loa.language import translate as _
from loa.ledger.anchors import Anchor, signed, write_lines
from loa.ledger.journal import JournalState, journal_places
from loa.ledger.plain_copy import PlainCopy
from loa.ledger.questions import Questions, row_of
from loa.ledger.restoring import finish_restoring
from loa.ledger.rows import FIRST_PREVIOUS_HASH, Row, RowKind, Stored, canonical_json, chained, clock_json, instant_text
from loa.ledger.schema import COLUMNS, INSERT, is_read_only, opened_for_reading, prepare
from loa.ledger.station_key import station_key
from loa.ledger.verification import Verification, verify

WAIT_S = 10.0
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


class Ledger(Questions):
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

    _reads_anyway = True  # on a read-only disk, where nobody can write

    def __init__(self, path: Path, clock: Clock, *, zone: ZoneInfo = LOCAL) -> None:
        self.path = path
        self._clock = clock
        self._zone = zone
        self.copy = PlainCopy(path.with_name(f"{path.stem}-copy"))
        try:
            self._db = self._opened()
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error

    def _opened(self, wait_s: float = WAIT_S) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        finish_restoring(self.path)
        if not self.path.exists() and self.copy.last():
            raise OSError(_("the file is gone, its copy is there: start the station, which puts it back"))
        db = sqlite3.connect(self.path, timeout=wait_s, isolation_level=None, check_same_thread=False)
        try:
            prepare(db)
        except sqlite3.Error:
            db.close()
            if self._reads_anyway and is_read_only(self.path):
                return opened_for_reading(self.path)
            raise
        return db

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
        return [row_of(row) for row in rows]

    @property
    def on_journal(self) -> JournalState | None:
        """How it stands while its rows go to a journal; None while it can be written. See `EnduringLedger`."""
        return None

    def waiting_journals(self) -> list[Path]:
        """Return the files of a journal that the station has not put into the ledger yet."""
        return [place for place in journal_places(self.path) if place.exists()]

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

    def _written(self, rows: Sequence[Stored]) -> None:
        """Take note of rows that have just become durable."""
        self.copy.follow(rows, self._stored_after)

    def _stored_after(self, seq: int) -> Iterator[Stored]:
        query = f"SELECT {COLUMNS} FROM ledger WHERE seq > ? ORDER BY seq"  # noqa: S608 - a constant list of columns
        return (Stored(*row) for row in self._db.execute(query, (seq,)))

    def _head(self) -> tuple[int, str]:
        """Return number and hash of the last row."""
        last = self._db.execute("SELECT seq, row_hash FROM ledger ORDER BY seq DESC LIMIT 1").fetchone()
        return last or (0, FIRST_PREVIOUS_HASH)

    def _insert(self, entries: Sequence[Entry]) -> list[Stored]:
        rows = self._chained(entries, *self._head())
        self._db.executemany(INSERT, rows)
        return rows

    def _chained(self, entries: Sequence[Entry], seq: int, previous: str) -> list[Stored]:
        """Return the rows of `entries`, as of now, behind row `seq` with hash `previous`."""
        rows: list[Stored] = []
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
            rows.append(row)
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
            entries = [Entry(kind=RowKind.ANCHOR, data=statement)]
            last_key = self.last(RowKind.STATION_KEY)
            if last_key is None or last_key.data["public_key"] != key.public_key:
                entries.insert(0, Entry(kind=RowKind.STATION_KEY, data=known_key))
            rows = self._insert(entries)
        self._written(rows)
        try:
            write_lines(folder, self.anchors())
        except OSError as error:
            raise self._failed(error) from error
        return made[-1]

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
            return verify(self._db, self.path.parent, copied=self.copy.last())
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error
