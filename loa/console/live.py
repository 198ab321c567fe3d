"""What the station says of itself, several times a second, handed on to every panel that is open.

Each panel gets the newest state and never a queue of old ones: a browser that reads slowly costs nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from loa.clock import Clock

STALE_AFTER_S = 5.0
BEAT_S = 2.0  # a panel that hears nothing for longer knows that it is cut off
LOOK_AT_SESSION_S = 20.0
MOST_PANELS = 400


class Live:
    """The newest state of the station.

    Parameters
    ----------
    clock
        The time.

    Attributes
    ----------
    panels
        How many panels are open.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._state: dict[str, Any] | None = None
        self._event = b""
        self._at_s = 0.0
        self._changed: asyncio.Event | None = None
        self.panels = 0

    @property
    def state(self) -> dict[str, Any] | None:
        """The state, or None where the station has not been heard of for `STALE_AFTER_S`."""
        return None if self.silent_s > STALE_AFTER_S else self._state

    @property
    def silent_s(self) -> float:
        """For how long the station has not been heard of, in seconds."""
        return float("inf") if self._state is None else self._clock.monotonic() - self._at_s

    def hear(self, state: dict[str, Any]) -> None:
        """Take a new state. Called in the loop's thread."""
        self._state = state
        self._at_s = self._clock.monotonic()
        self._event = b"event: state\ndata: " + json.dumps(state, ensure_ascii=False).encode() + b"\n\n"
        if self._changed is not None:
            self._changed.set()
        self._changed = asyncio.Event()

    async def events(self, still_welcome: Any) -> AsyncIterator[bytes]:
        """Yield server-sent events until the panel goes away, or until ``await still_welcome()`` is false."""
        self.panels += 1
        try:
            yield b"retry: 2000\n\n"
            asked_s, last = self._clock.monotonic(), b""
            while True:
                if self._changed is None:
                    self._changed = asyncio.Event()
                changed, event = self._changed, self._event
                yield event if event and event is not last and self.state is not None else b"event: beat\ndata: {}\n\n"
                last = event
                try:
                    async with asyncio.timeout(BEAT_S):
                        await changed.wait()
                except TimeoutError:
                    pass
                if self._clock.monotonic() - asked_s > LOOK_AT_SESSION_S:
                    asked_s = self._clock.monotonic()
                    if not await still_welcome():
                        yield b"event: signed-out\ndata: {}\n\n"
                        return
        finally:
            self.panels -= 1
