"""The amplifier: switched on before the sound, off after it; broadcasts close to each other share one session.

A program of the station does it, in a thread: it may fail or hang, and no broadcast waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from loa.clock import Clock
from loa.equipment import AmplifierSettings
from loa.ledger import Entry, RowKind
from loa.programs import Finished

TRY_AGAIN_S = 30.0


class Programs(Protocol):
    """What runs one program at a time, beside the station."""

    def start(self, command: Sequence[str]) -> None:
        """Start a program; the one before must have finished. Never waits."""

    def finished(self) -> Finished | None:
        """Return, once, how the program ended; None while it runs. Never waits."""

    def wait(self) -> None:
        """Wait for its end, which its timeout sets."""


class Amplifier:
    """Decides when the amplifier is on, and has it switched.

    Parameters
    ----------
    settings
        The programs, lead and tail.
    programs
        Runs them.
    clock
        Its monotonic time counts.

    Attributes
    ----------
    trouble
        Why it could not be switched the last time, or empty.
    """

    def __init__(self, settings: AmplifierSettings, programs: Programs, clock: Clock) -> None:
        self._settings = settings
        self._programs = programs
        self._clock = clock
        self._is_on: bool | None = None  # after a start nobody knows
        self._on_since_s = 0.0
        self._switching_to: bool | None = None
        self._busy_until_s = float("-inf")
        self._not_before_s = float("-inf")
        self.trouble = ""

    def look(self, *, busy: bool, starts_in_s: float | None) -> list[Entry]:
        """Switch it where that is due; return a row for each switching that has ended.

        Parameters
        ----------
        busy
            Something is on the air or about to be.
        starts_in_s
            When the next broadcast begins, or None.
        """
        now_s = self._clock.monotonic()
        rows = self._take_up(now_s)
        if busy or (starts_in_s is not None and starts_in_s <= self._settings.lead_s):
            self._busy_until_s = now_s
        wanted = now_s - self._busy_until_s <= self._settings.tail_s
        if wanted != self._is_on and self._switching_to is None and now_s >= self._not_before_s:
            self._switch(on=wanted)
        return rows

    def _take_up(self, now_s: float) -> list[Entry]:
        if self._switching_to is None:
            return []
        finished = self._programs.finished()
        if finished is None:
            return []
        on, self._switching_to = self._switching_to, None
        self.trouble = finished.error
        if finished.error:
            self._not_before_s = now_s + TRY_AGAIN_S
        else:
            self._is_on, self._on_since_s = on, now_s
        data = {"on": on, "error": finished.error, "took_s": round(finished.took_s, 3)}
        return [Entry(kind=RowKind.AMPLIFIER, data=data)]

    def _switch(self, *, on: bool) -> None:
        self._switching_to = on
        self._on_since_s = self._clock.monotonic()
        self._programs.start(self._settings.on if on else self._settings.off)

    def warm_up_s(self) -> float:
        """Return how long it takes from now until the first word is heard; switches it on now.

        Where it cannot be switched, nothing waits for it.
        """
        now_s = self._clock.monotonic()
        self._busy_until_s = now_s
        if self._is_on and self._switching_to is None:
            return max(0.0, self._on_since_s + self._settings.lead_s - now_s)
        if self.trouble:
            return 0.0
        if self._switching_to is None:
            self._switch(on=True)
        if self._switching_to:
            return max(0.0, self._on_since_s + self._settings.lead_s - now_s)
        return self._settings.lead_s

    def end(self) -> list[Entry]:
        """Switch it off for good and wait for that; return the rows."""
        rows: list[Entry] = []
        if self._switching_to is not None:
            self._programs.wait()
            rows += self._take_up(self._clock.monotonic())
        if self._is_on is not False and self._switching_to is None:
            self._switch(on=False)
            self._programs.wait()
            rows += self._take_up(self._clock.monotonic())
        return rows
