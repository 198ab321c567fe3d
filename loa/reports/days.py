"""The days of a report: what was due, heard and missed on each."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from loa.ledger import AsRun
from loa.reports.figures import Result, result_of
from loa.reports.period import ReportPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """One local day.

    Attributes
    ----------
    due
        Broadcasts that should have aired by the time of the report: all but the cancelled and those to come.
    aired, partial, missed
        What became of them; what went to a file is in none of the three.
    played_s
        Seconds that loudspeakers played.
    """

    day: date
    due: int
    aired: int
    partial: int
    missed: int
    played_s: float


def day_figures(records: Iterable[AsRun], period: ReportPeriod, zone: ZoneInfo) -> tuple[DayFigures, ...]:
    """Return the figures of every day of `period`, also where nothing was planned."""
    by_day: dict[date, list[tuple[AsRun, Result]]] = {day: [] for day in period.days}
    for record in records:
        by_day[record.planned_at.astimezone(zone).date()].append((record, result_of(record)))
    return tuple(_day(day, own) for day, own in by_day.items())


def _day(day: date, own: list[tuple[AsRun, Result]]) -> DayFigures:
    results = [result for _record, result in own]
    heard = {Result.AIRED, Result.PARTIAL}
    return DayFigures(
        day=day,
        due=sum(result not in {Result.CANCELLED, Result.TO_COME} for result in results),
        aired=results.count(Result.AIRED),
        partial=results.count(Result.PARTIAL),
        missed=results.count(Result.MISSED),
        played_s=math.fsum(record.played_s for record, result in own if result in heard),
    )
