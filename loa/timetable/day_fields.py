"""The fields of ``schedules/*.yaml`` that say on which days: read for slots and for their exceptions alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from loa.air_rules import weekdays_in
from loa.calendar import DayType
from loa.calendar.lunar_names import EARLY_DAYS, FULL_MOON, MONTHS
from loa.checked_yaml import Fields, date_from_text
from loa.language import translate as _
from loa.timetable.recurrence import EVERY_DAY, LAST, DayRule, LunarDay, YearDay

WEEKS = {"1": 1, "2": 2, "3": 3, "4": 4, "last": LAST}
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LUNAR_MONTHS = {name.casefold(): number for number, name in enumerate(MONTHS, 1)}
LUNAR_DAYS = {name: number for number, name in enumerate(EARLY_DAYS, 1)} | {"rằm": FULL_MOON}
MOST_WEEKS = 52
_LUNAR = re.compile(
    rf"(?:(?:mùng|mồng) )?([0-9]{{1,2}}|{'|'.join(LUNAR_DAYS)})"
    rf"(?:(?: tháng | |/)([0-9]{{1,2}}|tết|{'|'.join(sorted(LUNAR_MONTHS, key=len, reverse=True))}))?(?: âm lịch)?"
)
NEW_YEARS_EVE = (12, 30)
Day = TypeVar("Day")


def read_days(fields: Fields) -> DayRule:
    """Return the days that `fields` ask for; mistakes are noted in `fields`."""
    first_day, last_day, season = _range(fields)
    weeks = int(fields.number("every_weeks", 1, low=1, high=MOST_WEEKS, whole=True))
    if weeks > 1 and first_day is None:
        fields.refuse(
            "every_weeks",
            _("Nobody can tell in which week it begins."),
            _("Add from: with the date of the first week, such as 23/11/2026."),
        )
    dates, year_days = _dates(fields)
    return DayRule(
        weekdays=weekdays_in(fields) or EVERY_DAY,
        every_weeks=weeks,
        week_of_month=WEEKS.get(fields.choice("week_of_month", WEEKS, "")),
        day_of_month=_day_of_month(fields),
        dates=dates,
        year_days=year_days,
        lunar=frozenset(
            _each(fields, "lunar", lunar_day, _("Write a lunar day as mùng 1, rằm, 10/3 or 23 tháng Chạp."))
        ),
        first_day=first_day,
        last_day=last_day,
        season=season,
        day_types=_day_types(fields),
    )


def _range(fields: Fields) -> tuple[date | None, date | None, tuple[YearDay, YearDay] | None]:
    advice = _("Write a date as 23/11/2026, or as 15/4 for every year.")
    first = fields.value("from", _date_or_year_day, advice=advice)
    last = fields.value("until", _date_or_year_day, advice=advice)
    if isinstance(first, tuple) or isinstance(last, tuple):
        if isinstance(first, tuple) and isinstance(last, tuple):
            return None, None, (first, last)
        fields.refuse(
            "from",
            _("A season needs both its days without a year."),
            _("Write both as day and month, such as from: 15/4 and until: 14/10, or both with the year."),
        )
        return None, None, None
    if first is not None and last is not None and last < first:
        fields.refuse("until", _("It ends before it begins."), _("Exchange the two dates, or correct one."))
    return first, last, None


def _day_of_month(fields: Fields) -> int | None:
    return fields.value("day_of_month", _month_day, advice=_("Write a day from 1 to 31, or last."))


def _month_day(text: str) -> int:
    if text == "last":
        return LAST
    day = int(text)
    if not 1 <= day <= LONGEST_MONTHS[0]:
        raise ValueError(text)
    return day


def _dates(fields: Fields) -> tuple[frozenset[date], frozenset[YearDay]]:
    advice = _("Write a date as 23/11/2026, or as 2/9 for every year.")
    taken = _each(fields, "dates", _date_or_year_day, advice)
    dates = frozenset(day for day in taken if isinstance(day, date))
    return dates, frozenset(day for day in taken if isinstance(day, tuple))


def _day_types(fields: Fields) -> frozenset[DayType]:
    known = [day_type.value for day_type in DayType]

    def convert(text: str) -> DayType:
        return DayType(text)

    return frozenset(_each(fields, "day_types", convert, _("Write one of: {names}.").format(names=", ".join(known))))


def _each(fields: Fields, name: str, convert: Callable[[str], Day], advice: str) -> list[Day]:
    taken: list[Day] = []
    for text, line in fields.texts(name):
        try:
            taken.append(convert(text))
        except ValueError:
            fields.findings.add(
                _("“{text}” cannot stand in the field “{name}”.").format(text=text[:60], name=name),
                advice,
                line=line,
                name=fields.name(name),
            )
    return taken


def _date_or_year_day(text: str) -> date | YearDay:
    written = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})", text)
    if written is None:
        return date_from_text(text)
    day, month = int(written[1]), int(written[2])
    if not (1 <= month <= len(LONGEST_MONTHS) and 1 <= day <= LONGEST_MONTHS[month - 1]):
        raise ValueError(text)
    return month, day


def lunar_day(text: str) -> LunarDay:
    """Return the lunar day that a clerk writes, as the screens say it too. Raises ValueError.

    ``mùng 1``, ``mùng một``, ``rằm``, ``10/3``, ``rằm tháng Bảy``, ``23 tháng Chạp``, ``mùng 1 Tết``, ``giao thừa``.
    """
    words = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    if words == "giao thừa":
        return NEW_YEARS_EVE
    written = _LUNAR.fullmatch(words)
    if written is None:
        raise ValueError(text)
    day = LUNAR_DAYS.get(written[1]) or int(written[1])
    names = LUNAR_MONTHS | {"tết": 1}
    month = None if written[2] is None else names.get(written[2]) or int(written[2])
    if not 1 <= day <= 30 or not (month is None or 1 <= month <= 12):  # noqa: PLR2004 - the longest month, a year
        raise ValueError(text)
    return month, day
