"""“Đang phát”: what is heard now and comes next, how the machine is, and the buttons for the hour of need."""

from __future__ import annotations

import contextlib

from starlette.responses import Response

from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.errors import LoaError
from loa.language import translate as _
from loa.station.accounts import Right

ROUTES = Routes(NavEntry("/", _("On the air")))
LONGEST_REASON = 300


@ROUTES.get("/", Right.VIEW)
def on_air_page(visit: Visit) -> Response:
    """Show the panel; a script keeps it true from then on."""
    stopped = None
    if visit.may(Right.AIR):
        with contextlib.suppress(LoaError), visit.station() as station:  # the panel is shown with a broken ledger too
            stopped = station.air_desk.stopped_lately()
    return visit.show("on_air.html", stopped=stopped)


@ROUTES.get("/dung", Right.AIR)
def stop_page(visit: Visit) -> Response:
    """Ask whether what is on the air is to be stopped, and why."""
    return visit.show("stop.html")


@ROUTES.post("/dung", Right.AIR, again=stop_page)
def stop(visit: Visit) -> Response:
    """Stop it."""
    why = visit.form.text("why", most=LONGEST_REASON, required=True)
    visit.form.raise_if_any()
    if not visit.first_time():
        return visit.go("/", _("That was sent already; it was done once."))
    with visit.station() as station:
        stopped = station.air_desk.stop_current(person=visit.person, why=why)
    return visit.go("/", _("Stopped; it is logged as aired in part.") if stopped else _("Nothing is on the air."))


@ROUTES.post("/phat-tiep", Right.AIR)
def go_on(visit: Visit) -> Response:
    """Air what was left of the broadcast that was stopped."""
    if not visit.first_time():
        return visit.go("/", _("That was sent already; it was done once."))
    with visit.station() as station:
        stopped = station.air_desk.resume_stopped(person=visit.person)
    return visit.go("/", _("It goes on within half a minute: {title}").format(title=stopped.title))
