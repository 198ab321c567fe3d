"""APScheduler wakes the station; it is not its memory. Its jobs only set an event.

It is woken every second besides, because APScheduler sleeps by duration: a wall clock that steps forward would
otherwise let it fire as late as the step was long.
"""

from __future__ import annotations

import threading
from datetime import datetime
from types import TracebackType
from typing import Any, Self

EVERY_S = 1


class Waker:
    """Sets `event` at the instants asked for, and every second."""

    def __init__(self) -> None:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self.event = threading.Event()
        self._next: datetime | None = None
        self._scheduler: Any = BackgroundScheduler(
            timezone="UTC", executors={"default": ThreadPoolExecutor(1)}, daemon=True
        )
        self._scheduler.add_job(
            self.event.set, "interval", seconds=EVERY_S, id="every-second", misfire_grace_time=None, coalesce=True
        )

    def wake_at(self, at: datetime | None) -> None:
        """Wake at aware time `at` besides; None for no such instant."""
        if at == self._next:
            return
        self._next = at
        if at is None:
            if self._scheduler.get_job("broadcast"):
                self._scheduler.remove_job("broadcast")
            return
        self._scheduler.add_job(
            self.event.set, "date", run_date=at, id="broadcast", replace_existing=True, misfire_grace_time=None
        )

    def __enter__(self) -> Self:
        """Start the scheduler's thread."""
        self._scheduler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._scheduler.shutdown(wait=False)
