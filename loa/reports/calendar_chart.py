"""The days of a report as a calendar that is darker the more was heard: weeks for a month, months for a year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from loa.language import translate as _
from loa.reports.blocks import HeatCell, HeatMap
from loa.reports.days import DayFigures
from loa.reports.model import ReportModel
from loa.reports.wording import minutes, number

LEVELS = 4
_MOST_DAYS_IN_WEEKS = 42
_NO_DAY = HeatCell()
_DAYS_A_WEEK = 7
_MONTH_COLUMNS = 31


def heat_map(model: ReportModel) -> HeatMap:
    """Return the calendar of the period."""
    most_s = max((one.played_s for one in model.days), default=0.0)
    if len(model.days) <= _MOST_DAYS_IN_WEEKS:
        return _weeks(model.days, most_s)
    return _months(model.days, most_s)


def _weeks(days: Sequence[DayFigures], most_s: float) -> HeatMap:
    cells = [_NO_DAY] * days[0].day.weekday()
    cells += [HeatCell(lines=_said(one), level=_level(one.played_s, most_s)) for one in days]
    cells += [_NO_DAY] * (-len(cells) % _DAYS_A_WEEK)
    rows = tuple(tuple(cells[start : start + _DAYS_A_WEEK]) for start in range(0, len(cells), _DAYS_A_WEEK))
    return HeatMap(head=weekday_names(), names=(), rows=rows)


def _months(days: Sequence[DayFigures], most_s: float) -> HeatMap:
    by_month: dict[date, dict[int, DayFigures]] = {}
    for one in days:
        by_month.setdefault(one.day.replace(day=1), {})[one.day.day] = one
    rows = tuple(
        tuple(_in_month(own.get(number), most_s) for number in range(1, _MONTH_COLUMNS + 1))
        for own in by_month.values()
    )
    names = tuple(f"{first:%m/%Y}" for first in by_month)
    return HeatMap(head=tuple(str(number) for number in range(1, _MONTH_COLUMNS + 1)), names=names, rows=rows)


def _in_month(one: DayFigures | None, most_s: float) -> HeatCell:
    if one is None:
        return _NO_DAY
    return HeatCell(lines=("×",) if one.missed else (), level=_level(one.played_s, most_s))


def _said(one: DayFigures) -> tuple[str, ...]:
    lines = [f"{one.day:%d/%m}"]
    lines.append(_("{minutes} min").format(minutes=minutes(one.played_s)) if one.due else "")
    if one.missed:
        lines.append(_("× {count} missed").format(count=number(one.missed)))
    return tuple(line for line in lines if line)


def _level(played_s: float, most_s: float) -> int:
    return 0 if played_s <= 0 or most_s <= 0 else max(1, math.ceil(LEVELS * played_s / most_s))


def weekday_names() -> tuple[str, ...]:
    """Return the days of the week from Monday on, as a head over columns."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
