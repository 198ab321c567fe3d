"""Emergencies that stand: said at once, and again until their time is over or the all-clear is given.

They live in the ledger alone (rows EMERGENCY and ALL_CLEAR): neither a restart, nor a power cut, nor a broken
timetable ends them. Each time one is said is a broadcast with its own key and its one outcome.

An emergency that is said once stands too, for a quarter of an hour: where a power cut, a lost device or another
emergency broke it, it is said again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from loa.ledger import AsRun, Entry, Ledger, Outcome, Reason, Row, RowKind, as_run, instant_from_text, instant_text
from loa.playout.run import closed_entry, planned_entry
from loa.timetable import Broadcast, ItemKind, PlannedItem, Priority, Problem, broadcast_key

AGAIN_S = 60.0
ONCE_FOR = timedelta(minutes=15)
LONGEST = timedelta(days=7)
LATE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How often an emergency is said.

    Attributes
    ----------
    every_s
        From one beginning to the next, in seconds.
    until
        Aware time after which it is not said again.
    times
        How often in all, or None: until then.
    """

    every_s: float
    until: datetime
    times: int | None = None


@dataclass(slots=True, kw_only=True)
class Standing:
    """An emergency that is to be said again.

    Attributes
    ----------
    order
        Key of its first broadcast: the name of the order.
    broadcast
        The latest one.
    audio
        Key of the finished audio by item name.
    repeats
        How often; for `once`, how often it is tried.
    once
        Nobody asked for repeats.
    said
        How often it was said in full, or stopped by a person.
    next_at, next_mono_s
        When it is due again, by the wall clock or by the monotonic one, whichever is first.
    airing
        It is on the air now.
    in_doubt
        Instants that a clock set ahead has passed over.
    """

    order: str
    broadcast: Broadcast
    audio: Mapping[str, str]
    authoriser: str
    text: str
    repeats: Repeats
    once: bool
    said: int = 0
    next_at: datetime
    next_mono_s: float
    airing: bool = False
    in_doubt: tuple[datetime, ...] = ()

    @property
    def done(self) -> bool:
        """Whether it was said as often as was asked."""
        return self.repeats.times is not None and self.said >= self.repeats.times

    def follow_clock(self, now: datetime, mono_s: float) -> None:
        """Bring the next time near again where the wall clock was set back: by the monotonic one it is at hand."""
        if self.next_at - now > timedelta(seconds=self.repeats.every_s + 1):
            self.next_at = now + timedelta(seconds=max(0.0, self.next_mono_s - mono_s))

    def over(self, now: datetime) -> bool:
        """Return whether it is not said again: often enough, or its time has passed."""
        until = self.repeats.until
        return self.done or self.next_at > until or now > until + timedelta(seconds=LATE_S)

    def entry(self, *, replaces: str = "") -> Entry:
        """Return the EMERGENCY row of its latest broadcast: all that is needed to go on after a power cut."""
        data = {
            "authoriser": self.authoriser,
            "text": self.text,
            "order": self.order,
            "replaces": replaces,
            "said": self.said,
            "once": self.once,
            "every_s": self.repeats.every_s,
            "until": instant_text(self.repeats.until),
            "times": self.repeats.times,
            "audio": dict(self.audio),
        }
        return Entry(kind=RowKind.EMERGENCY, broadcast=self.broadcast.key, data=data)

    def at(self, instant: datetime) -> Broadcast:
        """Return the broadcast that says it at `instant`."""
        local = instant.astimezone(self.broadcast.planned_at.tzinfo)
        _head, dash, ending = self.order.rpartition("-")  # emergency@2026-11-23T05:30:25+07:00-ab12cd
        key = broadcast_key(self.broadcast.slot, local) + dash + ending
        return replace(self.broadcast, key=key, planned_at=local)

    def instants(self, before: datetime) -> Iterator[datetime]:
        """Yield the instants from the next one on at which it should be said, those before `before`."""
        instant, every = self.next_at, timedelta(seconds=self.repeats.every_s)
        while instant < before and instant <= self.repeats.until and not self.once:
            yield instant
            instant += every

    def as_json(self, now: datetime) -> dict[str, Any]:
        """Return plain values for `loa status`."""
        return {
            "order": self.order,
            "title": self.broadcast.title,
            "authoriser": self.authoriser,
            "said": self.said,
            "once": self.once,
            "every_s": self.repeats.every_s,
            "until": instant_text(self.repeats.until),
            "times": self.repeats.times,
            "airing": self.airing,
            "next_at": None if self.once or self.over(now) else instant_text(max(self.next_at, now)),
        }


