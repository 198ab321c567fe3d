"""The broadcaster on a virtual clock: every planned broadcast ends in exactly one outcome, and in the right one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile

from loa.air_rules import AirRules
from loa.bulletins import Priority
from loa.clock import VirtualClock
from loa.errors import SoundRefused
from loa.ledger import Outcome, Reason, RowKind
from loa.playout import Material
from loa.timetable import Broadcast, ItemKind, PlannedItem, ProgrammeItem, broadcast_key
from loa.timetable.time_signal import pieces
from tests.playout.finished_audio import finished
from tests.playout.small_station import START, ZONE, SmallStation, material, open_station, slot

TOTAL_S = 60.0


def at(text: str, day: int = 23) -> datetime:
    """Return a time on a day of November 2026."""
    hour, minute = (int(part) for part in text.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def station(tmp_path: Path) -> SmallStation:
    """Return a station process at 05:00."""
    return open_station(tmp_path, VirtualClock(START))


def outcomes(station: SmallStation) -> dict[str, tuple[Outcome | None, Reason | None]]:
    """Return outcome and reason by slot and day."""
    return {
        f"{record.slot} {record.planned_at.astimezone(ZONE):%d}": (record.outcome, record.reason)
        for record in station.records()
    }


def assert_one_outcome_each(station: SmallStation) -> None:
    """Assert rule 3: no broadcast has two closing rows, and none that is past has none."""
    closed = [row.broadcast for row in station.ledger.rows(kinds=[RowKind.CLOSED])]
    assert len(closed) == len(set(closed))
    now = station.clock.now()
    for record in station.records():
        if record.planned_at + timedelta(seconds=900) < now:
            assert record.outcome is not None, record.key
    station.ledger.verify()


def test_a_broadcast_airs_on_the_second_and_whole(station: SmallStation) -> None:
    """What was planned is what left the device, and the rows say when."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:45"))
    record = station.records()[0]
    assert (record.outcome, record.reason) == (Outcome.AIRED, Reason.AS_PLANNED)
    assert record.started_at == at("05:30")
    assert record.lateness_s == pytest.approx(0, abs=1e-3)
    assert record.played_s == pytest.approx(TOTAL_S, abs=1e-3)
    assert [(item.item, item.approved_by, item.voice) for item in record.items] == [
        (name, "Chủ tịch", "tone") for name in ("mot", "hai", "ba")
    ]
    kinds = [row.kind for row in station.ledger.rows(broadcasts=[record.key])]
    assert kinds[0] is RowKind.PLANNED
    assert kinds[-1] is RowKind.CLOSED
    assert kinds.index(RowKind.INTENT) < kinds.index(RowKind.STARTED) < kinds.index(RowKind.ITEM)
    assert not record.heard, "a file is never a loudspeaker"
    assert_one_outcome_each(station)


def test_the_sound_written_is_the_sound_rendered(station: SmallStation) -> None:
    """The file output holds the items one after another, to the sample."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:45"))
    station.output.close()
    heard, _rate = soundfile.read(station.output.files[0], dtype="int16")
    rendered = []
    for name in ("mot", "hai", "ba"):
        samples, _rate = soundfile.read(station.audio_of(name).path, dtype="int16")
        rendered.extend(samples.tolist())
    first = next(number for number, sample in enumerate(heard) if sample)
    lead = next(number for number, sample in enumerate(rendered) if sample)
    assert heard[first : first + len(rendered) - lead].tolist() == rendered[lead:]


def test_an_item_that_is_not_approved_does_not_air_and_the_others_do(station: SmallStation) -> None:
    """Rule 5: a bad item never kills a good one; the record says which and why."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")], unapproved=("hai",)))
    station.run_until(at("05:45"))
    record = station.records()[0]
    assert (record.outcome, record.reason, record.note) == (Outcome.PARTIAL, Reason.ITEM_MISSING, "hai")
    assert record.played_s == pytest.approx(30, abs=1e-3)
    assert {item.item: item.problem for item in record.items} == {"mot": "", "hai": "not-approved", "ba": ""}


def test_a_file_deleted_before_air_time_is_a_missing_item(station: SmallStation) -> None:
    """A file that cannot be opened any more costs its own item only."""
    ready = material(station.folder, [slot("sang", "05:30")])
    station.broadcaster.start(ready)
    ready.audio["mot"].path.unlink()
    station.run_until(at("05:45"))
    record = station.records()[0]
    assert (record.outcome, record.note) == (Outcome.PARTIAL, "mot")


