"""What the broadcaster works from: a checked timetable, what is on the shelf, and the finished audio. Swapped whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from loa.air_rules import AirRules
from loa.sound import FinishedAudio
from loa.timetable import Broadcast, Shelf, Timetable, plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One consistent state of the station's folder.

    Attributes
    ----------
    audio
        Finished audio by item name: bulletin name or audio file.
    zone, rules
        The station's time zone and its quiet hours.
    """

    timetable: Timetable
    shelf: Shelf
    audio: Mapping[str, FinishedAudio] = field(default_factory=dict)
    zone: ZoneInfo
    rules: AirRules = field(default_factory=AirRules)

    def without_queue_entries(self, queue_ids: Collection[str]) -> Material:
        """Return the same material without these queue entries."""
        queue = tuple(entry for entry in self.timetable.queue if entry.queue_id not in queue_ids)
        return replace(self, timetable=replace(self.timetable, queue=queue))

    def plan(self, first_day: date, last_day: date, queue_from: datetime) -> list[Broadcast]:
        """Return the broadcasts of these local days; the queue is served from `queue_from` on."""
        return plan(
            self.timetable, self.shelf, first_day=first_day, last_day=last_day, zone=self.zone, queue_from=queue_from
        )
