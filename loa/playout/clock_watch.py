"""Watching the wall clock against the monotonic one: steps, and whether a clock that was set ahead may be believed."""

from __future__ import annotations

from datetime import datetime, timedelta

from loa.clock import Clock
from loa.playout.output import wall_minus_mono

STEP_S = 1.0
DOUBT_S = 300.0  # a clock set ahead is believed when it has held still so long: time to mend it


class ClockWatch:
    """What the wall clock has done since the start.

    Parameters
    ----------
    clock
        The station's.

    Attributes
    ----------
    doubted_since
        What the clock said before it jumped ahead, while it is not yet believed; else None.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset_s = wall_minus_mono(clock)
        self._step: tuple[datetime, datetime] | None = None
        self._doubted_until_s = 0.0
        self.doubted_since: datetime | None = None

    def look(self, now: datetime) -> float | None:
        """Return by how many seconds the wall clock was set since the last look, None where it was not."""
        offset_s = wall_minus_mono(self._clock)
        step_s, self._offset_s = offset_s - self._offset_s, offset_s
        if abs(step_s) <= STEP_S:
            return None
        self._step = (now - timedelta(seconds=step_s), now)
        if step_s > 0:
            self.doubted_since = self.doubted_since or self._step[0]
            self._doubted_until_s = self._clock.monotonic() + DOUBT_S
        return step_s

    def doubt(self, since: datetime) -> None:
        """Doubt the clock from the start: before this process began it had just jumped ahead, from `since`."""
        self.doubted_since = since
        self._doubted_until_s = self._clock.monotonic() + DOUBT_S

    def believed_at_last(self) -> datetime | None:
        """Return, once, what the clock said before it jumped ahead, when it has held still for `DOUBT_S`; else None."""
        if self.doubted_since is None or self._clock.monotonic() < self._doubted_until_s:
            return None
        since, self.doubted_since = self.doubted_since, None
        return since

    def stepped_over(self, instant: datetime) -> bool:
        """Return whether the last step of the clock passed over `instant`."""
        return self._step is not None and self._step[0] <= instant <= self._step[1]
