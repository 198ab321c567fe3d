"""Phrases that were spoken before: the same words by the same voice are never spoken twice.

One SQLite file, shared by every process that renders. It is a convenience: where it is broken it is begun anew, where
it cannot be written the voices speak without it, and a station that loses it loses nothing but time.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from loa.voices.port import Clip

MOST_BYTES = 1_000_000_000  # about six hours of speech, as it is: packing it would take longer than speaking it
KEPT_SHARE = 0.9  # of them, once the store is full: clearing up is not done for every phrase
WAIT_S = 10.0  # for another process that writes

_SCHEMA = """
CREATE TABLE IF NOT EXISTS phrases (
    key TEXT PRIMARY KEY,
    rate INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    used INTEGER NOT NULL,
    sound BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS phrases_by_use ON phrases (used, bytes);
"""
T = TypeVar("T")


class PhraseStore:
    """Clips by what was said and who said it.

    Parameters
    ----------
    path
        The SQLite file; made, with its folder, when the first phrase is kept.
    most_bytes
        Above this, the phrases that were asked for least lately are dropped when the store is closed.
    """

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Drop what is too much, and let go of the file."""
        if self._opened is not None:
            self._tried(self._drop_the_oldest)
        self._let_go()

    def _let_go(self) -> None:
        if self._opened is not None:
            with contextlib.suppress(sqlite3.Error):
                self._opened.close()
            self._opened = None

    def find(self, identity: str, phrase: str) -> Clip | None:
        """Return what the voice of this identity said for `phrase`, or None where it is not here, or not whole."""
        key = _key(identity, phrase)
        row = self._tried(lambda database: database.execute(_FIND, (key,)).fetchone()) if self._path.exists() else None
        if row is None:
            return None
        clip = _clip(*row)
        if clip is None:
            self._tried(lambda database: database.execute("DELETE FROM phrases WHERE key = ?", (key,)))
        else:
            self._tried(lambda database: database.execute(_USED, (key,)))
        return clip

    def keep(self, identity: str, phrase: str, clip: Clip) -> None:
        """Keep what the voice of this identity said for `phrase`."""
        sound = _bytes(clip)
        row = (_key(identity, phrase), clip.rate, hashlib.sha256(sound).digest(), len(sound), sound)
        self._tried(lambda database: database.execute(_KEEP, row))

    def _drop_the_oldest(self, database: sqlite3.Connection) -> None:
        (held,) = database.execute("SELECT ifnull(sum(bytes), 0) FROM phrases").fetchone()
        if held <= self._most_bytes:
            return
        database.execute(_DROP, (held - int(self._most_bytes * KEPT_SHARE),))

    def _tried(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Return what `work` gives, after one new beginning where the file is broken; None where it cannot be done."""
        for last_try in (False, True):
            try:
                with self._database() as database:
                    return work(database)
            except sqlite3.OperationalError:  # locked for long, full, read-only: the voice speaks all the same
                return None
            except (sqlite3.DatabaseError, OSError):
                self._let_go()
                if last_try or not self._begun_anew():
                    return None
        return None

    def _database(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._opened = sqlite3.connect(self._path, timeout=WAIT_S)
            self._opened.execute("PRAGMA journal_mode = WAL")
            self._opened.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last phrases, not the file
            self._opened.executescript(_SCHEMA)
        return self._opened

    def _begun_anew(self) -> bool:
        try:
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        except OSError:
            return False
        return True


_FIND = "SELECT rate, sha256, sound FROM phrases WHERE key = ?"
_NEXT = "(SELECT ifnull(max(used), 0) + 1 FROM phrases)"
_USED = f"UPDATE phrases SET used = {_NEXT} WHERE key = ?"  # noqa: S608 - our own constant
_KEEP = f"INSERT OR REPLACE INTO phrases (key, rate, sha256, bytes, sound, used) VALUES (?, ?, ?, ?, ?, {_NEXT})"  # noqa: S608
_DROP = """
DELETE FROM phrases WHERE used <= (
    SELECT used FROM (SELECT used, sum(bytes) OVER (ORDER BY used) AS so_far FROM phrases)
    WHERE so_far >= ? ORDER BY used LIMIT 1
)
"""


def _key(identity: str, phrase: str) -> str:
    return hashlib.sha256(f"{identity}\x00{phrase}".encode()).hexdigest()


def _bytes(clip: Clip) -> bytes:
    return clip.samples.astype("<i2").tobytes()


def _clip(rate: int, sha256: bytes, sound: bytes) -> Clip | None:
    import numpy as np

    if hashlib.sha256(sound).digest() != sha256:
        return None
    return Clip(samples=np.frombuffer(sound, dtype="<i2"), rate=rate)
