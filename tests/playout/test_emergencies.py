"""Emergencies that stand: repeated as asked, through restarts and power cuts, alternating, ended by the all-clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from loa.air_rules import AirRules
from loa.bulletins import Priority
from loa.clock import VirtualClock
from loa.errors import SoundRefused
from loa.ledger import AsRun, Outcome, Reason, RowKind
from loa.playout.material import Material
from loa.playout.standing import Repeats
from loa.timetable import Broadcast, IfInterrupted, ItemKind, PlannedItem, Programme, ProgrammeItem, Slot, broadcast_key
from tests.playout.finished_audio import finished
from tests.playout.small_station import START, ZONE, SmallStation, material, open_station, slot

EVERY_S = 600.0


@pytest.fixture
def station(tmp_path: Path) -> SmallStation:
    """Return a station process at 05:00, on the air, without any slot."""
    return begun(tmp_path, VirtualClock(START))


def at(text: str, day: int = 23) -> datetime:
    """Return a time of November 2026, such as ``05:30:25``."""
    return datetime.fromisoformat(f"2026-11-{day}T{text}").replace(tzinfo=ZONE)


def begun(folder: Path, clock: VirtualClock, slots: tuple[Slot, ...] = (), boot_id: str = "boot-1") -> SmallStation:
    """Return a station process that has just started."""
    station = open_station(folder, clock, boot_id=boot_id)
    station.broadcaster.start(material(folder, list(slots)))
    return station


def die(station: SmallStation) -> None:
    """Let the process vanish."""
    station.ledger.close()


def order(station: SmallStation, name: str = "lu", *, repeats: Repeats | None = None, seconds: float = 8.0) -> str:
    """Order an emergency now and return its key."""
    now = station.clock.now().astimezone(ZONE)
    audio = finished(station.folder / "rendered", name, seconds, hertz=880)
    broadcast = words(name, now, seconds)
    station.broadcaster.interrupt(
        broadcast, audio={name: audio}, authoriser="Chủ tịch", text=f"{name}!", repeats=repeats
    )
    return broadcast.key


def words(name: str, now: datetime, seconds: float) -> Broadcast:
    """Return a broadcast of emergency words."""
    return Broadcast(
        key=f"{broadcast_key('emergency', now)}-{name}",
        slot="emergency",
        programme="emergency",
        title=name,
        planned_at=now,
        priority=Priority.EMERGENCY,
        late_s=60,
        items=(PlannedItem(kind=ItemKind.BULLETIN, name=name, title=name, length_s=seconds, approved_by="Chủ tịch"),),
    )


def until(text: str, times: int | None = None, every_s: float = EVERY_S) -> Repeats:
    """Return repeats every ten minutes until a time of the day."""
    return Repeats(every_s=every_s, until=at(text), times=times)


def said(station: SmallStation, title: str = "lu") -> list[AsRun]:
    """Return the broadcasts of an emergency; assert one outcome each, and an authoriser for each that was begun."""
    closed = [row.broadcast for row in station.ledger.rows(kinds=[RowKind.CLOSED])]
    assert len(closed) == len(set(closed))
    station.ledger.verify()
    found = [one for one in station.records() if one.title == title and one.priority == "emergency"]
    authorised = station.ledger.having(RowKind.EMERGENCY, [one.key for one in found])
    assert all(one.key in authorised for one in found if one.started_at)
    return found


def minutes(records: list[AsRun], outcome: Outcome = Outcome.AIRED) -> list[str]:
    """Return when those with `outcome` were planned."""
    return [f"{one.planned_at.astimezone(ZONE):%H:%M}" for one in records if one.outcome is outcome]


def test_it_is_repeated_until_its_time_and_each_time_has_its_outcome(station: SmallStation) -> None:
    """Every ten minutes from five on, to the minute of the end, and then no more."""
    order(station, repeats=until("05:30:00"))
    station.run_until(at("06:00:00"))
    found = said(station)
    assert minutes(found) == ["05:00", "05:10", "05:20", "05:30"]
    assert all(one.lateness_s < 1.5 for one in found)
    assert station.broadcaster.state()["emergencies"] == []


def test_it_is_said_as_often_as_was_asked(station: SmallStation) -> None:
    """Three times is three times."""
    order(station, repeats=until("12:00:00", times=3))
    station.run_until(at("06:00:00"))
    assert minutes(said(station)) == ["05:00", "05:10", "05:20"]


def test_once_is_once(station: SmallStation) -> None:
    """What nobody asked to repeat and what was heard in full is not heard again."""
    order(station)
    station.run_until(at("05:30:00"))
    assert minutes(said(station)) == ["05:00"]


def test_the_all_clear_ends_it_and_is_evidence(station: SmallStation) -> None:
    """It ends what is being said and all repeats; its own words are heard; the row names who gave it."""
    key = order(station, repeats=until("12:00:00"))
    station.run_until(at("05:10:04"))
    now = station.clock.now().astimezone(ZONE)
    audio = finished(station.folder / "rendered", "bao-yen", 5.0)
    clear = replace(words("bao-yen", now, 5.0), slot="all-clear", key=broadcast_key("all-clear", now))
    assert station.broadcaster.all_clear("Chủ tịch", "Hết lũ.", words=clear, audio={"bao-yen": audio}) == 1
    station.run_until(at("05:10:06"))
    assert station.broadcaster.all_clear("Chủ tịch", "", words=None, audio={}) == 0, (
        "given twice, it cuts not its own words"
    )
    station.run_until(at("06:00:00"))
    found = said(station)
    assert [(one.outcome, one.reason) for one in found] == [
        (Outcome.AIRED, Reason.AS_PLANNED),
        (Outcome.PARTIAL, Reason.STOPPED_BY_OPERATOR),
    ]
    assert [one.outcome for one in station.records() if one.slot == "all-clear"] == [Outcome.AIRED]
    row, _second = station.ledger.rows(kinds=[RowKind.ALL_CLEAR])
    assert (row.data["authoriser"], row.data["text"], row.data["ended"]) == ("Chủ tịch", "Hết lũ.", [key])
    die(station)
    again = begun(station.folder, station.clock)
    again.run_until(at("06:30:00"))
    assert len(said(again)) == 2, "an emergency that has ended does not come back with the next start"


def test_an_all_clear_that_cannot_be_said_ends_nothing(station: SmallStation) -> None:
    """All or nothing: the emergency goes on, and the person is told."""
    order(station, repeats=until("05:30:00"))
    station.run_until(at("05:05:00"))
    now = station.clock.now().astimezone(ZONE)
    with pytest.raises(SoundRefused):
        station.broadcaster.all_clear("Chủ tịch", "", words=words("khong-co", now, 5.0), audio={})
    station.run_until(at("05:15:00"))
    assert minutes(said(station)) == ["05:00", "05:10"]
    assert station.ledger.last(RowKind.ALL_CLEAR) is None


def test_it_overrides_quiet_hours(station: SmallStation) -> None:
    """Residents sleep; the water does not."""
    quiet = AirRules(quiet_hours=((time(5, 5), time(6, 0)),))
    station.broadcaster.use(replace(material(station.folder, []), rules=quiet))
    order(station, repeats=until("05:20:00"))
    station.run_until(at("05:30:00"))
    assert minutes(said(station)) == ["05:00", "05:10", "05:20"]


@pytest.mark.parametrize("boot_id", ["boot-1", "boot-2"])
def test_repeats_survive_a_kill_and_a_power_cut(station: SmallStation, boot_id: str) -> None:
    """It is said again as soon as there is power; what was owed meanwhile is missed, one row each."""
    order(station, repeats=until("06:30:00"))
    station.run_until(at("05:10:04"))
    die(station)
    station.clock.advance(45 * 60)
    again = begun(station.folder, station.clock, boot_id=boot_id)
    again.run_until(at("07:00:00"))
    found = said(again)
    assert minutes(found, Outcome.PARTIAL) == ["05:10"]
    assert minutes(found, Outcome.MISSED) == ["05:20", "05:30", "05:40"]
    assert minutes(found) == ["05:00", "05:50", "06:00", "06:10", "06:20", "06:30"]
    first_after = next(one for one in found if one.planned_at == at("05:50:00"))
    assert first_after.started_at is not None
    assert first_after.started_at - at("05:55:04") < timedelta(seconds=3)
    assert {one.reason for one in found if one.outcome is Outcome.MISSED} == {Reason.STATION_OFF}


def test_one_that_was_broken_by_a_power_cut_is_said_again(station: SmallStation) -> None:
    """Ordered once and heard for three seconds: the village has not been told yet."""
    order(station)
    station.run_until(at("05:00:03"))
    die(station)
    station.clock.advance(90)
    again = begun(station.folder, station.clock, boot_id="boot-2")
    again.run_until(at("05:30:00"))
    assert [one.outcome for one in said(again)] == [Outcome.PARTIAL, Outcome.AIRED]


def test_an_old_one_is_not_said_by_a_station_that_was_off_for_hours(station: SmallStation) -> None:
    """Nobody is sent from home by yesterday's flood; the repeats that were owed are missed."""
    order(station, repeats=until("05:30:00"))
    station.run_until(at("05:00:03"))
    die(station)
    station.clock.advance(5 * 3600)
    again = begun(station.folder, station.clock, boot_id="boot-2")
    again.run_until(at("10:30:00"))
    found = said(again)
    assert (minutes(found), minutes(found, Outcome.MISSED)) == ([], ["05:10", "05:20", "05:30"])
    die(again)
    third = begun(station.folder, station.clock)
    assert len(said(third)) == len(found), "what passed in the dark is written once"