def test_nothing_ready_is_missed_not_aired_as_silence(station: SmallStation) -> None:
    """A broadcast without one bulletin to say is missed, with the reason."""
    ready = material(station.folder, [slot("sang", "05:30")], unapproved=("mot", "hai", "ba"))
    station.broadcaster.start(ready)
    station.run_until(at("05:45"))
    assert outcomes(station)["sang 23"] == (Outcome.MISSED, Reason.NOTHING_TO_AIR)


def test_started_inside_the_slot_it_airs_late_and_says_so(tmp_path: Path) -> None:
    """A station that comes up at 05:35 still airs the 05:30 broadcast where the slot allows it."""
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    first.broadcaster.start(material(tmp_path, [slot("sang", "05:30", late_s=600)]))
    first.broadcaster.shut_down("")
    first.ledger.close()
    clock.advance(35 * 60)
    second = open_station(tmp_path, clock)
    second.broadcaster.start(material(tmp_path, [slot("sang", "05:30", late_s=600)]))
    second.run_until(at("05:50"))
    record = second.records()[0]
    assert (record.outcome, record.reason) == (Outcome.AIRED, Reason.STARTED_LATE)
    assert record.lateness_s == pytest.approx(300, abs=3)
    assert_one_outcome_each(second)


def test_slots_that_passed_in_the_dark_are_missed_station_off(tmp_path: Path) -> None:
    """After two days without power each slot of the dark has its row, planned before or not, and none is played."""
    clock = VirtualClock(START)
    slots = [slot("sang", "05:30"), slot("chieu", "17:30")]
    first = open_station(tmp_path, clock)
    first.broadcaster.start(material(tmp_path, slots))
    first.ledger.close()
    clock.advance(4 * 86400)
    second = open_station(tmp_path, clock, boot_id="boot-2")
    second.broadcaster.start(material(tmp_path, slots))
    second.run_until(at("06:00", day=27))
    found = outcomes(second)
    missed = (Outcome.MISSED, Reason.STATION_OFF)
    assert [found[f"{name} {day}"] for day in range(23, 27) for name in ("sang", "chieu")] == [missed] * 8
    assert found["sang 27"] == (Outcome.AIRED, Reason.AS_PLANNED)
    assert_one_outcome_each(second)


@pytest.mark.parametrize(("boot_id", "reason"), [("boot-1", Reason.STATION_KILLED), ("boot-2", Reason.POWER_CUT)])
def test_a_broken_broadcast_is_closed_with_the_seconds_played(tmp_path: Path, boot_id: str, reason: Reason) -> None:
    """A process that vanished in the middle leaves one partial outcome with what was played; nothing airs twice."""
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    first.broadcaster.start(material(tmp_path, [slot("sang", "05:30")]))
    first.run_until(at("05:30") + timedelta(seconds=35))
    first.ledger.close()
    clock.advance(20)
    second = open_station(tmp_path, clock, boot_id=boot_id)
    second.broadcaster.start(material(tmp_path, [slot("sang", "05:30")]))
    second.run_until(at("06:00"))
    record = second.records()[0]
    assert (record.outcome, record.reason) == (Outcome.PARTIAL, reason)
    assert record.played_s == pytest.approx(35, abs=1.5)
    assert (record.items[0].item, round(record.items[0].played_s)) == ("mot", 20)
    assert record.items[1].item == "hai"
    assert record.items[1].played_s == pytest.approx(15, abs=1.5)
    assert_one_outcome_each(second)


@pytest.mark.parametrize("before_s", [2, 3, 4])
def test_killed_before_its_first_sample_it_is_begun_after_all(tmp_path: Path, before_s: int) -> None:
    """Its files were open and nothing was heard yet: back within its window, it airs, once; its slot says so."""
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    first.broadcaster.start(material(tmp_path, [slot("sang", "05:30")]))
    first.run_until(at("05:30") - timedelta(seconds=before_s))
    assert first.ledger.last(RowKind.INTENT) is not None
    first.ledger.close()
    clock.advance(before_s + 8)
    second = open_station(tmp_path, clock)
    second.broadcaster.start(material(tmp_path, [slot("sang", "05:30")]))
    second.run_until(at("05:40"))
    assert outcomes(second)["sang 23"] == (Outcome.AIRED, Reason.STARTED_LATE)
    assert len(list(second.ledger.rows(kinds=[RowKind.STARTED]))) == 1
    assert_one_outcome_each(second)


