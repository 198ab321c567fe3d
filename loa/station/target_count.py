"""What counts for a target: what aired, what is planned, and what of the plan may still come."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from loa.ledger import AsRun
from loa.reports.figures import ended_items, is_bulletin, was_cut
from loa.station.target_advice import WILL_AIR
from loa.timetable import Broadcast, ItemKind
from loa.timetable.targets import Measure, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What counts for a target: broadcasts, seconds, and the names of different bulletins."""

    broadcasts: int = 0
    seconds: float = 0.0
    names: frozenset[str] = frozenset()

    def in_measure(self, measure: Measure) -> float:
        """Return it in the measure's own unit; minutes with one decimal, as the month report writes them."""
        return {
            Measure.BROADCASTS: float(self.broadcasts),
            Measure.MINUTES: round(self.seconds / 60, 1),
            Measure.BULLETINS: float(len(self.names)),
        }[measure]


def count_done(target: Target, records: Iterable[AsRun], *, heard: bool) -> Count:
    """Return what ended `records` count for `target`: those that loudspeakers played, or those that went to a file.

    A cut item counts with its seconds alone; emergencies count as the month report counts them.
    """
    counted = [
        (record.key, item)
        for record, item in ended_items(records)
        if record.heard is heard and is_bulletin(item) and item.played_s > 0 and target.counts(item.topic, item.genre)
    ]
    whole = [(key, item) for key, item in counted if not was_cut(item)]
    return Count(
        broadcasts=len({key for key, _item in whole}),
        seconds=math.fsum(item.played_s for _key, item in counted),
        names=frozenset(item.item for _key, item in whole),
    )


def count_planned(target: Target, broadcasts: Iterable[Broadcast]) -> Count:
    """Return what planned `broadcasts` count for `target`; what cannot air does not count."""
    counted = [
        (broadcast.key, item)
        for broadcast in broadcasts
        for item in broadcast.items
        if item.kind is ItemKind.BULLETIN and item.problem in WILL_AIR and target.counts(item.topic, item.genre)
    ]
    return Count(
        broadcasts=len({key for key, _item in counted}),
        seconds=math.fsum(item.length_s for _key, item in counted),
        names=frozenset(item.name for _key, item in counted),
    )


def still_to_come(plan: Iterable[Broadcast], records: Iterable[AsRun], now: datetime) -> list[Broadcast]:
    """Return the broadcasts of `plan` that have no outcome yet and may still begin, or are on the air."""
    outcomes = {record.key: record for record in records}
    coming = []
    for broadcast in plan:
        record = outcomes.get(broadcast.key)
        if record is not None and record.outcome is not None:
            continue
        on_air = record is not None and record.on_air
        if on_air or broadcast.planned_at + timedelta(seconds=broadcast.late_s) >= now:
            coming.append(broadcast)
    return coming