def test_two_emergencies_alternate(station: SmallStation) -> None:
    """The newer one speaks at once, the older one as soon as it is over; then each in its turn, none over the other."""
    order(station, "lu", repeats=until("05:30:00"), seconds=30)
    station.run_until(at("05:00:10"))
    order(station, "chay", repeats=until("05:30:00"), seconds=20)
    station.run_until(at("06:00:00"))
    flood, fire = said(station, "lu"), said(station, "chay")
    assert (flood[0].outcome, flood[0].reason) == (Outcome.PARTIAL, Reason.EMERGENCY)
    assert minutes(fire) == ["05:00", "05:10", "05:20"]
    assert minutes(flood) == ["05:00", "05:10", "05:20"]
    spans = sorted((one.started_at, one.ended_at) for one in [*flood, *fire] if one.started_at and one.ended_at)
    assert all(ended <= start for (_, ended), (start, _) in pairwise(spans))


def test_a_newer_one_within_the_same_instant_loses_none(station: SmallStation) -> None:
    """Two orders before the first sample of the first has left: both are heard in full."""
    order(station, "lu")
    order(station, "chay")
    station.run_until(at("05:05:00"))
    assert Outcome.AIRED in [one.outcome for one in said(station, "lu")]
    assert [one.outcome for one in said(station, "chay")] == [Outcome.AIRED]


