"""What an edit of the timetable changes: two plans of the same days laid side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from loa.timetable.plan import Broadcast
from loa.timetable.programme import ItemKind


class Change(StrEnum):
    """What became of a broadcast.

    ADDED, DROPPED
        Only the new plan, or only the old one, has it.
    MOVED
        The same slot airs at another time of the same day.
    CHANGED
        At the same time, but otherwise: see `PlanChange.what`.
    """

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"
    CHANGED = "changed"


class Aspect(StrEnum):
    """In what a broadcast differs. MEETING: how it meets other broadcasts, lateness and a dark station."""

    PROGRAMME = "programme"
    ITEMS = "items"
    PRIORITY = "priority"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """One broadcast before and after.

    Attributes
    ----------
    before, after
        None where that plan does not have it.
    what
        In what the two differ beside the time; empty where there is only one.
    """

    change: Change
    before: Broadcast | None = None
    after: Broadcast | None = None
    what: tuple[Aspect, ...] = ()

    @property
    def broadcast(self) -> Broadcast:
        """The broadcast as it will be, or as it was where it is dropped."""
        both = self.after or self.before
        if both is None:
            raise ValueError(self.change)
        return both

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return {
            "change": self.change.value,
            "what": [aspect.value for aspect in self.what],
            "before": self.before and self.before.as_json(),
            "after": self.after and self.after.as_json(),
        }


def difference(old: Iterable[Broadcast], new: Iterable[Broadcast]) -> list[PlanChange]:
    """Return every broadcast in which the plan `new` differs from the plan `old` of the same days, in order of time.

    A broadcast that stays as it was is not in it, nor is one whose items are the same but have become longer, or can
    air now: that is no change of the timetable.
    """
    before = {broadcast.key: broadcast for broadcast in old}
    after = {broadcast.key: broadcast for broadcast in new}
    changes = []
    for key in before.keys() & after.keys():
        what = _aspects(before[key], after[key])
        if what:
            changes.append(PlanChange(change=Change.CHANGED, before=before[key], after=after[key], what=what))
    gone = _by_slot_and_day(before[key] for key in before.keys() - after.keys())
    come = _by_slot_and_day(after[key] for key in after.keys() - before.keys())
    for place in gone.keys() | come.keys():
        changes += _of_one_day(gone.get(place, []), come.get(place, []))
    return sorted(changes, key=_order)


def _order(change: PlanChange) -> tuple[datetime, str]:
    return change.broadcast.planned_at, change.broadcast.key


def _by_slot_and_day(broadcasts: Iterable[Broadcast]) -> dict[tuple[str, date], list[Broadcast]]:
    """Return the broadcasts of each slot and local day; the key names each queued one apart, its slot does not."""
    groups: dict[tuple[str, date], list[Broadcast]] = {}
    for broadcast in sorted(broadcasts, key=lambda one: (one.planned_at, one.key)):
        groups.setdefault((broadcast.key.partition("@")[0], broadcast.planned_at.date()), []).append(broadcast)
    return groups


def _of_one_day(gone: Sequence[Broadcast], come: Sequence[Broadcast]) -> list[PlanChange]:
    """Pair what one slot no longer airs on a day with what it airs instead, the first with the first."""
    both = min(len(gone), len(come))
    return [
        *(
            PlanChange(change=Change.MOVED, before=earlier, after=later, what=_aspects(earlier, later))
            for earlier, later in zip(gone, come, strict=False)
        ),
        *(PlanChange(change=Change.DROPPED, before=one) for one in gone[both:]),
        *(PlanChange(change=Change.ADDED, after=one) for one in come[both:]),
    ]


def _aspects(before: Broadcast, after: Broadcast) -> tuple[Aspect, ...]:
    differs = {
        Aspect.PROGRAMME: (before.programme, before.title) != (after.programme, after.title),
        Aspect.ITEMS: _items(before) != _items(after),
        Aspect.PRIORITY: before.priority is not after.priority,
        Aspect.MEETING: _meeting(before) != _meeting(after),
    }
    return tuple(aspect for aspect, other in differs.items() if other)


def _items(broadcast: Broadcast) -> list[tuple[str, ...]]:
    """Return what is aired; the words of a time signal follow the time and are no change of their own."""
    return [
        (item.kind.value, "" if item.kind is ItemKind.TIME else item.name, item.queue_id) for item in broadcast.items
    ]


def _meeting(broadcast: Broadcast) -> tuple[object, ...]:
    return (
        broadcast.late_s,
        broadcast.when_busy,
        broadcast.wait_s,
        broadcast.if_interrupted,
        broadcast.after_outage,
    )
