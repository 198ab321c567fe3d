"""A copy of every row as plain text, beside the ledger: from it a database that the disk has damaged is put back.

Rows are copied when they are durable in the ledger; the copy itself is not waited for. A row that is missing in it (a power
cut, a full disk) is copied together with the next one.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from loa.ledger.rows import Stored, canonical_json

ROWS_A_FILE = 10_000
_TAIL_BYTES = 1 << 20


def row_line(row: Stored) -> str:
    """Return `row` as one line of JSON, the same fields and values as `loa log export` writes."""
    head = canonical_json(
        {
            "seq": row.seq,
            "at": row.at,
            "kind": row.kind,
            "broadcast": row.broadcast,
            "previous_hash": row.previous_hash,
            "row_hash": row.row_hash,
        }
    )
    return f'{head[:-1]},"data":{row.data},"clock":{row.clock or "null"}}}\n'


def row_from_line(line: str) -> Stored | None:
    """Return the row in a line, or None where it is none or its hash does not fit."""
    try:
        values: dict[str, Any] = json.loads(line)
        clock = values["clock"]
        row = Stored(
            seq=values["seq"],
            at=values["at"],
            kind=values["kind"],
            broadcast=values["broadcast"],
            data=canonical_json(values["data"]),
            previous_hash=values["previous_hash"],
            row_hash=values["row_hash"],
            clock=None if clock is None else canonical_json(clock),
        )
    except (ValueError, KeyError, TypeError):
        return None
    return row if row.fits(row.seq) else None


class PlainCopy:
    """The copy of one ledger: files of ten thousand rows each, ``00000001.jsonl`` and so on.

    Parameters
    ----------
    folder
        Where they lie; made when the first row is copied.

    Attributes
    ----------
    trouble
        Why the newest rows could not be copied, or empty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble = ""
        self._known: int | None = None  # the newest row in it, as far as this process knows

    def follow(self, rows: Sequence[Stored], stored_after: Callable[[int], Iterable[Stored]]) -> None:
        """Copy `rows`, which have just become durable; where rows before them are missing, those that `stored_after` gives.

        A copy that cannot be written stops nothing: `trouble` says so, and the next row tries again.
        """
        try:
            if self._known != rows[0].seq - 1:
                self._known = self.last()
            missing = rows if self._known == rows[0].seq - 1 else stored_after(self._known)
            self._append(missing)
        except (OSError, sqlite3.Error) as error:
            self._known, self.trouble = None, str(error)
        else:
            self.trouble = ""

    def _append(self, rows: Iterable[Stored]) -> None:
        texts: dict[Path, list[str]] = {}
        for row in rows:
            texts.setdefault(self._file(row.seq), []).append(row_line(row))
            self._known = row.seq
        for path, some in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab+") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(end - 1, 0))
                broken = end and file.read(1) != b"\n"  # by a power cut
                file.write(("\n" if broken else "").encode() + "".join(some).encode())

    def _file(self, seq: int) -> Path:
        return self.folder / f"{(seq - 1) // ROWS_A_FILE * ROWS_A_FILE + 1:08d}.jsonl"

    def sync(self) -> None:
        """Make it durable: from now on it is all there is. Raises OSError."""
        for path in self.files():
            with path.open("rb+") as file:
                os.fsync(file.fileno())

    def put_aside(self, stamp: str) -> None:
        """Keep its files under a new name; the next row begins a new copy. Raises OSError."""
        self.folder.rename(self.folder.with_name(f"{self.folder.name}-{stamp}"))
        self._known = None

    def files(self) -> list[Path]:
        """Return its files, oldest first."""
        return sorted(self.folder.glob("*.jsonl")) if self.folder.is_dir() else []

    def last(self) -> int:
        """Return the number of the newest whole row in it, or 0."""
        for path in reversed(self.files()):
            with contextlib.suppress(OSError), path.open("rb") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - _TAIL_BYTES, 0))
                for line in reversed(file.read().decode(errors="replace").splitlines()):
                    row = row_from_line(line)
                    if row is not None:
                        return row.seq
        return 0

    def rows(self, paths: Iterable[Path] | None = None) -> Iterator[Stored]:
        """Yield the rows that can be read, each once, in order of their number; broken lines are passed over.

        Parameters
        ----------
        paths
            Only from these of `files`.

        Raises
        ------
        OSError
            A file cannot be read.
        """
        for path in self.files() if paths is None else paths:
            found: dict[int, Stored] = {}
            with path.open(encoding="utf-8", errors="replace") as file:
                for row in map(row_from_line, file):
                    if row is not None:
                        found.setdefault(row.seq, row)
            yield from (found[seq] for seq in sorted(found))