def test_the_same_words_ordered_again_take_the_place_of_the_older_order(station: SmallStation) -> None:
    """Every ten minutes, then every five: not both."""
    order(station, repeats=until("06:00:00"))
    station.run_until(at("05:02:00"))
    order(station, repeats=until("05:13:00", every_s=300))
    station.run_until(at("06:00:00"))
    assert minutes(said(station)) == ["05:00", "05:02", "05:07", "05:12"]


def test_stop_ends_the_saying_not_the_emergency(station: SmallStation) -> None:
    """Silence now; the next repeat comes. What was ordered once ends with it."""
    order(station, "lu", repeats=until("05:12:00"))
    station.run_until(at("05:00:03"))
    station.broadcaster.stop_current("Hoa", "rú")
    station.run_until(at("05:30:00"))
    assert [one.outcome for one in said(station)] == [Outcome.PARTIAL, Outcome.AIRED]
    order(station, "chay")
    station.run_until(at("05:30:03"))
    station.broadcaster.stop_current("Hoa", "rú")
    station.run_until(at("06:00:00"))
    assert [one.outcome for one in said(station, "chay")] == [Outcome.PARTIAL]


@pytest.mark.parametrize("policy", list(IfInterrupted))
def test_what_a_repeated_emergency_cuts_again_and_again(tmp_path: Path, policy: IfInterrupted) -> None:
    """Resume of a resume: to its end, sentence by sentence; restart: from the beginning; end: given up at the first."""
    slots = (replace(slot("sang", "05:00:10"), if_interrupted=policy, late_s=1800),)
    station = begun(tmp_path, VirtualClock(START), slots)
    order(station, repeats=until("05:01:30", every_s=30))
    station.run_until(at("05:10:00"))
    assert minutes(said(station)) == ["05:00", "05:00", "05:01", "05:01"]
    record = next(one for one in station.records() if one.slot == "sang")
    seconds = {item.item: round(item.played_s) for item in record.items}
    if policy is IfInterrupted.END:
        assert (record.outcome, record.reason) == (Outcome.PARTIAL, Reason.EMERGENCY)
    else:
        assert (record.outcome, record.reason) == (Outcome.AIRED, Reason.RESUMED)
        assert seconds["ba"] >= 10
    if policy is IfInterrupted.RESUME:
        assert len(list(station.ledger.rows(kinds=[RowKind.RESUMED]))) == 2
        assert record.played_s == pytest.approx(60, abs=2.5)


