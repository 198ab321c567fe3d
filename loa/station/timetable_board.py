"""The timetable as a grid shows it: days with their lunar dates, what aired on them, and what is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from loa.calendar import DayType, lunar_date
from loa.errors import Finding
from loa.ledger import AsRun, Outcome
from loa.timetable import Broadcast, ItemKind, Problem
from loa.timetable.why_days import day_note

if TYPE_CHECKING:
    from loa.station.contents import Contents
    from loa.station.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardEntry:
    """One broadcast in the grid.

    Attributes
    ----------
    at
        Planned, aware, local.
    outcome
        How it ended, or None: it is still to come, or the log knows nothing of it.
    over
        Its time has passed.
    slot
        Its slot where it can be moved: it is still to come, and no queue entry or emergency.
    missing
        How many of its items cannot air as things stand.
    """

    key: str
    at: datetime
    title: str
    planned_s: float
    outcome: Outcome | None
    over: bool
    slot: str
    missing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDay:
    """One local day.

    Attributes
    ----------
    lunar
        Day and month of the lunar calendar, as ``19/10``.
    note
        What is worth knowing of it; empty for days like any other.
    special
        It is a holiday, Tết, an exam week or state mourning.
    """

    day: date
    lunar: str
    note: str
    special: bool
    entries: tuple[BoardEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Days in order, and the mistakes that keep the folder's timetable off the air."""

    days: tuple[BoardDay, ...]
    mistakes: tuple[Finding, ...]


def board(station: Station, first: date, last: date, contents: Contents | None = None) -> Board:
    """Return the local days `first` to `last`. Raises InputRefused where ``station.yaml`` is wrong, LedgerFailed."""
    contents = contents or station.contents()
    now = station.clock.now()
    zone = station.settings.time_zone
    slots = contents.timetable.slots
    entries: dict[str, BoardEntry] = {}
    if first <= now.astimezone(zone).date():
        for record in station.log(first, last):
            if record.outcome is not None or record.planned_at < now:
                entries[record.key] = _of_record(record, record.planned_at.astimezone(zone))
    readable = not any(finding not in contents.plan_findings for finding in contents.timetable_errors)
    for broadcast in contents.material.plan(first, last, queue_from=now) if readable else []:
        entries.setdefault(broadcast.key, _of_plan(broadcast, now, movable=broadcast.slot in slots))
    by_day: dict[date, list[BoardEntry]] = {}
    for entry in entries.values():
        by_day.setdefault(entry.at.date(), []).append(entry)
    types = contents.timetable.types
    days = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        lunar = lunar_date(day)
        days.append(
            BoardDay(
                day=day,
                lunar=f"{lunar.day}/{lunar.month}" + ("n" if lunar.leap else ""),
                note=day_note(day, types),
                special=types.day_type(day) is not DayType.NORMAL,
                entries=tuple(sorted(by_day.get(day, []), key=lambda one: (one.at, one.key))),
            )
        )
    return Board(days=tuple(days), mistakes=contents.timetable_errors)


def _of_record(record: AsRun, at: datetime) -> BoardEntry:
    return BoardEntry(
        key=record.key,
        at=at,
        title=record.title,
        planned_s=record.planned_s,
        outcome=record.outcome,
        over=True,
        slot="",
    )


def _of_plan(broadcast: Broadcast, now: datetime, *, movable: bool) -> BoardEntry:
    over = broadcast.planned_at <= now
    return BoardEntry(
        key=broadcast.key,
        at=broadcast.planned_at,
        title=broadcast.title,
        planned_s=broadcast.planned_s,
        outcome=None,
        over=over,
        slot=broadcast.slot if movable and not over else "",
        missing=sum(
            1 for item in broadcast.items if item.problem is not Problem.NONE and item.kind is ItemKind.BULLETIN
        ),
    )
