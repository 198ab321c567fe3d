"""Putting back a ledger whose database the disk has damaged: from its plain copy, in the same chain.

The damaged files are kept under new names, never deleted. The new database is whole before it takes their place, so a power
cut in between loses nothing: either the damaged files are still there, or the new one is ready beside them.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loa.files import sha256_file, sync_folder, write_text
from loa.ledger.anchors import ANCHOR_FILE, lines
from loa.ledger.plain_copy import PlainCopy
from loa.ledger.rows import FIRST_PREVIOUS_HASH, Stored
from loa.ledger.schema import INSERT, prepare

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PARTS = ("-wal", "-shm", "")  # the database itself last: until it goes, the next start sees the same damage


class RowsMissing(sqlite3.DatabaseError):
    """The database is whole, but rows that its copy has are not in it."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to put back, and how the row that says so is made.

    Attributes
    ----------
    path, copy
        The ledger and its plain copy.
    stamp
        Goes into the names of what is kept.
    known_rows, known_head
        The ledger's newest row as far as anybody knows.
    row
        Makes the ``restored`` row from its data, number of the row before, and that row's hash.
    """

    path: Path
    copy: PlainCopy
    stamp: str
    why: str
    known_rows: int
    known_head: str
    row: Callable[[dict[str, Any], int, str], Stored]


class Restorer:
    """Restores beside the broadcasts, in a thread of its own, one order at a time."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._succeeded = False

    def begin(self, order: Order) -> None:
        """Begin; nothing may be going on."""
        self._thread = threading.Thread(target=self._run, args=(order,), name="loa-ledger-restoring")
        self._thread.start()

    def _run(self, order: Order) -> None:
        with contextlib.suppress(OSError, sqlite3.Error):  # a full disk: everything is as it was, to be tried again
            restore(order)
            self._succeeded = True

    @property
    def busy(self) -> bool:
        """Whether it is at work."""
        return self._thread is not None and self._thread.is_alive()

    def wait(self) -> None:
        """Wait until it is done."""
        if self._thread is not None:
            self._thread.join()

    def take_success(self) -> bool:
        """Return whether a ledger was put back since this was last asked."""
        succeeded, self._succeeded = self._succeeded, False
        return succeeded


def is_damaged(error: BaseException | None) -> bool:
    """Return whether SQLite said that the file itself is broken; a lock, a full or a read-only disk is no damage."""
    return isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED


def finish_restoring(path: Path) -> None:
    """Put a new database in its place where a power cut kept it from getting there. Raises OSError."""
    new = _new(path)
    if new.exists() and not path.exists():
        new.replace(path)
        sync_folder(path.parent)


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def restore(order: Order) -> None:
    """Make the ledger anew from its copy and keep the damaged files.

    Raises
    ------
    OSError, sqlite3.Error
        The disk cannot be written; everything is then as it was.
    """
    path, new = order.path, _new(order.path)
    order.copy.sync()
    for part in ("", "-wal", "-shm"):
        Path(f"{new}{part}").unlink(missing_ok=True)
    old_name = f"{path.stem}-damaged-{order.stamp}{path.suffix}"
    data = {
        "why": order.why,
        "old_file": old_name if path.exists() else "",
        "old_sha256": sha256_file(path) if path.exists() else "",
        "known_rows": order.known_rows,
        "known_head": order.known_head,
    }
    with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as db:
        prepare(db)
        db.execute("BEGIN IMMEDIATE")
        rows, head = _put_back(db, order.copy)
        db.execute(INSERT, order.row(data | {"rows": rows}, rows, head))
        db.execute("COMMIT")
        _keep_fitting_anchors(db, path.parent, rows, order.stamp)
        if order.copy.last() > rows:  # it has a hole: kept, and made anew from the ledger
            order.copy.put_aside(order.stamp)
        db.execute("PRAGMA journal_mode=DELETE")  # one file, which can be renamed
    for part in _PARTS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{part}").rename(path.with_name(f"{old_name}{part}"))
    new.replace(path)
    sync_folder(path.parent)


def _put_back(db: sqlite3.Connection, copy: PlainCopy) -> tuple[int, str]:
    """Insert the rows of the copy as far as their chain holds; return how many, and the hash of the last."""
    count, head = 0, FIRST_PREVIOUS_HASH
    for row in copy.rows():
        if row.seq <= count:
            continue
        if (row.seq, row.previous_hash) != (count + 1, head):
            break
        db.execute(INSERT, row)
        count, head = row.seq, row.row_hash
    return count, head


def _keep_fitting_anchors(db: sqlite3.Connection, folder: Path, rows: int, stamp: str) -> None:
    """Where anchors speak of rows that are lost, keep their file under another name and go on with those that fit."""
    told = list(lines(folder))
    fitting = []
    for _number, anchor in told:
        found = db.execute("SELECT row_hash FROM ledger WHERE seq = ?", (anchor.rows,)).fetchone() if anchor else None
        if anchor and found and anchor.rows <= rows and found[0] == anchor.head:
            fitting.append(anchor.line())
    if len(fitting) < len(told):
        kept = folder / f"{Path(ANCHOR_FILE).stem}-{stamp}.jsonl"
        write_text(kept, (folder / ANCHOR_FILE).read_text(encoding="utf-8", errors="replace"))
        write_text(folder / ANCHOR_FILE, "".join(f"{line}\n" for line in fitting))
