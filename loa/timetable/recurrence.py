"""On which days a slot airs: rules that all must hold, each with a reason where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from loa.calendar import DayType, DayTypes, LunarDate, lunar_date, month_length

EVERY_DAY = frozenset(range(7))
LAST = -1
YearDay = tuple[int, int]
"""Month and day of every year; 29 February falls on the 28th where there is none."""
LunarDay = tuple[int | None, int]
"""Month (None: every month) and day of the lunar calendar; the 30th falls on the 29th of a month that has no 30th."""


class Miss(StrEnum):
    """Which rule keeps a slot off a day."""

    WEEKDAY = "weekday"
    OTHER_WEEK = "other-week"
    WEEK_OF_MONTH = "week-of-month"
    DAY_OF_MONTH = "day-of-month"
    OTHER_DATE = "other-date"
    NOT_YET = "not-yet"
    OVER = "over"
    SEASON = "season"
    DAY_TYPE = "day-type"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRule:
    """A set of days. Every rule given must hold; what is left out does not restrict.

    Attributes
    ----------
    weekdays
        0 is Monday.
    every_weeks
        Only every so many weeks, counted from the week of `first_day`.
    week_of_month
        1 to 4, or -1 for the last: only the first, second … of these weekdays in the month.
    day_of_month
        1 to 31, or -1 for the last day.
    dates, year_days, lunar
        Only on these days: dates, days of every year, lunar days; the three together are one list.
    first_day, last_day
        Between these local days, both included.
    season
        Between these days of every year, both included; it may run past New Year.
    day_types
        Only on days of these types; empty: of any type.
    """

    weekdays: frozenset[int] = EVERY_DAY
    every_weeks: int = 1
    week_of_month: int | None = None
    day_of_month: int | None = None
    dates: frozenset[date] = frozenset()
    year_days: frozenset[YearDay] = frozenset()
    lunar: frozenset[LunarDay] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    season: tuple[YearDay, YearDay] | None = None
    day_types: frozenset[DayType] = frozenset()

    def fits(self, day: date, types: DayTypes) -> bool:
        """Return whether local `day` is one of these days."""
        return self.miss(day, types) is None

    def miss(self, day: date, types: DayTypes) -> Miss | None:  # noqa: PLR0911 - one for each rule
        """Return the first rule that does not hold on local `day`, the cheap ones first; None where all hold."""
        if day.weekday() not in self.weekdays:
            return Miss.WEEKDAY
        if self.first_day is not None and day < self.first_day:
            return Miss.NOT_YET
        if self.last_day is not None and day > self.last_day:
            return Miss.OVER
        if self.every_weeks > 1 and self.first_day is not None and _weeks(self.first_day, day) % self.every_weeks:
            return Miss.OTHER_WEEK
        if self.week_of_month is not None and not _in_week(day, self.week_of_month):
            return Miss.WEEK_OF_MONTH
        if self.day_of_month is not None and not _on_day(day, self.day_of_month):
            return Miss.DAY_OF_MONTH
        if self.season is not None and not _in_season(day, *self.season):
            return Miss.SEASON
        if (self.dates or self.year_days or self.lunar) and not self._listed(day):
            return Miss.OTHER_DATE
        if self.day_types and types.day_type(day) not in self.day_types:
            return Miss.DAY_TYPE
        return None

    def _listed(self, day: date) -> bool:
        if day in self.dates or _year_day(day) & self.year_days:
            return True
        return bool(self.lunar) and bool(_lunar_days(lunar_date(day)) & self.lunar)


def _weeks(first: date, day: date) -> int:
    """Return how many weeks lie between the Mondays of two days."""
    return ((day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))).days // 7


def _in_week(day: date, week: int) -> bool:
    if week == LAST:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == week


def _on_day(day: date, wanted: int) -> bool:
    return (day + timedelta(days=1)).month != day.month if wanted == LAST else day.day == wanted


def _in_season(day: date, first: YearDay, last: YearDay) -> bool:
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last


def _year_day(day: date) -> set[YearDay]:
    """Return the day of the year, and 29 February too where it falls on this day."""
    own = {(day.month, day.day)}
    return own | {(2, 29)} if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month > day.month else own


def _lunar_days(day: LunarDate) -> set[LunarDay]:
    """Return what the lunar day is called: of every month, and of its own month unless that is a leap month."""
    numbers = {day.day}
    if day.day == 29 and month_length(day.year, day.month, leap=day.leap) == 29:  # noqa: PLR2004 - a short month
        numbers.add(30)
    return {(month, number) for month in ((None,) if day.leap else (None, day.month)) for number in numbers}
