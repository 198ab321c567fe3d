"""The operator's queue: what airs once more, where, and why there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from loa.air_rules import AirRules
from loa.errors import Conflict, Finding, InputRefused, NotFound, Severity
from loa.language import translate as _
from loa.ledger import Entry, RowKind
from loa.station.contents import Contents
from loa.station.in_force import approvals, still_queued
from loa.timetable import (
    QUEUE_FILE,
    QUEUE_SLOT,
    Broadcast,
    ItemKind,
    QueueEntry,
    Timetable,
    read_timetable,
    write_queue,
)
from loa.timetable.check import new_breaches
from loa.timetable.duplicates import check_duplicates

if TYPE_CHECKING:
    from loa.station.station import Station

LOOK_AHEAD = timedelta(days=7)
MOST_TIMES = 50
AT_ONCE = timedelta(seconds=15)  # the running station reads the queue and opens the files in that time


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueOrder:
    """What to air once more.

    Attributes
    ----------
    bulletin, person
        Which bulletin, and who orders it.
    at
        Aware time of a broadcast of its own; None: the next programme with room takes it.
    at_once
        As soon as may be, in a broadcast of its own.
    times, every
        How often in all (None: once, or with `every` as often as fits until `until`), and how long from one beginning
        to the next; only with a time of its own.
    until
        Aware time after which it airs no more, or None.
    """

    bulletin: str
    person: str
    at: datetime | None = None
    at_once: bool = False
    times: int | None = None
    every: timedelta | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlace:
    """A queue entry, where it will air (None: nowhere within a week), and why there."""

    entry: QueueEntry
    broadcast: Broadcast | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The entries that were written, those that `until` left out, and what the operator should know."""

    entries: tuple[QueueEntry, ...]
    left_out: tuple[datetime, ...]
    warnings: tuple[Finding, ...]


def places(station: Station) -> list[QueuePlace]:
    """Return the queue and where each entry will air within a week."""
    contents = station.contents()
    now = station.clock.now()
    today = station.today()
    plan = contents.material.plan(today, today + LOOK_AHEAD, queue_from=now)
    taken = {item.queue_id: broadcast for broadcast in plan for item in broadcast.items if item.queue_id}
    return [
        QueuePlace(
            entry=entry,
            broadcast=taken.get(entry.queue_id),
            why=_why(entry, taken.get(entry.queue_id), contents, plan, now),
        )
        for entry in contents.timetable.queue
    ]


def _why(  # noqa: PLR0911 - one for each reason
    entry: QueueEntry, broadcast: Broadcast | None, contents: Contents, plan: list[Broadcast], now: datetime
) -> str:
    bulletin = contents.bulletins.bulletins.get(entry.bulletin)
    if bulletin is None or contents.shelf.approval(bulletin) is None:
        return _("It is not approved any more; it will not be heard.")
    if broadcast is not None and broadcast.slot == QUEUE_SLOT:
        return _("a time of its own")
    if broadcast is not None:
        return _("the first programme with room for it")
    if entry.at is not None:
        return _("Its time has passed.") if entry.at < now else _("Its time is more than a week away.")
    if entry.until is not None and entry.until < now:
        return _("The time until which it was to air has passed.")
    with_room = {
        name
        for name, programme in contents.timetable.programmes.items()
        if any(item.kind is ItemKind.QUEUE for item in programme.items)
    }
    if not any(one.programme in with_room for one in plan):
        return _("No programme within a week has an item “queue”. Give it a time: loa queue add {name} --at").format(
            name=entry.bulletin
        )
    return _("More bulletins wait than there is room for within a week, or its last time comes too early.")


def add(station: Station, order: QueueOrder) -> Queued:
    """Queue a bulletin.

    Raises
    ------
    NotFound, InputRefused
        There is no such bulletin, or ``queue.yaml`` has a mistake: nothing is then written over it.
    Conflict
        It is not approved, or a time is past, in quiet hours, or taken; the message names every such time.
    """
    bulletin = station.bulletin(order.bulletin)
    approval = approvals(station.ledger).get(bulletin.name)
    if approval is None or not approval.covers(bulletin):
        raise Conflict(
            _("“{name}” is not approved. Read it through and type: loa approve {name} --by NAME").format(
                name=bulletin.name
            )
        )
    now = station.clock.now().astimezone(station.settings.time_zone)
    contents = station.contents()
    wanted = list(_instants(order, contents, now))
    instants = [at for at in wanted if at is None or order.until is None or at <= order.until]
    if not instants:
        raise Conflict(_("The last time allowed lies before the first time. Give a later --until."))
    waiting = waiting_entries(station)
    entries = [
        QueueEntry(
            queue_id=_new_id(bulletin.name, at, now, waiting),
            bulletin=bulletin.name,
            at=at,
            until=order.until if at is None else None,
            added_at=now.replace(microsecond=0),
            added_by=order.person,
        )
        for at in instants
    ]
    own_times = [entry for entry in entries if entry.at is not None]
    if own_times:
        _refuse_taken(station, contents, own_times, now)
    write_queue(station.folder.schedules, [*waiting, *entries])
    station.ledger.append_all([_row(entry) for entry in entries])
    return Queued(
        entries=tuple(entries),
        left_out=tuple(at for at in wanted if at is not None and at not in instants),
        warnings=_warnings(station, entries),
    )


def _row(entry: QueueEntry) -> Entry:
    data = {
        "queue_id": entry.queue_id,
        "bulletin": entry.bulletin,
        "at": entry.at and entry.at.isoformat(),
        "person": entry.added_by,
    }
    return Entry(kind=RowKind.QUEUED, data=data)


