"""Why a slot airs or not: every rule with its answer, every item with its reason, every neighbour with what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from loa.air_rules import AirRules
from loa.bulletins import Bulletin, Priority
from loa.calendar import DayType, LocalCalendar
from loa.calendar.local_file import AssignedDay
from loa.timetable import (
    Broadcast,
    DayRule,
    IfInterrupted,
    ItemKind,
    ProgrammeItem,
    QueueEntry,
    Shelf,
    Slot,
    SlotException,
    Timetable,
    WhenBusy,
    plan,
)
from loa.timetable.why import why
from loa.timetable.why_days import Step, day_note
from tests.timetable.test_plan import MONDAY, ZONE, bulletin, entry, item, shelf_of, slot, timetable

pytestmark = pytest.mark.usefixtures("english")

TUESDAY = MONDAY + timedelta(days=1)  # 24/11/2026: a public holiday
ITEMS = {"p": [item(ItemKind.BULLETIN, "a")]}


def bulletins(*own: Bulletin) -> Shelf:
    return shelf_of([bulletin("a"), *own])


def assigned(day: date, day_type: DayType, name: str) -> LocalCalendar:
    return LocalCalendar(day_types={day: ((day_type, AssignedDay(name=name, line=4)),)})


def steps(
    table: Timetable,
    shelf: Shelf | None = None,
    *,
    name: str = "s",
    day: date = MONDAY,
    rules: AirRules | None = None,
) -> list[Step]:
    shelf = shelf or bulletins()
    broadcasts: Sequence[Broadcast] = plan(
        table,
        shelf,
        first_day=day - timedelta(days=1),
        last_day=day + timedelta(days=1),
        zone=ZONE,
        queue_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return why(table, shelf, slot=name, day=day, rules=rules or AirRules(), broadcasts=broadcasts)


def of_slot(*, day: date = MONDAY, **more: Any) -> list[Step]:
    return steps(timetable([slot("s", "05:30", **more)], ITEMS), day=day)


def has(found: list[Step], ok: bool | None, *pieces: str) -> bool:
    return any(step.ok is ok and all(piece in step.sentence for piece in pieces) for step in found)


# --------------------------------------------------------------------------- days


def test_the_day_is_told_first() -> None:
    """Weekday, lunar date, kind of day and where it comes from: the calendar, or a line of the local file."""
    assert of_slot(day=MONDAY)[0] == Step(ok=None, sentence="23/11/2026 is Mon, rằm tháng Mười: normal day.")
    assert "public holiday (Ngày Văn hóa Việt Nam)" in of_slot(day=TUESDAY)[0].sentence
    table = timetable([slot("s", "05:30")], ITEMS)
    first = steps(replace(table, calendar=assigned(MONDAY, DayType.EXAM, "Thi")))[0]
    assert first.sentence.endswith("exam week (Thi; schedules/ngay-dac-biet.yaml, line 4).")


@pytest.mark.parametrize(
    ("rule", "ok", "sentence"),
    [
        (DayRule(weekdays=frozenset({1})), False, "23/11/2026 is Mon; the slot airs only on Tue."),
        (DayRule(weekdays=frozenset({0, 6})), True, "23/11/2026 is Mon; the slot airs only on Mon, Sun."),
        (DayRule(lunar=frozenset({(None, 1)})), False, "23/11/2026 is rằm tháng Mười; the slot airs only on mùng 1."),
        (
            DayRule(lunar=frozenset({(3, 10), (None, 15)}), year_days=frozenset({(9, 2)})),
            True,
            "23/11/2026 is rằm tháng Mười; the slot airs only on 2/9, rằm, 10/3 of the lunar calendar.",
        ),
        (DayRule(dates=frozenset({TUESDAY})), False, "23/11/2026; the slot airs only on 24/11/2026."),
        (DayRule(first_day=TUESDAY), False, "23/11/2026; the slot airs only from 24/11/2026 on."),
        (DayRule(last_day=MONDAY), True, "23/11/2026; the slot airs only until 23/11/2026."),
        (
            DayRule(season=((4, 15), (10, 14))),
            False,
            "23/11/2026; the slot airs only from 15/4 to 14/10 of every year.",
        ),
        (
            DayRule(every_weeks=2, first_day=date(2026, 11, 17)),
            False,
            "23/11/2026 lies 1 weeks after the week of 17/11/2026; the slot airs only every 2 weeks from then.",
        ),
        (
            DayRule(week_of_month=-1),
            False,
            "23/11/2026 is Mon number 4 of its month; the slot airs only on the last such weekday of a month.",
        ),
        (
            DayRule(week_of_month=4),
            True,
            "23/11/2026 is Mon number 4 of its month; the slot airs only on number 4 of a month.",
        ),
        (
            DayRule(day_of_month=-1),
            False,
            "23/11/2026 is day 23 of its month; the slot airs only on the last day of a month.",
        ),
        (
            DayRule(day_types=frozenset({DayType.TET, DayType.HOLIDAY})),
            False,
            "23/11/2026 counts as: normal day; the slot airs only on days of this kind: public holiday, Tết.",
        ),
    ],
)
def test_each_rule_with_its_figures(rule: DayRule, ok: bool, sentence: str) -> None:
    """Each rule says what the day is and what is asked for, and whether that fits."""
    found = of_slot(days=rule)
    assert Step(ok=ok, sentence=sentence) in found
    assert has(found, False, "The slot does not air on this day.") is not ok
    assert has(found, True, "05:30: “p” airs") is ok


def test_all_rules_are_told_not_only_the_first_that_fails() -> None:
    """A slot kept off by two rules names both, and those that hold."""
    rule = DayRule(weekdays=frozenset({1}), day_of_month=5, first_day=MONDAY)
    answers = [step.ok for step in of_slot(days=rule)[1:]]
    assert answers == [False, True, False, False]


@pytest.mark.parametrize("offset", range(0, 400, 7))
def test_the_steps_agree_with_the_plan(offset: int) -> None:
    """On any day the steps against it and the plan say the same."""
    day = MONDAY + timedelta(days=offset)
    rule = DayRule(weekdays=frozenset({0}), season=((10, 15), (4, 14)), every_weeks=2, first_day=MONDAY)
    found = of_slot(days=rule, day=day)
    airs = rule.fits(day, Timetable().types)
    assert has(found, True, "“p” airs") is airs
    assert any(step.ok is False for step in found) is not airs


# --------------------------------------------------------------------------- exceptions


def exception(**more: object) -> SlotException:
    made = SlotException(days=DayRule(day_types=frozenset({DayType.HOLIDAY})), file="schedules/a.yaml", line=9)
    return replace(made, **more)  # type: ignore[arg-type]


def test_an_exception_that_counts() -> None:
    """Left out, moved or replaced: with the line it stands in and why it counts; on other days, that none counts."""
    left_out = of_slot(day=TUESDAY, exceptions=(exception(skip=True),))
    assert has(left_out, False, "schedules/a.yaml, line 9 counts: nothing is aired")
    assert has(left_out, None, "counts as: public holiday; the exception counts only on days of this kind")
    assert has(left_out, False, "does not air on this day")
    moved = of_slot(day=TUESDAY, exceptions=(exception(times=(time(7), time(8))),))
    assert has(moved, None, "line 9 counts: it airs at 07:00, 08:00 instead of 05:30")
    assert has(moved, True, "08:00: “p” airs")
    replaced = of_slot(day=TUESDAY, exceptions=(exception(programme="q"),))
    assert has(replaced, None, "airs the programme “q” instead of “p”")
    assert has(replaced, False, "05:30: there is no programme “q”")
    assert has(of_slot(exceptions=(exception(skip=True),)), True, "None of the slot's 1 exceptions counts")


# --------------------------------------------------------------------------- items


def test_each_item_with_its_reason() -> None:
    """Ready with its length and who approved it; not approved, edited, expired, not yet valid, not rendered, missing."""
    shelf = shelf_of(
        [bulletin(name) for name in ("tot", "moi", "sua", "cu", "mai", "cho")],
        unapproved=("moi",),
        unrendered=("cho",),
    )
    own = dict(shelf.bulletins)
    own["sua"] = replace(own["sua"], body="khác")
    own["cu"] = replace(own["cu"], valid_until=MONDAY - timedelta(days=1))
    own["mai"] = replace(own["mai"], valid_from=TUESDAY)
    names = [*own, "khong-co"]
    table = timetable([slot("s", "05:30")], {"p": [item(ItemKind.BULLETIN, name) for name in names]})
    found = steps(table, replace(shelf, bulletins=own))
    assert has(found, True, "“tot”: ready, 0:10; approved by Chủ tịch.")
    assert has(found, False, "“moi”: not approved; read it through and type: loa approve moi")
    assert has(found, False, "“sua”: not approved: the text was edited after Chủ tịch approved it")
    assert has(found, False, "“cu”: expired: valid until 22/11/2026")
    assert has(found, False, "“mai”: not valid yet: valid from 24/11/2026")
    assert has(found, False, "“cho”: no audio yet")
    assert has(found, False, "“khong-co”: there is nothing of this name")


def test_the_place_in_the_rotation_and_the_queue() -> None:
    """A drawn bulletin says which of how many it is; a queued one whose entry; an empty topic that it is empty."""
    items = [item(ItemKind.NEXT, "tin"), item(ItemKind.NEXT, "trong"), item(ItemKind.QUEUE, count=1)]
    shelf = shelf_of([bulletin("a"), bulletin("b"), bulletin("c"), bulletin("x", topic="khac")])
    asked = entry("q1", "x", added=datetime(2026, 11, 22, tzinfo=UTC))
    table = timetable([slot("s", "05:30", days=DayRule(first_day=MONDAY))], {"p": items}, (asked,))
    found = steps(table, shelf)
    assert has(found, True, "“a”: ready, 0:10; next of topic “tin”, number 1 of 3 in turn")
    assert has(found, True, "“x”: ready, 0:10; from the queue, entry q1 of Hoa")
    assert has(found, None, "Topic “trong”: no approved bulletin is valid on this day.")
    assert has(steps(table, shelf, day=TUESDAY), None, "The queue has nothing for this broadcast.")


def test_state_mourning() -> None:
    """What is left out in mourning is named, with the reason; a programme of music alone airs nothing."""
    items = [
        ProgrammeItem(kind=ItemKind.MUSIC, name="audio/nhac.wav"),
        item(ItemKind.NEXT, "vui"),
        item(ItemKind.BULLETIN, "a"),
    ]
    slots = [slot("s", "05:30"), slot("nhac", "06:00", programme="m")]
    table = replace(
        timetable(slots, {"p": items, "m": items[:1]}), calendar=assigned(MONDAY, DayType.MOURNING, "Quốc tang")
    )
    shelf = replace(bulletins(bulletin("cuoi", topic="vui")), entertainment=frozenset({"vui"}))
    found = steps(table, shelf)
    assert has(found, None, "“audio/nhac.wav” is music and left out in state mourning.")
    assert has(found, None, "“vui” is entertainment and left out in state mourning.")
    assert has(found, True, "“a”: ready")
    assert has(steps(table, shelf, name="nhac"), False, "06:00: the programme “m” has nothing to say on this day")
    assert not has(steps(table, shelf, day=TUESDAY), None, "mourning")


# --------------------------------------------------------------------------- air rules and neighbours


def test_the_air_rules() -> None:
    """Quiet hours, weekdays, length, whole day and gap: with the figures."""
    table = timetable([slot("s", "04:30"), slot("t", "04:31")], ITEMS)
    rules = AirRules(
        longest_session_s=5,
        longest_day_s=15,
        shortest_gap_s=300,
        weekdays=frozenset({1}),
        quiet_hours=((time(21), time(5)),),
    )
    found = steps(table, rules=rules)
    assert has(found, False, "From 04:30 to 04:30:10 it lies in quiet hours (21:00-05:00).")
    assert has(found, False, "The station does not air on this weekday")
    assert has(found, False, "It takes 0:10; 0:05 are allowed at once.")
    assert has(found, False, "The whole day has 0:20; 0:15 are allowed.")
    assert has(found, False, "Only 0:50 lie between it and “p” at 04:31; 5:00 are wanted.")
    kind = steps(timetable([slot("s", "05:30")], ITEMS))
    assert all(step.ok is not False for step in kind)
    assert has(kind, True, "keeps clear of quiet hours")


LONG = {"p": [item(ItemKind.BULLETIN, "a")], "long": [item(ItemKind.BULLETIN, "lau")]}


@pytest.mark.parametrize(
    ("later", "earlier", "ok", "sentence"),
    [
        ({}, {}, None, "waits and begins at 05:40:00"),
        ({"late_s": 60.0}, {}, False, "would begin 9:00 late; allowed are 1:00, so it is not aired"),
        ({"when_busy": WhenBusy.DROP}, {}, False, "is not aired (when_busy: drop)"),
        (
            {"when_busy": WhenBusy.INTERRUPT, "wait_s": 120.0},
            {},
            None,
            "cuts in at 05:33:00; the earlier one is given up",
        ),
        (
            {"when_busy": WhenBusy.INTERRUPT},
            {"if_interrupted": IfInterrupted.RESUME},
            None,
            "cuts in at 05:31:00; the earlier one goes on after it, at the sentence that was cut",
        ),
        ({"when_busy": WhenBusy.INTERRUPT}, {"priority": Priority.PRIORITY}, None, "waits and begins at 05:40:00"),
    ],
)
def test_two_broadcasts_meet(later: dict[str, Any], earlier: dict[str, Any], ok: bool | None, sentence: str) -> None:
    """An overlap says what follows from the slots' own words, and speaks against the one that is not heard whole."""
    shelf = bulletins(bulletin("lau"))
    shelf = replace(shelf, lengths_s={**shelf.lengths_s, "lau": 600.0})
    slots: list[Slot] = [slot("lau", "05:30", programme="long", **earlier), slot("s", "05:31", **later)]
    found = steps(timetable(slots, LONG), shelf)
    assert has(found, ok, "“long” is still on the air until 05:40:00 when “p” is due at 05:31", sentence)
    if "given up" in sentence:
        assert has(steps(timetable(slots, LONG), shelf, name="lau"), False, sentence)


