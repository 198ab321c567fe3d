"""The broadcasts to come: planned in the ledger, not begun, and planned anew when the station's folder changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from loa.ledger import Entry, Ledger, Outcome, Reason, RowKind, aired_queue_ids
from loa.playout.material import Material
from loa.playout.run import closed_entry, planned_entry
from loa.timetable import Broadcast


class Coming:
    """What is planned for today and tomorrow and has not begun, and what may still begin late.

    Parameters
    ----------
    ledger
        Where it is written what is planned.
    running
        Gives the broadcasts on the air.
    """

    def __init__(self, ledger: Ledger, running: Callable[[], list[Broadcast]]) -> None:
        self._ledger = ledger
        self._running = running
        self._open: dict[str, Broadcast] = {}
        self._planned_day: date | None = None

    def use(self, material: Material, now: datetime) -> None:
        """Plan on from `material`: new broadcasts get a PLANNED row, dropped ones are cancelled. Raises LedgerFailed."""
        local = now.astimezone(material.zone)
        self._planned_day = local.date()
        last_day = local.date() + timedelta(days=1)
        waiting = material.without_queue_entries(self._served(material))
        plan = waiting.plan(local.date(), last_day, queue_from=self._queue_from(now))
        past = self._ended([broadcast.key for broadcast in plan])
        past |= {broadcast.key for broadcast in self._running()}
        entries: list[Entry] = []
        coming: dict[str, Broadcast] = {}
        for broadcast in plan:
            if broadcast.key in past:
                continue
            known = self._open.get(broadcast.key)
            if known is None and broadcast.planned_at < now:
                continue
            coming[broadcast.key] = broadcast
            if known is None or known.as_json() != broadcast.as_json():
                entries.append(planned_entry(broadcast))
        for key, broadcast in self._open.items():
            planned_here = broadcast.planned_at.astimezone(material.zone).date() <= last_day
            if key not in coming and broadcast.planned_at > now and planned_here:
                entries.append(closed_entry(key, Outcome.CANCELLED, Reason.TIMETABLE_CHANGED))
            elif key not in coming:
                coming[key] = broadcast
        self._ledger.append_all(entries)
        self._open = coming

    def _ended(self, keys: list[str]) -> set[str]:
        """Return those of `keys` that have an outcome for ever; what was cancelled before its time may come back."""
        if not keys:
            return set()
        closed = self._ledger.rows(kinds=[RowKind.CLOSED], broadcasts=keys)
        return {row.broadcast for row in closed if row.broadcast and row.data["outcome"] != Outcome.CANCELLED}

    def planned_for(self, day: date) -> bool:
        """Return whether `use` has planned local `day`, and no queue entry has come back since."""
        return day == self._planned_day

    def _served(self, material: Material) -> set[str]:
        """Return the queue entries that have aired or are on the air."""
        queue = material.timetable.queue
        if not queue:
            return set()
        since = min(entry.added_at for entry in queue)
        served = aired_queue_ids(self._ledger.rows(kinds=[RowKind.ITEM], since=since))
        return served | {item.queue_id for one in self._running() for item in one.items if item.queue_id}

    def _queue_from(self, now: datetime) -> datetime:
        """Return from when the queue is served: from the earliest broadcast that is due and has not begun, or now."""
        return min([now, *(broadcast.planned_at for broadcast in self._open.values())])

    def add(self, broadcasts: Iterable[Broadcast]) -> None:
        """Take up broadcasts that have their PLANNED row."""
        self._open |= {broadcast.key: broadcast for broadcast in broadcasts}

    def begun(self, broadcast: Broadcast) -> None:
        """Drop a broadcast that begins now."""
        self._open.pop(broadcast.key, None)

    def closed(self, broadcast: Broadcast) -> None:
        """Drop a broadcast that has its outcome."""
        self._open.pop(broadcast.key, None)
        if any(item.queue_id for item in broadcast.items):
            self._planned_day = None  # an entry that did not air goes to the next programme: plan anew

    def first(self, count: int | None = None) -> list[Broadcast]:
        """Return the next `count` broadcasts, or all."""
        return sorted(self._open.values(), key=lambda broadcast: broadcast.planned_at)[:count]