def _instants(order: QueueOrder, contents: Contents, now: datetime) -> Iterator[datetime | None]:
    first = _soonest(order.bulletin, contents, now) if order.at_once else order.at
    repeated = (order.times or 1) > 1 or order.every is not None
    if first is None:
        if repeated:
            raise Conflict(_("Repeats need a first time of their own. Add --at TIME, or --now."))
        yield None
        return
    if repeated and order.every is None:
        raise Conflict(_("Repeats need to know how far apart. Add --every, such as --every 120 for two hours."))
    if repeated and order.times is None and order.until is None:
        raise Conflict(_("Repeats need an end. Add --times, or --until."))
    for number in range(MOST_TIMES if order.times is None and repeated else order.times or 1):
        at = first + number * (order.every or timedelta())
        if order.times is None and number and order.until is not None and at > order.until:
            return
        yield at


def _soonest(name: str, contents: Contents, now: datetime) -> datetime:
    """Return the first moment from now on at which nothing else is planned for as long as the bulletin takes."""
    at = (now + AT_ONCE).replace(microsecond=0)
    length = timedelta(seconds=contents.shelf.lengths_s.get(Path(name).stem, 0.0))
    today = now.date()
    for other in contents.material.plan(today - timedelta(days=1), today + timedelta(days=1), queue_from=now):
        if other.planned_at < at + length and at < other.planned_end:
            at = other.planned_end.replace(microsecond=0) + timedelta(seconds=2)
    return at


def _new_id(name: str, at: datetime | None, now: datetime, waiting: list[QueueEntry]) -> str:
    seed = f"{name} {at} {now.isoformat()} {[other.queue_id for other in waiting]}"
    return hashlib.sha256(seed.encode()).hexdigest()[:6]


def remove(station: Station, queue_id: str, *, person: str) -> QueueEntry:
    """Take an entry out of the queue. Raises NotFound."""
    waiting = waiting_entries(station)
    for entry in waiting:
        if entry.queue_id == queue_id:
            write_queue(station.folder.schedules, [other for other in waiting if other is not entry])
            station.ledger.append(RowKind.UNQUEUED, {"queue_id": queue_id, "person": person})
            return entry
    raise NotFound(_("The queue has no entry “{name}”. See it with: loa queue list").format(name=queue_id))


def waiting_entries(station: Station) -> list[QueueEntry]:
    """Return the entries of which nothing has been heard yet. Raises InputRefused where the file has a mistake."""
    timetable, found = read_timetable(station.folder.schedules, station_folder=station.folder.root)
    in_queue = [finding for finding in found if finding.file.endswith(f"/{QUEUE_FILE}")]
    if in_queue:
        raise InputRefused(in_queue)
    return list(still_queued(timetable.queue, station.ledger))


def _refuse_taken(station: Station, contents: Contents, entries: list[QueueEntry], now: datetime) -> None:
    """Raise Conflict, naming every time that is past, quiet, or would sound together with another broadcast."""
    zone, rules = station.settings.time_zone, station.settings.air_rules
    timetable = replace(contents.timetable, queue=(*contents.timetable.queue, *entries))
    material = replace(contents, timetable=timetable).material
    days = [entry.at.astimezone(zone).date() for entry in entries if entry.at is not None]
    plan = material.plan(min(days) - timedelta(days=1), max(days) + timedelta(days=1), queue_from=now)
    refused: list[str] = []
    ids = {entry.queue_id for entry in entries}
    without = [one for one in plan if not ids & {item.queue_id for item in one.items}]
    refused += [str(breach.message) for breach in _other_breaches(without, plan, timetable, rules)]
    for entry in entries:
        own = next(one for one in plan if entry.queue_id in {item.queue_id for item in one.items})
        begin = f"{own.planned_at:%H:%M %d/%m/%Y}"
        if own.planned_at <= now:
            refused.append(
                _("{begin}: that time has passed. Give a later one, or none: then the next programme takes it.").format(
                    begin=begin
                )
            )
        elif rules.quiet_at(own.planned_at.time()) or rules.quiet_at(own.planned_end.time()):
            refused.append(
                _(
                    "{begin}: that time lies in quiet hours. Choose another, or use: loa emergency {name} --by NAME"
                ).format(begin=begin, name=entry.bulletin)
            )
        else:
            refused += [
                _("{begin}: “{title}” is planned from {first} to {last}. Choose another time.").format(
                    begin=begin,
                    title=other.title,
                    first=f"{other.planned_at:%H:%M}",
                    last=f"{other.planned_end:%H:%M:%S}",
                )
                for other in plan
                if other is not own and _meet(own, other)
            ]
    if refused:
        raise Conflict("\n".join(refused))


def _other_breaches(
    before: list[Broadcast], after: list[Broadcast], timetable: Timetable, rules: AirRules
) -> list[Finding]:
    """Return what the new broadcasts break besides quiet hours, which are told in words of their own."""
    loud = replace(rules, quiet_hours=())
    return [breach for breach in new_breaches(before, after, timetable, loud) if breach.severity is Severity.ERROR]


def _meet(one: Broadcast, other: Broadcast) -> bool:
    apart = one.planned_end <= other.planned_at or other.planned_end <= one.planned_at
    return not apart or one.planned_at == other.planned_at


def _warnings(station: Station, entries: list[QueueEntry]) -> tuple[Finding, ...]:
    contents = station.contents()
    today = station.today()
    plan = contents.material.plan(today, today + LOOK_AHEAD, queue_from=station.clock.now())
    own = {f"queue.{entry.queue_id}" for entry in entries}
    return tuple(finding for finding in check_duplicates(plan, contents.shelf) if finding.field in own)
