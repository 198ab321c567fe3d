"""“Trạm”: the machine, its voices, its settings, copies of it."""

from __future__ import annotations

from starlette.responses import Response

from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.language import translate as _
from loa.station.accounts import Right

ROUTES = Routes(NavEntry("/tram", _("Station"), Right.MANAGE))


@ROUTES.get("/tram", Right.MANAGE)
def station_page(visit: Visit) -> Response:
    """Show what can be looked after."""
    return visit.show("station.html")
