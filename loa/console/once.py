"""One-time numbers of forms: a button that was pressed twice, or a page sent again, does its work once."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

MOST_KEPT = 5000
LONGEST = 64


class Once:
    """Remembers which forms have come."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    @staticmethod
    def number() -> str:
        """Return a number for a form that is being shown."""
        return secrets.token_urlsafe(12)

    def first_time(self, number: str) -> bool:
        """Return whether `number` comes for the first time. A form without one is taken: it came from no page of ours."""
        if not number:
            return True
        with self._lock:
            if number[:LONGEST] in self._seen:
                return False
            self._seen[number[:LONGEST]] = None
            while len(self._seen) > MOST_KEPT:
                self._seen.popitem(last=False)
        return True
