"""The journal: where a station on the air keeps its rows while the ledger cannot be written.

Lines of JSON, one a row, chained on from the ledger's head; each is on the disk before the next step, in the first place
that takes it: beside the ledger, in the system's folder for temporary files, or, where no disk takes anything, in memory
alone. When the ledger can be written again the rows go into it, with the times they had; the file is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from loa.files import places_off_the_disk, sync_folder, write_bytes
from loa.ledger.plain_copy import row_from_line, row_line
from loa.ledger.rows import Stored

JOURNALS_KEPT = "ledger-journals"
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_CONVERSION = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalState:
    """How a ledger on its journal stands.

    Attributes
    ----------
    since
        When the ledger was lost (aware).
    why
        In the system's words.
    place
        The file in which the rows are; empty where they are in memory alone, and lost with the power.
    rows
        How many wait to go into the ledger.
    """

    since: datetime
    why: str
    place: str
    rows: int


def journal_places(ledger: Path) -> list[Path]:
    """Return the files that may hold the journal of the ledger at `ledger`, the best first."""
    mark = hashlib.sha256(str(ledger.resolve()).encode()).hexdigest()[:12]
    elsewhere = [place / f"loa-journal-{mark}.jsonl" for place in reversed(places_off_the_disk())]
    return [ledger.with_name(f"{ledger.stem}-journal.jsonl"), *elsewhere]


class Journal:
    """Rows that wait for the ledger.

    Parameters
    ----------
    places
        Files, the best first.

    Attributes
    ----------
    rows
        All of them, in order.
    place
        The file that took the newest, or None: it is in memory alone.
    """

    def __init__(self, places: Sequence[Path]) -> None:
        self._places = list(places)
        self._waiting: list[Stored] = []
        self.rows: list[Stored] = []
        self.place: Path | None = None

    def write(self, rows: Sequence[Stored]) -> None:
        """Keep `rows`; those that no disk has taken so far go along."""
        self.rows += rows
        self._waiting += rows
        text = "".join(map(row_line, self._waiting)).encode()
        self.place = None
        for place in self._places:
            if _append(place, text):
                self.place = place
                self._waiting.clear()
                return

    def row_data(self, merged: Sequence[Stored], *, why: str) -> dict[str, Any]:
        """Return the data of the row that says how these rows came into the ledger."""
        own = {row.row_hash for row in self.rows}
        return {
            "rows": len(merged),
            "why": why,
            "place": str(self.place or ""),
            "since": self.rows[0].at,
            "until": self.rows[-1].at,
            "head": self.rows[-1].row_hash,
            "renumbered": any(row.row_hash not in own for row in merged),
        }

    def put_away(self, folder: Path, name: str) -> None:
        """Move its files into `folder`: their rows are in the ledger now. What cannot be moved stays, and does no harm."""
        for number, place in enumerate(self._places):
            with contextlib.suppress(OSError):
                if place.exists():
                    write_bytes(folder / f"{name}-{number}.jsonl", place.read_bytes())
                    place.unlink()


def continued(rows: Iterable[Stored], seq: int, head: str) -> list[Stored]:
    """Return `rows` with their own contents and times, chained on behind row `seq` with hash `head`."""
    behind: list[Stored] = []
    for row in rows:
        moved = row._replace(seq=seq + 1, previous_hash=head)
        behind.append(moved._replace(row_hash=moved.hash_as(moved.seq)))
        seq, head = behind[-1].seq, behind[-1].row_hash
    return behind


def _append(place: Path, text: bytes) -> bool:
    """Write `text` durably at the end of the file; return whether it is there, whole. Half of it never stays."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_LINK | _NO_CONVERSION
    try:
        file = os.open(place, flags, 0o600)
    except OSError:
        return False
    try:
        before = os.fstat(file).st_size
        try:
            if not _ours(place) or os.write(file, text) != len(text):
                os.ftruncate(file, before)
                return False
            os.fsync(file)
            if not before:
                sync_folder(place.parent)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(file, before)
            return False
    finally:
        os.close(file)
    return True


def _ours(place: Path) -> bool:
    """Return whether nobody else has put the file there: the folder for temporary files is everybody's."""
    return not hasattr(os, "getuid") or place.stat(follow_symlinks=False).st_uid == os.getuid()


def left_behind(places: Sequence[Path], heads_in_ledger: frozenset[str]) -> list[Stored]:
    """Return the rows of journals that a process left behind, without those that are in the ledger already.

    Parameters
    ----------
    heads_in_ledger
        Last hashes of the journals that went into the ledger, from its ``journal`` rows.
    """
    rows = sorted({row.row_hash: row for place in places for row in _read(place)}.values(), key=lambda row: row.seq)
    done = max((number for number, row in enumerate(rows) if row.row_hash in heads_in_ledger), default=-1)
    return rows[done + 1 :]


def _read(place: Path) -> Iterator[Stored]:
    with contextlib.suppress(OSError):
        if place.is_file() and not place.is_symlink() and _ours(place):
            for line in place.read_text(encoding="utf-8", errors="replace").splitlines():
                row = row_from_line(line)
                if row is not None:
                    yield row
