"""Time is an argument: the one place that reads a clock.

Wall time and monotonic time are kept apart because wall clocks jump (NTP, a Raspberry Pi without a clock battery).
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall and monotonic time, and the only way to wait."""

    def now(self) -> datetime:
        """Return wall time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds since an arbitrary start, never going back."""

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Wait until `event` is set or `timeout_s` monotonic seconds have passed; return whether it is set."""

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of monotonic time pass."""


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """Return wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return ``time.monotonic()``."""
        return time.monotonic()

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Wait until `event` is set or `timeout_s` seconds have passed; return whether it is set."""
        return event.wait(timeout_s)

    def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        time.sleep(seconds)


class VirtualClock:
    """A clock that moves only when told: for rehearsals and tests.

    Waiting advances it at once. It can also step its wall time without its monotonic time, as NTP does.

    Parameters
    ----------
    start
        Aware wall time to begin at.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._start = start.astimezone(UTC)
        self._monotonic_s = 0.0
        self._step_s = 0.0

    def now(self) -> datetime:
        """Return wall time, aware, in UTC."""
        return self._start + timedelta(seconds=self._monotonic_s + self._step_s)

    def monotonic(self) -> float:
        """Return seconds since the clock was made."""
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both clocks."""
        if seconds < 0:
            raise ValueError("time does not run backwards; step_wall() moves the wall clock")
        self._monotonic_s += seconds

    def step_wall(self, seconds: float) -> None:
        """Move the wall clock alone, forwards or back."""
        self._step_s += seconds

    def wait(self, event: threading.Event, timeout_s: float) -> bool:
        """Advance by `timeout_s` unless `event` is already set; return whether it is set."""
        if not event.is_set():
            self.advance(timeout_s)
        return event.is_set()

    def sleep(self, seconds: float) -> None:
        """Advance by `seconds`."""
        self.advance(seconds)
