"""“Lịch phát”: weeks and months as grids, a broadcast moved with what that changes shown first, history and undo."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from loa.checked_yaml import time_from_text
from loa.console.forms import Form
from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.errors import EditedMeanwhile, InputRefused, NotFound
from loa.language import translate as _
from loa.station.accounts import Right
from loa.station.timetable_moves import SlotDays, SlotMove

if TYPE_CHECKING:
    from loa.station.station import Station
    from loa.station.timetable_editing import Preview

ROUTES = Routes(NavEntry("/lich-phat", _("Timetable")))
WEEK = timedelta(days=7)
FIRST_YEAR, LAST_YEAR = 2000, 2190  # what the lunar calendar is proven for, with room at its ends
HOURS = range(4, 23)


def weekday_words() -> list[str]:
    """Return the names of the days of the week, Monday first."""
    return _("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday").split("|")


def change_words() -> dict[str, str]:
    """Return what may become of a broadcast by an edit."""
    return {"added": _("comes in"), "dropped": _("goes out"), "moved": _("moves"), "changed": _("changes")}


def outcome_words() -> dict[str, str]:
    """Return the outcomes in a word or two."""
    return {
        "aired": _("aired in full"),
        "partial": _("aired in part"),
        "missed": _("not aired"),
        "cancelled": _("cancelled"),
    }


def _day(visit: Visit, station: Station, name: str = "ngay") -> date:
    day = visit.form.date(name) or station.today()
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        visit.form.refuse(name, _("This day is too far away."), _("Choose a day of this century."))
        visit.form.raise_if_any()
    return day


@ROUTES.get("/lich-phat", Right.VIEW)
def timetable_page(visit: Visit) -> Response:
    """Show a week, or a month."""
    month = visit.form.choice("xem", ("tuan", "thang"), "tuan") == "thang"
    with visit.station() as station:
        day = _day(visit, station)
        visit.form.raise_if_any()
        first = day.replace(day=1) if month else day - timedelta(days=day.weekday())
        last = first + (
            timedelta(days=monthrange(first.year, first.month)[1] - 1) if month else WEEK - timedelta(days=1)
        )
        shown_first = first - timedelta(days=first.weekday())
        shown_last = last + timedelta(days=6 - last.weekday())
        board = station.timetable_desk.board(shown_first, shown_last)
        today, slots = station.today(), station.timetable_desk.slots()
        programmes = station.timetable_desk.programmes()
    return visit.show(
        "month.html" if month else "week.html",
        board=board,
        first=first,
        last=last,
        before=first - timedelta(days=1),
        after=last + timedelta(days=1),
        today=today,
        hours=HOURS,
        weekdays=weekday_words(),
        outcome_words=outcome_words(),
        slots=slots,
        programmes=programmes,
    )


# ---------------------------------------------------------------- one broadcast


@ROUTES.get("/lich-phat/buoi", Right.VIEW)
def broadcast_page(visit: Visit) -> Response:
    """Show one broadcast: what is in it, why it airs, and the form that moves it."""
    slot, at = visit.form.text("slot", required=True), visit.form.time("luc")
    visit.form.raise_if_any()
    with visit.station() as station:
        day = _day(visit, station)
        visit.form.raise_if_any()
        steps = station.why(slot, day)
        entries = [one for one in station.timetable_desk.board(day, day).days[0].entries if one.slot == slot]
        entry = next((one for one in entries if at is None or one.at.time() == at), None)
        planned = station.timetable_desk.broadcast(entry.key) if entry else None
    return visit.show(
        "broadcast.html",
        slot=slot,
        day=day,
        entry=entry,
        planned=planned,
        steps=steps,
        move=_fields(slot, day, entry.at.time() if entry else time(), day, entry.at.time() if entry else time()),
    )


def _fields(slot: str, day: date, at: time, to_day: date, to: time | None) -> Mapping[str, str]:
    """Return the fields of the form that moves a broadcast."""
    return {
        "slot": slot,
        "ngay": f"{day:%Y-%m-%d}",
        "luc": f"{at:%H:%M}",
        "sang_ngay": f"{to_day:%d/%m/%Y}",  # as it is written here; a browser's own field follows the browser's language
        "sang_luc": f"{to:%H:%M}" if to else "",
    }


def _move(form: Form) -> SlotMove:
    """Return the move a form asks for. Raises InputRefused with every field that is wrong."""
    slot = form.text("slot", required=True)
    day, at = form.date("ngay"), form.time("luc")
    to_day, to = form.date("sang_ngay"), form.time("sang_luc")
    leave_out = form.ticked("bo")
    for name, value in (("ngay", day), ("luc", at), *((("sang_luc", to),) if not leave_out else ())):
        if value is None and not any(finding.field == name for finding in form.found):
            form.refuse(name, _("This is empty."), _("Fill it in."))
    for name, one in (("ngay", day), ("sang_ngay", to_day)):
        if one is not None and not FIRST_YEAR <= one.year <= LAST_YEAR:
            form.refuse(name, _("This day is too far away."), _("Choose a day of this century."))
    form.raise_if_any()
    if day is None or at is None:
        raise InputRefused(form.found)
    return SlotMove(
        slot=slot,
        day=day,
        at=at,
        to_day=day if leave_out else to_day or day,
        to=None if leave_out else to,
        always=form.ticked("luon") and not leave_out,
    )


def _move_fields(move: SlotMove) -> list[tuple[str, str]]:
    """Return `move` as the hidden fields of the form that saves it."""
    fields = list(_fields(move.slot, move.day, move.at, move.to_day, move.to).items())
    return fields + [("luon", "1")] * move.always + [("bo", "1")] * (move.to is None)


@ROUTES.get("/lich-phat/xem", Right.EDIT)
def preview_page(visit: Visit) -> Response:
    """Show what a move would change; nothing is changed yet."""
    move = _move(visit.form)
    with visit.station() as station:
        seen = station.timetable_desk.preview(move)
    return _preview(visit, seen, "/lich-phat/luu", _move_fields(move), day=move.to_day)


def _preview(
    visit: Visit,
    seen: Preview,
    action: str,
    fields: list[tuple[str, str]],
    *,
    day: date,
    status: int = 200,
    told: str = "",
) -> Response:
    values: dict[str, Any] = {
        "seen": seen,
        "action": action,
        "fields": fields,
        "day": day,
        "told": told,
        "change_words": change_words(),
    }
    return visit.show("piece_preview.html" if visit.by_htmx else "preview.html", status=status, **values)


@ROUTES.post("/lich-phat/luu", Right.EDIT)
def save_move(visit: Visit) -> Response:
    """Save a move as it was shown; where somebody was quicker, show anew what it would change."""
    move = _move(visit.form)
    with visit.station() as station:
        try:
            station.timetable_desk.save(move, person=visit.person, revision=visit.form.sent("revision"))
        except EditedMeanwhile as meanwhile:
            seen = station.timetable_desk.preview(move)
            return _preview(
                visit,
                seen,
                "/lich-phat/luu",
                _move_fields(move),
                day=move.to_day,
                status=meanwhile.http_status,
                told=meanwhile.message,
            )
    return visit.go(f"/lich-phat?ngay={move.to_day:%Y-%m-%d}", _saved())


def _saved() -> str:
    return _(
        "Saved. A running station takes it after one minute; until then it can be undone without a trace on the air."
    )


# ---------------------------------------------------------------- times and days of a slot


@ROUTES.get("/lich-phat/khung/{slot}", Right.EDIT)
def slot_page(visit: Visit) -> Response:
    """Show the form for times, days of the week and programme of a slot."""
    name = visit.path_values["slot"]
    with visit.station() as station:
        slot = station.timetable_desk.slots().get(name)
        programmes = station.timetable_desk.programmes()
    if slot is None:
        raise NotFound(_("There is no slot “{name}” any more. Open the timetable again.").format(name=name))
    return visit.show("slot.html", slot=slot, programmes=programmes, weekdays=weekday_words())


def _slot_days(visit: Visit) -> SlotDays:
    form = visit.form
    times: list[time] = []
    for word in form.text("at", required=True).replace(",", " ").replace(";", " ").split():
        try:
            times.append(time_from_text(word))
        except ValueError:
            form.refuse("at", _("“{text}” is no time of day.").format(text=word[:20]), _("Write it as 05:30, 17:00."))
    days = {int(one) for one in form.all_sent("day") if one in set("0123456")}
    if not days:
        form.refuse("day", _("No day of the week is ticked."), _("Tick at least one."))
    programme = form.text("programme", required=True)
    form.raise_if_any()
    return SlotDays(
        slot=visit.path_values["slot"], times=tuple(sorted(set(times))), weekdays=frozenset(days), programme=programme
    )


def _slot_fields(wanted: SlotDays) -> list[tuple[str, str]]:
    times = ", ".join(f"{one:%H:%M}" for one in wanted.times)
    return [("at", times), ("programme", wanted.programme), *(("day", str(one)) for one in sorted(wanted.weekdays))]


@ROUTES.get("/lich-phat/khung/{slot}/xem", Right.EDIT)
def slot_preview_page(visit: Visit) -> Response:
    """Show what other times and days of a slot would change."""
    wanted = _slot_days(visit)
    with visit.station() as station:
        seen = station.timetable_desk.preview(wanted)
        today = station.today()
    return _preview(visit, seen, f"/lich-phat/khung/{wanted.slot}", _slot_fields(wanted), day=today)


@ROUTES.post("/lich-phat/khung/{slot}", Right.EDIT)
def save_slot(visit: Visit) -> Response:
    """Save times, days and programme of a slot as they were shown."""
    wanted = _slot_days(visit)
    with visit.station() as station:
        station.timetable_desk.save(wanted, person=visit.person, revision=visit.form.sent("revision"))
    return visit.go("/lich-phat", _saved())


# ---------------------------------------------------------------- history


@ROUTES.get("/lich-phat/lich-su", Right.VIEW)
def history_page(visit: Visit) -> Response:
    """Show who changed what in the timetable."""
    with visit.station() as station:
        edits, zone = station.timetable_desk.history(), station.settings.time_zone
    return visit.show("history.html", edits=edits, zone=zone)


@ROUTES.post("/lich-phat/hoan-tac", Right.EDIT)
def undo(visit: Visit) -> Response:
    """Take an edit back."""
    row = visit.form.whole("row", low=1, high=10**9)
    if row is None:
        visit.form.refuse("row", _("This is empty."), _("Fill it in."))
    visit.form.raise_if_any()
    with visit.station() as station:
        station.timetable_desk.undo(row or 0, person=visit.person)
    return visit.go("/lich-phat/lich-su", _("Undone: the files are as they were before."))
