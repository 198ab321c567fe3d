"""How broadcasts meet: what waits, cuts in, gives way, goes on at the sentence, and what a dark station makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from loa.air_rules import AirRules
from loa.bulletins import Priority
from loa.clock import VirtualClock
from loa.ledger import AsRun, Outcome, Reason, RowKind
from loa.playout import Material
from loa.playout.part import Part
from loa.sound import Cue
from loa.timetable import AfterOutage, Broadcast, IfInterrupted, ItemKind, PlannedItem, Slot, WhenBusy
from tests.playout.finished_audio import finished
from tests.playout.small_station import OPENED, START, ZONE, SmallStation, material, open_station, slot

SENTENCE_S = 4.0
NEAR = pytest.approx


@pytest.fixture(autouse=True)
def _close_stations() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().ledger.close()


@pytest.fixture
def station(tmp_path: Path) -> SmallStation:
    return open_station(tmp_path, VirtualClock(START))


def at(text: str) -> datetime:
    """Return a time of 23 November 2026, such as ``05:30:25``."""
    return datetime.fromisoformat(f"2026-11-23T{text}").replace(tzinfo=ZONE)


def a_slot(name: str, begins: str, **more: Any) -> Slot:
    return replace(slot(name, begins), **more)


def with_sentences(folder: Path, slots: list[Slot]) -> Material:
    """Return the small station's material (items of 20, 30 and 10 s), a sentence every four seconds."""
    plain = material(folder, slots)
    audio = {
        name: replace(
            one,
            cue_sheet=replace(
                one.cue_sheet,
                cues=tuple(
                    Cue(text="…", start_s=number * SENTENCE_S, length_s=SENTENCE_S - 0.5)
                    for number in range(int(one.cue_sheet.length_s / SENTENCE_S))
                ),
            ),
        )
        for name, one in plain.audio.items()
    }
    return replace(plain, audio=audio)


def emergency(station: SmallStation, seconds: float = 8.0, name: str = "khan-cap") -> None:
    audio = finished(station.folder / "rendered", name, seconds)
    now = station.clock.now().astimezone(ZONE)
    item = PlannedItem(kind=ItemKind.BULLETIN, name=name, title="Lũ", length_s=seconds)
    broadcast = Broadcast(
        key=f"emergency@{now.isoformat()}-{name}",
        slot="emergency",
        programme="emergency",
        title="Lũ",
        planned_at=now,
        priority=Priority.EMERGENCY,
        late_s=60,
        items=(item,),
    )
    station.broadcaster.interrupt(broadcast, audio={name: audio}, authoriser="Chủ tịch", text="Lũ lên!")


def record(station: SmallStation, name: str) -> AsRun:
    """Return today's record of a slot; assert that no broadcast has two outcomes and the chain holds."""
    closed = [row.broadcast for row in station.ledger.rows(kinds=[RowKind.CLOSED])]
    assert len(closed) == len(set(closed))
    station.ledger.verify()
    return next(one for one in station.records() if one.slot == name)


def heard(one: AsRun) -> dict[str, float]:
    """Return seconds by item; assert that each item has one row."""
    names = [item.item for item in one.items]
    assert len(names) == len(set(names))
    return {item.item: round(item.played_s, 1) for item in one.items}


def test_nothing_begins_in_quiet_hours_whatever_the_timetable_says(station: SmallStation) -> None:
    """A mistyped hour never wakes the village; an emergency may."""
    plain = with_sentences(station.folder, [a_slot("sang", "05:30")])
    quiet = replace(plain, rules=AirRules(quiet_hours=((time(5, 15), time(6, 0)),)))
    station.broadcaster.start(quiet)
    station.run_until(at("05:32:00"))
    assert (record(station, "sang").outcome, record(station, "sang").reason) == (Outcome.MISSED, Reason.QUIET_HOURS)
    emergency(station)
    station.run_until(at("05:33:00"))
    assert record(station, "emergency").outcome is Outcome.AIRED


def test_by_default_a_broadcast_waits_for_the_one_before(station: SmallStation) -> None:
    """Both are heard whole."""
    station.broadcaster.start(with_sentences(station.folder, [a_slot("mot", "05:30"), a_slot("hai", "05:30:30")]))
    station.run_until(at("05:35:00"))
    second = record(station, "hai")
    assert (record(station, "mot").outcome, second.outcome, second.reason) == (
        Outcome.AIRED,
        Outcome.AIRED,
        Reason.STARTED_LATE,
    )
    assert second.lateness_s == NEAR(30, abs=1)


