"""Time is an argument: the one place that reads a clock.

Wall time and monotonic time are kept apart because wall clocks jump (NTP, a Raspberry Pi without a clock battery).
"""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Protocol

SYNCHRONISED_FOR_S = (
    60.0 if os.name == "nt" else 5.0
)  # how long the system's answer is believed; Windows starts a program
_ADJTIMEX_BYTES = 256  # struct timex is 208 bytes on 64-bit and 128 on 32-bit Linux
_TIME_ERROR = 5  # TIME_ERROR of adjtimex(2): the clock is not synchronised
_WINDOWS_ANSWERS_WITHIN_S = 3.0
_NO_WINDOW = 0x08000000  # CREATE_NO_WINDOW
_LINUX_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


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

    @property
    def boot_id(self) -> str:
        """What tells this start of the machine from the one before."""

    def synchronised(self) -> bool | None:
        """Return whether the system keeps wall time by a time server, or None where it cannot say."""


class SystemClock:
    """The machine's clocks."""

    def __init__(self) -> None:
        self._synchronised: bool | None = None
        self._asked_s: float | None = None

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

    @cached_property
    def boot_id(self) -> str:
        """What tells this start of the machine from the one before: to know a power cut from a killed program.

        Where the system has no such id, the minute it was started in, by the monotonic clock, stands for it.
        """
        if _LINUX_BOOT_ID.exists():
            return _LINUX_BOOT_ID.read_text(encoding="ascii").strip()
        return f"{sys.platform}-{round((time.time() - time.monotonic()) / 60)}"

    def synchronised(self) -> bool | None:
        """Return whether the system keeps wall time by a time server; an answer is believed for some seconds."""
        now_s = time.monotonic()
        if self._asked_s is None or now_s - self._asked_s > SYNCHRONISED_FOR_S:
            self._asked_s = now_s
            self._ask()
        return self._synchronised

    def _ask(self) -> None:
        if sys.platform == "linux":
            self._synchronised = _linux_synchronised()
        elif os.name == "nt":  # a program is asked: never by the thread that keeps the station on the air
            threading.Thread(target=self._ask_windows, name="loa-time-service", daemon=True).start()

    def _ask_windows(self) -> None:
        self._synchronised = _windows_synchronised()


def _linux_synchronised() -> bool | None:
    """Return what adjtimex(2) says without setting anything; None where the call is refused."""
    import ctypes

    state = ctypes.create_string_buffer(_ADJTIMEX_BYTES)  # modes = 0: only look
    try:
        answer: int = ctypes.CDLL(None).adjtimex(state)
    except (AttributeError, OSError):
        return None
    return None if answer < 0 else answer != _TIME_ERROR


def _windows_synchronised() -> bool | None:
    """Return what the time service says: None where it is stopped or missing."""
    import subprocess

    program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "w32tm.exe"
    command = [str(program), "/query", "/status"]
    try:
        answer = subprocess.run(  # noqa: S603 - the system's own program
            command, capture_output=True, timeout=_WINDOWS_ANSWERS_WITHIN_S, check=False, creationflags=_NO_WINDOW
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return windows_status_says(answer.stdout.decode("ascii", "replace")) if answer.returncode == 0 else None


def windows_status_says(status: str) -> bool | None:
    """Return what the first line of ``w32tm /query /status`` says: leap indicator 3 means not synchronised.

    Its words are in the system's language; the figure after the first colon is not.
    """
    figure = status.partition(":")[2].strip()[:1]
    return figure != "3" if figure.isdigit() else None


class VirtualClock:
    """A clock that moves only when told: for rehearsals and tests.

    Waiting advances it at once. It can also step its wall time without its monotonic time, as NTP does.

    Parameters
    ----------
    start
        Aware wall time to begin at.

    Attributes
    ----------
    boot_id
        May be set: another one stands for another start of the machine.
    is_synchronised
        What `synchronised` answers; may be set.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._start = start.astimezone(UTC)
        self._monotonic_s = 0.0
        self._step_s = 0.0
        self.boot_id = "virtual"
        self.is_synchronised: bool | None = None

    def synchronised(self) -> bool | None:
        """Return `is_synchronised`."""
        return self.is_synchronised

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
