"""“Khẩn cấp”: on the air at once, again and again, until the all-clear. It needs neither timetable nor ledger."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from loa.console.forms import Form
from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.errors import LoaError
from loa.language import translate as _
from loa.station.accounts import Right

if TYPE_CHECKING:
    from loa.station.station import Station

ROUTES = Routes(NavEntry("/khan-cap", _("Emergency"), Right.AIR))
LONGEST_WORDS = 3000
NEW_WORDS = "new-words"
EMERGENCY, PRIORITY = "emergency", "priority"


@ROUTES.get("/khan-cap", Right.AIR)
def emergency_page(visit: Visit) -> Response:
    """Show the form, and the emergencies that stand."""
    return _shown(visit)


def _shown(visit: Visit, *, sound: str = "") -> Response:
    presets: list[Any] = []
    with contextlib.suppress(LoaError), visit.station() as station:  # broken settings keep nobody from typing words
        presets = station.air_desk.emergency_presets()
    standing = (visit.house.live.state or {}).get("emergencies", [])
    return visit.show(
        "emergency.html", presets=presets, standing=standing, sound=sound, most=LONGEST_WORDS, new_words=NEW_WORDS
    )


def _words(form: Form) -> dict[str, str]:
    """Take what is to be said: a bulletin that was written for it, or new words."""
    chosen = form.text("bulletin", most=100) or NEW_WORDS
    if chosen != NEW_WORDS:
        return {"bulletin": chosen, "text": ""}
    return {"bulletin": "", "text": form.lines("text", most=LONGEST_WORDS, required=True)}


@ROUTES.post("/khan-cap/doc-thu", Right.AIR, again=emergency_page)
def read_it_here(visit: Visit) -> Response:
    """Let the browser alone hear it. What airs afterwards is then ready."""
    words = _words(visit.form)
    visit.form.raise_if_any()
    with visit.station() as station:
        audio = station.air_desk.emergency_trial(**words)
    return _shown(replace(visit, keeps=True), sound=visit.house.hearing.offer(audio.path))


@ROUTES.post("/khan-cap", Right.AIR, again=emergency_page)
def emergency(visit: Visit) -> Response:
    """Air it."""
    form = visit.form
    words = _words(form)
    authoriser = form.text("authoriser", most=80, required=True)
    level = form.choice("level", (EMERGENCY, PRIORITY), EMERGENCY)
    every = form.whole("every", low=1, high=1440)
    until = form.time("until")
    if until is not None and every is None:
        form.refuse(
            "every", _("It is not said how often it is repeated."), _("Write the minutes, or leave “until” empty.")
        )
    if level == PRIORITY and (not words["bulletin"] or every is not None):
        message = _("Priority takes a bulletin that was written and approved, once.")
        form.refuse("level", message, _("Choose a bulletin and no repeats, or the level emergency."))
    form.raise_if_any()
    if not visit.first_time():
        return visit.go("/", _("That was sent already; it was done once."))
    with visit.station() as station:
        if level == PRIORITY:
            return _queued(visit, station, words["bulletin"])
        now = visit.clock.now().astimezone(station.zone_anyway)
        end = None if until is None else datetime.combine(now.date(), until, now.tzinfo)
        if end is not None and end <= now:
            end += timedelta(days=1)  # floods come at night
        answer = station.air_desk.emergency(
            authoriser=authoriser, every_min=every, until=end, bulletin=words["bulletin"], text=words["text"]
        )
        _note(visit, station, "emergency", authoriser=authoriser, key=answer["key"])
    return visit.go("/", _told(answer))


def _queued(visit: Visit, station: Station, bulletin: str) -> Response:
    from loa.station.queueing import QueueOrder

    entry = station.queue_add(QueueOrder(bulletin=bulletin, person=visit.person, at_once=True)).entries[0]
    at = f"{entry.at:%H:%M:%S}" if entry.at else ""
    return visit.go("/", _("It airs at {time}, after what is on the air.").format(time=at))


def _told(answer: dict[str, Any]) -> str:
    if not answer["heard"]:
        return _("NO LOUDSPEAKER: nobody hears it! Type: loa doctor")
    on_air = _("On the air now, {seconds:.0f} seconds: “{title}”")
    told = on_air.format(seconds=answer["length_s"], title=answer["title"])
    if answer.get("sound_in_s"):
        warms_up = _("The amplifier warms up: the sound begins in {s:.0f} seconds.")
        told += ". " + warms_up.format(s=answer["sound_in_s"])
    return told


def _note(visit: Visit, station: Station, action: str, **about: str) -> None:
    """Write down who pressed it; the running station writes its own row. A broken ledger stops no emergency."""
    with contextlib.suppress(LoaError):
        station.note_action(action, person=visit.person, about=about)


@ROUTES.post("/khan-cap/het", Right.AIR, again=emergency_page)
def all_clear(visit: Visit) -> Response:
    """End every emergency, and say so over the loudspeakers where words are given."""
    authoriser = visit.form.text("clear_by", most=80, required=True)
    text = visit.form.lines("clear_text", most=LONGEST_WORDS)
    visit.form.raise_if_any()
    if not visit.first_time():
        return visit.go("/", _("That was sent already; it was done once."))
    with visit.station() as station:
        answer = station.air_desk.all_clear(authoriser=authoriser, text=text.strip())
        _note(visit, station, "all-clear", authoriser=authoriser)
    ended = _("{count} emergencies were ended.") if answer["ended"] else _("There was no emergency.")
    return visit.go("/", ended.format(count=answer["ended"]))