def test_a_slot_added_while_the_station_was_off_still_airs_late(tmp_path: Path) -> None:
    """A broadcast that nobody had planned, whose time passed minutes before the start, is not lost without a row."""
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    first.broadcaster.start(material(tmp_path, [slot("chieu", "17:30")]))
    first.broadcaster.shut_down("")
    first.ledger.close()
    clock.advance(35 * 60)
    second = open_station(tmp_path, clock)
    second.broadcaster.start(material(tmp_path, [slot("chieu", "17:30"), slot("sang", "05:30", late_s=600)]))
    second.run_until(at("05:50"))
    assert outcomes(second)["sang 23"] == (Outcome.AIRED, Reason.STARTED_LATE)
    assert_one_outcome_each(second)


def test_after_days_in_the_dark_a_slot_that_may_still_begin_airs_late(tmp_path: Path) -> None:
    """Power comes back inside the window of a slot that was never planned: it airs, the days before are missed."""
    clock = VirtualClock(START)
    slots = [slot("sang", "05:30", late_s=600)]
    first = open_station(tmp_path, clock)
    first.broadcaster.start(material(tmp_path, slots))
    first.ledger.close()
    clock.advance(3 * 86400 + 34 * 60)
    second = open_station(tmp_path, clock, boot_id="boot-2")
    second.broadcaster.start(material(tmp_path, slots))
    second.run_until(at("06:00", day=26))
    found = outcomes(second)
    assert [found[f"sang {day}"][0] for day in (23, 24, 25, 26)] == [Outcome.MISSED] * 3 + [Outcome.AIRED]
    assert_one_outcome_each(second)


def test_a_late_start_does_not_reach_into_quiet_hours(tmp_path: Path) -> None:
    """Delayed until quiet hours have begun, a broadcast is missed for that reason; residents sleep."""
    clock = VirtualClock(START)
    quiet = replace(
        material(tmp_path, [slot("sang", "05:30", late_s=3600)]),
        rules=AirRules(quiet_hours=((time(5, 33), time(5, 59)),)),
    )
    first = open_station(tmp_path, clock)
    first.broadcaster.start(quiet)
    first.broadcaster.shut_down("")
    first.ledger.close()
    clock.advance(35 * 60)
    second = open_station(tmp_path, clock)
    second.broadcaster.start(quiet)
    second.run_until(at("06:40"))
    assert outcomes(second)["sang 23"] == (Outcome.MISSED, Reason.QUIET_HOURS)


def test_a_broadcast_on_top_of_a_long_one_waits_and_then_airs_late(tmp_path: Path) -> None:
    """Overlap at run time (a longer bulletin than planned) delays, it does not mix or drop."""
    station = open_station(tmp_path, VirtualClock(START))
    slots = [slot("mot", "05:30"), slot("hai", "05:30"), slot("ba", "05:31")]
    station.broadcaster.start(material(tmp_path, slots))
    station.run_until(at("05:50"))
    records = sorted(station.records()[:3], key=lambda record: record.started_at or at("23:59"))
    assert [record.outcome for record in records] == [Outcome.AIRED] * 3
    for earlier, later in pairwise(records):
        assert earlier.ended_at is not None
        assert later.started_at is not None
        assert later.started_at >= earlier.ended_at - timedelta(milliseconds=1)


def test_a_clock_that_jumps_past_a_slot_leaves_a_missed_row(station: SmallStation) -> None:
    """A wall clock set one hour ahead is noticed, logged, and the slot it jumped over is missed for that reason."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:10"))
    station.clock.step_wall(3600)
    station.run_until(at("06:20"))
    assert outcomes(station)["sang 23"] == (Outcome.MISSED, Reason.CLOCK_STEP)
    assert station.ledger.last(RowKind.CLOCK_STEP) is not None
    assert_one_outcome_each(station)


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=1), timedelta(days=400)])
def test_a_clock_set_wrong_and_mended_costs_nothing(station: SmallStation, ahead: timedelta) -> None:
    """Two minutes in another day, or year: today's and tomorrow's broadcasts air as if nothing had been."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:10"))
    station.clock.step_wall(ahead.total_seconds())
    for _second in range(120):
        station.broadcaster.tick()
        station.output.pass_idle(1.0)
    station.clock.step_wall(-ahead.total_seconds())
    station.run_until(at("05:40", 24))
    found = outcomes(station)
    assert (found["sang 23"], found["sang 24"]) == ((Outcome.AIRED, Reason.AS_PLANNED),) * 2
    assert_one_outcome_each(station)


