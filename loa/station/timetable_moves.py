"""What an edit of the timetable writes into which file: a slot moved, left out or set anew. Pure: texts in, texts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time

from loa.air_rules import WEEKDAYS
from loa.errors import Conflict
from loa.language import translate as _
from loa.station.yaml_edit import with_field, with_first_member, with_group, without_field, without_member, written
from loa.timetable import DayRule, Slot, SlotException, Timetable
from loa.timetable.recurrence import EVERY_DAY

Texts = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotMove:
    """A broadcast to another time, or off the day.

    Attributes
    ----------
    slot, day, at
        Which broadcast: its slot, local day and time.
    to_day, to
        Where to; `to` None: it is left out that day.
    always
        Every day from now on, not on that day alone.
    """

    slot: str
    day: date
    at: time
    to_day: date
    to: time | None
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDays:
    """New times and days of the week for a slot.

    Attributes
    ----------
    weekdays
        0 is Monday.
    """

    slot: str
    times: tuple[time, ...]
    weekdays: frozenset[int]
    programme: str


def moved(timetable: Timetable, texts: Mapping[str, str], move: SlotMove) -> Texts:
    """Return the files that change, with what they will hold.

    Parameters
    ----------
    texts
        What each file of the timetable holds, by name relative to the station.

    Raises
    ------
    Conflict
        The slot does not air then, or its file cannot be edited here.
    """
    slot = timetable.slots.get(move.slot)
    times, programme = slot.on(move.day, timetable.types) if slot else ((), "")
    if slot is None or move.at not in times:
        message = _("“{slot}” does not air at {time} on {day} any more. Open the timetable again.")
        raise Conflict(message.format(slot=move.slot, time=f"{move.at:%H:%M}", day=f"{move.day:%d/%m/%Y}"))
    if move.always:
        return _always(slot, texts, move)
    left = tuple(one for one in times if one != move.at)
    if move.to is None:
        return {slot.file: _on_day(timetable, slot, texts[slot.file], move.day, left)}
    if move.to_day == move.day:
        new = tuple(sorted({*left, move.to}))
        return {slot.file: _on_day(timetable, slot, texts[slot.file], move.day, new)}
    text = _on_day(timetable, slot, texts[slot.file], move.day, left)
    there, there_programme = slot.on(move.to_day, timetable.types)
    if there and there_programme == programme:
        return {slot.file: _on_day(timetable, slot, text, move.to_day, tuple(sorted({*there, move.to})))}
    name = f"{slot.name}-{move.to_day:%Y-%m-%d}"
    if name in timetable.slots:
        message = _("“{slot}” was already moved to {day}. Move that broadcast instead.")
        raise Conflict(message.format(slot=slot.name, day=f"{move.to_day:%d/%m/%Y}"))
    return {slot.file: _one_off(slot, text, name, programme, move)}


def _always(slot: Slot, texts: Mapping[str, str], move: SlotMove) -> Texts:
    if move.to is None or move.to_day != move.day:
        raise Conflict(_("A slot is moved for good to another time of its days. Change its days in “Edit the slot”."))
    if move.at not in slot.times:
        message = _("{day} is an exception of “{slot}”. Move that day alone, or choose another day.")
        raise Conflict(message.format(day=f"{move.day:%d/%m/%Y}", slot=slot.name))
    times = sorted({*(one for one in slot.times if one != move.at), move.to})
    return {slot.file: with_field(texts[slot.file], ["slots", slot.name, "at"], _written_times(times))}


def days_set(timetable: Timetable, texts: Mapping[str, str], wanted: SlotDays) -> Texts:
    """Return the files that change where a slot gets new times, days of the week and programme. Raises Conflict."""
    slot = timetable.slots.get(wanted.slot)
    if slot is None:
        raise Conflict(_("There is no slot “{name}” any more. Open the timetable again.").format(name=wanted.slot))
    if not wanted.times or not wanted.weekdays:
        raise Conflict(_("A slot needs at least one time and one day of the week."))
    text = texts[slot.file]
    path = ["slots", slot.name]
    if wanted.times != slot.times:
        text = with_field(text, [*path, "at"], _written_times(wanted.times))
    if wanted.programme != slot.programme:
        text = with_field(text, [*path, "programme"], written(wanted.programme))
    if wanted.weekdays != slot.days.weekdays:
        names = [name for name, number in WEEKDAYS.items() if number in wanted.weekdays]
        text = (
            without_field(text, [*path, "days"])
            if wanted.weekdays == EVERY_DAY
            else with_field(text, [*path, "days"], f"[{', '.join(names)}]")
        )
    return {slot.file: text}


def _on_day(timetable: Timetable, slot: Slot, text: str, day: date, times: tuple[time, ...]) -> str:
    """Return `text` in which `slot` airs at `times` on `day`, by an exception of that day alone."""
    own = _exception_of(slot, day)
    fits = slot.exception_on(day, timetable.types)
    path = ["slots", slot.name, "except"]
    if own is not None and fits is slot.exceptions[own]:
        others = replace(slot, exceptions=tuple(one for one in slot.exceptions if one is not fits))
        if others.on(day, timetable.types) == (times, fits.programme or slot.programme):
            return without_member(text, [*path, own])  # moved back: as if nothing had been
        return _exception_changed(text, [*path, own], fits, times)
    fields = {"dates": f"{day:%d/%m/%Y}"}
    fields |= {"at": _written_times(times)} if times else {"skip": "yes"}
    if times and fits is not None and fits.programme:
        fields["programme"] = written(fits.programme)
    return with_first_member(text, path, fields)


def _exception_changed(text: str, path: list[str | int], exception: SlotException, times: tuple[time, ...]) -> str:
    if times:
        text = without_field(text, [*path, "skip"]) if exception.skip else text
        return with_field(text, [*path, "at"], _written_times(times))
    for name in ("at", "programme"):
        text = without_field(text, [*path, name])
    return with_field(text, [*path, "skip"], "yes")


def _exception_of(slot: Slot, day: date) -> int | None:
    alone = DayRule(dates=frozenset({day}))
    return next((number for number, one in enumerate(slot.exceptions) if one.days == alone), None)


def _one_off(slot: Slot, text: str, name: str, programme: str, move: SlotMove) -> str:
    """Return `text` with a slot `name` that airs `programme` once, where `move` says, and else does as `slot`."""
    at = () if move.to is None else (move.to,)
    fields = {"programme": written(programme), "at": _written_times(at), "dates": f"{move.to_day:%d/%m/%Y}"}
    default = Slot(name="", programme="", times=())
    if slot.priority is not default.priority:
        fields["priority"] = slot.priority.value
    if slot.late_s != default.late_s:
        fields["late_min"] = f"{slot.late_s / 60:g}"
    for field in ("when_busy", "if_interrupted", "after_outage"):
        if getattr(slot, field) is not getattr(default, field):
            fields[field] = getattr(slot, field).value
    if slot.wait_s:
        fields["wait_min"] = f"{slot.wait_s / 60:g}"
    return with_group(text, ["slots", name], fields)


def _written_times(times: list[time] | tuple[time, ...]) -> str:
    texts = [f'"{one:%H:%M}"' for one in times]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
