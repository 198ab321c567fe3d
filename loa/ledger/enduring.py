"""The ledger of a station on the air: it takes every row and answers every question, whatever becomes of the disk.

While the database cannot be written (full or read-only disk, locked, damaged) rows go to the journal and questions are
answered from the mirror. Every few seconds the database is tried again; then the rows go into it, in order, with the times
they had.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from loa.clock import Clock
from loa.errors import LedgerFailed
from loa.language import translate as _
from loa.ledger.anchors import Anchor
from loa.ledger.journal import JOURNALS_KEPT, Journal, JournalState, continued, journal_places, left_behind
from loa.ledger.mirror import Mirror
from loa.ledger.questions import row_of
from loa.ledger.restoring import Order, Restorer, RowsMissing, is_damaged
from loa.ledger.rows import Row, RowKind, Stored, instant_from_text, instant_text
from loa.ledger.schema import INSERT
from loa.ledger.store import LOCAL, Entry, Ledger
from loa.ledger.verification import Verification

TRY_AGAIN_S = 5.0
WRITE_WAIT_S = 2.0  # a tick may not stand still for longer; broadcasts are prepared five seconds ahead
TRY_WAIT_S = 0.1


class EnduringLedger(Ledger):
    """A `Ledger` that never fails to take a row. One process, the station's, has it.

    Parameters
    ----------
    path, clock, zone
        As for `Ledger`.
    places
        Files for the journal, the best first; beside the ledger and in the system's temporary folder by default.

    Attributes
    ----------
    anchor_trouble
        Why the last daily signature could not be made, or empty.
    """

    _reads_anyway = False  # it has its mirror, and wants to write again as soon as the disk can

    def __init__(
        self, path: Path, clock: Clock, *, zone: ZoneInfo = LOCAL, places: Sequence[Path] | None = None
    ) -> None:
        self._mirror = Mirror()
        self._places = journal_places(path) if places is None else list(places)
        self._journal: Journal | None = None
        self._lost: tuple[datetime, str] = (clock.now(), "")
        self._damaged = False
        self._restorer = Restorer()
        self._tried_s = clock.monotonic()
        self._day: date | None = None
        self._attempted: list[Stored] = []
        self._seen_version = 0
        self._in_transaction = False
        self.anchor_trouble = ""
        try:
            super().__init__(path, clock, zone=zone)
            self._check_copy_is_not_ahead()
            self._filled()
        except LedgerFailed as failed:
            with suppress(OSError):
                self._mirror.fill_from_copy(self.copy)
            self._lose(failed)
            if self._damaged:
                self._start_restoring()
                self._restorer.wait()
        self._adopt_left_behind()
        self._try_again(due=True)

    def close(self) -> None:
        """Close everything; what waits in the journal is merged at the next start."""
        self._restorer.wait()
        if self._journal is not None:
            self._try_again(due=True)
        super().close()
        self._mirror.close()

    # ------------------------------------------------------------------ writing

    def append_all(self, entries: Sequence[Entry]) -> list[Row]:
        """Take rows, into the ledger or else into the journal: durable on return, unless `on_journal` names no place."""
        if not entries:
            return []
        self._try_again()
        self._sign_the_day()
        rows = self._taken(entries)
        if entries[-1].kind is RowKind.STATION_DOWN:
            self._sign("station-down")
        return rows

    def _taken(self, entries: Sequence[Entry]) -> list[Row]:
        if self._journal is None:
            self._attempted = []
            try:
                return super().append_all(entries)
            except LedgerFailed as failed:
                self._lose(failed)
        return self._journaled(entries)

    def _insert(self, entries: Sequence[Entry]) -> list[Stored]:
        self._attempted = []
        rows = self._chained(entries, *self._head())
        self._attempted = rows
        self._db.executemany(INSERT, rows)
        return rows

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with super()._writing():
            self._in_transaction = True
            try:
                yield
            finally:
                self._in_transaction = False

    def _journaled(self, entries: Sequence[Entry]) -> list[Row]:
        """Keep rows in the journal; those whose commit failed as they were, for they may be in the ledger after all."""
        assert self._journal is not None  # noqa: S101 - for the type checker
        rows = self._attempted or self._chained(entries, *self._mirror.head())
        self._attempted = []
        self._journal.write(rows)
        self._mirror.add(rows)
        return [row_of(row) for row in rows]

    def _written(self, rows: Sequence[Stored]) -> None:
        super()._written(rows)
        before = self._mirror.head()[0]
        self._mirror.add(rows)
        if before < rows[0].seq - 1:
            with suppress(sqlite3.Error):  # what others wrote; the next question hears of it, or finds the disk gone
                self._mirror.add(self._stored_after(before))

    # ------------------------------------------------------------------ signing

    def anchor(self, purpose: str, about: Mapping[str, Any] | None = None) -> Anchor:
        """See `Ledger.anchor`. Raises LedgerFailed while the rows go to the journal: what is there is not final."""
        if self._journal is not None:
            raise self._failed(self._lost[1])
        return super().anchor(purpose, about)

    def _sign_the_day(self) -> None:
        """Sign what the days before have brought, when the first row of a new local day is about to be written."""
        today = self._clock.now().astimezone(self._zone).date()
        if today == self._day or self._journal is not None:
            return
        if self._day is None and (last := self.last(RowKind.ANCHOR)):
            self._day = instant_from_text(last.at).astimezone(self._zone).date()
        if today != self._day and self.last() is not None:
            self._sign("day")
            with suppress(LedgerFailed):
                self._filled()
        self._day = today

    def _sign(self, purpose: str) -> None:
        """Sign the head; what keeps the key from signing never keeps a broadcast off the air."""
        if self._journal is not None:
            return
        try:
            super().anchor(purpose)
        except LedgerFailed as failed:
            self.anchor_trouble = failed.message
        else:
            self.anchor_trouble = ""

    # ------------------------------------------------------------------ asking

    def _hear_others(self) -> None:
        """Take into the mirror what other processes have written."""
        try:
            version = super().data_version()
            if version != self._seen_version:
                self._seen_version = version
                self._mirror.add(self._stored_after(self._mirror.head()[0]))
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _fetch(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        fetch = super()._fetch
        if self._in_transaction:  # a failure ends the transaction, which then decides
            return fetch(query, values)
        self._try_again()
        if self._journal is None:
            try:
                self._hear_others()
                return iter(list(fetch(query, values)))
            except LedgerFailed as failed:
                self._lose(failed)
        return fetch(query, values)

    def verify(self) -> Verification:
        """See `Ledger.verify`. Raises LedgerFailed while the rows go to the journal."""
        if self._journal is not None:
            raise self._failed(self._lost[1])
        return super().verify()

    # ------------------------------------------------------------------ losing the database, and getting it back

    @property
    def on_journal(self) -> JournalState | None:
        """How it stands while its rows go to the journal; None while they go into the ledger."""
        if self._journal is None:
            return None
        place = self._journal.place
        since, why = self._lost
        return JournalState(since=since, why=why, place=str(place or ""), rows=len(self._journal.rows))

    def _lose(self, failed: LedgerFailed) -> None:
        """Go on without the database."""
        cause = failed.__cause__
        self._lost = (self._clock.now(), str(cause or failed))
        self._damaged = is_damaged(cause) or (not self.path.exists() and bool(self._mirror.head()[0]))
        self._journal = Journal(self._places)
        self._tried_s = self._clock.monotonic()
        with suppress(AttributeError, sqlite3.Error):
            self._db.close()
        self._db = self._mirror.db

    def _try_again(self, *, due: bool = False) -> None:
        """Every few seconds: if the ledger can be written again, put the journal's rows into it."""
        if self._journal is None:
            return
        now_s = self._clock.monotonic()
        if not due and now_s - self._tried_s < TRY_AGAIN_S:
            return
        self._tried_s = now_s
        if self._restorer.busy:
            return
        if self._damaged and not self._restorer.take_success():
            self._start_restoring()
            return
        try:
            db = self._opened(TRY_WAIT_S)
        except (sqlite3.Error, OSError) as error:
            self._damaged = is_damaged(error)
            return
        self._db = db
        try:
            merged = self._merge(self._journal)
        except LedgerFailed as failed:
            self._damaged = is_damaged(failed.__cause__)
            db.close()
            self._db = self._mirror.db
            return
        journal, self._journal = self._journal, None
        if merged:
            self._written(merged)
        with suppress(LedgerFailed):  # the next question finds it out
            self._filled()
        stamp = instant_text(self._clock.now()).replace(":", "").partition(".")[0]
        journal.put_away(self.path.parent / JOURNALS_KEPT, stamp)

    def _merge(self, journal: Journal) -> list[Stored]:
        """Write the journal's rows behind the ledger's, and a row that says so; return what was written."""
        if not journal.rows:
            with self._writing():  # can it be written?
                return []
        with self._writing():
            seq, head = self._head()
            there = {row.row_hash for row in self._stored_after(journal.rows[0].seq - 1)}
            rows = continued([row for row in journal.rows if row.row_hash not in there], seq, head)
            seq, head = (rows[-1].seq, rows[-1].row_hash) if rows else (seq, head)
            data = journal.row_data(rows, why=self._lost[1])
            rows += self._chained([Entry(kind=RowKind.JOURNAL, data=data)], seq, head)
            self._db.executemany(INSERT, rows)
        return rows

    def _filled(self) -> None:
        try:
            self._db.execute(f"PRAGMA busy_timeout={round(WRITE_WAIT_S * 1000)}")
            self._mirror.fill(self._db, self._clock.now())
            self._seen_version = super().data_version()
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _adopt_left_behind(self) -> None:
        """Take over the rows of a journal that a process left when it was killed or lost its power."""
        heads = frozenset(str(row.data["head"]) for row in self.rows(kinds=[RowKind.JOURNAL]))
        rows = left_behind(self._places, heads)
        if not rows:
            return
        if self._journal is None:
            self._lose(self._failed(_("the station ended before its journal went into the ledger")))
        assert self._journal is not None  # noqa: S101 - for the type checker
        self._journal.rows = rows
        self._journal.place = self._places[0]
        self._mirror.add(rows)

    def _check_copy_is_not_ahead(self) -> None:
        try:
            copied, (rows, _head) = self.copy.last(), self._head()
        except sqlite3.Error as error:
            raise self._failed(error) from error
        if copied > rows:
            self._db.close()
            what = _("rows {first} to {last} are missing").format(first=rows + 1, last=copied)
            raise self._failed(what) from RowsMissing(what)

    def _start_restoring(self) -> None:
        """Put the ledger back from its copy, beside the broadcasts."""
        seq, head = self._mirror.head()
        journaled = self._journal.rows[0] if self._journal and self._journal.rows else None

        def row(data: dict[str, Any], rows: int, last_hash: str) -> Stored:
            return self._chained([Entry(kind=RowKind.RESTORED, data=data)], rows, last_hash)[0]

        self._restorer.begin(
            Order(
                path=self.path,
                copy=self.copy,
                stamp=instant_text(self._clock.now()).replace(":", "").replace("-", "").partition(".")[0],
                why=self._lost[1],
                known_rows=journaled.seq - 1 if journaled else seq,
                known_head=journaled.previous_hash if journaled else head,
                row=row,
            )
        )
