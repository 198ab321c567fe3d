"""The timetable is edited without breaking it: shown before, refused where it would break, undone again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.errors import Conflict, EditedMeanwhile, InputRefused
from loa.ledger import RowKind
from loa.station.station import Station
from loa.station.timetable_moves import SlotDays, SlotMove
from tests.station.mini_station import mini_station, write

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
MOVE = SlotMove(slot="sang", day=SATURDAY, at=time(5, 30), to_day=SATURDAY, to=time(6, 15))
SLOTS = """\
slots:
  # mọi ngày
  sang:
    programme: sang
    at: "05:30"   # giờ mùa đông
    late_min: 20
  chieu:
    programme: sang
    at: ["12:00", "17:30"]
    days: [T2, T3]
    except:
      - dates: 30/11/2026
        at: "12:30"
"""


@pytest.fixture
def station(tmp_path: Path, english: None) -> Iterator[Station]:
    """Return a small station on a Friday noon."""
    del english
    folder = mini_station(tmp_path / "s")
    write(folder, "schedules/khung-gio.yaml", SLOTS)
    with Station(folder, VirtualClock(datetime(2026, 11, 27, 5, 0, tzinfo=UTC))) as made:
        yield made


def slots(station: Station) -> str:
    """Return the file of slots."""
    return (station.folder.schedules / "khung-gio.yaml").read_text(encoding="utf-8")


def saved(station: Station, change: SlotMove | SlotDays) -> str:
    """Save `change` as it was shown and return the file."""
    desk = station.timetable_desk
    desk.save(change, person="Hoa", revision=desk.preview(change).revision)
    return slots(station)


def airs(station: Station, day: date) -> list[str]:
    """Return what airs on `day`."""
    return [f"{one.slot} {one.planned_at:%H:%M}" for one in station.plan(day, day)]


def test_one_day_is_moved_and_moved_back(station: Station) -> None:
    """An exception of that day alone; every comment stays; moved back, the file is as it was."""
    text = saved(station, MOVE)
    assert '      - dates: 28/11/2026\n        at: "06:15"\n' in text
    assert "# giờ mùa đông" in text
    assert airs(station, SATURDAY) == ["sang 06:15"]
    assert airs(station, date(2026, 11, 29)) == ["sang 05:30"]
    assert '"07:00"' in saved(station, replace(MOVE, at=time(6, 15), to=time(7, 0)))
    assert saved(station, replace(MOVE, at=time(7, 0), to=time(5, 30))) == SLOTS


def test_a_slot_is_moved_for_good(station: Station) -> None:
    """Only the time changes in the file."""
    assert saved(station, replace(MOVE, always=True)) == SLOTS.replace("05:30", "06:15")
    tuesday = SlotMove(
        slot="chieu", day=date(2026, 12, 1), at=time(17, 30), to_day=date(2026, 12, 1), to=time(11, 0), always=True
    )
    assert 'at: ["11:00", "12:00"]' in saved(station, tuesday)


def test_an_exception_of_its_own_is_kept(station: Station) -> None:
    """On a day that is an exception already, the exception changes; for good it cannot be moved from there."""
    move = SlotMove(slot="chieu", day=MONDAY, at=time(12, 30), to_day=MONDAY, to=time(13, 0))
    with pytest.raises(Conflict):
        station.timetable_desk.preview(replace(move, always=True))
    saved(station, move)
    assert airs(station, MONDAY) == ["sang 05:30", "chieu 13:00"]
    assert slots(station).count("dates:") == 1


def test_a_broadcast_is_left_out(station: Station) -> None:
    """One of two times goes, then the day."""
    day = date(2026, 12, 1)
    move = SlotMove(slot="chieu", day=day, at=time(12), to_day=day, to=None)
    saved(station, move)
    assert airs(station, day) == ["sang 05:30", "chieu 17:30"]
    saved(station, replace(move, at=time(17, 30)))
    assert airs(station, day) == ["sang 05:30"]
    assert "skip: yes" in slots(station)


def test_a_broadcast_goes_to_another_day(station: Station) -> None:
    """To a day of the slot: one more time there. To another: a slot of that day alone, meeting others as the old one."""
    saved(station, SlotMove(slot="sang", day=SATURDAY, at=time(5, 30), to_day=MONDAY, to=time(8)))
    assert airs(station, SATURDAY) == []
    assert airs(station, MONDAY) == ["sang 05:30", "sang 08:00", "chieu 12:30"]
    saved(station, SlotMove(slot="chieu", day=MONDAY, at=time(12, 30), to_day=SATURDAY, to=time(9)))
    assert airs(station, SATURDAY) == ["chieu-2026-11-28 09:00"]
    assert station.check() == station.check()


def test_what_an_edit_changes_is_shown_and_nothing_written(station: Station) -> None:
    """The preview names the broadcast before and after."""
    seen = station.timetable_desk.preview(MOVE)
    assert [(one.change.value, f"{one.broadcast.planned_at:%d %H:%M}") for one in seen.difference.changes or ()] == [
        ("moved", "28 06:15")
    ]
    assert not seen.refused
    assert "06:15" in seen.what
    assert slots(station) == SLOTS
    assert not list(station.folder.log.glob("edit-*"))


@pytest.mark.parametrize("to", [time(23, 0), time(17, 30)], ids=["quiet hours", "on top of another"])
def test_what_would_break_is_refused(station: Station, to: time) -> None:
    """Quiet hours and overlaps are told at once, and cannot be saved."""
    move = SlotMove(slot="sang", day=date(2026, 12, 1), at=time(5, 30), to_day=date(2026, 12, 1), to=to)
    seen = station.timetable_desk.preview(move)
    assert seen.refused
    with pytest.raises(InputRefused):
        station.timetable_desk.save(move, person="Hoa", revision=seen.revision)
    assert slots(station) == SLOTS


def test_an_edit_on_top_of_another_is_looked_at_again(station: Station) -> None:
    """What was shown is what is saved, or nothing."""
    seen = station.timetable_desk.preview(MOVE)
    write(station.folder.root, "schedules/khung-gio.yaml", SLOTS + "# sửa tay\n")
    with pytest.raises(EditedMeanwhile):
        station.timetable_desk.save(MOVE, person="Hoa", revision=seen.revision)
    assert slots(station) == SLOTS + "# sửa tay\n"


def test_the_history_says_who_did_what_and_undoes_it(station: Station) -> None:
    """The newest edit first; only what is still as the edit left it can be undone; the undoing is an edit too."""
    saved(station, MOVE)
    text = saved(station, replace(MOVE, day=date(2026, 11, 29), to_day=date(2026, 11, 29)))
    second, first = station.timetable_desk.history()
    assert (first.person, first.can_undo, second.can_undo) == ("Hoa", False, True)
    with pytest.raises(Conflict):
        station.timetable_desk.undo(first.row, person="Lợi")
    station.timetable_desk.undo(second.row, person="Lợi")
    assert slots(station) != text
    assert airs(station, date(2026, 11, 29)) == ["sang 05:30"]
    newest = station.timetable_desk.history()[0]
    assert (newest.person, newest.undoes) == ("Lợi", second.row)
    station.timetable_desk.undo(newest.row, person="Hoa")
    assert slots(station) == text
    assert len(list(station.ledger.rows(kinds=[RowKind.EDITED]))) == 4


def test_times_and_days_of_a_slot_are_set(station: Station) -> None:
    """Only what differs is written; every day means no field at all."""
    wanted = SlotDays(slot="chieu", times=(time(12), time(17, 30)), weekdays=frozenset({4, 6}), programme="sang")
    assert saved(station, wanted) == SLOTS.replace("[T2, T3]", "[T6, CN]")
    assert "days:" not in saved(station, replace(wanted, weekdays=frozenset(range(7))))
    with pytest.raises(Conflict):
        station.timetable_desk.preview(replace(wanted, times=()))


def test_a_file_written_oddly_is_left_alone(station: Station) -> None:
    """A file in brackets means the same, but is edited by hand."""
    odd = 'slots: {sang: {programme: sang, at: "05:30"}}\n'
    write(station.folder.root, "schedules/khung-gio.yaml", odd)
    with pytest.raises(Conflict):
        station.timetable_desk.preview(MOVE)
    assert slots(station) == odd


def test_a_slot_that_is_gone_is_told(station: Station) -> None:
    """The page was old."""
    for move in (replace(MOVE, slot="khac"), replace(MOVE, at=time(9))):
        with pytest.raises(Conflict):
            station.timetable_desk.preview(move)
