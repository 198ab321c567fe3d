"""What an edit changes: added, dropped, moved, changed; each broadcast once, and nothing that stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loa.bulletins import Priority
from loa.timetable import Broadcast, ItemKind, PlannedItem, Problem, QueueEntry, Shelf, Slot, Timetable, WhenBusy, plan
from loa.timetable.difference import Aspect, Change, difference
from tests.timetable.test_plan import MONDAY, ZONE, bulletin, item, shelf_of, slot, timetable

SHELF = shelf_of([bulletin("a"), bulletin("b", topic="khac")])
ITEMS = {"p": [item(ItemKind.BULLETIN, "a")], "q": [item(ItemKind.BULLETIN, "b")]}


def planned(*slots: Slot, queue: tuple[QueueEntry, ...] = (), days: int = 3) -> list[Broadcast]:
    table = timetable(list(slots), ITEMS, queue)
    return plan(table, SHELF, first_day=MONDAY, last_day=MONDAY + timedelta(days=days - 1), zone=ZONE)


def told(old: list[Broadcast], new: list[Broadcast]) -> list[tuple[str, str, tuple[Aspect, ...]]]:
    return [
        (change.change.value, f"{change.broadcast.planned_at:%d %H:%M}", change.what) for change in difference(old, new)
    ]


def test_nothing_changes() -> None:
    """The same plan twice is no change, nor is an audio that became longer or was rendered meanwhile."""
    plans = planned(slot("s", "05:30"))
    assert difference(plans, plans) == []
    longer = [
        replace(one, items=tuple(replace(own, length_s=99, problem=Problem.NOT_RENDERED) for own in one.items))
        for one in plans
    ]
    assert difference(plans, longer) == []


def test_added_and_dropped() -> None:
    """A slot more, a slot less, in order of time."""
    assert told(planned(slot("s", "05:30")), planned(slot("t", "05:00"), days=2)) == [
        ("added", "23 05:00", ()),
        ("dropped", "23 05:30", ()),
        ("added", "24 05:00", ()),
        ("dropped", "24 05:30", ()),
        ("dropped", "25 05:30", ()),
    ]


def test_moved() -> None:
    """Another hour of the same slot on the same day is a move, at its new time; a second hour is added."""
    before = planned(slot("s", "05:30"), days=1)
    assert told(before, planned(slot("s", "06:00"), days=1)) == [("moved", "23 06:00", ())]
    assert told(before, planned(slot("s", "05:30", "06:00"), days=1)) == [("added", "23 06:00", ())]
    moved = difference(before, planned(slot("s", "06:00", "07:00", programme="q"), days=1))
    assert [(one.change, one.what) for one in moved] == [
        (Change.MOVED, (Aspect.PROGRAMME, Aspect.ITEMS)),
        (Change.ADDED, ()),
    ]
    assert moved[0].before == before[0]


def test_changed() -> None:
    """Another programme, other items, priority, another way to meet others: each is named."""
    before = planned(slot("s", "05:30"), days=1)
    assert told(before, planned(slot("s", "05:30", programme="q"), days=1)) == [
        ("changed", "23 05:30", (Aspect.PROGRAMME, Aspect.ITEMS))
    ]
    assert told(before, planned(slot("s", "05:30", priority=Priority.PRIORITY), days=1)) == [
        ("changed", "23 05:30", (Aspect.PRIORITY,))
    ]
    for more in ({"when_busy": WhenBusy.DROP}, {"late_s": 1.0}):
        assert told(before, planned(slot("s", "05:30", **more), days=1)) == [("changed", "23 05:30", (Aspect.MEETING,))]


def test_a_time_signal_follows_its_time() -> None:
    """A broadcast that moves says another time; that is no other item."""
    (before,) = planned(slot("s", "05:30"), days=1)
    signal = PlannedItem(kind=ItemKind.TIME, name="time/Bây giờ là/05")
    old = replace(before, items=(signal, *before.items))
    new = replace(before, items=(replace(signal, name="time/Bây giờ là/06"), *before.items))
    assert difference([old], [new]) == []


def test_queued_broadcasts_are_kept_apart() -> None:
    """One queued broadcast gone and another come on a day are no move of one: they are two bulletins."""

    def entry(queue_id: str, hour: int) -> QueueEntry:
        at = datetime.combine(MONDAY, time(hour), ZONE)
        return QueueEntry(
            queue_id=queue_id, bulletin="a", at=at, added_at=datetime(2026, 1, 1, tzinfo=UTC), added_by=""
        )

    old, new = planned(queue=(entry("x", 8),)), planned(queue=(entry("y", 9),))
    assert [change.change for change in difference(old, new)] == [Change.DROPPED, Change.ADDED]
    assert [one.change for one in difference(old, planned(queue=(entry("x", 9),)))] == [Change.MOVED]


SLOTS = st.lists(
    st.builds(
        lambda number, at, programme: slot(f"s{number}", *at, programme=programme),
        st.integers(0, 3),
        st.lists(st.sampled_from(["05:30", "06:00", "17:30"]), min_size=1, max_size=3, unique=True),
        st.sampled_from(["p", "q"]),
    ),
    max_size=4,
)


@settings(max_examples=80)
@given(old=SLOTS, new=SLOTS)
def test_the_difference_leads_from_one_to_the_other(old: list[Slot], new: list[Slot]) -> None:
    """The old plan, with what is dropped taken out and what is new put in, is the new plan."""
    before, after = planned(*old), planned(*new)
    changes = difference(before, after)
    gone = {change.before.key for change in changes if change.before}
    come = [change.after for change in changes if change.after]
    rebuilt = [one for one in before if one.key not in gone] + come
    assert sorted(rebuilt, key=lambda one: (one.planned_at, one.key)) == after
    assert [change.broadcast.planned_at for change in changes] == sorted(
        change.broadcast.planned_at for change in changes
    )


def test_empty_plans() -> None:
    """No plan at all on one side."""
    assert difference([], []) == []
    only = plan(Timetable(), Shelf(), first_day=date(2026, 1, 1), last_day=date(2026, 1, 2), zone=ZONE)
    assert difference(only, planned(slot("s", "05:30"), days=1))[0].as_json()["change"] == "added"
