"""The next broadcast from any instant on, and slots that will never air: found without planning what lies between."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from loa.calendar import DayTypes
from loa.timetable.programme import Slot, Timetable

HORIZON_DAYS = 3 * 365 + 1
LAST_DAY = date(2199, 12, 31)  # no lunar calendar after it
_DAY = timedelta(days=1)


class Upcoming:
    """What the slots of a timetable air next; the queue is not looked at.

    Parameters
    ----------
    timetable
        Its slots. What is remembered between two questions holds for this timetable alone.
    zone
        The station's time zone.
    """

    def __init__(self, timetable: Timetable, zone: ZoneInfo) -> None:
        self._zone = zone
        self._types = timetable.types
        alike: dict[object, _AirDays] = {}
        entries = []
        for slot in timetable.slots.values():
            key = slot.days, tuple(replace(one, file="", line=0) for one in slot.exceptions)
            days = alike.setdefault(key, _AirDays(slot, self._types))
            times = {*slot.times, *(at for one in slot.exceptions for at in one.times or ())}
            entries += [_Entry(at=at, slot=slot, days=days) for at in times]
        self._entries = sorted(entries, key=lambda entry: (entry.at, entry.slot.name))
        self._times = [entry.at for entry in self._entries]
        self._alike = list(alike.values())

    def next_after(self, instant: datetime) -> tuple[datetime, str, str] | None:
        """Return when the next broadcast after aware `instant` is planned, its slot and its programme.

        None where no slot airs within three years.
        """
        local = instant.astimezone(self._zone)
        today = local.date()
        found = self._first_of(today, bisect_right(self._times, local.time())) or self._first_of(today + _DAY, 0)
        day: date | None = today + _DAY
        last = min(today + timedelta(days=HORIZON_DAYS), LAST_DAY)
        while found is None and day is not None and day < last:  # most stations air every day and never come here
            coming = (days.first_from(day + _DAY) for days in self._alike)
            day = min((one for one in coming if one is not None), default=None)
            found = self._first_of(day, 0) if day is not None else None
        return found

    def _first_of(self, day: date, position: int) -> tuple[datetime, str, str] | None:
        """Return the first broadcast of a local day from an entry on."""
        for entry in self._entries[position:]:
            if entry.days.hold(day):
                times, programme = entry.slot.on(day, self._types)
                if entry.at in times:
                    return datetime.combine(day, entry.at, self._zone), entry.slot.name, programme
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    at: time
    slot: Slot
    days: _AirDays


class _AirDays:
    """The days on which slots of one rule air; remembers what it has looked at."""

    def __init__(self, slot: Slot, types: DayTypes) -> None:
        self._slot = slot
        self._types = types
        self._from: date | None = None  # from here to the day found none holds …
        self._found: date | None = None
        self._to = date.min  # … or, where none is found, to here, this one not included

    def hold(self, day: date) -> bool:
        """Return whether `day` is one of these days."""
        if self._from is not None and self._from <= day:
            if self._found is not None and day <= self._found:
                return day == self._found
            if self._found is None and day < self._to:
                return False
        return bool(self._slot.on(day, self._types)[0])

    def first_from(self, day: date) -> date | None:
        """Return the first of these days from `day` on, or None where none comes within three years."""
        if self._from is not None and self._from <= day:
            if self._found is not None and day <= self._found:
                return self._found
            begin = max(day, self._to) if self._found is None else day
        else:
            begin = day
        last = min(day + timedelta(days=HORIZON_DAYS), LAST_DAY)
        self._from, self._found = day, next(_air_days(self._slot, self._types, begin, last), None)
        self._to = last + _DAY
        return self._found


def airs_within(slot: Slot, types: DayTypes, first: date) -> bool:
    """Return whether `slot` airs on any day of the three years from local `first` on."""
    last = min(first + timedelta(days=HORIZON_DAYS), LAST_DAY)
    return next(_air_days(slot, types, first, last), None) is not None


def _air_days(slot: Slot, types: DayTypes, first: date, last: date) -> Iterator[date]:
    rule = slot.days
    begin = max(first, rule.first_day or first)
    end = min(last, rule.last_day or last)
    days: Iterator[date] | list[date]
    if rule.dates and not rule.year_days and not rule.lunar:
        days = [day for day in sorted(rule.dates) if begin <= day <= end]
    else:
        days = (begin + timedelta(days=offset) for offset in range((end - begin).days + 1))
    for day in days:
        if rule.fits(day, types) and (not slot.exceptions or slot.on(day, types)[0]):
            yield day
