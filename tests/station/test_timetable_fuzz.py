"""Whatever is asked of the timetable's editor, the files are never broken and other slots never touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loa.clock import VirtualClock
from loa.errors import LoaError
from loa.station.station import Station
from loa.station.timetable_moves import SlotMove
from loa.timetable import Slot, read_timetable
from tests.station.mini_station import mini_station, write

FIRST = date(2026, 11, 28)
SLOTS = """\
slots:
  # đầu
  sang:
    programme: sang
    at: "05:30"   # sáng
  trua:
    programme: sang
    at:
      - "11:00"   # trưa
      - "14:00"
    days: [T2, T4, T6]
    except:
      # nghỉ
      - lunar: rằm
        skip: yes
      - dates: 30/11/2026
        at: ["12:30"]
  toi:
    programme: sang
    at: ["18:00", "19:30"]
    late_min: 5
# cuối
"""


@pytest.fixture
def station(tmp_path: Path, english: None) -> Iterator[Station]:
    """Return a small station with three slots."""
    del english
    folder = mini_station(tmp_path / "s")
    with Station(folder, VirtualClock(datetime(2026, 11, 27, 5, 0, tzinfo=UTC))) as made:
        yield made


def slots(station: Station) -> dict[str, Slot]:
    """Return the slots as they can be read, without their lines; nothing may be wrong with them."""
    timetable, found = read_timetable(station.folder.schedules, station_folder=station.folder.root)
    assert not found
    return {
        name: replace(slot, line=0, exceptions=tuple(replace(one, line=0) for one in slot.exceptions))
        for name, slot in timetable.slots.items()
    }


DAYS = st.integers(0, 9).map(lambda number: FIRST + timedelta(days=number))
TIMES = st.sampled_from(
    [time(5, 30), time(11), time(12, 30), time(14), time(18), time(19, 30), time(6), time(9, 45), time(23)]
)
OWN = [
    ("sang", time(5, 30)),
    ("trua", time(11)),
    ("trua", time(14)),
    ("trua", time(12, 30)),
    ("toi", time(18)),
    ("toi", time(19, 30)),
]


@st.composite
def moves(draw: st.DrawFn) -> SlotMove:
    """Return a move of a broadcast that there may be; half of them on its own day."""
    slot, at = draw(st.sampled_from([*OWN, ("sang", time(6)), ("toi", time(9, 45))]))
    day = draw(DAYS)
    return SlotMove(
        slot=slot,
        day=day,
        at=at,
        to_day=draw(st.one_of(st.just(day), DAYS)),
        to=draw(st.one_of(st.none(), TIMES, TIMES)),
        always=draw(st.sampled_from([False, False, True])),
    )


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(moves(), min_size=2, max_size=6))
def test_moves_in_any_order_leave_a_timetable(station: Station, asked: list[SlotMove]) -> None:
    """Each move is saved or refused; saved, it airs as asked, all else as before; undone in turn, the file is as it was."""
    write(station.folder.root, "schedules/khung-gio.yaml", SLOTS)
    desk = station.timetable_desk
    rows = []
    for move in asked:
        before = slots(station)
        try:
            seen = desk.preview(move)
            row = desk.save(move, person="Hoa", revision=seen.revision)
        except LoaError:
            assert slots(station) == before
            continue
        rows.append(row.seq)
        _as_asked(move, before, station)
    for seq in reversed(rows):
        desk.undo(seq, person="Hoa")
    assert (station.folder.schedules / "khung-gio.yaml").read_text(encoding="utf-8") == SLOTS


def _as_asked(move: SlotMove, before: dict[str, Slot], station: Station) -> None:
    after: dict[str, Any] = slots(station)
    assert {name: slot for name, slot in after.items() if name in before and name != move.slot} == {
        name: slot for name, slot in before.items() if name != move.slot
    }
    timetable, _found = read_timetable(station.folder.schedules, station_folder=station.folder.root)

    def airs(day: date) -> set[time]:
        own = [slot for name, slot in timetable.slots.items() if name in {move.slot, f"{move.slot}-{day}"}]
        return {at for slot in own for at in slot.on(day, timetable.types)[0]}

    if move.to is not None:
        assert move.to in airs(move.to_day)
    if (move.to, move.to_day) != (move.at, move.day):
        assert move.at not in airs(move.day)
