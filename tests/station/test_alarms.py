"""Alarms: raised when trouble lasts, over when it is gone, each told once; and nothing waits for whoever is told."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.clock import VirtualClock
from loa.equipment import AlertSettings
from loa.ledger import Ledger, RowKind
from loa.playout.health import OutputHealth
from loa.settings import StationSettings
from loa.station.alarms import GONE_FOR_S, HOLDS_S, AlarmKind, Alarms, words_of
from loa.station.alerts import APART_S, Alerting, message_of
from loa.station.folder import StationFolder
from loa.station.watchers import DiskWatch, Seen, Watchers
from loa.station.watching import Watch, no_loudspeaker

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
OUTPUT = AlarmKind.OUTPUT

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


def lived(findings: list[bool], kind: AlarmKind = AlarmKind.STUCK) -> list[tuple[int, bool]]:
    """Return the second of each change (True: over) where trouble is found in these seconds."""
    alarms = Alarms([], NOW, 0.0)
    changes = []
    for second, found in enumerate(findings):
        now = NOW + timedelta(seconds=second)
        changes += [(second, one.over) for one in alarms.look({kind: "x"} if found else {}, now, float(second))]
    return changes


class TestAlarms:
    def test_trouble_that_lasts_is_one_alarm(self) -> None:
        """Raised once, over once, a minute after it was last seen."""
        assert lived([False] * 5 + [True] * 30 + [False] * 100) == [(5, False), (34 + int(GONE_FOR_S), True)]

    def test_trouble_that_comes_and_goes_is_one_alarm(self) -> None:
        """A loose plug is not an alarm a second."""
        assert lived([second % 20 < 2 for second in range(300)] + [False] * 100) == [(0, False), (341, True)]

    @pytest.mark.parametrize("kind", AlarmKind)
    def test_what_is_gone_before_it_counts_is_none(self, kind: AlarmKind) -> None:
        """Each has its time to pass by itself."""
        short = int(HOLDS_S.get(kind, 0.0))
        if short < 200:
            assert lived([True] * short + [False] * 100, kind) == []
            assert lived([True] * (short + 1), kind) == [(short, False)]

    @pytest.mark.parametrize("kind", AlarmKind)
    def test_each_says_what_to_do(self, kind: AlarmKind) -> None:
        """A person at five in the morning reads two sentences, not a code."""
        assert words_of(kind, "why").endswith(" (why)")
        assert words_of(kind, "").count(".") >= 1

    @given(st.lists(st.tuples(st.sampled_from(AlarmKind), st.booleans()), max_size=200))
    def test_each_begins_before_it_ends_and_never_twice(self, steps: list[tuple[AlarmKind, bool]]) -> None:
        """Whatever is found, in any order: rows of one kind alternate between begun and over."""
        alarms, stands = Alarms([], NOW, 0.0), set[AlarmKind]()
        found: dict[AlarmKind, str] = {}
        for number, (kind, wrong) in enumerate(steps):
            found = {**found, kind: ""} if wrong else {one: why for one, why in found.items() if one is not kind}
            at_s = number * 45.0
            for change in alarms.look(found, NOW + timedelta(seconds=at_s), at_s):
                assert (change.alarm.kind in stands) is change.over
                stands ^= {change.alarm.kind}
        assert {alarm.kind for alarm in alarms.raised} == stands

    def test_an_alarm_outlives_the_station(self, tmp_path: Path, clock: VirtualClock) -> None:
        """Raised before a restart: not raised again; gone after it: over, with the whole time."""
        with Ledger(tmp_path / "ledger.sqlite", clock) as ledger:
            for alarms in (Alarms([], NOW, 0.0), None):
                found = alarms or Alarms(ledger.rows(kinds=[RowKind.ALARM, RowKind.ALARM_OVER]), clock.now(), 3600.0)
                if alarms is None:
                    assert found.look({OUTPUT: "gone"}, clock.now(), 3600.0) == []
                    (over,) = found.look({}, clock.now(), 3700.0)
                    assert over.lasted_s == pytest.approx(3600, abs=61)
                for second in (0.0, 10.0) if alarms else ():
                    ledger.append_all([one.entry for one in found.look({OUTPUT: "gone"}, clock.now(), second)])
                clock.advance(3600)

    def test_an_alarm_of_another_version_keeps_no_station_from_starting(
        self, tmp_path: Path, clock: VirtualClock
    ) -> None:
        """A kind that this version does not know is passed over."""
        with Ledger(tmp_path / "ledger.sqlite", clock) as ledger:
            ledger.append(RowKind.ALARM, {"alarm": "meteor", "since": "2026-11-23T01:00:00.000000Z", "detail": ""})
            assert Alarms(ledger.rows(kinds=[RowKind.ALARM]), NOW, 0.0).raised == []


class TestAlerting:
    def alarm(self, kind: AlarmKind, since_s: float) -> Alarms:
        alarms = Alarms([], NOW, since_s)
        alarms.look({kind: ""}, NOW, since_s)
        alarms.look({kind: ""}, NOW, since_s + HOLDS_S.get(kind, 0.0))
        return alarms

    def test_once_at_the_beginning_reminded_and_once_at_the_end(self) -> None:
        """Not every second: after half a minute, then every two hours, then that it is over."""
        alerting = Alerting(AlertSettings(webhook="http://x", hold_s=30, remind_hours=2), [], 0.0)
        alarms = Alarms([], NOW, 0.0)
        told = []
        for second in range(5 * 3600):
            wrong = {OUTPUT: "gone"} if 100 <= second < 4.5 * 3600 else {}
            changes = alarms.look(wrong, NOW, float(second))
            told += [(second, over) for _alarm, over in alerting.look(alarms.raised, changes, float(second))]
        assert told == [(130, False), (7330, False), (14530, False), (16259, True)]

    def test_what_is_over_before_anybody_was_told_is_not_told(self) -> None:
        """It is in the ledger."""
        alerting = Alerting(AlertSettings(webhook="http://x", hold_s=300), [], 0.0)
        alarms = Alarms([], NOW, 0.0)
        for second in range(600):
            changes = alarms.look({AlarmKind.STUCK: ""} if second < 100 else {}, NOW, float(second))
            assert alerting.look(alarms.raised, changes, float(second)) == []

    def test_a_storm_is_one_message(self) -> None:
        """Everything fails at once: a person gets one message, and the next one a minute later at the earliest."""
        alerting = Alerting(AlertSettings(webhook="http://x", hold_s=30), [], 0.0)
        alarms = Alarms([], NOW, 0.0)
        sent = []
        for second in range(400):
            wrong = {kind: "" for number, kind in enumerate(AlarmKind) if second >= number}
            told = alerting.look(alarms.raised, alarms.look(wrong, NOW, float(second)), float(second))
            sent += [(second, len(told))] if told else []
        assert sum(count for _second, count in sent) == len(AlarmKind) - 1  # the clock's takes a day
        assert all(later - earlier >= APART_S for (earlier, _), (later, _) in pairwise(sent))
        assert len(sent) <= 4

    def test_the_message_is_for_a_person(self) -> None:
        """Station, what, since when, what to do."""
        (alarm,) = self.alarm(OUTPUT, 0.0).raised
        text = message_of([(alarm, False), (alarm, True)], "Đài Minh Đức", UTC).text
        station, begun, over, _end = text.split("\n")
        assert station == "Đài Minh Đức"
        assert "loa doctor" in begun
        assert "since 01:00 23/11/2026" in begun
        assert over.startswith("OVER: ")


class QuietDisk(DiskWatch):
    """A disk that is never full."""

    def __init__(self) -> None:
        super().__init__([], VirtualClock(NOW))

    def look(self) -> str:
        """Return that nothing is wrong."""
        return ""


class TestWatchers:
    def seconds(self, clock: VirtualClock, healths: list[OutputHealth]) -> list[set[AlarmKind]]:
        watch = Watchers(clock, None, QuietDisk())
        found = []
        for health in healths:
            found.append({*watch.look(Seen(health=health))} - {AlarmKind.CLOCK})
            clock.advance(1.0)
        return found

    def test_silence_where_sound_is_due(self, clock: VirtualClock) -> None:
        """After five seconds of it; a pause between two sentences is none."""
        found = self.seconds(clock, [OutputHealth(frames=n * 48_000, silent_due_s=float(n)) for n in range(8)])
        assert found == [set()] * 6 + [{AlarmKind.SILENCE}] * 2

    def test_clipping_and_dropouts_are_judged_over_a_minute(self, clock: VirtualClock) -> None:
        """One crack is nothing; many are; a minute later they are past."""
        steady = OutputHealth(frames=1, underflows=2, clipped_frames=100)
        bad = replace(steady, underflows=5, clipped_frames=5000, starved_frames=9000)
        found = self.seconds(clock, [OutputHealth(), steady, bad, *[bad] * 70])
        assert found[:2] == [set(), set()]
        assert found[2] == {AlarmKind.CLIPPING, AlarmKind.DROPOUTS}
        assert found[-1] == set()

    def test_a_device_that_was_lost_and_opened_again_is_told_as_lost_alone(self, clock: VirtualClock) -> None:
        """What drops out while it is opened again is no sign of a slow machine; later dropouts are."""
        watch = Watchers(clock, None, QuietDisk())
        well, lost = OutputHealth(frames=48_000), OutputHealth(frames=48_000, starved_frames=9000)
        found = []
        for health, trouble in [(well, ""), (well, "gone"), (lost, ""), (lost, ""), *[(lost, "")] * 4]:
            found.append({*watch.look(Seen(health=health, output_trouble=trouble))} - {AlarmKind.CLOCK})
            clock.advance(1.0)
        assert found == [set(), {AlarmKind.OUTPUT}, *[set()] * 6]
        again = replace(lost, starved_frames=30_000)
        assert AlarmKind.DROPOUTS in watch.look(Seen(health=again))

    def test_another_output_counts_from_its_own_beginning(self, clock: VirtualClock) -> None:
        """Moved to another device: what the old one counted is nobody's."""
        old = OutputHealth(frames=900, underflows=50, clipped_frames=9000)
        assert self.seconds(clock, [old, OutputHealth(frames=1), OutputHealth(frames=2)])[1:] == [set(), set()]

    def test_what_others_have_found_is_passed_on(self, clock: VirtualClock) -> None:
        """Output, hang, ledger, amplifier."""
        seen = Seen(health=OutputHealth(), output_trouble="a", stuck=True, journal="b", amplifier_trouble="c")
        found = Watchers(clock, None, QuietDisk()).look(seen)
        kinds = {AlarmKind.OUTPUT, AlarmKind.STUCK, AlarmKind.LEDGER, AlarmKind.AMPLIFIER}
        assert {kind: found[kind] for kind in kinds} == {
            AlarmKind.OUTPUT: "a",
            AlarmKind.STUCK: "",
            AlarmKind.LEDGER: "b",
            AlarmKind.AMPLIFIER: "c",
        }

    @pytest.mark.parametrize(
        ("behind", "synchronised", "empty"),
        [(timedelta(days=30), None, True), (timedelta(seconds=30), None, False), (timedelta(days=30), True, False),
         (timedelta(days=-1), None, False)],
    )  # fmt: skip
    def test_a_clock_behind_the_ledger_has_an_empty_battery(
        self,
        clock: VirtualClock,
        monkeypatch: pytest.MonkeyPatch,
        behind: timedelta,
        synchronised: bool | None,
        empty: bool,
    ) -> None:
        """The machine woke up in the past; a clock that the network has set is right, and it was then that it was not."""
        monkeypatch.setattr(VirtualClock, "synchronised", lambda _clock: synchronised)
        found = Watchers(clock, NOW + behind, QuietDisk()).look(Seen(health=OutputHealth()))
        assert (AlarmKind.CLOCK_BATTERY in found) is empty

    def test_a_clock_nobody_sets(self, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
        """Known not to be set is told (after a day); not known is not."""
        for known, told in ((False, True), (True, False), (None, False)):
            monkeypatch.setattr(VirtualClock, "synchronised", lambda _clock, known=known: known)
            found = Watchers(clock, None, QuietDisk()).look(Seen(health=OutputHealth()))
            assert (AlarmKind.CLOCK in found) is told

    def test_a_disk_that_is_nearly_full(
        self, clock: VirtualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The folder with least room counts; one that is not there yet does not."""
        monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=120e6))
        disk = DiskWatch([tmp_path, tmp_path / "none"], clock)
        disk.ask()
        assert disk._found == "120 MB left"

    def test_a_disk_that_hangs_keeps_nobody(
        self, clock: VirtualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Asked in a thread, once at a time; silent for five minutes, it is told."""
        release, asking, asked = threading.Event(), threading.Event(), []

        def hang(folder: Path) -> SimpleNamespace:
            asked.append(folder)
            asking.set()
            release.wait(20)
            return SimpleNamespace(free=1e12)

        monkeypatch.setattr("shutil.disk_usage", hang)
        disk = DiskWatch([tmp_path], clock)
        answers = []
        for _second in range(400):
            answers.append(disk.look())
            assert asking.wait(20)
            clock.advance(1.0)
        release.set()
        assert answers[0] == ""
        assert answers[-1] == "it does not answer"
        assert len(asked) == 1

    def test_a_station_without_a_loudspeaker_says_so(self) -> None:
        """Lost now, or not there at the start; a station that wants files has what it wants."""
        assert no_loudspeaker("", heard=True, wanted=True) == ""
        assert no_loudspeaker("gone", heard=True, wanted=True) == "gone"
        assert no_loudspeaker("", heard=False, wanted=True)
        assert no_loudspeaker("", heard=False, wanted=False) == ""


def test_the_watch_writes_rows_and_shows_them(tmp_path: Path, clock: VirtualClock) -> None:
    """From what is seen to the ledger and the status; the next start knows of it."""
    folder = StationFolder(tmp_path)
    settings = StationSettings(name="Đài", authority="UBND", superior="", place="Minh Đức", topics={})
    with Ledger(folder.ledger, clock) as ledger:
        for start in range(2):
            watch = Watch(folder, ledger, clock, settings, print, last_row_at=None)
            for _second in range(30):
                watch.look(lambda: Seen(health=OutputHealth(), output_trouble="unplugged"))
                clock.advance(1.0)
            (alarm,) = watch.as_json()
            assert (alarm["alarm"], alarm["detail"]) == ("output", "unplugged")
            assert alarm["since"] == "2026-11-23T01:00:00.000000Z"
            assert len(list(ledger.rows(kinds=[RowKind.ALARM]))) == 1, start
        for _second in range(90):
            watch.look(lambda: Seen(health=OutputHealth()))
            clock.advance(1.0)
        assert watch.as_json() == []
        (over,) = ledger.rows(kinds=[RowKind.ALARM_OVER])
        assert over.data["lasted_s"] == pytest.approx(59, abs=2)
