"""The queue of “Lịch phát”: what airs once more, where and why there."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.responses import Response

from loa.console.routes import Routes
from loa.console.visit import Visit
from loa.language import translate as _
from loa.station.accounts import Right
from loa.station.queueing import QueueOrder

ROUTES = Routes()
MOST_TIMES = 50
MOST_EVERY_MIN = 24 * 60


@ROUTES.get("/lich-phat/hang-doi", Right.VIEW)
def queue_page(visit: Visit) -> Response:
    """Show the queue and the form that adds to it."""
    chosen = visit.form.sent("ban-tin") or visit.form.sent("bulletin")
    with visit.station() as station:
        standings = station.approval_desk.standings()
        places, today, zone = station.queue(), station.today(), station.settings.time_zone
    titles = {one.bulletin.name: one.bulletin.title for one in standings}
    return visit.show(
        "queue.html",
        places=places,
        titles=titles,
        approved=[(one.bulletin.name, one.bulletin.title) for one in standings if one.approval],
        chosen=chosen,
        today=today,
        zone=zone,
    )


@ROUTES.post("/lich-phat/hang-doi", Right.EDIT, again=queue_page)
def add(visit: Visit) -> Response:
    """Queue a bulletin once or several times."""
    form = visit.form
    bulletin = form.text("bulletin", required=True)
    when = form.choice("when", ("room", "now", "at"), "room")
    day, at = form.date("day"), form.time("at")
    until_day, until = form.date("until_day"), form.time("until")
    times = form.whole("times", low=1, high=MOST_TIMES)
    every = form.whole("every", low=1, high=MOST_EVERY_MIN)
    if when == "at" and (day is None or at is None) and not form.found:
        form.refuse("at", _("The time is missing."), _("Give a day and a time, or choose another way."))
    form.raise_if_any()
    if not visit.first_time():
        return visit.go("/lich-phat/hang-doi", _("That was sent already; it was done once."))
    with visit.station() as station:
        zone = station.settings.time_zone
        order = QueueOrder(
            bulletin=bulletin,
            person=visit.person,
            at=datetime.combine(day, at, zone) if when == "at" and day and at else None,
            at_once=when == "now",
            times=times,
            every=timedelta(minutes=every) if every else None,
            until=datetime.combine(until_day or station.today(), until, zone) if until else None,
        )
        queued = station.queue_add(order)
    told = " ".join(f"{one.message} {one.advice}" for one in queued.warnings)
    note = _("In the queue: {count}.").format(count=len(queued.entries))
    return visit.go("/lich-phat/hang-doi", f"{note} {told}".strip())


@ROUTES.post("/lich-phat/hang-doi/bo", Right.EDIT)
def remove(visit: Visit) -> Response:
    """Take an entry out."""
    queue_id = visit.form.text("id", required=True, most=40)
    visit.form.raise_if_any()
    with visit.station() as station:
        station.queue_remove(queue_id, person=visit.person)
    return visit.go("/lich-phat/hang-doi", _("It is out of the queue."))
