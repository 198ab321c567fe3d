"""“Khẩn cấp”: on the air at once."""

from __future__ import annotations

from starlette.responses import Response

from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.language import translate as _
from loa.station.accounts import Right

ROUTES = Routes(NavEntry("/khan-cap", _("Emergency"), Right.AIR))
LONGEST_WORDS = 3000


@ROUTES.get("/khan-cap", Right.AIR)
def emergency_page(visit: Visit) -> Response:
    """Show the form."""
    return visit.show("emergency.html", most=LONGEST_WORDS)


@ROUTES.post("/khan-cap", Right.AIR, again=emergency_page)
def emergency(visit: Visit) -> Response:
    """Air it."""
    text = visit.form.lines("text", most=LONGEST_WORDS, required=True)
    authoriser = visit.form.text("authoriser", most=80, required=True)
    visit.form.raise_if_any()
    if not visit.first_time():
        return visit.go("/", _("That was sent already; it was done once."))
    with visit.station() as station:
        answer = station.emergency(text=text, authoriser=authoriser)
    on_air = _("On the air now, {seconds:.0f} seconds: “{title}”")
    return visit.go("/", on_air.format(seconds=answer["length_s"], title=answer["title"]))