@pytest.mark.parametrize("days", [1, 3, 10])
def test_days_that_a_sleeping_machine_passed_over_are_missed_one_by_one(station: SmallStation, days: int) -> None:
    """Suspended, or set ahead for good: each broadcast of those days has its row, and the next one airs."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:10"))
    station.clock.step_wall(days * 86_400.0)
    station.run_until(at("05:45", 23 + days) if days < 7 else at("05:45").replace(month=12, day=3))
    records = [one for one in station.records() if one.outcome is not None]
    assert [one.reason for one in records] == [Reason.CLOCK_STEP] * days + [Reason.AS_PLANNED]
    assert_one_outcome_each(station)


@pytest.mark.parametrize("mended", [True, False])
def test_killed_within_minutes_of_a_clock_set_ahead(tmp_path: Path, *, mended: bool) -> None:
    """The next process doubts that clock too: mended, today's broadcasts air; else each passed over has its row."""
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    first.broadcaster.start(material(tmp_path, [slot("sang", "05:30")]))
    first.run_until(at("05:10"))
    clock.step_wall(3 * 86_400)
    first.broadcaster.tick()
    first.ledger.close()
    clock.advance(5)
    second = open_station(tmp_path, clock)
    second.broadcaster.start(material(tmp_path, [slot("sang", "05:30")]))
    for _second in range(60):
        second.broadcaster.tick()
        second.output.pass_idle(1.0)
    if mended:
        clock.step_wall(-3 * 86_400)
    second.run_until(at("05:45", 23 if mended else 26))
    found = outcomes(second)
    if mended:
        assert found["sang 23"] == (Outcome.AIRED, Reason.AS_PLANNED)
    else:
        assert [found[f"sang {day}"][0] for day in (23, 24, 25, 26)] == [Outcome.MISSED] * 3 + [Outcome.AIRED]
    assert_one_outcome_each(second)


def test_a_first_start_in_1970_makes_nothing_up(tmp_path: Path) -> None:
    """A board without a clock of its own: when NTP sets it right, no broadcast of fifty years is called missed."""
    station = open_station(tmp_path, VirtualClock(datetime(1970, 1, 1, tzinfo=ZONE)))
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.broadcaster.tick()
    station.clock.step_wall((at("05:10") - station.clock.now()).total_seconds())
    station.run_until(at("05:40"))
    found = [one for one in station.records() if one.planned_at.year > 1970]
    assert [one.outcome for one in found][:1] == [Outcome.AIRED]
    assert len(found) <= 2
    assert_one_outcome_each(station)


def test_a_start_in_the_past_accounts_for_the_dark_days(tmp_path: Path) -> None:
    """The board wakes with last week's time; once it is set right, the days in between have their rows."""
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    first.broadcaster.start(material(tmp_path, [slot("sang", "05:30")]))
    first.run_until(at("05:40"))
    first.broadcaster.shut_down("")
    first.ledger.close()
    clock.step_wall(-7 * 86_400.0)
    second = open_station(tmp_path, clock)
    second.broadcaster.start(material(tmp_path, [slot("sang", "05:30")]))
    second.broadcaster.tick()
    clock.step_wall(10 * 86_400.0)
    second.run_until(at("05:50", 26))
    found = outcomes(second)
    assert found["sang 23"] == (Outcome.AIRED, Reason.AS_PLANNED)
    assert found["sang 24"] == found["sang 25"] == (Outcome.MISSED, Reason.CLOCK_STEP)
    assert_one_outcome_each(second)


def test_a_clock_set_back_does_not_play_twice(station: SmallStation) -> None:
    """The same local minute comes twice; the broadcast airs once."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:40"))
    station.clock.step_wall(-1800)
    station.run_until(at("05:50"))
    assert len(list(station.ledger.rows(kinds=[RowKind.STARTED]))) == 1
    assert_one_outcome_each(station)


def test_dropping_a_slot_cancels_its_broadcasts_and_adding_one_plans_it(station: SmallStation) -> None:
    """A timetable change shows in the ledger: cancelled, planned."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:10"))
    station.broadcaster.use(material(station.folder, [slot("som", "05:20")]))
    station.run_until(at("05:40"))
    found = outcomes(station)
    assert found["sang 23"] == (Outcome.CANCELLED, Reason.TIMETABLE_CHANGED)
    assert found["som 23"] == (Outcome.AIRED, Reason.AS_PLANNED)
    assert_one_outcome_each(station)


