"""Looking through years of the log, the newest first, a piece at a time: a page is filled, and says where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from loa.ledger import AsRun, ManualPlay, Row, RowKind, instant_from_text
from loa.station.log_filter import LogFilter

if TYPE_CHECKING:
    from loa.station.station import Station

PIECE = timedelta(days=31)
ENOUGH = 40  # lines of a page; the last day is always whole
MOST_DAYS = 186  # looked through for one page: a rare word in ten years is found in a few steps, none of them slow


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDay:
    """What was found of one local day.

    Attributes
    ----------
    broadcasts, by_hand, rows
        In order of time; `rows` where kinds of rows were asked for, else the two others.
    """

    day: date
    broadcasts: tuple[AsRun, ...] = ()
    by_hand: tuple[ManualPlay, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines that is."""
        return len(self.broadcasts) + len(self.by_hand) + len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Days with something found, the newest first; `before` is the day to go on from, None at the end."""

    days: tuple[LoggedDay, ...]
    before: date | None


def look_through(
    station: Station, first: date, last: date, wanted: LogFilter, *, kinds: Sequence[RowKind] = ()
) -> LogPage:
    """Return what is found from local day `last` back to `first`, as much as makes a page. Raises LedgerFailed."""
    found: list[LoggedDay] = []
    lines, looked, upper = 0, 0, last
    while upper >= first:
        lower = max(first, upper - PIECE + timedelta(days=1))
        for one in _days(station, lower, upper, wanted, kinds):
            found.append(one)
            lines += one.lines
            if lines >= ENOUGH and one.day > first:
                return LogPage(days=tuple(found), before=one.day - timedelta(days=1))
        looked += (upper - lower).days + 1
        upper = lower - timedelta(days=1)
        if looked >= MOST_DAYS and upper >= first:
            return LogPage(days=tuple(found), before=upper)
    return LogPage(days=tuple(found), before=None)


def _days(station: Station, first: date, last: date, wanted: LogFilter, kinds: Sequence[RowKind]) -> list[LoggedDay]:
    zone, desk = station.settings.time_zone, station.log_desk
    by_day: dict[date, tuple[list[AsRun], list[ManualPlay], list[Row]]] = {}

    def of(day: date) -> tuple[list[AsRun], list[ManualPlay], list[Row]]:
        return by_day.setdefault(day, ([], [], []))

    if kinds:
        for row in desk.rows(first, last, kinds=kinds, search=wanted.search):
            of(instant_from_text(row.at).astimezone(zone).date())[2].append(row)
    else:
        for record in desk.broadcasts(first, last, wanted):
            of(record.planned_at.astimezone(zone).date())[0].append(record)
        for play in desk.by_hand(first, last, wanted):
            of(play.at.astimezone(zone).date())[1].append(play)
    return [
        LoggedDay(
            day=day,
            broadcasts=tuple(sorted(records, key=lambda one: (one.planned_at, one.key))),
            by_hand=tuple(sorted(plays, key=lambda one: (one.at, one.row))),
            rows=tuple(rows),
        )
        for day, (records, plays, rows) in sorted(by_day.items(), reverse=True)
    ]