def test_queued_entries_are_neighbours_too() -> None:
    """A queued broadcast at its own time counts as an overlap."""
    asked = QueueEntry(
        queue_id="q",
        bulletin="a",
        at=datetime.combine(MONDAY, time(5, 30, 5), ZONE),
        added_at=datetime(2026, 1, 1, tzinfo=UTC),
        added_by="",
    )
    assert has(steps(timetable([slot("s", "05:30")], ITEMS, (asked,))), None, "“p” is still on the air until")


def test_day_notes() -> None:
    """A day like any other has no note; mùng một, rằm, Tết, holidays and assigned days have one."""
    types = Timetable().types
    assert day_note(date(2026, 11, 25), types) == ""
    assert day_note(MONDAY, types) == "rằm tháng Mười"
    assert day_note(TUESDAY, types) == "Ngày Văn hóa Việt Nam"
    assert day_note(date(2027, 2, 6), types) == "mùng một tháng Giêng, Tết"
    mourned = Timetable(calendar=assigned(TUESDAY, DayType.MOURNING, "Quốc tang"))
    assert day_note(TUESDAY, mourned.types) == "state mourning"


def test_no_such_slot() -> None:
    """A slot that is not there is a KeyError here; the station tells it with the near names."""
    with pytest.raises(KeyError):
        steps(timetable([], ITEMS))
