"""After a person stopped a broadcast: what of it was not heard airs after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from loa.errors import Conflict
from loa.language import translate as _
from loa.ledger import Reason, RowKind
from loa.station.queueing import QueueOrder
from loa.timetable import ItemKind

if TYPE_CHECKING:
    from loa.station.station import Station

WITHIN = timedelta(hours=1)
HEARD_S = 0.5  # what is missing at the end of an item that was heard whole
PRIORITY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A broadcast that a person stopped, and the bulletins of it that were not heard to their end."""

    key: str
    title: str
    bulletins: tuple[str, ...]


def stopped_lately(station: Station) -> Stopped | None:
    """Return the last broadcast, if a person stopped it within the hour and something of it was left. Raises LedgerFailed."""
    closed = station.ledger.last(RowKind.CLOSED)
    if closed is None or closed.broadcast is None or closed.data["reason"] != Reason.STOPPED_BY_OPERATOR:
        return None
    if station.clock.now() - datetime.fromisoformat(closed.at) > WITHIN:
        return None
    rows = list(station.ledger.rows(kinds=[RowKind.PLANNED, RowKind.ITEM], broadcasts=[closed.broadcast]))
    planned = [row.data for row in rows if row.kind is RowKind.PLANNED][-1]
    heard = {
        row.data["item"]
        for row in rows
        if row.kind is RowKind.ITEM and row.data["played_s"] > row.data["planned_s"] - HEARD_S
    }
    left = tuple(
        item["name"]
        for item in planned["items"]
        if item["kind"] == ItemKind.BULLETIN and not item["problem"] and item["name"] not in heard
    )
    if not left or planned["priority"] == PRIORITY:
        return None
    return Stopped(key=closed.broadcast, title=planned["title"], bulletins=left)


def go_on(station: Station, *, person: str) -> Stopped:
    """Queue at once what was left of the broadcast stopped last, each bulletin from its beginning.

    Raises
    ------
    Conflict
        Nothing was stopped within the hour, or it may not air now; the bulletins before it are then queued.
    """
    stopped = stopped_lately(station)
    queued = {entry.bulletin for entry in station.contents().timetable.queue if entry.at is not None}
    left = [name for name in stopped.bulletins if name not in queued] if stopped else []
    if stopped is None or not left:
        raise Conflict(
            _("Nothing was stopped within the last hour. Air a bulletin with: loa queue add NAME --now --by NAME")
        )
    for name in left:
        station.queue_add(QueueOrder(bulletin=name, person=person, at_once=True))
    return stopped
