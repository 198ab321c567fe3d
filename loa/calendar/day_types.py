"""What kind of day it is: normal, holiday, Tết, exam week or state mourning."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from loa.calendar.day_type import DayType
from loa.calendar.local_file import LocalCalendar
from loa.calendar.lunar import lunar_date, tet
from loa.calendar.lunar_names import lunar_words
from loa.calendar.public_holidays import PublicHolidays

_RANK = {day_type: rank for rank, day_type in enumerate(DayType)}
TET_LAST_DAY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDay:
    """The type of a day and why it has it.

    Attributes
    ----------
    reason
        The name in the local file, of the holiday, or of the lunar day; empty for a normal day.
    line
        Line of the local file that says so, None where the calendar says so.
    """

    type: DayType
    reason: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class DayTypes:
    """The types of all days.

    Parameters
    ----------
    local
        The commune's own file.
    """

    local: LocalCalendar
    _known: dict[date, TypedDay] = field(default_factory=dict, compare=False, repr=False)

    def day_type(self, day: date) -> DayType:
        """Return the type of `day`. Raises ValueError outside 1900 to 2199."""
        return self.why(day).type

    def why(self, day: date) -> TypedDay:
        """Return the type of `day` and where it comes from.

        The highest of all types of the day counts: mourning, exam, Tết, holiday, normal; those the operator assigned
        and those of the calendar alike. Only ``type: normal`` takes away: that day is no Tết and no holiday, whatever
        the calendar says.

        Raises
        ------
        ValueError
            The day lies outside 1900 to 2199.
        """
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._found(day)
        return known

    def _found(self, day: date) -> TypedDay:
        typed = [
            TypedDay(type=day_type, reason=what.name, line=what.line)
            for day_type, what in self.local.day_types.get(day, ())
        ]
        if all(one.type is not DayType.NORMAL for one in typed):
            typed.append(self._by_calendar(day))
        return max(typed, key=lambda one: _RANK[one.type])

    def _by_calendar(self, day: date) -> TypedDay:
        if is_tet(day):
            return TypedDay(type=DayType.TET, reason=lunar_words(lunar_date(day)))
        name = PublicHolidays(self.local).name(day)
        if name is None:
            return TypedDay(type=DayType.NORMAL)
        off = self.local.days_off.get(day)
        return TypedDay(type=DayType.HOLIDAY, reason=name, line=off.line if off else None)


def is_tet(day: date) -> bool:
    """Return whether `day` is one of the five days of Tết: the last of Chạp (29 or 30) to mùng bốn.

    These are the five days that the holiday of Article 112 of the Labour Code 2019 covers in a year with one day off
    before mùng một; further days off around them are holidays, unless the local file calls them Tết.

    Raises
    ------
    ValueError
        The day lies outside 1900 to 2199.
    """
    first = tet(day.year)
    return first - timedelta(days=1) <= day < first + timedelta(days=TET_LAST_DAY)
