"""Lunar days that come again: mùng một and rằm of every month, 10/3, 23 tháng Chạp."""

from __future__ import annotations

from datetime import date

from loa.calendar.lunar import CHAP, LONGEST_MONTH, kept_on, lunar_date
from loa.calendar.lunar_year import months_of


def lunar_days(
    first: date, last: date, *, month: int | None, day: int, in_leap_months: bool | None = None
) -> list[date]:
    """Return, in order, the days from `first` to `last` on which a lunar day is kept.

    Our rule for leap months is the custom: a yearly day (giỗ, lễ, hội) is kept in the regular month, so that it comes
    once a year; the days of every month (mùng một, rằm) are kept in a leap month too. Day 30 is kept on the 29th of a
    month that has no 30th.

    Parameters
    ----------
    first, last
        Both included.
    month
        1 to 12 for a day of every year, None for a day of every month.
    day
        1 to 30.
    in_leap_months
        True or False to say otherwise than the custom does.

    Raises
    ------
    ValueError
        `month` or `day` cannot be, or the days lie outside lunar years 1899 to 2199.
    """
    if month not in {None, *range(1, CHAP + 1)} or day not in range(1, LONGEST_MONTH + 1):
        raise ValueError(f"there is no day {day} of lunar month {month}")
    leap_too = month is None if in_leap_months is None else in_leap_months
    kept = [
        kept_on(year, there.number, day, leap=there.leap)
        for year in range(lunar_date(first).year, lunar_date(last).year + 1)
        for there in months_of(year)
        if month in {None, there.number} and (leap_too or not there.leap)
    ]
    return [one for one in kept if first <= one <= last]
