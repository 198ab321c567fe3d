"""Emergencies that stand: said at once, and again until their time is over or the all-clear is given.

They live in the ledger alone (rows EMERGENCY and ALL_CLEAR): neither a restart, nor a power cut, nor a broken
timetable ends them. Each time one is said is a broadcast with its own key and its one outcome.

An emergency that is said once stands too, for a quarter of an hour: where a power cut, a lost device or another
emergency broke it, it is said again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from loa.ledger import Entry, Ledger, Outcome, Reason, Row, RowKind, as_run, instant_from_text
from loa.playout.run import closed_entry, planned_entry
from loa.playout.standing import AGAIN_S, LONGEST, ONCE_FOR, Repeats, Standing, broadcast_of, was_said
from loa.timetable import Broadcast


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
        """Return the emergency as `row`, its latest, left it; None where its broadcast cannot be read: it was restored."""
        try:
            record = next(iter(as_run(self._ledger.rows(broadcasts=[row.broadcast or ""]))), None)
        except ValueError:
            return None
        if record is None:
            return None
        data = row.data
        every_s = float(data["every_s"])
        broadcast = broadcast_of(record)
        heard = was_said(record.outcome, record.reason)
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
                if was_said(Outcome(data["outcome"]), Reason(data["reason"])):
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