@pytest.mark.parametrize("tenths", range(0, 60, 7))
def test_an_emergency_while_another_broadcast_is_about_to_begin(tmp_path: Path, tenths: int) -> None:
    """In the five seconds before a slot its files are open and wait: it begins after the emergency, late, whole."""
    station = begun(tmp_path, VirtualClock(START), (slot("sang", "05:01"),))
    station.run_until(at("05:00:54"))
    station.output.play(tenths / 10)
    station.broadcaster.tick()
    order(station)
    station.run_until(at("05:05:00"))
    record = next(one for one in station.records() if one.slot == "sang")
    assert record.outcome is Outcome.AIRED
    assert record.played_s == pytest.approx(60, abs=0.01)
    assert minutes(said(station)) == ["05:00"]


def test_a_power_cut_while_the_clock_is_wrong_ends_nothing(station: SmallStation) -> None:
    """Said at an hour of another day, then killed: by the right clock it goes on at once, and once at a time."""
    order(station, repeats=until("06:00:00"))
    station.run_until(at("05:05:00"))
    station.clock.step_wall(57_000)
    for _second in range(30):
        station.broadcaster.tick()
        station.output.play(1.0)
    assert len(said(station)) == 2
    die(station)
    station.clock.step_wall(-57_000)
    station.clock.advance(60)
    again = begun(station.folder, station.clock, boot_id="boot-2")
    again.run_until(at("05:10:00"))
    assert len([one for one in said(again) if one.outcome is Outcome.AIRED]) == 3


STEPS: dict[str, float] = {"an hour back": -3600, "a day ahead": 86_400, "three hours ahead": 10_800}


@pytest.mark.parametrize("step_s", STEPS.values(), ids=STEPS.keys())
def test_a_clock_that_is_set_never_silences_it(station: SmallStation, step_s: float) -> None:
    """By the monotonic clock it is said at least every ten minutes until the all-clear, whatever the wall clock shows."""
    order(station, repeats=Repeats(every_s=EVERY_S, until=at("04:30:00", 26)))
    station.run_until(at("05:13:00"))
    station.clock.step_wall(step_s)
    begun_mono_s: list[float] = []

    def look(one: SmallStation) -> None:
        if one.broadcaster.state()["on_air"]:
            begun_mono_s.append(one.clock.monotonic())

    station.run_until(station.clock.now() + timedelta(hours=1), each_second=look)
    assert begun_mono_s[0] <= 20 * 60 + 2
    assert all(later - earlier <= EVERY_S + 2 for earlier, later in pairwise(begun_mono_s))
    said(station)


def test_a_clock_set_ahead_for_good_owes_the_repeats_it_passed_over(station: SmallStation) -> None:
    """After five minutes it is believed, and what it passed over is missed; set back before, nothing is."""
    order(station, repeats=until("12:00:00"))
    station.run_until(at("05:13:00"))
    station.clock.step_wall(3600)
    station.run_until(at("06:30:00"))
    missed = [one for one in said(station) if one.outcome is Outcome.MISSED]
    assert minutes(missed, Outcome.MISSED) == ["05:20", "05:30", "05:40", "05:50", "06:00"]
    assert {one.reason for one in missed} == {Reason.CLOCK_STEP}


@pytest.mark.parametrize("lasts", ["05:25:00", "05:45:00"])
def test_without_an_output_it_waits_for_it(station: SmallStation, lasts: str) -> None:
    """It is said as soon as there is a device; what passed meanwhile is missed for that reason."""
    order(station, repeats=until("05:30:00"))

    def gone(one: SmallStation) -> None:
        one.output.trouble = "gone" if at("05:08:00") < one.clock.now() < at(lasts) else ""

    station.run_until(at("06:00:00"), each_second=gone)
    found = said(station)
    late = {"05:25:00": (["05:00", "05:20", "05:30"], ["05:10"]), "05:45:00": (["05:00"], ["05:10", "05:20", "05:30"])}
    assert (minutes(found), minutes(found, Outcome.MISSED)) == late[lasts]
    assert {one.reason for one in found if one.outcome is Outcome.MISSED} == {Reason.OUTPUT_LOST}


def test_audio_that_is_gone_is_told_and_ends_nothing(station: SmallStation) -> None:
    """A repeat without its file is missed with the reason; the file back, it is heard."""
    order(station, repeats=until("05:20:00"))
    station.run_until(at("05:05:00"))
    path = finished(station.folder / "rendered", "lu", 8.0, hertz=880).path
    content = path.read_bytes()
    path.unlink()
    station.run_until(at("05:15:00"))
    path.write_bytes(content)
    station.run_until(at("05:30:00"))
    assert [(one.outcome, one.reason) for one in said(station)] == [
        (Outcome.AIRED, Reason.AS_PLANNED),
        (Outcome.MISSED, Reason.NOTHING_TO_AIR),
        (Outcome.AIRED, Reason.AS_PLANNED),
    ]


