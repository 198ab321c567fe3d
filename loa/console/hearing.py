"""Sounds that a person listens to in the browser: kept for a while, found by a number that nobody guesses."""

from __future__ import annotations

import os
import secrets
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

MOST_KEPT = 20


class Hearing:
    """The sounds that were made for the browser."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, tuple[Path, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def make(self, write: Callable[[Path], object]) -> str:
        """Return the number of a WAV that `write` writes; the oldest beyond `MOST_KEPT` is dropped."""
        descriptor, name = tempfile.mkstemp(suffix=".wav")
        os.close(descriptor)
        write(Path(name))
        return self.offer(Path(name), ours=True)

    def offer(self, path: Path, *, ours: bool = False) -> str:
        """Return a number under which the browser hears `path`; a file that is `ours` is removed when it is dropped."""
        number = secrets.token_urlsafe(12)
        with self._lock:
            self._made[number] = (path, ours)
            while len(self._made) > MOST_KEPT:
                _number, (old, old_ours) = self._made.popitem(last=False)
                if old_ours:
                    old.unlink(missing_ok=True)
        return number

    def find(self, number: str) -> Path | None:
        """Return the file of a number, or None."""
        found = self._made.get(number)
        return found[0] if found and found[0].exists() else None