def test_a_broadcast_that_comes_back_into_the_timetable_airs(station: SmallStation) -> None:
    """A cancellation before the time is taken back by a new plan (an edit undone, a bulletin approved again): it airs."""
    wanted = material(station.folder, [slot("sang", "05:30")])
    station.broadcaster.start(wanted)
    station.run_until(at("05:10"))
    station.broadcaster.use(material(station.folder, [slot("som", "05:20")]))
    station.run_until(at("05:12"))
    station.broadcaster.use(wanted)
    station.run_until(at("05:40"))
    assert outcomes(station)["sang 23"] == (Outcome.AIRED, Reason.AS_PLANNED)
    station.broadcaster.use(material(station.folder, [slot("som", "05:20")]))
    station.broadcaster.use(wanted)
    station.run_until(at("05:50"))
    assert len(list(station.ledger.rows(kinds=[RowKind.STARTED]))) == 1, "never twice"


def test_a_broadcast_that_came_back_is_accounted_for_after_a_kill(station: SmallStation) -> None:
    """Cancelled, planned again, and the station off at its time: missed, like any other."""
    wanted = material(station.folder, [slot("sang", "05:30")])
    station.broadcaster.start(wanted)
    station.run_until(at("05:10"))
    station.broadcaster.use(material(station.folder, []))
    station.broadcaster.use(wanted)
    station.run_until(at("05:20"))
    later = open_station(station.folder, VirtualClock(at("06:30")))
    later.broadcaster.start(wanted)
    assert outcomes(later)["sang 23"] == (Outcome.MISSED, Reason.STATION_OFF)


def emergency(station: SmallStation, seconds: float = 8.0) -> None:
    """Order an emergency now."""
    now = station.clock.now().astimezone(ZONE)
    audio = finished(station.folder / "rendered", "khan-cap", seconds, hertz=880)
    item = PlannedItem(kind=ItemKind.BULLETIN, name="khan-cap", title="Lũ", length_s=seconds, approved_by="Chủ tịch")
    broadcast = Broadcast(
        key=broadcast_key("emergency", now),
        slot="emergency",
        programme="emergency",
        title="Lũ",
        planned_at=now,
        priority=Priority.EMERGENCY,
        late_s=60,
        items=(item,),
    )
    station.broadcaster.interrupt(broadcast, audio={"khan-cap": audio}, authoriser="Chủ tịch", text="Lũ lên!")


def test_an_emergency_interrupts_and_both_have_their_outcome(station: SmallStation) -> None:
    """The emergency airs at once and whole; what it cut is partial with the seconds heard, and names why."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:30") + timedelta(seconds=25))
    emergency(station)
    station.run_until(at("05:40"))
    found = {record.slot: record for record in reversed(station.records())}
    assert (found["sang"].outcome, found["sang"].reason) == (Outcome.PARTIAL, Reason.EMERGENCY)
    assert found["sang"].played_s == pytest.approx(25, abs=1.1)
    assert (found["emergency"].outcome, found["emergency"].priority) == (Outcome.AIRED, "emergency")
    assert found["emergency"].played_s == pytest.approx(8, abs=1e-3)
    row = station.ledger.last(RowKind.EMERGENCY)
    assert row is not None
    assert (row.data["authoriser"], row.data["text"]) == ("Chủ tịch", "Lũ lên!")
    assert_one_outcome_each(station)


def test_an_emergency_that_cannot_be_played_cuts_nothing(station: SmallStation) -> None:
    """Check before pre-empting (rule 5)."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:30") + timedelta(seconds=25))
    now = station.clock.now().astimezone(ZONE)
    item = PlannedItem(kind=ItemKind.BULLETIN, name="khan-cap", title="Lũ")
    broadcast = Broadcast(
        key="emergency@x",
        slot="emergency",
        programme="emergency",
        title="Lũ",
        planned_at=now,
        priority=Priority.EMERGENCY,
        late_s=60,
        items=(item,),
    )
    with pytest.raises(SoundRefused):
        station.broadcaster.interrupt(broadcast, audio={}, authoriser="Chủ tịch", text="")
    station.run_until(at("05:40"))
    assert outcomes(station)["sang 23"] == (Outcome.AIRED, Reason.AS_PLANNED)


