"""The timetable room: ``schedules/*.yaml`` as programmes and slots, and the pure plan of broadcasts."""

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
from loa.timetable.programme import ItemKind, Programme, ProgrammeItem, QueueEntry, Slot, Timetable
from loa.timetable.schedule_files import QUEUE_FILE, read_timetable, write_queue

__all__ = [
    "QUEUE_FILE",
    "QUEUE_SLOT",
    "Broadcast",
    "ItemKind",
    "PlannedItem",
    "Problem",
    "Programme",
    "ProgrammeItem",
    "QueueEntry",
    "Shelf",
    "Slot",
    "Timetable",
    "broadcast_key",
    "check_broadcasts",
    "check_references",
    "check_validity",
    "plan",
    "planned_bulletin",
    "read_timetable",
    "write_queue",
]
