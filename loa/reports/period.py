"""The span of days a report is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from loa.errors import Finding, InputRefused
from loa.language import translate as _

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPeriod:
    """Whole local days, both ends included.

    Attributes
    ----------
    first_day, last_day
        Local days in the station's time zone.
    title
        How sentences name the period, such as ``tháng 11 năm 2026``.
    """

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


def month_period(month: str) -> ReportPeriod:
    """Return the days of `month`, written as ``2026-11``.

    Raises
    ------
    InputRefused
        `month` is no month.
    """
    matched = _MONTH.fullmatch(month)
    try:
        if matched is None:
            raise ValueError(month)  # noqa: TRY301 - one way out for a wrong form and a wrong number
        first = date(int(matched[1]), int(matched[2]), 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise InputRefused(
            [
                Finding(
                    file=_("month of the report"),
                    message=_("“{text}” is no month.").format(text=month),
                    advice=_("Write the year and the month, such as 2026-11."),
                )
            ]
        ) from error
    title = _("month {month} of {year}").format(month=first.month, year=first.year)
    return ReportPeriod(first_day=first, last_day=last, title=title)