def test_without_its_tone_it_counts_as_said(station: SmallStation) -> None:
    """The tone's file is gone: the words are said, twice, and not for ever."""
    now = station.clock.now().astimezone(ZONE)
    audio = {name: finished(station.folder / "rendered", name, 3.0) for name in ("tone", "lu")}
    spoken = words("lu", now, 3.0)
    tone = PlannedItem(kind=ItemKind.AUDIO, name="tone", title="tone", length_s=3.0)
    broadcast = replace(spoken, items=(tone, *spoken.items))
    station.broadcaster.interrupt(
        broadcast, audio=audio, authoriser="Chủ tịch", text="lu!", repeats=until("08:00:00", times=2)
    )
    station.run_until(at("05:05:00"))
    audio["tone"].path.unlink()
    station.run_until(at("06:00:00"))
    assert [(one.outcome, one.reason) for one in said(station)] == [
        (Outcome.AIRED, Reason.AS_PLANNED),
        (Outcome.PARTIAL, Reason.ITEM_MISSING),
    ]


def test_an_order_whose_rows_were_lost_keeps_no_station_from_starting(station: SmallStation) -> None:
    """A restored ledger may lack its broadcast: that emergency is over, the station is not."""
    lost = {"order": "emergency@x", "replaces": "", "said": 0, "every_s": 60.0, "until": "2026-11-24T01:00:00.000000Z"}
    station.ledger.append(RowKind.EMERGENCY, lost, broadcast="emergency@x")
    die(station)
    again = open_station(station.folder, station.clock)
    assert again.broadcaster.start(material(station.folder, [])) == []


def with_music(folder: Path, slots: list[Slot]) -> Material:
    """Return the material with a programme of nothing but music, of a minute, besides."""
    plain = material(folder, slots)
    audio = finished(folder / "rendered", "nhac", 60.0)
    items = (ProgrammeItem(kind=ItemKind.MUSIC, name="nhac"),)
    programmes = {**plain.timetable.programmes, "nhac": Programme(name="nhac", title="Nhạc", items=items)}
    return replace(
        plain,
        timetable=replace(plain.timetable, programmes=programmes),
        shelf=replace(plain.shelf, lengths_s={**plain.shelf.lengths_s, "nhac": 60.0}),
        audio={**plain.audio, "nhac": audio},
    )


def test_music_goes_on_softer_below_it(tmp_path: Path) -> None:
    """Nothing of the music is cut, the emergency is heard at once and whole, and no speech begins below it."""
    station = open_station(tmp_path, VirtualClock(START))
    slots = [slot("nhac", "05:01", "nhac"), slot("tin", "05:01:30")]
    station.broadcaster.start(with_music(tmp_path, slots))
    station.run_until(at("05:01:50"))
    order(station, seconds=30.0)
    assert not list(station.ledger.rows(kinds=[RowKind.INTERRUPTED]))
    station.run_until(at("05:10:00"))
    (words,) = said(station)
    assert words.started_at is not None
    assert words.ended_at is not None
    assert (words.outcome, words.lateness_s < 0.2) == (Outcome.AIRED, True)
    music, news = (next(one for one in station.records() if one.slot == name) for name in ("nhac", "tin"))
    assert (music.outcome, music.reason) == (Outcome.AIRED, Reason.AS_PLANNED)
    assert music.played_s == pytest.approx(60, abs=0.01)
    assert news.outcome is Outcome.AIRED
    assert news.started_at is not None
    assert news.started_at >= words.ended_at - timedelta(seconds=0.01)


def test_a_second_emergency_over_music_is_never_said_into_the_first(tmp_path: Path) -> None:
    """Two at once over music: one after the other, the music below both."""
    station = open_station(tmp_path, VirtualClock(START))
    station.broadcaster.start(with_music(tmp_path, [slot("nhac", "05:01", "nhac")]))
    station.run_until(at("05:01:10"))
    order(station, "lu", seconds=10.0)
    station.run_until(at("05:01:14"))
    order(station, "chay", seconds=10.0)
    station.run_until(at("05:05:00"))
    assert [one.outcome for one in said(station, "lu")] == [Outcome.PARTIAL, Outcome.AIRED]
    assert [one.outcome for one in said(station, "chay")] == [Outcome.AIRED]
    spans = sorted(
        (one.started_at, one.ended_at)
        for one in [*said(station, "lu"), *said(station, "chay")]
        if one.started_at and one.ended_at
    )
    assert all(ended <= start + timedelta(seconds=0.1) for (_, ended), (start, _) in pairwise(spans))
    music = next(one for one in station.records() if one.slot == "nhac")
    assert (music.outcome, music.reason) == (Outcome.AIRED, Reason.AS_PLANNED)
