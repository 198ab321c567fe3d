"""The app: every route of every page behind the same door, which asks who comes and what they may do."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from loa.console.door import Door
from loa.console.guard import Guard
from loa.console.house import House
from loa.console.pages import FILES_OF_PAGES
from loa.console.routes import NavEntry, Route
from loa.console.stream import live_stream


def all_routes() -> list[Route]:
    """Return every route of the console. The tests of safety go through this list: none is forgotten."""
    return [route for pages in FILES_OF_PAGES for route in pages.all]


def all_nav() -> list[NavEntry]:
    """Return the navigation."""
    return [entry for pages in FILES_OF_PAGES for entry in pages.nav]


def make_app(house: House) -> Guard:
    """Return the console of `house` as an ASGI app."""
    house.templates.nav = all_nav()
    door = Door(house)
    app = Starlette(routes=list(_routes(door, house)), exception_handlers=door.exception_handlers())
    return Guard(app, house.clock)


def _routes(door: Door, house: House) -> Iterator[StarletteRoute]:
    async def live(request: Request) -> Response:
        return await live_stream(request, house)

    yield StarletteRoute("/static/{name}", house.statics.answer, methods=["GET"])
    yield StarletteRoute("/song", live, methods=["GET"])
    for route in all_routes():
        yield StarletteRoute(route.path, door.endpoint(route), methods=[route.method])
