"""The next broadcast is the one that the plan has next; a slot that never airs is told."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loa.calendar import DayType
from loa.timetable import DayRule, ItemKind, Programme, ProgrammeItem, Shelf, Slot, SlotException, Timetable, plan
from loa.timetable.check import check_slots_air
from loa.timetable.upcoming import Upcoming

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 11, 23)
PROGRAMMES = {
    name: Programme(name=name, title=name, items=(ProgrammeItem(kind=ItemKind.PAUSE, length_s=2.0),)) for name in "pq"
}


def timetable(*slots: Slot) -> Timetable:
    return Timetable(programmes=PROGRAMMES, slots={slot.name: slot for slot in slots})


RULES = st.builds(
    lambda weekdays, week, lunar, begins, lasts: DayRule(
        weekdays=weekdays,
        week_of_month=week,
        lunar=frozenset() if lunar is None else frozenset({(None, lunar)}),
        first_day=None if begins is None else TODAY + timedelta(days=begins),
        last_day=None if begins is None else TODAY + timedelta(days=begins + lasts),
    ),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from([None, None, 2, -1]),
    st.sampled_from([None, None, 1, 15]),
    st.none() | st.integers(-20, 30),
    st.integers(0, 40),
)
TIMES = st.lists(st.sampled_from([time(5, 30), time(12), time(17, 30)]), min_size=1, max_size=2, unique=True).map(tuple)
EXCEPTIONS = st.one_of(
    st.builds(lambda days: SlotException(days=days, skip=True), RULES),
    st.builds(lambda days, times: SlotException(days=days, times=times), RULES, TIMES),
    st.builds(lambda days: SlotException(days=days, programme="q"), RULES),
)
SLOTS = st.builds(
    lambda number, rule, times, exceptions: Slot(
        name=f"s{number}", programme="p", times=times, days=rule, exceptions=tuple(exceptions)
    ),
    st.integers(0, 5),
    RULES,
    TIMES,
    st.lists(EXCEPTIONS, max_size=2),
)


@settings(max_examples=80)
@given(slots=st.lists(SLOTS, max_size=5), minutes=st.lists(st.integers(0, 40 * 1440), min_size=1, max_size=5))
def test_the_next_is_the_plans_next(slots: list[Slot], minutes: list[int]) -> None:
    """For any slots and any instants, asked in any order, the answer is the first broadcast of the plan after it."""
    table = timetable(*slots)
    planned = plan(table, Shelf(), first_day=TODAY, last_day=TODAY + timedelta(days=120), zone=ZONE, queue_from=None)
    upcoming = Upcoming(table, ZONE)
    begin = datetime.combine(TODAY, time(), ZONE)
    for instant in [
        *(begin + timedelta(minutes=offset) for offset in minutes),
        *(one.planned_at for one in planned[:3]),
    ]:
        expected = next((one for one in planned if one.planned_at > instant), None)
        found = upcoming.next_after(instant)
        if expected is None:
            assert found is None or found[0] > planned[-1].planned_at if planned else True
        else:
            assert found == (expected.planned_at, expected.slot, expected.programme)


def test_nothing_ever() -> None:
    """No slots, or none that airs within three years: nothing is next."""
    now = datetime.combine(TODAY, time(8), ZONE)
    assert Upcoming(timetable(), ZONE).next_after(now) is None
    never = Slot(name="s", programme="p", times=(time(5),), days=DayRule(last_day=TODAY - timedelta(days=1)))
    upcoming = Upcoming(timetable(never), ZONE)
    assert upcoming.next_after(now) is None
    assert upcoming.next_after(now + timedelta(days=1)) is None
    far = Slot(name="s", programme="p", times=(time(5),), days=DayRule(dates=frozenset({date(2029, 11, 1)})))
    assert Upcoming(timetable(far), ZONE).next_after(now) == (datetime(2029, 11, 1, 5, tzinfo=ZONE), "s", "p")


# --------------------------------------------------------------------------- never


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (DayRule(last_day=TODAY - timedelta(days=1)), "until"),
        (DayRule(dates=frozenset({date(2025, 9, 2), date(2026, 9, 2)})), "dates"),
        (DayRule(day_of_month=31, season=((2, 1), (2, 28))), "days"),
        (DayRule(week_of_month=1, day_of_month=20), "days"),
        (DayRule(year_days=frozenset({(9, 2)}), season=((10, 15), (4, 14))), "days"),
        (DayRule(first_day=TODAY, last_day=TODAY + timedelta(days=3), weekdays=frozenset({6})), "days"),
        (DayRule(dates=frozenset({TODAY}), day_types=frozenset({DayType.TET})), "days"),
    ],
)
def test_a_slot_that_never_airs_is_told(rule: DayRule, field: str) -> None:
    """A past end, past dates, rules that exclude each other: one warning with file, line and the field to look at."""
    slot = Slot(name="s", programme="p", times=(time(5),), days=rule, file="schedules/a.yaml", line=7)
    (found,) = check_slots_air(timetable(slot), TODAY)
    assert (found.file, found.line, found.field) == ("schedules/a.yaml", 7, f"slots.s.{field}")
    assert found.severity.value == "warning"
    assert found.advice


@pytest.mark.parametrize(
    "rule",
    [
        DayRule(),
        DayRule(last_day=TODAY),
        DayRule(dates=frozenset({date(2025, 9, 2), TODAY})),
        DayRule(year_days=frozenset({(2, 29)})),
        DayRule(lunar=frozenset({(12, 30)})),
        DayRule(weekdays=frozenset({6}), week_of_month=-1, season=((2, 1), (2, 28))),
        DayRule(day_types=frozenset({DayType.TET})),
        DayRule(first_day=date(2028, 1, 1), every_weeks=52),
    ],
)
def test_a_slot_that_airs_is_left_alone(rule: DayRule) -> None:
    """A slot that airs once in three years is no mistake."""
    assert not list(check_slots_air(timetable(Slot(name="s", programme="p", times=(time(5),), days=rule)), TODAY))


def test_exceptions_that_leave_nothing() -> None:
    """Exceptions that take every day away are named, not the days."""
    slot = Slot(
        name="s",
        programme="p",
        times=(time(5),),
        days=DayRule(weekdays=frozenset({0})),
        exceptions=(SlotException(days=DayRule(weekdays=frozenset({0, 1})), skip=True),),
    )
    (found,) = check_slots_air(timetable(slot), TODAY)
    assert found.field == "slots.s.except"


def test_the_holidays_are_not_loaded_for_nothing() -> None:
    """The package of holidays, slow to load, is left alone where no rule asks for a kind of day."""
    program = """
import sys
from datetime import date, datetime, time
from zoneinfo import ZoneInfo
from loa.timetable import DayRule, Slot, Timetable
from loa.timetable.check import check_slots_air
from loa.timetable.upcoming import Upcoming
rule = DayRule(lunar=frozenset({(None, 15)}))
table = Timetable(slots={"s": Slot(name="s", programme="p", times=(time(5),), days=rule)})
assert not list(check_slots_air(table, date(2026, 11, 23)))
assert Upcoming(table, ZoneInfo("Asia/Ho_Chi_Minh")).next_after(datetime(2026, 11, 23, tzinfo=ZoneInfo("UTC")))
sys.exit("holidays" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