def test_stopping_by_hand_is_partial_with_the_name(station: SmallStation) -> None:
    """The kill switch is in the evidence."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30"), slot("sau", "05:32")]))
    station.run_until(at("05:30") + timedelta(seconds=25))
    assert station.broadcaster.stop_current("Hoa", "loa rú") == 1
    station.run_until(at("05:40"))
    found = {record.slot: record for record in reversed(station.records())}
    assert (found["sang"].reason, found["sang"].note) == (Reason.STOPPED_BY_OPERATOR, "Hoa: loa rú")
    assert found["sang"].played_s == pytest.approx(25, abs=1.1)
    assert found["sau"].outcome is Outcome.AIRED
    assert_one_outcome_each(station)


def test_shutting_down_in_the_middle_is_partial(station: SmallStation) -> None:
    """A clean end of the program closes what is on the air."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30")]))
    station.run_until(at("05:30") + timedelta(seconds=25))
    station.broadcaster.shut_down("")
    assert outcomes(station)["sang 23"] == (Outcome.PARTIAL, Reason.STATION_STOPPED)


def test_without_an_output_a_slot_is_missed_output_lost(station: SmallStation) -> None:
    """While the device is gone nothing is claimed; its loss and return are rows."""
    station.broadcaster.start(material(station.folder, [slot("sang", "05:30", late_s=60)]))

    def gone(one: SmallStation) -> None:
        one.output.trouble = "gone" if one.clock.now() < at("05:35") else ""

    station.run_until(at("05:40"), each_second=gone)
    assert outcomes(station)["sang 23"] == (Outcome.MISSED, Reason.OUTPUT_LOST)
    assert station.ledger.last(RowKind.OUTPUT_LOST) is not None
    assert station.ledger.last(RowKind.OUTPUT_BACK) is not None


def test_a_plan_is_written_for_today_and_tomorrow_and_again_only_when_it_changes(station: SmallStation) -> None:
    """The promise is in the ledger before it is kept, and not repeated."""
    ready = material(station.folder, [slot("sang", "05:30"), slot("chieu", "17:30")])
    station.broadcaster.start(ready)
    station.broadcaster.use(ready)
    planned = [row.broadcast for row in station.ledger.rows(kinds=[RowKind.PLANNED])]
    assert len(planned) == len(set(planned)) == 4
    longer = replace(ready, shelf=replace(ready.shelf, lengths_s={**ready.shelf.lengths_s, "ba": 11.0}))
    station.broadcaster.use(longer)
    assert len(list(station.ledger.rows(kinds=[RowKind.PLANNED]))) == 8


def test_a_time_signal_says_the_time_at_which_it_is_heard(tmp_path: Path) -> None:
    """On time it says the planned minute; after a dark quarter of an hour it says the real one."""
    lead = "Bây giờ là"
    audio = {name: finished(tmp_path / "rendered", name, 1.0) for name in pieces(lead)}

    def with_time(folder: Path) -> Material:
        plain = material(folder, [slot("sang", "05:30", late_s=1200)])
        items = (*plain.timetable.programmes["tin"].items[:1], ProgrammeItem(kind=ItemKind.TIME, name=lead))
        programme = replace(plain.timetable.programmes["tin"], items=items)
        lengths = {**plain.shelf.lengths_s, **{name: one.cue_sheet.length_s for name, one in audio.items()}}
        return replace(
            plain,
            timetable=replace(plain.timetable, programmes={"tin": programme}),
            shelf=replace(plain.shelf, lengths_s=lengths),
            audio={**plain.audio, **audio},
        )

    said: list[list[str]] = []
    for folder, begun in (("on time", START), ("late", at("05:44"))):
        station = open_station(tmp_path / folder, VirtualClock(START))
        station.broadcaster.start(with_time(tmp_path / folder))
        if begun != START:
            station.clock.advance((begun - START).total_seconds())
        station.run_until(at("05:50"))
        record = station.records()[0]
        assert record.outcome is Outcome.AIRED
        said.append([item.item for item in record.items[1:]])
        station.ledger.close()
    assert said == [[f"time/{lead}/05", "time/30"], [f"time/{lead}/05", "time/44"]]
