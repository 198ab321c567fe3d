"""The timetable room: ``schedules/*.yaml`` as programmes and slots, and the pure plan of broadcasts."""

from loa.bulletins import Priority
from loa.timetable.check import check_broadcasts, check_references, check_validity
from loa.timetable.plan import (
    QUEUE_SLOT,
    Broadcast,
    PlannedItem,
    Problem,
    Shelf,
    broadcast_key,
    plan,
    planned_bulletin,
)
from loa.timetable.programme import (
    AfterOutage,
    IfInterrupted,
    ItemKind,
    Programme,
    ProgrammeItem,
    QueueEntry,
    Slot,
    SlotException,
    Timetable,
    WhenBusy,
)
from loa.timetable.queue_file import QUEUE_FILE, write_queue
from loa.timetable.recurrence import DayRule
from loa.timetable.schedule_files import TARGETS_FILE, read_timetable

__all__ = [
    "QUEUE_FILE",
    "QUEUE_SLOT",
    "TARGETS_FILE",
    "AfterOutage",
    "Broadcast",
    "DayRule",
    "IfInterrupted",
    "ItemKind",
    "PlannedItem",
    "Priority",
    "Problem",
    "Programme",
    "ProgrammeItem",
    "QueueEntry",
    "Shelf",
    "Slot",
    "SlotException",
    "Timetable",
    "WhenBusy",
    "broadcast_key",
    "check_broadcasts",
    "check_references",
    "check_validity",
    "plan",
    "planned_bulletin",
    "read_timetable",
    "write_queue",
]
