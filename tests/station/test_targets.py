"""Targets reckoned: the ledger says what aired, the plan what comes, and the advice leads there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from loa.clock import VirtualClock
from loa.errors import InputRefused, Severity
from loa.ledger import Outcome, Reason, RowKind, instant_text
from loa.reports.target_figures import MeasureFigures, TargetFigures, TargetState
from loa.station.station import Station
from tests.station.mini_station import PROGRAMMES, STATION, bulletin_text, mini_station, write

pytestmark = pytest.mark.usefixtures("english")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)  # 08:00 of a Wednesday in Vietnam, after the broadcast of 05:30
TARGET = """\
targets:
  - title: Tin tức
    topic: tin
    basis: Kế hoạch 15
    lead: Văn hóa
    per: {per}
{numbers}"""


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """Return the small station, everything approved; `tin` airs each day at 05:30, Monday and Tuesday thrice."""
    folder = mini_station(tmp_path / "station", recorded=False)
    with Station(folder, VirtualClock(NOW)) as station:
        station.approve(["chao", "mot", "hai", "ba"], person="Lan")
        yield station


def ask(station: Station, numbers: str, per: str = "week", day: date = date(2026, 11, 25)) -> TargetFigures:
    """Return the figures of one target, given as ``broadcasts: 3``."""
    lines = "".join(f"    {line}\n" for line in numbers.split(", "))
    write(station.folder.root, "schedules/targets.yaml", TARGET.format(per=per, numbers=lines))
    (figures,) = station.targets(day, day)
    return figures


def measure(figures: TargetFigures, name: str) -> MeasureFigures:
    return next(one for one in figures.measures if one.measure == name)


def log(
    station: Station,
    at: datetime,
    *items: tuple[str, float],
    heard: bool = True,
    outcome: Outcome | None = Outcome.AIRED,
    topic: str = "tin",
    slot: str = "sang",
) -> None:
    """Write a broadcast of bulletins of 60 s each into the ledger, with the seconds played of each."""
    key = f"{slot}@{at.isoformat(timespec='seconds')}"
    planned = {"slot": slot, "programme": "sang", "title": "Sáng", "priority": "normal", "planned_s": 60.0, "items": []}
    station.ledger.append(RowKind.PLANNED, planned | {"planned_at": instant_text(at)}, broadcast=key)
    station.ledger.append(RowKind.INTENT, {"heard": heard, "output": "x"}, broadcast=key)
    for name, played_s in items:
        said = {"item": name, "kind": "bulletin", "topic": topic, "genre": "news"}
        station.ledger.append(RowKind.ITEM, said | {"planned_s": 60.0, "played_s": played_s}, broadcast=key)
    if outcome is not None:
        closed = {"outcome": outcome.value, "reason": Reason.AS_PLANNED.value, "played_s": 60.0, "ended_at": None}
        station.ledger.append(RowKind.CLOSED, closed, broadcast=key)


def local(day: int, hour: int = 5, minute: int = 30) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


class TestDone:
    def test_the_ledger_alone_says_what_was_done(self, station: Station) -> None:
        """Whole items count as broadcasts, minutes and different bulletins; two in one broadcast are one broadcast."""
        log(station, local(23), ("mot", 60.0), ("hai", 60.0))
        log(station, local(24), ("mot", 60.0))
        figures = ask(station, "broadcasts: 3, minutes: 4, bulletins: 2")
        assert [one.done for one in figures.measures] == [2, 3, 2]

    def test_a_cut_item_counts_with_its_seconds(self, station: Station) -> None:
        """Half a bulletin is half a minute, no broadcast, and not a bulletin heard; fades are no cut."""
        log(station, local(23), ("mot", 30.0), outcome=Outcome.PARTIAL)
        log(station, local(24), ("hai", 59.7))
        figures = ask(station, "broadcasts: 3, minutes: 4, bulletins: 2")
        assert [one.done for one in figures.measures] == [1, 1.5, 1]

    def test_a_file_was_heard_by_nobody(self, station: Station) -> None:
        """As in the month report: what went to a file is told apart and is in no other figure."""
        log(station, local(23), ("mot", 60.0), heard=False)
        log(station, local(24), ("mot", 60.0))
        figures = ask(station, "broadcasts: 3, bulletins: 2")
        assert [(one.done, one.file_only) for one in figures.measures] == [(1, 1), (1, 0)]

    def test_other_topics_and_other_weeks_do_not_count(self, station: Station) -> None:
        """Days are those of Vietnam: Sunday 23:30 belongs to the week that ends, although it is Sunday in UTC too."""
        log(station, local(23), ("chao", 60.0), topic="dai")
        log(station, local(22, 23), ("mot", 60.0), slot="truoc")
        log(station, local(23, 0, 10), ("hai", 60.0), slot="sau")  # still Sunday in UTC
        assert measure(ask(station, "broadcasts: 3"), "broadcasts").done == 1

    def test_a_year_is_read_from_all_its_months(self, station: Station) -> None:
        """A broadcast of January counts for the year, one of the December before does not."""
        for at in (datetime(2026, 1, 1, 5, 30, tzinfo=ZONE), datetime(2025, 12, 31, 5, 30, tzinfo=ZONE)):
            log(station, at, ("mot", 60.0))
        assert measure(ask(station, "broadcasts: 900", per="year"), "broadcasts").done == 1


class TestPlanned:
    def test_the_plan_brings_the_rest(self, station: Station) -> None:
        """From Wednesday 08:00 four mornings are left of the week; what is planned twice is one different bulletin."""
        figures = ask(station, "broadcasts: 4, bulletins: 3")
        assert [(one.done, one.planned) for one in figures.measures] == [(0, 4), (0, 3)]
        assert figures.state is TargetState.ON_THE_WAY
        assert figures.advice == ()

    def test_nothing_is_counted_twice(self, station: Station) -> None:
        """A broadcast that has its outcome is no longer planned, and a bulletin that aired is not a new one."""
        for name in ("mot", "hai", "ba"):
            log(station, local(23), (name, 60.0), slot=name)
        log(station, local(26), ("mot", 60.0))  # it has its outcome, whatever the clock says
        figures = ask(station, "broadcasts: 9, bulletins: 9")
        assert [(one.done, one.planned) for one in figures.measures] == [(4, 3), (3, 0)]

    def test_what_is_on_the_air_is_still_planned(self, station: Station) -> None:
        """Until its row is closed; a broadcast too late to begin is not."""
        before = measure(ask(station, "broadcasts: 9"), "broadcasts").planned
        log(station, local(25), outcome=None)
        assert measure(ask(station, "broadcasts: 9"), "broadcasts").planned == before + 1

    def test_what_is_not_approved_does_not_count(self, station: Station) -> None:
        """A withdrawn bulletin airs nowhere, so it is planned nowhere."""
        for name in ("mot", "hai", "ba"):
            station.withdraw(name, person="Lan", why="Sai")
        figures = ask(station, "broadcasts: 1")
        assert measure(figures, "broadcasts").planned == 0
        assert "loa approve ba hai mot --by NAME" in figures.advice[0]


class TestState:
    def test_reached_on_the_way_in_danger_missed(self, station: Station) -> None:
        """Reached by what aired, on the way by what is planned, in danger by neither; missed when the time is over."""
        log(station, local(23), ("mot", 60.0))
        assert ask(station, "broadcasts: 1").state is TargetState.REACHED
        assert ask(station, "broadcasts: 5").state is TargetState.ON_THE_WAY
        assert ask(station, "broadcasts: 6").state is TargetState.IN_DANGER
        assert ask(station, "broadcasts: 1, minutes: 400").state is TargetState.IN_DANGER
        over = ask(station, "broadcasts: 1", day=date(2026, 11, 20))
        assert (over.state, over.advice, measure(over, "broadcasts").planned) == (TargetState.MISSED, (), 0)
        assert ask(station, "broadcasts: 7", day=date(2026, 12, 9)).state is TargetState.ON_THE_WAY


class TestAdvice:
    def test_following_it_reaches_the_target(self, station: Station) -> None:
        """The programme that the advice names has as many broadcasts left as it says; adding the item is enough."""
        programmes = "programmes:\n  toi:\n    title: Tối\n    items:\n      - bulletin: chao\n"
        slot = 'slots:\n  toi:\n    programme: toi\n    at: "19:00"\n'
        path = write(station.folder.root, "schedules/toi.yaml", programmes + slot)
        (said,) = ask(station, "broadcasts: 7").advice
        assert "3 more broadcasts are wanted until 29/11/2026" in said
        assert "“- next: tin” to “toi” (5 more broadcasts)" in said
        path.write_text(programmes + "      - next: tin\n" + slot, encoding="utf-8")
        assert ask(station, "broadcasts: 7").state is TargetState.ON_THE_WAY

    def test_longer_broadcasts_for_more_minutes(self, station: Station) -> None:
        """Where minutes alone are short, a programme that draws from the topic draws more; that reaches them."""
        for name in ("mot", "hai", "ba"):
            write(station.folder.root, f"scripts/{name}.md", bulletin_text(name, body="Kính chào bà con. " * 50))
        station.approve(["mot", "hai", "ba"], person="Lan")
        figures = ask(station, "minutes: 7")
        assert 4 <= measure(figures, "minutes").planned < 5
        (said,) = figures.advice
        assert "about 3 bulletins" in said
        assert "“sang”, which airs 4 more times, write count: 2 below “- next: tin”" in said
        more = PROGRAMMES.replace("- next: tin\n", "- next: tin\n        count: 2\n")
        write(station.folder.root, "schedules/chuong-trinh.yaml", more)
        assert ask(station, "minutes: 7").state is TargetState.ON_THE_WAY

    def test_without_room_more_days(self, station: Station) -> None:
        """Where every broadcast has one already, the advice is to air on more days or to queue."""
        (said,) = ask(station, "broadcasts: 20").advice
        assert "let a slot air on more days" in said
        assert "loa queue add ba --by NAME" in said

    def test_a_full_programme_has_no_room(self, station: Station) -> None:
        """A programme that the item would make longer than a session may be is not named."""
        write(station.folder.root, "station.yaml", STATION + "air_rules:\n  longest_session_min: 1\n")
        programme = "programmes:\n  toi:\n    title: Tối\n    items:\n      - bulletin: chao\n      - pause: {pause}\n"
        slot = 'slots:\n  toi:\n    programme: toi\n    at: "19:00"\n'
        for pause, named in ((50, True), (58, False)):
            write(station.folder.root, "schedules/toi.yaml", programme.format(pause=pause) + slot)
            (said,) = ask(station, "broadcasts: 7").advice
            assert ("“toi”" in said) is named

    def test_different_bulletins(self, station: Station) -> None:
        """Those at hand are named first, then those to approve, then how many are to be written."""
        station.withdraw("mot", person="Lan", why="Sai")
        approve, new = ask(station, "bulletins: 5").advice
        assert "loa approve mot --by NAME" in approve
        assert new == "2 more different bulletins must be written."
        write(station.folder.root, "schedules/khung-gio.yaml", "slots: {}\n")
        at_hand = ask(station, "bulletins: 2").advice[0]
        assert "2 different bulletins are at hand" in at_hand
        assert "ba, hai" in at_hand

    def test_a_programme_names_an_unapproved_bulletin(self, station: Station) -> None:
        """Where approving is enough, that is the advice, with how many broadcasts it brings."""
        write(
            station.folder.root,
            "schedules/toi.yaml",
            "programmes:\n  toi:\n    title: Tối\n    items:\n      - bulletin: mot\n"
            'slots:\n  toi:\n    programme: toi\n    at: "19:00"\n',
        )
        station.withdraw("mot", person="Lan", why="Sai")
        (said,) = ask(station, "broadcasts: 9").advice
        assert said == "5 broadcasts ask for bulletins that are not approved: loa approve mot --by NAME"

    def test_a_bulletin_whose_days_are_over_is_no_help(self, station: Station) -> None:
        """What could not air in the period any more is not named; of the others first the one that lasts longest."""
        for name, day in (("hai", "22/11/2026"), ("ba", "26/11/2026"), ("mot", "30/11/2026")):
            text = bulletin_text(name, topic="dai", more=f"valid_until: {day}\n")
            write(station.folder.root, f"scripts/{name}.md", text.replace("news", "answer"))
        text = "targets:\n  - {genre: answer, basis: x, lead: y, per: week, broadcasts: 1}\n"
        write(station.folder.root, "schedules/targets.yaml", text)
        (figures,) = station.targets(date(2026, 11, 25), date(2026, 11, 25))
        assert "add “- bulletin: mot”" in figures.advice[0]
        for name in ("mot", "ba"):
            station.withdraw(name, person="Lan", why="Sai")
        (figures,) = station.targets(date(2026, 11, 25), date(2026, 11, 25))
        assert "loa approve ba mot --by NAME" in figures.advice[0]

    def test_no_bulletin_at_all(self, station: Station) -> None:
        """A genre nobody has written yet is to be written."""
        text = "targets:\n  - {genre: answer, basis: x, lead: y, per: week, broadcasts: 1}\n"
        write(station.folder.root, "schedules/targets.yaml", text)
        (figures,) = station.targets(date(2026, 11, 25), date(2026, 11, 25))
        assert figures.title == "Answer to citizens"
        assert figures.advice == ("There is no bulletin that counts. Write one in scripts/ and approve it.",)


class TestCheck:
    def test_a_target_in_danger_is_a_warning(self, station: Station) -> None:
        """`loa check` names file and line, what is short, and what to add; what will be reached is not named."""
        ask(station, "broadcasts: 60, bulletins: 3", per="month")
        (finding,) = [one for one in station.check() if one.file == "schedules/targets.yaml"]
        assert (finding.severity, finding.line) == (Severity.WARNING, 2)
        assert "“Tin tức” stays below its target in month 11 of 2026" in finding.message
        assert "broadcasts: 0 aired and 7 planned of 60" in finding.message
        assert "different bulletins" not in finding.message
        assert finding.advice
        ask(station, "broadcasts: 3", per="month")
        assert not [one for one in station.check() if one.file == "schedules/targets.yaml"]

    def test_quarters_and_years_are_left_to_the_list(self, station: Station) -> None:
        """Their ledger may be long; `loa check` stays quick and `loa targets` tells them."""
        assert ask(station, "broadcasts: 900", per="quarter").state is TargetState.IN_DANGER
        assert not [one for one in station.check() if one.file == "schedules/targets.yaml"]

    def test_a_mistake_in_targets_keeps_nothing_off_the_air(self, station: Station) -> None:
        """It is told by `loa check` and by `loa targets`, also beside a broken station.yaml; the plan goes on."""
        write(station.folder.root, "schedules/targets.yaml", "targets:\n  - topic: tni\n")
        with pytest.raises(InputRefused, match="Did you mean “tin”"):
            station.targets(date(2026, 11, 25), date(2026, 11, 25))
        assert station.plan(date(2026, 11, 25), date(2026, 11, 26))
        assert station.contents().timetable_errors == ()
        assert {one.field for one in station.check() if one.severity is Severity.ERROR} >= {"targets[1].topic"}
        write(station.folder.root, "station.yaml", "name: x\n")
        assert "schedules/targets.yaml" in {one.file for one in station.check()}

    def test_the_plan_must_hold(self, station: Station) -> None:
        """From a timetable with mistakes nothing is reckoned: they are told instead."""
        ask(station, "broadcasts: 3")
        write(station.folder.root, "schedules/x.yaml", "slots:\n  a:\n    programme: nope\n    at: 19:00\n")
        with pytest.raises(InputRefused, match="nope"):
            station.targets(date(2026, 11, 25), date(2026, 11, 25))


def test_figures_are_plain_values(station: Station) -> None:
    """What a report or another program takes has every figure, and lacking follows from the others."""
    log(station, local(23), ("mot", 30.0))
    values = ask(station, "minutes: 40").as_json()
    assert (values["first_day"], values["last_day"], values["per"]) == ("2026-11-23", "2026-11-29", "week")
    (minutes,) = values["measures"]
    assert minutes["done"] == 0.5
    assert minutes["missing"] == pytest.approx(40 - minutes["done"] - minutes["planned"], abs=0.011)
    assert values["state"] == "in-danger"
    assert timedelta(days=6) == date.fromisoformat(values["last_day"]) - date.fromisoformat(values["first_day"])
