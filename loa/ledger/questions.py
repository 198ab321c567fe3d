"""What can be asked of a ledger: its rows by kind, day, broadcast or number. Nothing here writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from loa.errors import LedgerFailed, NotFound
from loa.language import translate as _
from loa.ledger.anchors import Anchor, anchor_of
from loa.ledger.restoring import is_damaged
from loa.ledger.rows import FIRST_PREVIOUS_HASH, Row, RowKind, Stored, instant_text
from loa.ledger.schema import COLUMNS, PLANNED_DAY, WITHOUT_OUTCOME

_KEYS_A_QUERY = 500


class Questions:
    """The reading half of a ledger, over any SQLite connection that has its table.

    Every method raises LedgerFailed where the file cannot be read.
    """

    path: Path
    _db: sqlite3.Connection

    def _failed(self, error: Exception | str) -> LedgerFailed:
        if isinstance(error, Exception) and is_damaged(error):
            return LedgerFailed(
                _(
                    "The ledger {path} is damaged ({error}). Start the station (loa run): it puts the ledger back from its copy "
                    "and keeps the damaged file. Delete nothing."
                ).format(path=self.path, error=error)
            )
        return LedgerFailed(
            _(
                "The ledger {path} cannot be used ({error}). Check that the disk is not full and that the folder may "
                "be written, then try again; do not delete the file."
            ).format(path=self.path, error=error)
        )

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
        order = f"WHERE {where} ORDER BY +seq" if where else "ORDER BY seq"
        query = f"SELECT {COLUMNS} FROM ledger {order}"  # noqa: S608 - only our own column names
        return (row_of(Stored(*found)) for found in self._fetch(query, values))

    def _fetch(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield what SQLite answers: every question goes through here."""
        try:
            for found in self._db.execute(query, values):  # noqa: UP028 - yield from would close a cursor of a closed file
                yield found
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def having(self, kind: RowKind, broadcasts: Iterable[str]) -> set[str]:
        """Return those of `broadcasts` (keys) that have a row of `kind`. Raises LedgerFailed."""
        keys = list(broadcasts)
        found: set[str] = set()
        for start in range(0, len(keys), _KEYS_A_QUERY):
            some = keys[start : start + _KEYS_A_QUERY]
            query = f"SELECT broadcast FROM ledger WHERE kind = ? AND broadcast IN ({', '.join('?' * len(some))})"  # noqa: S608 - only question marks
            found.update(key for (key,) in self._fetch(query, [kind.value, *some]))
        return found

    def without_outcome(self) -> list[str]:
        """Return the keys of planned broadcasts that have no outcome, or came back after a cancellation. Raises LedgerFailed."""
        return [key for (key,) in self._fetch(WITHOUT_OUTCOME)]

    def last(self, kind: RowKind | None = None) -> Row | None:
        """Return the newest row, or the newest of `kind`; None where there is none. Raises LedgerFailed."""
        if kind is None:
            return next(self._select("seq = (SELECT max(seq) FROM ledger)", []), None)
        return next(self._select("seq = (SELECT max(seq) FROM ledger WHERE kind = ?)", [kind.value]), None)

    def data_version(self) -> int:
        """Return a number that changes when another process has written to the ledger."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

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
        found = next(iter(self._fetch("SELECT row_hash FROM ledger WHERE seq = ?", (rows,))), None)
        if found is None:
            raise NotFound(_("The ledger has no row {row}. See its rows with: loa log list").format(row=rows))
        return str(found[0])

    def fits(self, number: int) -> bool:
        """Return whether the hash of a row is that of its content, and it follows the row before it."""
        query = f"SELECT {COLUMNS} FROM ledger WHERE seq IN (?, ?) ORDER BY seq"  # noqa: S608 - a constant list of columns
        *before, row = (Stored(*found) for found in self._fetch(query, (number - 1, number)))
        previous = before[0].row_hash if before else FIRST_PREVIOUS_HASH
        return row.seq == number and row.fits(number) and row.previous_hash == previous

    def row_with_head(self, digits: str) -> Row | None:
        """Return the first row whose hash begins with `digits` (hex), or None. Raises LedgerFailed."""
        return next(self._select("row_hash LIKE ?", [f"{digits.lower()}%"]), None)


def row_of(stored: Stored) -> Row:
    """Return the row that is stored so."""
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
