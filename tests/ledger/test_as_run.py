"""Folding: one record for each broadcast, made from all its rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from loa.ledger import Ledger, Outcome, Reason, RowKind, as_run, instant_from_text, instant_text

KEY = "sang@2026-11-22T22:30:00.000000Z"
AT = "2026-11-22T22:30:00.000000Z"
PLAN: dict[str, Any] = {
    "slot": "sang",
    "programme": "ban-tin-sang",
    "title": "Bản tin sáng",
    "priority": "normal",
    "planned_at": AT,
    "planned_s": 300.0,
    "items": [{"name": "a"}],
}
ITEM: dict[str, Any] = {"item": "a", "kind": "bulletin", "planned_s": 120.0, "played_s": 119.5, "started_at": AT}
CLOSED: dict[str, Any] = {"outcome": "partial", "reason": "emergency", "note": "Bão", "played_s": 119.5, "ended_at": AT}


def test_a_whole_broadcast(ledger: Ledger) -> None:
    """Plan, intent, start, item and closing row become one record with the numbers of its rows."""
    ledger.append(RowKind.STATION_UP, {})
    ledger.append(RowKind.PLANNED, PLAN, broadcast=KEY)
    ledger.append(RowKind.PLANNED, PLAN | {"planned_s": 301.0, "title": "Mới"}, broadcast=KEY)
    ledger.append(RowKind.INTENT, {"heard": True, "output": "pulse"}, broadcast=KEY)
    ledger.append(RowKind.STARTED, {"started_at": AT, "lateness_s": 0.25}, broadcast=KEY)
    ledger.append(RowKind.ITEM, ITEM, broadcast=KEY)
    ledger.append(RowKind.CLOSED, CLOSED, broadcast=KEY)
    (record,) = as_run(ledger.rows())
    assert (record.title, record.planned_s, record.rows) == ("Mới", 301.0, (2, 3, 4, 5, 6, 7))
    assert (record.outcome, record.reason, record.note) == (Outcome.PARTIAL, Reason.EMERGENCY, "Bão")
    assert (record.heard, record.output, record.on_air) == (True, "pulse", False)
    assert (record.lateness_s, record.played_s) == (0.25, 119.5)
    assert record.started_at == record.planned_at == datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    assert [(item.item, item.played_s, item.lost_s) for item in record.items] == [("a", 119.5, 0.0)]
    assert record.as_json()["planned_at"] == "2026-11-22T22:30:00+00:00"


def test_a_broadcast_on_the_air_has_no_outcome(ledger: Ledger) -> None:
    """Between intent and closing row a broadcast is on the air; before, it is neither."""
    ledger.append(RowKind.PLANNED, PLAN, broadcast=KEY)
    (planned,) = as_run(ledger.rows())
    assert (planned.outcome, planned.on_air, planned.heard) == (None, False, False)
    ledger.append(RowKind.INTENT, {"heard": False, "output": "file"}, broadcast=KEY)
    (on_air,) = as_run(ledger.rows())
    assert (on_air.outcome, on_air.on_air) == (None, True)


def test_a_plan_after_a_cancellation_takes_it_back(ledger: Ledger) -> None:
    """Cancelled and planned again is to come; cancelled once more is cancelled: the last word counts."""
    cancelled = CLOSED | {"outcome": "cancelled", "reason": "timetable-changed", "note": "", "played_s": 0.0}
    ledger.append(RowKind.PLANNED, PLAN, broadcast=KEY)
    ledger.append(RowKind.CLOSED, cancelled, broadcast=KEY)
    assert ledger.without_outcome() == []
    ledger.append(RowKind.PLANNED, PLAN, broadcast=KEY)
    (record,) = as_run(ledger.rows())
    assert (record.outcome, record.reason, record.ended_at) == (None, None, None)
    assert ledger.without_outcome() == [KEY]
    ledger.append(RowKind.CLOSED, cancelled, broadcast=KEY)
    (record,) = as_run(ledger.rows())
    assert (record.outcome, record.reason) == (Outcome.CANCELLED, Reason.TIMETABLE_CHANGED)
    assert ledger.without_outcome() == []


def test_records_come_in_order_of_planned_time(ledger: Ledger) -> None:
    """However their rows lie in the ledger, records are in order of time."""
    for day in (25, 23, 24):
        at = f"2026-11-{day}T22:30:00.000000Z"
        ledger.append(RowKind.PLANNED, PLAN | {"planned_at": at}, broadcast=f"sang@{at}")
    assert [record.planned_at.day for record in as_run(ledger.rows())] == [23, 24, 25]


def test_rows_without_their_plan_are_refused(ledger: Ledger) -> None:
    """A record is never made of half its rows."""
    ledger.append(RowKind.CLOSED, CLOSED, broadcast=KEY)
    with pytest.raises(ValueError, match="no planned row"):
        list(as_run(ledger.rows()))


def test_instants_are_aware_and_sort() -> None:
    """Times are stored as UTC text of one length; a naive time is refused."""
    at = datetime(2026, 11, 23, 5, 30, 0, 7, tzinfo=UTC)
    assert instant_text(at) == "2026-11-23T05:30:00.000007Z"
    assert instant_from_text(instant_text(at)) == at
    with pytest.raises(ValueError, match="aware"):
        instant_text(at.replace(tzinfo=None))
