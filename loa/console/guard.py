"""What every request passes first: how long a body may be and take, and what every answer must say to the browser."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loa.clock import Clock
from loa.language import translate as _

WAIT_FOR_PIECE_S = 20.0
SLOWEST_BYTES_PER_S = 20_000  # a phone at the edge of its network still sends a photo
GRACE_S = 30.0
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class BodyRefused(Exception):
    """The body is too long, or comes too slowly."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class Guard:
    """Wraps the app.

    Parameters
    ----------
    app
        What answers.
    clock
        The time.
    """

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def send_with_headers(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                headers = list(message.get("headers", ()))
                there = {name for name, _value in headers}
                headers += [(name, value) for name, value in HEADERS if name not in there]
                if b"cache-control" not in there:
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, self._patient(scope, receive), send_with_headers)
        except BodyRefused as refused:
            if not began:
                answer = PlainTextResponse(str(refused), status_code=refused.status, headers={"connection": "close"})
                await answer(scope, receive, send_with_headers)

    def _patient(self, scope: Scope, receive: Receive) -> Receive:
        """Return `receive` with a limit of bytes (``scope["most_bytes"]``, set by the route) and of time."""
        taken = 0
        since_s = self._clock.monotonic()
        whole = False

        async def limited() -> Message:
            nonlocal taken, whole
            if whole:  # only the end of the connection is still to come: a live panel waits for it for hours
                return await receive()
            most: Any = scope.get("most_bytes", 0)
            slow = BodyRefused(408, _("What is sent comes too slowly. Try again where the network is better."))
            try:
                async with asyncio.timeout(WAIT_FOR_PIECE_S):
                    message = await receive()
            except TimeoutError:
                raise slow from None
            if self._clock.monotonic() - since_s > GRACE_S + taken / SLOWEST_BYTES_PER_S:
                raise slow
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                whole = not message.get("more_body", False)
                if taken > most:
                    raise BodyRefused(413, _("What was sent is too large. Send less, or a smaller file."))
            return message

        return limited
