"""``/song``: the live state as server-sent events, for whoever is signed in and for as long as they are."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from loa.console.house import House
from loa.console.live import MOST_PANELS
from loa.console.sessions import COOKIE


async def live_stream(request: Request, house: House) -> Response:
    """Answer a panel: 401 where nobody is signed in, 503 where too many are open."""
    request.scope["most_bytes"] = 0
    cookie = request.cookies.get(COOKIE, "")

    async def still_welcome() -> bool:
        return await run_in_threadpool(house.sessions.of, cookie, used=False) is not None

    if not await still_welcome():
        return PlainTextResponse("401", status_code=401)
    if house.live.panels >= MOST_PANELS:
        return PlainTextResponse("503", status_code=503)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(house.live.events(still_welcome), media_type="text/event-stream", headers=headers)
