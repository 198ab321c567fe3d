"""“Duyệt”: what waits, read and heard as it will air, then approved or returned."""

from __future__ import annotations

from starlette.responses import Response

from loa.console.pages.bulletins import state_of, state_words
from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.console.words import genre_words, judgement_words, priority_words
from loa.language import translate as _
from loa.station.accounts import Right
from loa.station.spoken_view import spoken_view

ROUTES = Routes(NavEntry("/duyet", _("Approval")))
MOST_NOTE = 1000


@ROUTES.get("/duyet", Right.VIEW)
def waiting_page(visit: Visit) -> Response:
    """List what waits for a word, what was returned, and what was approved last."""
    with visit.station() as station:
        standings = station.approval_desk.standings()
        topics, zone = station.settings.topics, station.settings.time_zone
    newest = sorted((one for one in standings if one.last), key=lambda one: -(one.last.row if one.last else 0))
    return visit.show(
        "waiting.html",
        waiting=[one for one in standings if state_of(one) == "waiting"],
        anew=[one for one in standings if one.sound_changed],
        returned=[one for one in newest if state_of(one) == "returned"],
        approved=[one for one in newest if one.approval][:10],
        topics=topics,
        zone=zone,
        judgement_words=judgement_words(),
    )


@ROUTES.get("/duyet/{name}", Right.VIEW)
def approval_page(visit: Visit) -> Response:
    """Show one bulletin as it will be heard."""
    name = visit.path_values["name"]
    with visit.station() as station:
        standing = station.approval_desk.standing(name)
        bulletin = standing.bulletin
        return visit.show(
            "approval.html",
            standing=standing,
            bulletin=bulletin,
            state=state_of(standing),
            state_words=state_words(),
            view=spoken_view(bulletin.body, station.read(bulletin.body)),
            judgements=station.approval_desk.judgements(name)[:10],
            judgement_words=judgement_words(),
            genres=genre_words(),
            priorities=priority_words(),
            topics=station.settings.topics,
            zone=station.settings.time_zone,
            own=station.settings.four_eyes and standing.edited_by == visit.person,
            most=MOST_NOTE,
        )


@ROUTES.post("/duyet/{name}/tieng", Right.VIEW)
def finish_sound(visit: Visit) -> Response:
    """Finish the sound, so that it can be heard before the word is given."""
    name = visit.path_values["name"]
    with visit.station() as station, visit.house.heavy:
        station.listening_desk.bulletin(name)
    return visit.go(f"/duyet/{name}")


@ROUTES.post("/duyet/{name}", Right.APPROVE, again=approval_page)
def decide(visit: Visit) -> Response:
    """Approve, return or withdraw exactly what was shown."""
    name, form = visit.path_values["name"], visit.form
    what = form.choice("decision", ("approve", "return", "withdraw"))
    text_hash, audio = form.text("text_hash", required=True), form.text("audio_sha256")
    note = form.lines("note", most=MOST_NOTE, required=what != "approve")
    form.raise_if_any()
    if not visit.first_time():
        return visit.go(f"/duyet/{name}", _("That was sent already; it was done once."))
    with visit.station() as station:
        desk = station.approval_desk
        if what == "approve":
            desk.approve(name, person=visit.person, text_hash=text_hash, audio_sha256=audio)
            return visit.go("/duyet", _("Approved: it may air from now on."))
        if what == "withdraw":
            station.withdraw(name, person=visit.person, why=note)
            return visit.go(f"/duyet/{name}", _("The approval is withdrawn: it will not air."))
        desk.give_back(name, person=visit.person, note=note, text_hash=text_hash, audio_sha256=audio)
    return visit.go("/duyet", _("Returned to its author, with your note."))
