"""How often a password may be tried: less and less, but the office is never locked out for ever.

An account that is being guessed is closed to strangers for a while, an address that guesses too; an address from which
the account was signed in to before is not a stranger. At the station's own machine there is no lock, only a wait.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import ip_address

FREE_TRIES = 5
FREE_TRIES_OF_ADDRESS = 20
FIRST_LOCK_S, LONGEST_LOCK_S = 30.0, 900.0
FORGET_AFTER_S = 3600.0
MOST_KEPT = 2000
LOCAL_WAIT_S = 1.0


@dataclass(slots=True)
class _Tries:
    failed: int = 0
    last_s: float = 0.0
    locked_until_s: float = 0.0


class Lockout:
    """Counts failed sign-ins. All times are monotonic seconds."""

    def __init__(self) -> None:
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def locked_for_s(self, login: str, address: str, now_s: float) -> float:
        """Return for how many seconds this address may not try this account; 0 where it may."""
        if is_this_machine(address):
            return 0.0
        with self._lock:
            watched = [("address", address)]
            if (login, address) not in self._known:
                watched.append(("login", login))
            ends = [self._tries[key].locked_until_s for key in watched if key in self._tries]
            return max(0.0, max(ends, default=0.0) - now_s)

    def wait_s(self, address: str) -> float:
        """Return how long to wait before an answer: at this machine nothing is locked, but nobody tries fast."""
        return LOCAL_WAIT_S if is_this_machine(address) and ("address", address) in self._tries else 0.0

    def failed(self, login: str, address: str, now_s: float) -> bool:
        """Count a wrong password; return whether this one began a lock."""
        with self._lock:
            began = [
                self._count(("login", login), FREE_TRIES, now_s),
                self._count(("address", address), FREE_TRIES_OF_ADDRESS, now_s),
            ]
        return any(began)

    def _count(self, key: tuple[str, str], free: int, now_s: float) -> bool:
        tries = self._tries.setdefault(key, _Tries())
        self._tries.move_to_end(key)
        while len(self._tries) > MOST_KEPT:
            self._tries.popitem(last=False)
        if now_s - tries.last_s > FORGET_AFTER_S:
            tries.failed = 0
        tries.failed += 1
        tries.last_s = now_s
        if tries.failed < free:
            return False
        lock_s = min(FIRST_LOCK_S * 2.0 ** min(tries.failed - free, 10), LONGEST_LOCK_S)
        tries.locked_until_s = now_s + lock_s
        return True

    def succeeded(self, login: str, address: str) -> None:
        """Forget what failed: this address is no stranger to this account any more."""
        with self._lock:
            self._tries.pop(("address", address), None)
            self._tries.pop(("login", login), None)
            self._known[login, address] = None
            self._known.move_to_end((login, address))
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)


def is_this_machine(address: str) -> bool:
    """Return whether `address` is the machine that the station runs on."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
