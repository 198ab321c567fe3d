"""What a timetable is made of: programmes of items, slots that air them, and the operator's queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from loa.bulletins import Priority
from loa.calendar import DayType, DayTypes, LocalCalendar
from loa.timetable.recurrence import DayRule

EVERY_DAY_OF_THE_YEAR = DayRule()


class ItemKind(StrEnum):
    """What an item of a programme asks for. MUSIC is an AUDIO file that is left out in state mourning."""

    BULLETIN = "bulletin"
    AUDIO = "audio"
    MUSIC = "music"
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


class WhenBusy(StrEnum):
    """What a broadcast does that is due while another is on the air.

    WAIT
        It begins after the other, if that is not too late.
    INTERRUPT
        It cuts in, after `Slot.wait_s` at the latest, unless the other has a higher priority.
    DROP
        It is not aired.
    """

    WAIT = "wait"
    INTERRUPT = "interrupt"
    DROP = "drop"


class IfInterrupted(StrEnum):
    """What becomes of a broadcast that another one has cut.

    RESUME
        It goes on at the sentence that was cut.
    RESTART
        It begins again.
    END
        It is given up.
    """

    RESUME = "resume"
    RESTART = "restart"
    END = "end"


class AfterOutage(StrEnum):
    """What becomes of a broadcast whose time passed while the station was off.

    LATE
        It airs whole, if that is not too late.
    JOIN
        It goes on where it would be now.
    SKIP
        It is not aired.
    """

    LATE = "late"
    JOIN = "join"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotException:
    """What a slot does otherwise on some days.

    Attributes
    ----------
    days
        On which days.
    skip
        It does not air.
    times
        It airs at these local times, or None: at its own.
    programme
        It airs this programme; empty: its own.
    """

    days: DayRule
    skip: bool = False
    times: tuple[time, ...] | None = None
    programme: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When a programme airs.

    Attributes
    ----------
    times
        Local times of day.
    days
        On which days.
    exceptions
        Where it does otherwise; the first that fits a day counts.
    late_s
        How much later than planned it may still begin; after that it is missed.
    when_busy, wait_s, if_interrupted, after_outage
        How it meets other broadcasts and a dark station.
    """

    name: str
    programme: str
    times: tuple[time, ...]
    days: DayRule = EVERY_DAY_OF_THE_YEAR
    exceptions: tuple[SlotException, ...] = ()
    priority: Priority = Priority.NORMAL
    late_s: float = 600.0
    when_busy: WhenBusy = WhenBusy.WAIT
    wait_s: float = 0.0
    if_interrupted: IfInterrupted = IfInterrupted.END
    after_outage: AfterOutage = AfterOutage.LATE
    file: str = ""
    line: int = 0

    def exception_on(self, day: date, types: DayTypes) -> SlotException | None:
        """Return what the slot does otherwise on local `day`, or None."""
        return next((one for one in self.exceptions if one.days.fits(day, types)), None)

    def on(self, day: date, types: DayTypes) -> tuple[tuple[time, ...], str]:
        """Return the local times at which the slot airs on `day`, and the programme; no times where it does not."""
        if not self.days.fits(day, types):
            return (), self.programme
        other = self.exception_on(day, types) if self.exceptions else None
        if other is None:
            return self.times, self.programme
        times = () if other.skip else self.times if other.times is None else other.times
        return times, other.programme or self.programme


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """A bulletin that the operator queued once.

    Attributes
    ----------
    queue_id
        Short name, unique in the station.
    at
        Aware time for a broadcast of its own, or None: the next programme that has a queue item takes it.
    until
        Aware time after which no programme takes it any more, or None.
    added_at, added_by
        Who queued it and when (aware).
    """

    queue_id: str
    bulletin: str
    at: datetime | None
    added_at: datetime
    added_by: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Everything in ``schedules/``, checked in itself."""

    programmes: Mapping[str, Programme] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    queue: tuple[QueueEntry, ...] = ()
    calendar: LocalCalendar = field(default_factory=LocalCalendar)

    @property
    def types(self) -> DayTypes:
        """The type of each day, by the local calendar and the public one."""
        return DayTypes(self.calendar)

    def in_mourning(self, day: date) -> bool:
        """Return whether the operator assigned state mourning to local `day`."""
        return any(day_type is DayType.MOURNING for day_type, _why in self.calendar.day_types.get(day, ()))
