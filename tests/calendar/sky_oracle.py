"""An independent lunar calendar of Vietnam: PyEphem's moon and sun, and the calendar's rule written a second way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import ephem

VIETNAM = 7 * ephem.hour


def _local_day(instant: float) -> date:
    year, month, day, *_ = ephem.Date(instant + VIETNAM).tuple()
    return date(year, month, day)


def _month_starts(first_year: int, last_year: int) -> list[date]:
    starts = []
    moon = ephem.Date(f"{first_year - 1}/10/1")
    while moon < ephem.Date(f"{last_year + 2}/3/1"):
        moon = ephem.next_new_moon(moon)
        starts.append(_local_day(moon))
    return starts


def _longitude_at_midnight(day: date) -> float:
    """Return the sun's apparent longitude in degrees when `day` begins in Vietnam."""
    instant = ephem.Date(ephem.Date(day.isoformat().replace("-", "/")) - VIETNAM)
    sun = ephem.Sun(instant)
    apparent = ephem.Equatorial(sun.g_ra, sun.g_dec, epoch=instant)
    return math.degrees(float(ephem.Ecliptic(apparent).lon))


def lunar_days_from_the_sky(first_year: int, last_year: int) -> Iterator[tuple[date, tuple[int, int, bool, int]]]:
    """Yield every day of the lunar years asked for, with its lunar year, month, whether that is leap, and day.

    A month's major terms are counted from the sun's longitude at the midnights on which it begins and ends.
    """
    starts = _month_starts(first_year, last_year)
    sectors = [math.floor(_longitude_at_midnight(start) / 30) for start in starts]
    # a month may hold two terms, as month 11 of 2033 does: then a sector lies between its beginning and its end
    solstice_months = [
        place for place in range(len(starts) - 1) if sectors[place] in {7, 8} and sectors[place + 1] in {9, 10}
    ]
    for eleven, next_eleven in pairwise(solstice_months):
        number, leap_due = 11, next_eleven - eleven == 13
        for place in range(eleven, next_eleven):
            leap = False
            if place > eleven:
                leap = leap_due and sectors[place] == sectors[place + 1]
                leap_due = leap_due and not leap
                number = number if leap else number % 12 + 1
            year = starts[eleven].year + (0 if number >= 11 else 1)
            if first_year <= year <= last_year:
                for offset in range((starts[place + 1] - starts[place]).days):
                    yield starts[place] + timedelta(days=offset), (year, number, leap, offset + 1)
