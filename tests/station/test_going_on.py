"""What a stop has left out airs after all, and only that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loa.clock import VirtualClock
from loa.errors import Conflict
from loa.ledger import Entry, RowKind
from loa.station.station import Station
from tests.station.mini_station import mini_station

pytestmark = pytest.mark.usefixtures("english")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = "sang@2026-11-23T05:30:00+07:00"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


def stopped(
    folder: Path, clock: VirtualClock, *, reason: str = "stopped-by-operator", priority: str = "normal"
) -> Station:
    """Return a station whose broadcast of three bulletins was ended in the middle of the second."""
    station = Station(mini_station(folder), clock)
    station.approve(["chao", "mot", "hai"], person="Chủ tịch")
    station.audio_desk.render(on_done=lambda _job, _outcome: None)

    def item(name: str) -> dict[str, Any]:
        return {"kind": "bulletin", "name": name, "title": name, "problem": "", "length_s": 2.0}

    planned = {
        "title": "Buổi sáng",
        "priority": priority,
        "items": [item("chao"), {**item("nhac"), "kind": "audio"}, item("mot"), item("hai")],
    }
    station.ledger.append_all(
        [
            Entry(kind=RowKind.PLANNED, broadcast=KEY, data={"key": KEY, "planned_at": NOW.isoformat(), "slot": "sang", **planned}),
            Entry(kind=RowKind.ITEM, broadcast=KEY, data={"item": "chao", "played_s": 2.0, "planned_s": 2.0, "queue_id": ""}),
            Entry(kind=RowKind.ITEM, broadcast=KEY, data={"item": "mot", "played_s": 0.7, "planned_s": 2.0, "queue_id": ""}),
            Entry(kind=RowKind.CLOSED, broadcast=KEY, data={"outcome": "partial", "reason": reason, "note": "", "played_s": 2.7, "ended_at": None}),
        ]
    )  # fmt: skip
    return station


def test_what_was_left_is_queued_once(tmp_path: Path, clock: VirtualClock) -> None:
    """The bulletin that was cut and those after it air again from their beginning; pressing again adds nothing."""
    with stopped(tmp_path / "s", clock) as station:
        assert station.air_desk.resume_stopped(person="Hoa").bulletins == ("mot", "hai")
        assert [(place.entry.bulletin, place.entry.added_by) for place in station.queue()] == [
            ("mot", "Hoa"),
            ("hai", "Hoa"),
        ]
        with pytest.raises(Conflict):
            station.air_desk.resume_stopped(person="Hoa")
        assert len(station.queue()) == 2


def test_only_what_a_person_stopped_lately_goes_on(tmp_path: Path, clock: VirtualClock) -> None:
    """Not what ended by itself, not an emergency, not what was stopped hours ago."""
    with stopped(tmp_path / "a", clock, reason="as-planned") as station:
        assert station.air_desk.stopped_lately() is None
    with stopped(tmp_path / "b", clock, priority="emergency") as station:
        assert station.air_desk.stopped_lately() is None
    with stopped(tmp_path / "c", clock) as station:
        assert station.air_desk.stopped_lately() is not None
        clock.advance(timedelta(hours=1, seconds=1).total_seconds())
        assert station.air_desk.stopped_lately() is None
        with pytest.raises(Conflict):
            station.air_desk.resume_stopped(person="Hoa")
