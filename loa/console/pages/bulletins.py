"""“Bản tin”: the list of bulletins, and what each state of one is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.language import translate as _
from loa.station.accounts import Right
from loa.station.bulletin_template import bulletin_templates

if TYPE_CHECKING:
    from loa.station.approving import Standing

ROUTES = Routes(NavEntry("/ban-tin", _("Bulletins")))
PAGE = 40
STATES = ("waiting", "returned", "approved", "broken")


def state_words() -> dict[str, str]:
    """Return what each state of a bulletin is called."""
    return {
        "waiting": _("waits for approval"),
        "returned": _("returned"),
        "approved": _("approved"),
        "broken": _("has mistakes"),
    }


def state_of(standing: Standing) -> str:
    """Return which of `STATES` a bulletin is in."""
    return "approved" if standing.approval else "returned" if standing.returned else "waiting"


@ROUTES.get("/ban-tin", Right.VIEW)
def bulletins_page(visit: Visit) -> Response:
    """List the bulletins that fit the filters."""
    form = visit.form
    topic, wanted = form.text("chuyen-muc"), form.choice("tinh-trang", ("", *STATES))
    search = form.text("tim").casefold()
    page = form.whole("trang", low=1, high=100_000, default=1) or 1
    form.raise_if_any()
    with visit.station() as station:
        contents = station.contents()
        standings = station.approval_desk.standings(contents)
        broken = sorted({Path(one.file).stem for one in contents.bulletins.findings})
        topics = station.settings.topics
    shown = [
        one
        for one in standings
        if (not topic or one.bulletin.topic == topic)
        and (not wanted or state_of(one) == wanted)
        and (not search or search in f"{one.bulletin.title}\n{one.bulletin.name}\n{one.bulletin.body}".casefold())
    ]
    return visit.show(
        "bulletins.html",
        shown=shown[(page - 1) * PAGE : page * PAGE],
        count=len(shown),
        page=page,
        pages=max(1, -(-len(shown) // PAGE)),
        broken=broken if wanted in {"", "broken"} and not topic and not search else [],
        topics=topics,
        state_of=state_of,
        state_words=state_words(),
        templates=bulletin_templates(),
        lengths={name: audio.cue_sheet.length_s for name, audio in contents.audio.items()},
        filters={"chuyen-muc": topic, "tinh-trang": wanted, "tim": visit.form.sent("tim")},
    )