def test_a_slot_may_be_dropped_where_another_is_on_the_air(station: SmallStation) -> None:
    """And only there."""
    drop = {"when_busy": WhenBusy.DROP}
    slots = [a_slot("mot", "05:30"), a_slot("hai", "05:30:30", **drop), a_slot("ba", "05:31:30", **drop)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:35:00"))
    assert (record(station, "hai").outcome, record(station, "hai").reason) == (Outcome.MISSED, Reason.OVERLAP)
    assert record(station, "ba").outcome is Outcome.AIRED
    assert record(station, "mot").played_s == NEAR(60, abs=0.01)


@pytest.mark.parametrize("wait_s", [0, 10])
def test_a_slot_may_cut_in(station: SmallStation, wait_s: float) -> None:
    """At its time, or after waiting; what it cut is partial and names what cut it."""
    slots = [a_slot("mot", "05:30"), a_slot("hai", "05:30:30", when_busy=WhenBusy.INTERRUPT, wait_s=wait_s)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:35:00"))
    first, second = record(station, "mot"), record(station, "hai")
    assert (first.outcome, first.reason, first.note) == (Outcome.PARTIAL, Reason.INTERRUPTED, "Bản tin")
    assert first.played_s == NEAR(30 + wait_s, abs=1.1)
    assert second.outcome is Outcome.AIRED
    assert second.lateness_s == NEAR(wait_s, abs=1.1)


def test_a_slot_never_cuts_what_counts_more(station: SmallStation) -> None:
    """Circular 39/2020: a normal broadcast waits for a priority one."""
    slots = [
        a_slot("mot", "05:30", priority=Priority.PRIORITY),
        a_slot("hai", "05:30:30", when_busy=WhenBusy.INTERRUPT),
    ]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:35:00"))
    assert record(station, "mot").reason is Reason.AS_PLANNED
    assert record(station, "hai").outcome is Outcome.AIRED
    assert record(station, "hai").lateness_s == NEAR(30, abs=1.1)


def test_what_was_cut_goes_on_at_the_sentence(station: SmallStation) -> None:
    """After the emergency the sentence that was cut is said again, and then the rest: nothing is lost."""
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESUME)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:30:26"))
    emergency(station)
    station.run_until(at("05:35:00"))
    one = record(station, "sang")
    assert (one.outcome, one.reason) == (Outcome.AIRED, Reason.RESUMED)
    seconds = heard(one)
    assert (seconds["mot"], seconds["ba"]) == (20.0, 10.0)
    assert 30 <= seconds["hai"] <= 30 + SENTENCE_S
    (cut,) = station.ledger.rows(kinds=[RowKind.INTERRUPTED])
    (on,) = station.ledger.rows(kinds=[RowKind.RESUMED])
    assert (cut.broadcast, cut.data["played_s"]) == (one.key, NEAR(26, abs=1.1))
    assert on.data["item"] == "hai"
    assert on.data["from_s"] % SENTENCE_S == 0
    assert record(station, "emergency").outcome is Outcome.AIRED
    assert one.ended_at is not None
    assert abs((one.ended_at - at("05:31:10")).total_seconds()) < SENTENCE_S


def test_what_was_cut_may_begin_again(station: SmallStation) -> None:
    """The whole programme is heard once more from its first item."""
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESTART)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:30:12"))
    emergency(station)
    station.run_until(at("05:35:00"))
    one = record(station, "sang")
    assert (one.outcome, one.reason) == (Outcome.AIRED, Reason.RESUMED)
    assert heard(one)["mot"] == NEAR(32, abs=1.1)
    assert heard(one)["ba"] == 10.0


@pytest.mark.parametrize("tenths", range(-2, 3))
def test_an_emergency_at_the_last_sample_finds_nothing_to_resume(station: SmallStation, tenths: int) -> None:
    """What has been heard to its end is aired, not cut; just before it, the last sentence is said again."""
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESUME)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:30:59"))
    station.output.play(1.0 + tenths / 10)
    emergency(station)
    station.run_until(at("05:33:00"))
    one = record(station, "sang")
    assert one.outcome is Outcome.AIRED
    assert 9.9 <= heard(one)["ba"] <= 10 + 1.5 * SENTENCE_S  # the last sentence is said again where it was cut


