"""The span of days a report is about: a month, week, quarter, year, or any days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from loa.errors import Finding, InputRefused
from loa.language import translate as _

QUARTERS = ("I", "II", "III", "IV")
_FIRST_YEAR, _LAST_YEAR = 1900, 9998
_MOST_DAYS = 3660  # ten years, as the longest plans have
_FORMS = {
    "month": re.compile(r"(?P<year>[0-9]{4})-(?P<part>[0-9]{2})"),
    "week": re.compile(r"(?P<year>[0-9]{4})-W(?P<part>[0-9]{2})"),
    "quarter": re.compile(r"(?P<year>[0-9]{4})-Q(?P<part>[0-9])"),
    "year": re.compile(r"(?P<year>[0-9]{4})(?P<part>)"),
}
_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")


class PeriodKind(StrEnum):
    """What sort of report it is: its official title depends on it."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPeriod:
    """Whole local days, both ends included.

    Attributes
    ----------
    kind
        Month, week, quarter, year, or a span of days.
    name
        As `period_from_text` reads it and as files are named: ``2026-11``, ``2026-W47``, ``2026-Q4``, ``2026`` or
        ``2026-11-01..2026-11-15``.
    first_day, last_day
        Local days in the station's time zone.
    title
        How sentences name the period, such as ``tháng 11 năm 2026``.
    """

    kind: PeriodKind
    name: str
    first_day: date
    last_day: date
    title: str

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the instants the period begins at and ends before, aware, in `zone`."""
        after = self.last_day + timedelta(days=1)
        return (
            datetime(self.first_day.year, self.first_day.month, self.first_day.day, tzinfo=zone),
            datetime(after.year, after.month, after.day, tzinfo=zone),
        )

    @property
    def days(self) -> Iterator[date]:
        """Every day, in order."""
        for offset in range((self.last_day - self.first_day).days + 1):
            yield self.first_day + timedelta(days=offset)

    @property
    def months(self) -> list[str]:
        """The months that hold these days, such as ``2026-11``."""
        return sorted({f"{day:%Y-%m}" for day in self.days})


def period_from_text(text: str) -> ReportPeriod:
    """Return the period written as ``2026-11``, ``2026-W47``, ``2026-Q4``, ``2026`` or ``2026-11-01..2026-11-15``.

    Weeks are those of ISO 8601, Monday to Sunday.

    Raises
    ------
    InputRefused
        It is none of these.
    """
    try:
        return _read(text)
    except (ValueError, OverflowError) as error:
        raise InputRefused(
            [
                Finding(
                    file=_("period of the report"),
                    message=_("“{text}” is no month, week, quarter, year or span of days.").format(text=text),
                    advice=_(
                        "Write a month such as 2026-11, a week 2026-W47, a quarter 2026-Q4, a year 2026, or days "
                        "2026-11-01..2026-11-15."
                    ),
                )
            ]
        ) from error


def _read(text: str) -> ReportPeriod:
    for kind, form in _FORMS.items():
        matched = form.fullmatch(text)
        if matched:
            year, part = int(matched["year"]), int(matched["part"] or 0)
            if not _FIRST_YEAR <= year <= _LAST_YEAR:
                raise ValueError(text)
            return _WAYS[kind](text, year, part)
    matched = _RANGE.fullmatch(text)
    if matched is None:
        raise ValueError(text)
    return _span(text, date.fromisoformat(matched[1]), date.fromisoformat(matched[2]))


def _month(text: str, year: int, month: int) -> ReportPeriod:
    title = _("month {month} of {year}").format(month=month, year=year)
    return _months(PeriodKind.MONTH, text, title, first=date(year, month, 1), count=1)


def _quarter(text: str, year: int, quarter: int) -> ReportPeriod:
    first = date(year, quarter * 3 - 2, 1)
    title = _("quarter {quarter} of {year}").format(quarter=QUARTERS[quarter - 1], year=year)
    return _months(PeriodKind.QUARTER, text, title, first=first, count=3)


def _year(text: str, year: int, _part: int) -> ReportPeriod:
    return _months(PeriodKind.YEAR, text, _("the year {year}").format(year=year), first=date(year, 1, 1), count=12)


def _months(kind: PeriodKind, text: str, title: str, *, first: date, count: int) -> ReportPeriod:
    number = first.year * 12 + first.month - 1 + count
    last = date(number // 12, number % 12 + 1, 1) - timedelta(days=1)
    return ReportPeriod(kind=kind, name=text, first_day=first, last_day=last, title=title)


def _week(text: str, year: int, week: int) -> ReportPeriod:
    first = date.fromisocalendar(year, week, 1)
    last = first + timedelta(days=6)
    title = _("week {week} of {year}").format(week=week, year=year)
    return ReportPeriod(kind=PeriodKind.WEEK, name=text, first_day=first, last_day=last, title=title)


def _span(text: str, first: date, last: date) -> ReportPeriod:
    if not first <= last < first + timedelta(days=_MOST_DAYS) or not _FIRST_YEAR <= first.year <= _LAST_YEAR:
        raise ValueError(text)
    title = _("the days from {first} to {last}").format(first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    return ReportPeriod(kind=PeriodKind.DAYS, name=text, first_day=first, last_day=last, title=title)


_WAYS = {"month": _month, "week": _week, "quarter": _quarter, "year": _year}
