"""An emergency that stands: what is said, how often, when next, and its row. Pure: time is given to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from loa.ledger import AsRun, Entry, Outcome, Reason, RowKind, instant_text
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


def broadcast_of(record: AsRun) -> Broadcast:
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


def was_said(outcome: Outcome | None, reason: Reason | None) -> bool:
    """Return whether a broadcast that ended so has said the emergency: its words in full, or until a person stopped it.

    An item that is missing is the attention tone: without its words it would not have begun.
    """
    return outcome is Outcome.AIRED or reason in {Reason.STOPPED_BY_OPERATOR, Reason.ITEM_MISSING}
