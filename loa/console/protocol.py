"""HTTP/1.1 as uvicorn speaks it, for whoever sends their request within a while."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_WITHIN_S = 15.0


class PatientProtocol(H11Protocol):
    """Closes a connection on which no request is whole in time: slow headers would else keep it open for ever."""

    _look: asyncio.TimerHandle | None = None
    _cycle_seen: Any = None

    def connection_made(self, transport: Any) -> None:
        """Begin to look."""
        super().connection_made(transport)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def _look_later(self) -> None:
        self._look = self.loop.call_later(REQUEST_WITHIN_S, self._look_now)

    def _look_now(self) -> None:
        """Close where nothing new was asked since the last look and nothing is being answered."""
        cycle: Any = self.cycle  # None before the first request
        if (cycle is None or cycle.response_complete) and cycle is self._cycle_seen:
            self.transport.close()
            return
        self._cycle_seen = cycle
        self._look_later()
