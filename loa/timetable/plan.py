"""Planning: which broadcasts a timetable asks for on which days. Pure: no clock, no disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from loa.bulletins import Approval, Bulletin, Priority
from loa.calendar import DayTypes
from loa.timetable.programme import (
    AfterOutage,
    IfInterrupted,
    ItemKind,
    Programme,
    QueueEntry,
    Slot,
    Timetable,
    WhenBusy,
)
from loa.timetable.recurrence import DayRule
from loa.timetable.time_signal import piece_names, said

WORDS_PER_SECOND = 3.2  # 190 syllables a minute, the pace of a newsreader; for audio that is not rendered yet
PIECE_S = 1.5  # half a time signal that is not rendered yet
QUEUE_SLOT = "queue"
QUEUE_LATE_S = 1800.0


class Problem(StrEnum):
    """Why a planned item cannot air."""

    NONE = ""
    MISSING = "missing"
    NOT_APPROVED = "not-approved"
    NOT_VALID = "not-valid"
    NOT_RENDERED = "not-rendered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What there is to air.

    Attributes
    ----------
    bulletins
        By name.
    approvals
        The newest approval of each bulletin, by bulletin name; withdrawn ones are not in it.
    lengths_s
        Real length of finished audio by item name (bulletin name or audio file), in seconds.
    entertainment
        Topics that are left out in state mourning.
    """

    bulletins: Mapping[str, Bulletin] = field(default_factory=dict)
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    lengths_s: Mapping[str, float] = field(default_factory=dict)
    entertainment: frozenset[str] = frozenset()

    def approval(self, bulletin: Bulletin) -> Approval | None:
        """Return the approval that covers `bulletin` as it stands, or None."""
        approval = self.approvals.get(bulletin.name)
        return approval if approval is not None and approval.covers(bulletin) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedItem:
    """One item of a broadcast.

    Attributes
    ----------
    kind
        BULLETIN, AUDIO, MUSIC, TIME (one of the two pieces of a time signal) or PAUSE.
    name
        Bulletin name or audio file; empty for a pause.
    length_s
        Real length where the audio is finished, else an estimate.
    problem
        Why it cannot air, or NONE.
    queue_id
        The queue entry that asked for it, or empty.
    """

    kind: ItemKind
    name: str
    title: str = ""
    topic: str = ""
    genre: str = ""
    author: str = ""
    language: str = ""
    text_hash: str = ""
    approved_by: str = ""
    length_s: float = 0.0
    problem: Problem = Problem.NONE
    queue_id: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "kind": self.kind.value,
            "problem": self.problem.value,
            "length_s": round(self.length_s, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One programme at one planned instant.

    Attributes
    ----------
    key
        ``slot@local instant``: unique for ever.
    planned_at
        Aware, in the station's time zone.
    late_s
        How much later it may still begin.
    when_busy, wait_s, if_interrupted, after_outage
        From its slot: how it meets other broadcasts and a dark station. Not part of the ledger's row.
    """

    key: str
    slot: str
    programme: str
    title: str
    planned_at: datetime
    priority: Priority
    late_s: float
    items: tuple[PlannedItem, ...]
    when_busy: WhenBusy = WhenBusy.WAIT
    wait_s: float = 0.0
    if_interrupted: IfInterrupted = IfInterrupted.END
    after_outage: AfterOutage = AfterOutage.LATE

    @property
    def rank(self) -> int:
        """How much it counts against others: 0 normal, 1 priority, 2 emergency."""
        return list(Priority).index(self.priority)

    @property
    def planned_s(self) -> float:
        """Length of all items that can air, in seconds."""
        return sum(item.length_s for item in self.items if item.problem is Problem.NONE)

    @property
    def planned_end(self) -> datetime:
        """When it ends if it starts on time."""
        return self.planned_at + timedelta(seconds=self.planned_s)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for ``--json`` and for the ledger's PLANNED row."""
        return {
            "key": self.key,
            "slot": self.slot,
            "programme": self.programme,
            "title": self.title,
            "planned_at": self.planned_at.isoformat(),
            "planned_s": round(self.planned_s, 3),
            "priority": self.priority.value,
            "late_s": self.late_s,
            "items": [item.as_json() for item in self.items],
        }


def plan(
    timetable: Timetable,
    shelf: Shelf,
    *,
    first_day: date,
    last_day: date,
    zone: ZoneInfo,
    queue_from: datetime | None = None,
) -> list[Broadcast]:
    """Return the broadcasts from local `first_day` to `last_day`, both included, in order of time.

    The same arguments always give the same broadcasts. A *next from topic* item takes the bulletins of its topic in
    the order of their names, going on where the draw before it in the same calendar year ended; bulletins that a
    programme names itself, and emergency ones, are left out of the rotation.

    Parameters
    ----------
    timetable, shelf
        What is asked for, and what there is.
    zone
        The station's time zone.
    queue_from
        Queue entries without a time go into the first fitting programme at or after this aware instant; None leaves
        them out.
    """
    start = first_day
    if queue_from is not None and timetable.queue:
        start = min(first_day, queue_from.astimezone(zone).date())
    pending = [entry for entry in timetable.queue if entry.at is None] if queue_from is not None else []
    rotation = _Rotation(timetable, shelf)
    rotation.skip_to(start)
    broadcasts: list[Broadcast] = []
    for day in _days(start, last_day):
        mourning = timetable.in_mourning(day)
        for at, slot, name in slot_instants(timetable, day, zone):
            programme = timetable.programmes.get(name)
            if programme is None:
                continue
            ready = [entry for entry in pending if queue_from is not None and _takes(entry, at, queue_from)]
            items = _timed(_items(programme, shelf, rotation, day, ready), at, shelf)
            if mourning:
                items = _in_mourning(items, shelf)
            if not items or (_only_queue(programme) and all(item.kind is not ItemKind.BULLETIN for item in items)):
                continue
            taken = {item.queue_id for item in items if item.queue_id}
            pending = [entry for entry in pending if entry.queue_id not in taken]
            if day >= first_day:
                broadcasts.append(_broadcast(slot, programme, at, items))
    broadcasts += [
        broadcast
        for broadcast in (_queued(entry, shelf, zone) for entry in timetable.queue if entry.at is not None)
        if first_day <= broadcast.planned_at.date() <= last_day
    ]
    return sorted(broadcasts, key=lambda broadcast: (broadcast.planned_at, broadcast.key))


def items_on(
    timetable: Timetable, shelf: Shelf, *, programme: str, day: date, zone: ZoneInfo
) -> tuple[PlannedItem, ...]:
    """Return what `programme` holds when it first airs on local `day`, without the queue and the time signal.

    Where no slot airs it that day: what it would hold after the day's last broadcast.

    Raises
    ------
    KeyError
        There is no such programme.
    """
    wanted = timetable.programmes[programme]
    rotation = _Rotation(timetable, shelf)
    rotation.skip_to(day)
    for _at, _slot, name in slot_instants(timetable, day, zone):
        other = timetable.programmes.get(name)
        if other is wanted:
            break
        if other is not None:
            for item in other.items:
                if item.kind is ItemKind.NEXT:
                    rotation.draw(item.name, item.count, day)
    return tuple(item for item in _items(wanted, shelf, rotation, day, []) if item.kind is not ItemKind.TIME)


def _takes(entry: QueueEntry, at: datetime, queue_from: datetime) -> bool:
    return at >= max(entry.added_at, queue_from) and (entry.until is None or at <= entry.until)


def _in_mourning(items: tuple[PlannedItem, ...], shelf: Shelf) -> tuple[PlannedItem, ...]:
    """Leave music and entertainment out: it is neither planned nor missing."""
    return tuple(item for item in items if item.kind is not ItemKind.MUSIC and item.topic not in shelf.entertainment)


def _only_queue(programme: Programme) -> bool:
    """Return whether the programme has nothing to say but what the operator queued."""
    kinds = {item.kind for item in programme.items}
    return ItemKind.QUEUE in kinds and not kinds & {ItemKind.BULLETIN, ItemKind.NEXT}


def slot_instants(timetable: Timetable, day: date, zone: ZoneInfo) -> list[tuple[datetime, Slot, str]]:
    """Return every aware instant of local `day` with its slot and the name of the programme, in order of time."""
    types = timetable.types
    instants = []
    for slot in timetable.slots.values():
        times, programme = slot.on(day, types)
        instants += [(datetime.combine(day, at, zone), slot, programme) for at in times]
    return sorted(instants, key=lambda one: (one[0], one[1].name))


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def topics_in_rotation(timetable: Timetable, shelf: Shelf) -> set[str]:
    """Return the topics of which a *next from topic* item finds at least one bulletin that takes turns."""
    return set(_by_topic(timetable, shelf))


def _by_topic(timetable: Timetable, shelf: Shelf) -> dict[str, list[Bulletin]]:
    """Return the bulletins that take turns, by topic, in the order of their names."""
    named = {
        item.name
        for programme in timetable.programmes.values()
        for item in programme.items
        if item.kind is ItemKind.BULLETIN
    }
    found: dict[str, list[Bulletin]] = {}
    for name in sorted(shelf.bulletins.keys() - named):
        bulletin = shelf.bulletins[name]
        if bulletin.priority is not Priority.EMERGENCY and shelf.approval(bulletin) is not None:
            found.setdefault(bulletin.topic, []).append(bulletin)
    return found


class _Rotation:
    """Where each topic's rotation stands: draws are counted from 1 January, so the plan needs no memory."""

    def __init__(self, timetable: Timetable, shelf: Shelf) -> None:
        self._timetable = timetable
        self._shelf = shelf
        self._pools: dict[str, list[Bulletin]] = {}  # by topic, of `_pools_on`
        self._pools_on: date | None = None
        self._items: dict[str, PlannedItem] = {}
        self._drawn: dict[str, int] = {}
        self._year = 0
        self._by_topic = _by_topic(timetable, shelf)
        self._draws = {
            programme.name: [item for item in programme.items if item.kind is ItemKind.NEXT]
            for programme in timetable.programmes.values()
        }

    def skip_to(self, day: date) -> None:
        """Count the draws of the year before `day`; slots of the same days are asked together."""
        self._drawn, self._year = {}, day.year
        types = self._timetable.types
        alike: dict[DayRule, list[Slot]] = {}
        for slot in self._timetable.slots.values():
            if any(self._draws.get(name) for name in (slot.programme, *(one.programme for one in slot.exceptions))):
                alike.setdefault(slot.days, []).append(slot)
        for rule, slots in alike.items():
            days = [one for one in _days(date(day.year, 1, 1), day - timedelta(days=1)) if rule.fits(one, types)]
            for slot in slots:
                for programme, times in _aired(slot, days, types).items():
                    for item in self._draws.get(programme, ()):
                        self._drawn[item.name] = self._drawn.get(item.name, 0) + item.count * times

    def draw(self, topic: str, count: int, day: date) -> list[PlannedItem]:
        """Return the next `count` different bulletins of `topic` that are valid on `day`, fewer where there are fewer."""
        if day.year != self._year:
            self._drawn, self._year = {}, day.year
        pool = self._pool(topic, day)
        position = self._drawn.get(topic, 0)
        self._drawn[topic] = position + count
        return [self._item(pool[(position + offset) % len(pool)], day) for offset in range(min(count, len(pool)))]

    def _pool(self, topic: str, day: date) -> list[Bulletin]:
        if day != self._pools_on:
            self._pools, self._pools_on = {}, day
        pool = self._pools.get(topic)
        if pool is None:
            pool = self._pools[topic] = [one for one in self._by_topic.get(topic, ()) if one.valid_on(day)]
        return pool

    def _item(self, bulletin: Bulletin, day: date) -> PlannedItem:
        """Return the item, made once: a bulletin of a pool is approved and valid on every day it is drawn."""
        item = self._items.get(bulletin.name)
        if item is None:
            item = self._items[bulletin.name] = planned_bulletin(bulletin.name, self._shelf, day)
        return item


def _aired(slot: Slot, days: list[date], types: DayTypes) -> dict[str, int]:
    """Return how often each programme airs in `slot` on `days`, all of which its rule takes."""
    if not slot.exceptions:
        return {slot.programme: len(slot.times) * len(days)}
    aired: dict[str, int] = {}
    for day in days:
        times, programme = slot.on(day, types)
        aired[programme] = aired.get(programme, 0) + len(times)
    return aired


def _items(
    programme: Programme, shelf: Shelf, rotation: _Rotation, day: date, ready: list[QueueEntry]
) -> Iterator[PlannedItem]:
    waiting = sorted(ready, key=lambda entry: _comes_second(entry, shelf))
    for item in programme.items:
        match item.kind:
            case ItemKind.PAUSE:
                yield PlannedItem(kind=ItemKind.PAUSE, name="", length_s=item.length_s)
            case ItemKind.AUDIO | ItemKind.MUSIC:
                length = shelf.lengths_s.get(item.name)
                problem = Problem.MISSING if length is None else Problem.NONE
                yield PlannedItem(kind=item.kind, name=item.name, length_s=length or 0.0, problem=problem)
            case ItemKind.TIME:
                yield PlannedItem(kind=ItemKind.TIME, name=item.name)
            case ItemKind.BULLETIN:
                yield planned_bulletin(item.name, shelf, day)
            case ItemKind.NEXT:
                yield from rotation.draw(item.name, item.count, day)
            case ItemKind.QUEUE:
                for entry in waiting[: item.count]:
                    yield planned_bulletin(entry.bulletin, shelf, day, entry.queue_id)
                waiting = waiting[item.count :]


def _comes_second(entry: QueueEntry, shelf: Shelf) -> bool:
    """Return whether others are aired before this entry: priority bulletins come first (Circular 39/2020/TT-BTTTT)."""
    bulletin = shelf.bulletins.get(entry.bulletin)
    return bulletin is None or bulletin.priority is Priority.NORMAL


def _timed(items: Iterable[PlannedItem], at: datetime, shelf: Shelf) -> tuple[PlannedItem, ...]:
    """Return `items` of a broadcast at `at`, each time signal replaced by the two pieces for the moment it is heard."""
    timed: list[PlannedItem] = []
    for item in items:
        if item.kind is not ItemKind.TIME:
            timed.append(item)
            continue
        before_s = sum(earlier.length_s for earlier in timed if earlier.problem is Problem.NONE)
        for name in piece_names(item.name, at + timedelta(seconds=before_s)):
            length = shelf.lengths_s.get(name)
            problem = Problem.NOT_RENDERED if length is None else Problem.NONE
            timed.append(
                PlannedItem(
                    kind=ItemKind.TIME, name=name, title=said(name), length_s=length or PIECE_S, problem=problem
                )
            )
    return tuple(timed)


def planned_bulletin(name: str, shelf: Shelf, day: date, queue_id: str = "") -> PlannedItem:
    """Return bulletin `name` as an item of a broadcast on local `day`, with what keeps it from airing."""
    bulletin = shelf.bulletins.get(name)
    if bulletin is None:
        return PlannedItem(kind=ItemKind.BULLETIN, name=name, problem=Problem.MISSING, queue_id=queue_id)
    approval = shelf.approval(bulletin)
    length = shelf.lengths_s.get(name)
    problem = Problem.NONE
    if approval is None:
        problem = Problem.NOT_APPROVED
    elif not bulletin.valid_on(day):
        problem = Problem.NOT_VALID
    elif length is None:
        problem = Problem.NOT_RENDERED
    return PlannedItem(
        kind=ItemKind.BULLETIN,
        name=name,
        title=bulletin.title,
        topic=bulletin.topic,
        genre=bulletin.genre.value,
        author=bulletin.author,
        language=bulletin.language,
        text_hash=bulletin.text_hash,
        approved_by=approval.person if approval else "",
        length_s=len(bulletin.body.split()) / WORDS_PER_SECOND if length is None else length,
        problem=problem,
        queue_id=queue_id,
    )


def broadcast_key(slot: str, at: datetime) -> str:
    """Return the key of the broadcast of `slot` planned at aware local time `at`."""
    return f"{slot}@{at.isoformat(timespec='seconds')}"


def _broadcast(slot: Slot, programme: Programme, at: datetime, items: Iterable[PlannedItem]) -> Broadcast:
    return Broadcast(
        key=broadcast_key(slot.name, at),
        slot=slot.name,
        programme=programme.name,
        title=programme.title,
        planned_at=at,
        priority=slot.priority,
        late_s=slot.late_s,
        items=tuple(items),
        when_busy=slot.when_busy,
        wait_s=slot.wait_s,
        if_interrupted=slot.if_interrupted,
        after_outage=slot.after_outage,
    )


def _queued(entry: QueueEntry, shelf: Shelf, zone: ZoneInfo) -> Broadcast:
    if entry.at is None:
        raise ValueError(entry.queue_id)
    at = entry.at.astimezone(zone)
    item = planned_bulletin(entry.bulletin, shelf, at.date(), entry.queue_id)
    bulletin = shelf.bulletins.get(entry.bulletin)
    return Broadcast(
        key=broadcast_key(f"{QUEUE_SLOT}-{entry.queue_id}", at),
        slot=QUEUE_SLOT,
        programme=QUEUE_SLOT,
        title=item.title or entry.bulletin,
        planned_at=at,
        priority=bulletin.priority if bulletin else Priority.NORMAL,
        late_s=QUEUE_LATE_S,
        items=(item,),
    )
