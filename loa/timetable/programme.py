"""What a timetable is made of: programmes of items, slots that air them, and the operator's queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from loa.bulletins import Priority

EVERY_DAY = frozenset(range(7))
LAST_WEEK = -1


class ItemKind(StrEnum):
    """What an item of a programme asks for."""

    BULLETIN = "bulletin"
    AUDIO = "audio"
    NEXT = "next"
    QUEUE = "queue"
    TIME = "time"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeItem:
    """One item of a programme.

    Attributes
    ----------
    kind
        What it asks for.
    name
        The bulletin, the audio file, the topic, or the words before the time; empty for queue and pause.
    count
        How many bulletins NEXT and QUEUE take at most.
    length_s
        Length of a PAUSE in seconds.
    """

    kind: ItemKind
    name: str = ""
    count: int = 1
    length_s: float = 0.0
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """An ordered list of items under a name."""

    name: str
    title: str
    items: tuple[ProgrammeItem, ...]
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a programme airs.

    Attributes
    ----------
    times
        Local times of day.
    weekdays
        0 is Monday. Every day by default.
    week_of_month
        1 to 4, or -1 for the last: only the first, second … of these weekdays in the month. None: every week.
    day_of_month
        Only on this day of the month, or None.
    first_day, last_day
        Local days between which the slot holds, both included, or None.
    late_s
        How much later than planned it may still begin; after that it is missed.
    """

    name: str
    programme: str
    times: tuple[time, ...]
    weekdays: frozenset[int] = EVERY_DAY
    week_of_month: int | None = None
    day_of_month: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    priority: Priority = Priority.NORMAL
    late_s: float = 600.0
    file: str = ""
    line: int = 0

    def airs_on(self, day: date) -> bool:
        """Return whether the slot airs on local `day`."""
        return (
            day.weekday() in self.weekdays
            and (self.first_day is None or self.first_day <= day)
            and (self.last_day is None or day <= self.last_day)
            and (self.day_of_month is None or day.day == self.day_of_month)
            and (self.week_of_month is None or self._week_fits(day))
        )

    def _week_fits(self, day: date) -> bool:
        if self.week_of_month == LAST_WEEK:
            return (day + timedelta(days=7)).month != day.month
        return (day.day - 1) // 7 + 1 == self.week_of_month


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """A bulletin that the operator queued once.

    Attributes
    ----------
    queue_id
        Short name, unique in the station.
    at
        Aware time for a broadcast of its own, or None: the next programme that has a queue item takes it.
    added_at, added_by
        Who queued it and when (aware).
    """

    queue_id: str
    bulletin: str
    at: datetime | None
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Everything in ``schedules/``, checked in itself."""

    programmes: Mapping[str, Programme] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    queue: tuple[QueueEntry, ...] = ()