def test_a_last_sample_that_leaves_while_an_emergency_cuts_in(
    station: SmallStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sound device plays on until it is stopped: what it ended meanwhile is aired, and the station goes on."""
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESUME)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:30:59"))

    interrupt = station.output.interrupt

    def late(cut: frozenset[str], parts: Sequence[Part]) -> None:
        station.output.play(2.0)
        interrupt(cut, parts)

    monkeypatch.setattr(station.output, "interrupt", late)
    emergency(station)
    station.run_until(at("05:33:00"))
    assert record(station, "sang").outcome is Outcome.AIRED
    assert record(station, "emergency").outcome is Outcome.AIRED


def test_two_emergencies_then_the_rest(station: SmallStation) -> None:
    """What waits for one emergency waits for the next too; the one that was cut is said again before it."""
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESUME)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:30:26"))
    emergency(station, name="mot-lu")
    station.run_until(at("05:30:30"))
    emergency(station, name="hai-lu")
    station.run_until(at("05:35:00"))
    one = record(station, "sang")
    assert one.reason is Reason.RESUMED
    assert heard(one)["ba"] == 10.0
    assert [r.outcome for r in station.records() if r.slot == "emergency"] == [
        Outcome.PARTIAL,
        Outcome.AIRED,
        Outcome.AIRED,
    ]


def test_it_is_given_up_where_it_would_be_too_late(station: SmallStation) -> None:
    """Nobody wants the rest of the morning programme at noon."""
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESUME, late_s=60)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:30:26"))
    emergency(station, seconds=180)
    station.run_until(at("05:40:00"))
    one = record(station, "sang")
    assert (one.outcome, one.reason) == (Outcome.PARTIAL, Reason.EMERGENCY)
    assert one.played_s == NEAR(26, abs=1.1)
    assert heard(one)["hai"] == NEAR(6, abs=1.1)


def test_a_stop_by_hand_ends_what_waits_too(station: SmallStation) -> None:
    """The kill switch leaves nothing behind that begins by itself."""
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESUME)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:30:26"))
    emergency(station, seconds=60)
    station.run_until(at("05:30:40"))
    assert station.broadcaster.stop_current("Hoa", "nhầm") == 2
    station.run_until(at("05:35:00"))
    one = record(station, "sang")
    assert (one.outcome, one.reason) == (Outcome.PARTIAL, Reason.STOPPED_BY_OPERATOR)
    assert heard(one)["hai"] == NEAR(6, abs=1.1)


def test_killed_while_it_waits_it_is_partial_with_its_seconds(tmp_path: Path) -> None:
    """What was heard before the emergency is in the evidence, though the process died in the middle of it."""
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESUME)]
    first.broadcaster.start(with_sentences(tmp_path, slots))
    first.run_until(at("05:30:26"))
    emergency(first, seconds=60)
    first.run_until(at("05:30:40"))
    first.ledger.close()
    second = open_station(tmp_path, clock)
    second.broadcaster.start(with_sentences(tmp_path, slots))
    second.run_until(at("05:45:00"))
    one = record(second, "sang")
    assert (one.outcome, one.reason) == (Outcome.PARTIAL, Reason.STATION_KILLED)
    assert one.played_s == NEAR(26, abs=1.1)
    assert record(second, "emergency").played_s == NEAR(14, abs=1.5)


@pytest.mark.parametrize("dark", ["never up", "down over it"])
@pytest.mark.parametrize(
    ("policy", "outcome", "reason", "played_s"),
    [
        (AfterOutage.LATE, Outcome.AIRED, Reason.STARTED_LATE, 60.0),
        (AfterOutage.SKIP, Outcome.MISSED, Reason.STATION_OFF, 0.0),
        (AfterOutage.JOIN, Outcome.PARTIAL, Reason.JOINED, 34.0),
    ],
)
def test_what_a_dark_station_missed_is_the_slots_choice(
    tmp_path: Path, policy: AfterOutage, outcome: Outcome, reason: Reason, played_s: float, dark: str
) -> None:
    """Late, not at all, or from where it would be now; always logged, once."""
    slots = [a_slot("sang", "05:30", after_outage=policy)]
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    if dark == "down over it":
        first.broadcaster.start(with_sentences(tmp_path, slots))
        first.run_until(at("05:20:00"))
        first.broadcaster.shut_down("")
    else:  # up before the slot was written
        first.broadcaster.start(with_sentences(tmp_path, []))
        first.broadcaster.shut_down("")
    first.ledger.close()
    clock.advance((at("05:30:27") - clock.now()).total_seconds())
    second = open_station(tmp_path, clock)
    second.broadcaster.start(with_sentences(tmp_path, slots))
    second.run_until(at("05:45:00"))
    one = record(second, "sang")
    assert (one.outcome, one.reason) == (outcome, reason)
    assert one.played_s == NEAR(played_s, abs=SENTENCE_S)


def test_a_join_that_comes_after_the_end_is_missed(tmp_path: Path) -> None:
    """There is nothing left to join, whatever `late_min` says."""
    slots = [a_slot("sang", "05:30", after_outage=AfterOutage.JOIN, late_s=3600)]
    clock = VirtualClock(START)
    first = open_station(tmp_path, clock)
    first.broadcaster.start(with_sentences(tmp_path, slots))
    first.broadcaster.shut_down("")
    first.ledger.close()
    clock.advance(timedelta(minutes=32).total_seconds())
    second = open_station(tmp_path, clock)
    second.broadcaster.start(with_sentences(tmp_path, slots))
    second.run_until(at("05:45:00"))
    assert (record(second, "sang").outcome, record(second, "sang").reason) == (Outcome.MISSED, Reason.STATION_OFF)


def test_interrupted_twice_it_goes_on_where_it_was_cut_last(station: SmallStation) -> None:
    """What has been said since the first emergency is not said a third time."""
    slots = [a_slot("sang", "05:30", if_interrupted=IfInterrupted.RESUME)]
    station.broadcaster.start(with_sentences(station.folder, slots))
    station.run_until(at("05:30:26"))
    emergency(station, name="mot-lu")
    station.run_until(at("05:30:54"))  # some 42 s of the programme heard
    emergency(station, name="hai-lu")
    station.run_until(at("05:35:00"))
    one = record(station, "sang")
    assert (one.outcome, one.reason) == (Outcome.AIRED, Reason.RESUMED)
    assert 30 <= heard(one)["hai"] <= 30 + 2 * SENTENCE_S
    first, second = station.ledger.rows(kinds=[RowKind.RESUMED])
    assert second.data["from_s"] > first.data["from_s"]