class Emergencies:
    """The emergencies in force.

    Parameters
    ----------
    ledger
        Where they live.
    monotonic
        The monotonic clock.

    Attributes
    ----------
    standing
        By order, the oldest first.
    """

    def __init__(self, ledger: Ledger, monotonic: Callable[[], float]) -> None:
        self._ledger = ledger
        self._monotonic = monotonic
        self.standing: dict[str, Standing] = {}

    # ------------------------------------------------------------------ from the ledger

    def recover(self, now: datetime) -> list[Entry]:
        """Take up what stands by the ledger; return rows for the repeats that passed in the dark. Raises LedgerFailed.

        Call it when the broadcasts that a kill broke have their outcome.
        """
        entries: list[Entry] = []
        for row in _orders(self._ledger, now):
            standing = self._from_row(row)
            if standing is None or standing.done:
                continue
            passed = list(standing.instants(now))
            if standing.said == row.data["said"]:  # its last time was broken: again at once
                standing.next_at = now
            elif passed:
                standing.next_at = passed[-1]
            standing.follow_clock(now, standing.next_mono_s)  # it was said by a clock that was ahead: at once
            if standing.over(now):
                entries += self._missed(standing, passed, Reason.STATION_OFF)
                continue
            if passed:
                standing.next_at = passed.pop()
            entries += self._missed(standing, passed, Reason.STATION_OFF)
            wait_s = (standing.next_at - now).total_seconds()
            standing.next_mono_s = self._monotonic() + min(max(wait_s, 0.0), standing.repeats.every_s)
            self.standing[standing.order] = standing
        return entries

    def _from_row(self, row: Row) -> Standing | None:
        """Return the emergency as `row`, its latest, left it; None where its broadcast cannot be found."""
        record = next(iter(as_run(self._ledger.rows(broadcasts=[row.broadcast or ""]))), None)
        if record is None:
            return None
        data = row.data
        every_s = float(data["every_s"])
        broadcast = _broadcast(record)
        heard = record.outcome is Outcome.AIRED or record.reason is Reason.STOPPED_BY_OPERATOR
        next_at = broadcast.planned_at + timedelta(seconds=every_s)
        return Standing(
            order=data["order"],
            broadcast=broadcast,
            audio=data["audio"],
            authoriser=data["authoriser"],
            text=data["text"],
            repeats=Repeats(every_s=every_s, until=instant_from_text(data["until"]), times=data["times"]),
            once=data["once"],
            said=data["said"] + int(heard),
            next_at=next_at,
            next_mono_s=0.0,
        )

    def _missed(self, standing: Standing, instants: list[datetime], reason: Reason) -> list[Entry]:
        broadcasts = [standing.at(instant) for instant in instants]
        known = self._ledger.having(RowKind.PLANNED, [broadcast.key for broadcast in broadcasts])
        entries: list[Entry] = []
        for broadcast in broadcasts:
            if broadcast.key not in known:
                entries.append(planned_entry(broadcast))
                entries.append(closed_entry(broadcast.key, Outcome.MISSED, reason))
        return entries

    # ------------------------------------------------------------------ while the station runs

    def order(
        self,
        broadcast: Broadcast,
        *,
        audio: Mapping[str, str],
        authoriser: str,
        text: str,
        repeats: Repeats | None,
    ) -> Standing:
        """Return the emergency that is said first by `broadcast`; it stands once `stand` is called with it."""
        once = repeats is None
        planned_at = broadcast.planned_at
        chosen = repeats or Repeats(every_s=AGAIN_S, until=planned_at + ONCE_FOR, times=1)
        return Standing(
            order=broadcast.key,
            broadcast=broadcast,
            audio=audio,
            authoriser=authoriser,
            text=text,
            repeats=chosen,
            once=once,
            next_at=planned_at + timedelta(seconds=chosen.every_s),
            next_mono_s=self._monotonic() + chosen.every_s,
            airing=True,
        )

    def replaced_by(self, standing: Standing) -> str:
        """Return the order that says the same words and that `standing` takes the place of, or empty."""
        same = (other.order for other in self.standing.values() if other.audio == standing.audio)
        return next(same, "")

    def stand(self, standing: Standing, *, replaces: str = "") -> None:
        """Let `standing` be said again."""
        self.standing.pop(replaces, None)
        self.standing[standing.order] = standing

    def due(self, now: datetime) -> Standing | None:
        """Return the emergency that is to be said now, the one that waits longest; None where none is."""
        mono_s = self._monotonic()
        for one in self.standing.values():
            one.follow_clock(now, mono_s)
        waiting = [
            one
            for one in self.standing.values()
            if not one.airing and not one.done and (now >= one.next_at or mono_s >= one.next_mono_s)
        ]
        return min(waiting, key=lambda one: one.next_at, default=None)

    def say(self, standing: Standing, now: datetime, *, reason: Reason | None) -> list[Entry]:
        """Let `standing` be said now: bring its broadcast up to now; return the rows for repeats that passed unsaid.

        Parameters
        ----------
        reason
            Why they passed; None where the clock may be wrong: then nothing is called missed yet.
        """
        passed = list(standing.instants(now))
        planned_at = passed.pop() if passed else now
        if standing.next_at > now or planned_at == standing.broadcast.planned_at:
            planned_at = now
        entries = self._missed(standing, passed, reason) if reason else []
        if not reason:
            standing.in_doubt += tuple(passed)
        standing.broadcast = self._unused(standing.at(planned_at))
        every = timedelta(seconds=standing.repeats.every_s)
        standing.next_at = planned_at + every if planned_at + every > now else now + every
        standing.next_mono_s = self._monotonic() + standing.repeats.every_s
        standing.airing = True
        return entries

    def _unused(self, broadcast: Broadcast) -> Broadcast:
        """Return `broadcast`, with another key where the ledger has this one: a clock set back shows an instant twice."""
        key, number = broadcast.key, 1
        while self._ledger.having(RowKind.PLANNED, [key]):
            number += 1
            key = f"{broadcast.key}-{number}"
        return replace(broadcast, key=key)

    def believe(self, since: datetime, now: datetime) -> list[Entry]:
        """Return the rows for repeats that a clock set ahead passed over, now that it is believed."""
        entries: list[Entry] = []
        for standing in self.standing.values():
            passed = [instant for instant in standing.in_doubt if since < instant < now]
            entries += self._missed(standing, passed, Reason.CLOCK_STEP)
            standing.in_doubt = ()
        return entries

    def closed(self, key: str, data: Mapping[str, Any], now: datetime) -> None:
        """Take up the outcome of a broadcast."""
        for standing in self.standing.values():
            if standing.broadcast.key == key and standing.airing:
                standing.airing = False
                stopped = data["reason"] == Reason.STOPPED_BY_OPERATOR
                if data["outcome"] == Outcome.AIRED or stopped:
                    standing.said += 1
                elif data["reason"] == Reason.EMERGENCY:  # another cut in: again as soon as that one is over
                    standing.next_at = now

    def end_past(self, now: datetime, reason: Reason) -> list[Entry]:
        """Drop what has been said often enough or whose time is over; return rows for the repeats that it was owed.

        Parameters
        ----------
        reason
            Why those passed unsaid.
        """
        entries: list[Entry] = []
        for standing in list(self.standing.values()):
            if not standing.airing and standing.over(now):
                if not standing.done:
                    entries += self._missed(standing, list(standing.instants(now)), reason)
                del self.standing[standing.order]
        return entries

    def all_clear(self, authoriser: str, text: str) -> Entry:
        """Return the ALL_CLEAR row that ends all of them; they are dropped with `drop_all` once it is durable."""
        data = {"authoriser": authoriser, "text": text, "ended": list(self.standing)}
        return Entry(kind=RowKind.ALL_CLEAR, data=data)

    def drop_all(self) -> None:
        """Drop every emergency: the all-clear was given."""
        self.standing.clear()


def _orders(ledger: Ledger, now: datetime) -> list[Row]:
    """Return the latest EMERGENCY row of each order that no ALL_CLEAR row and no newer order has ended."""
    latest: dict[str, Row] = {}
    for row in ledger.rows(kinds=[RowKind.EMERGENCY, RowKind.ALL_CLEAR], since=now - LONGEST - timedelta(days=1)):
        if row.kind is RowKind.ALL_CLEAR:
            for order in row.data["ended"]:
                latest.pop(order, None)
        elif "order" in row.data:  # rows of loa 0.1.0 have none: those were said once
            latest.pop(row.data["replaces"], None)
            latest[row.data["order"]] = row
    return list(latest.values())


def _broadcast(record: AsRun) -> Broadcast:
    """Return the broadcast as its PLANNED row tells it."""
    items = tuple(
        PlannedItem(**{**item, "kind": ItemKind(item["kind"]), "problem": Problem(item["problem"])})
        for item in record.planned_items
    )
    return Broadcast(
        key=record.key,
        slot=record.slot,
        programme=record.programme,
        title=record.title,
        planned_at=record.planned_at,
        priority=Priority.EMERGENCY,
        late_s=LATE_S,
        items=items,
    )
