"""The Vietnamese lunar calendar (âm lịch): a date's lunar date, and back.

How far it is proven: every day from 1968-01-01 to the end of lunar year 2198 agrees, in the tests, with PyEphem's moon
and sun. Before 1968 Vietnam did not count at UTC+7 (and North and South differed): dates there follow today's rule, not
the almanacs of their time. In the future the earth's turning is a prediction, so a new moon within seconds of midnight
(within minutes after 2100) may yet fall on the other side: the first such months begin on 2054-05-08, 2077-11-15 and
2085-10-18; `tests/calendar/test_lunar.py` holds the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from loa.calendar.lunar_year import LAST_YEAR, LunarMonth, months_of

CHAP = 12
LONGEST_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LunarDate:
    """A day that exists in the Vietnamese lunar calendar; earlier days compare as smaller.

    Attributes
    ----------
    year
        The year in which its Tết lies: 2026 is Bính Ngọ, from 2026-02-17 to 2027-02-05.
    month
        1 (Giêng) to 12 (Chạp).
    leap
        Whether it lies in the leap month that follows the regular month of this number.
    day
        1 to 29 or 30.

    Raises
    ------
    ValueError
        There is no such day.
    """

    year: int
    month: int
    leap: bool = False
    day: int

    def __post_init__(self) -> None:
        """Refuse a day that does not exist."""
        length = month_length(self.year, self.month, leap=self.leap)
        if not 1 <= self.day <= length:
            raise ValueError(f"lunar month {self.month} of {self.year} has {length} days, not {self.day}")


def lunar_date(day: date) -> LunarDate:
    """Return the lunar date of `day`, a day in Vietnam.

    Raises
    ------
    ValueError
        The day lies outside lunar years 1899 to 2199; every day from 1900-01-01 to 2199-12-31 lies inside.
    """
    ordinal = day.toordinal()
    begun = day.year <= LAST_YEAR and ordinal >= months_of(day.year)[0].first
    year = day.year if begun else day.year - 1
    month = next(month for month in reversed(months_of(year)) if month.first <= ordinal)
    return LunarDate(year=year, month=month.number, leap=month.leap, day=ordinal - month.first + 1)


def solar_date(lunar: LunarDate) -> date:
    """Return the day on which a lunar date falls."""
    return date.fromordinal(_month(lunar.year, lunar.month, lunar.leap).first + lunar.day - 1)


def month_length(year: int, month: int, *, leap: bool = False) -> int:
    """Return the days of a lunar month: 29 (tháng thiếu) or 30 (tháng đủ). Raises ValueError where there is none."""
    return _month(year, month, leap).length


def leap_month(year: int) -> int | None:
    """Return the number of the leap month of lunar year `year`, or None. Raises ValueError outside 1899 to 2199."""
    return next((month.number for month in months_of(year) if month.leap), None)


def tet(year: int) -> date:
    """Return mùng một tháng Giêng of lunar year `year`. Raises ValueError outside 1899 to 2199."""
    return date.fromordinal(months_of(year)[0].first)


def kept_on(year: int, month: int, day: int, *, leap: bool = False) -> date:
    """Return the day on which a lunar day is kept: day 30 of a month with 29 days is kept on its 29th.

    So "30 Chạp" is New Year's Eve (giao thừa) in every year.

    Raises
    ------
    ValueError
        There is no such month, or `day` is not 1 to 30.
    """
    if day not in range(1, LONGEST_MONTH + 1):
        raise ValueError(f"a lunar month has no day {day}")
    there = _month(year, month, leap)
    return date.fromordinal(there.first + min(day, there.length) - 1)


def _month(year: int, number: int, leap: bool) -> LunarMonth:
    for month in months_of(year):
        if month.number == number and month.leap == leap:
            return month
    raise ValueError(f"lunar year {year} has no {'leap ' if leap else ''}month {number}")
