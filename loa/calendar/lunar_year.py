"""The months of one Vietnamese lunar year: where each begins, and which of them is the leap month.

Rules (Hồ Ngọc Đức, "Thuật toán tính âm lịch", 2004; the civil calendar of Vietnam since Decision 121/CP of 1967):

1. a month begins on the day, at UTC+7, that holds a new moon (Sóc);
2. the month that holds the winter solstice is month 11;
3. where thirteen months lie between two months 11, the first without a major solar term (trung khí) is the leap month;
   it bears the number of the month before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from math import floor

from loa.calendar.astronomy import MONTHS_PER_YEAR, julian_day, new_moon, sun_reaches, vietnam_ordinal

FIRST_YEAR = 1899
LAST_YEAR = 2199

_MONTHS = 12
_SOLSTICE_MONTH = 11
_SOLSTICE_DEGREES = 270
_DEGREES_PER_TERM = 30
_DAYS_PER_TERM = 365.2422 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LunarMonth:
    """One month of a lunar year.

    Attributes
    ----------
    number
        1 (tháng Giêng) to 12 (tháng Chạp).
    leap
        Whether it is the leap month (tháng nhuận) that follows the regular month of this number.
    first
        Its first day, mùng một, as ``date.toordinal()``.
    length
        Its days: 29 or 30.
    """

    number: int
    leap: bool
    first: int
    length: int


@cache
def months_of(year: int) -> tuple[LunarMonth, ...]:
    """Return the 12 or 13 months of lunar year `year`, from tháng Giêng to tháng Chạp.

    Raises
    ------
    ValueError
        The year is before FIRST_YEAR or after LAST_YEAR.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"lunar years are known from {FIRST_YEAR} to {LAST_YEAR}, not {year}")
    before = [month for month in _from_solstice_to_solstice(year) if month.number < _SOLSTICE_MONTH]
    after = [month for month in _from_solstice_to_solstice(year + 1) if month.number >= _SOLSTICE_MONTH]
    return (*before, *after)


@cache
def _from_solstice_to_solstice(year: int) -> tuple[LunarMonth, ...]:
    """Return the months from month 11 of lunar year `year` - 1 up to month 11 of `year`, which is not in it."""
    first, end = _number_of_month_eleven(year - 1), _number_of_month_eleven(year)
    starts = [_new_moon_day(number) for number in range(first, end + 1)]
    leap = _leap_place(starts, year) if end - first > _MONTHS else None
    months = []
    for place, (start, following) in enumerate(pairwise(starts)):
        regular_place = place - 1 if leap is not None and place >= leap else place
        number = (regular_place + _SOLSTICE_MONTH - 1) % _MONTHS + 1
        months.append(LunarMonth(number=number, leap=place == leap, first=start, length=following - start))
    return tuple(months)


def _leap_place(starts: list[int], year: int) -> int:
    """Return the place, counted from month 11 as 0, of the first month on whose days no major solar term falls."""
    terms = [_major_term_day(year - 1, number) for number in range(_MONTHS + 1)]
    for place in range(1, len(starts) - 1):
        if not any(starts[place] <= term < starts[place + 1] for term in terms):
            return place
    raise AssertionError("twelve terms cannot fill thirteen months")


@cache
def _number_of_month_eleven(year: int) -> int:
    """Return the number of the new moon that begins the month of the winter solstice of December `year`."""
    solstice = _major_term_day(year, 0)
    number = floor((year + 0.97 - 2000) * MONTHS_PER_YEAR) + 1
    while _new_moon_day(number) > solstice:
        number -= 1
    return number


def _major_term_day(year: int, number: int) -> int:
    """Return the day of the major term `number` terms after the winter solstice of December `year`."""
    near = julian_day(date(year, 12, 21).toordinal()) + number * _DAYS_PER_TERM
    return vietnam_ordinal(sun_reaches((_SOLSTICE_DEGREES + number * _DEGREES_PER_TERM) % 360, near=near))


def _new_moon_day(number: int) -> int:
    return vietnam_ordinal(new_moon(number))
