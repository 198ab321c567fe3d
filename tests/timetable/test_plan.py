"""The plan: pure, the same whole or in parts, fair to every bulletin, and true to a calendar counted by hand."""

from __future__ import annotations

import calendar
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loa.bulletins import Approval, Bulletin, Genre, Priority
from loa.timetable import (
    Broadcast,
    DayRule,
    ItemKind,
    Problem,
    Programme,
    ProgrammeItem,
    QueueEntry,
    Shelf,
    Slot,
    Timetable,
    plan,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 11, 23)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def bulletin(name: str, *, topic: str = "tin", priority: Priority = Priority.NORMAL) -> Bulletin:
    return Bulletin(
        name=name,
        title=name,
        topic=topic,
        genre=Genre.NEWS,
        author="Hoa",
        priority=priority,
        language="vi",
        valid_from=None,
        valid_until=None,
        body=name * 5,
        body_line=1,
        recording="",
        recording_sha256="",
    )


def shelf_of(bulletins: list[Bulletin], *, unapproved: tuple[str, ...] = (), unrendered: tuple[str, ...] = ()) -> Shelf:
    return Shelf(
        bulletins={one.name: one for one in bulletins},
        approvals={
            one.name: Approval(bulletin=one.name, text_hash=one.text_hash, person="Chủ tịch", row=1)
            for one in bulletins
            if one.name not in unapproved
        },
        lengths_s={one.name: 10.0 for one in bulletins if one.name not in unrendered},
    )


def item(kind: ItemKind, name: str = "", count: int = 1) -> ProgrammeItem:
    return ProgrammeItem(kind=kind, name=name, count=count, length_s=2.0)


def timetable(
    slots: list[Slot], items: dict[str, list[ProgrammeItem]], queue: tuple[QueueEntry, ...] = ()
) -> Timetable:
    return Timetable(
        programmes={name: Programme(name=name, title=name, items=tuple(own)) for name, own in items.items()},
        slots={slot.name: slot for slot in slots},
        queue=queue,
    )


def slot(name: str, *at: str, programme: str = "p", **more: object) -> Slot:
    return replace(
        Slot(name=name, programme=programme, times=tuple(time.fromisoformat(one) for one in at)),
        **more,  # type: ignore[arg-type]
    )


def entry(queue_id: str, name: str, *, at: datetime | None = None, added: datetime | None = None) -> QueueEntry:
    return QueueEntry(queue_id=queue_id, bulletin=name, at=at, added_at=added or instant("00:00"), added_by="Hoa")


def instant(at: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), ZONE)


def names(broadcasts: list[Broadcast]) -> list[str]:
    return [one.name for broadcast in broadcasts for one in broadcast.items if one.kind is ItemKind.BULLETIN]


# --------------------------------------------------------------------------- which days


@given(
    first=DAYS,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    week=st.sampled_from([None, None, 1, 2, 3, 4, -1]),
    day_of_month=st.none() | st.integers(1, 31),
    begins=st.none() | DAYS,
    ends=st.none() | DAYS,
)
def test_days_are_those_of_a_calendar(
    first: date,
    weekdays: frozenset[int],
    week: int | None,
    day_of_month: int | None,
    begins: date | None,
    ends: date | None,
) -> None:
    """Weekday, week of the month, day of the month and date range agree with the calendar counted by hand."""
    one = slot(
        "s",
        "05:30",
        days=DayRule(
            weekdays=weekdays,
            week_of_month=week,
            day_of_month=day_of_month,
            first_day=begins,
            last_day=ends,
        ),
    )
    last = first + timedelta(days=70)
    planned = plan(timetable([one], {"p": [item(ItemKind.PAUSE)]}), Shelf(), first_day=first, last_day=last, zone=ZONE)
    expected = []
    for year, month in sorted(
        {((first + timedelta(days=n)).year, (first + timedelta(days=n)).month) for n in range(71)}
    ):
        weeks = calendar.Calendar().monthdayscalendar(year, month)
        for weekday in weekdays:
            own = [days[weekday] for days in weeks if days[weekday]]
            chosen = own if week is None else own[-1:] if week == -1 else own[week - 1 : week]
            expected += [date(year, month, day) for day in chosen if day_of_month in {None, day}]
    expected = sorted(
        day
        for day in expected
        if first <= day <= last and (begins is None or begins <= day) and (ends is None or day <= ends)
    )
    assert [broadcast.planned_at.date() for broadcast in planned] == expected
    assert {broadcast.planned_at.timetz() for broadcast in planned} <= {time(5, 30, tzinfo=ZONE)}


# --------------------------------------------------------------------------- purity

ITEMS = st.lists(
    st.sampled_from(
        [
            item(ItemKind.NEXT, "tin"),
            item(ItemKind.NEXT, "tin", 3),
            item(ItemKind.NEXT, "cchc", 2),
            item(ItemKind.NEXT, "none"),
            item(ItemKind.QUEUE, count=2),
            item(ItemKind.BULLETIN, "a1"),
            item(ItemKind.BULLETIN, "missing"),
            item(ItemKind.PAUSE),
        ]
    ),
    min_size=1,
    max_size=4,
)
SLOTS = st.builds(
    lambda number, programme, at, weekdays, week: slot(
        f"s{number}", *at, programme=programme, days=DayRule(weekdays=weekdays, week_of_month=week)
    ),
    st.integers(0, 5),
    st.sampled_from(["p", "q", "absent"]),
    st.lists(st.sampled_from(["05:30", "12:00", "17:30"]), min_size=1, max_size=2, unique=True),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from([None, 2, -1]),
)
SHELF = shelf_of(
    [bulletin(f"a{n}") for n in range(4)]
    + [bulletin(f"b{n}", topic="cchc") for n in range(3)]
    + [replace(bulletin("c"), valid_until=date(2026, 12, 30)), bulletin("khan", priority=Priority.EMERGENCY)],
    unapproved=("a3",),
)
QUEUES = st.lists(
    st.builds(
        lambda name, hours, own: (name, hours, own),
        st.sampled_from(["a0", "b1", "a3", "missing"]),
        st.integers(0, 400),
        st.none() | st.integers(0, 600),
    ),
    max_size=5,
).map(
    lambda rows: tuple(
        entry(
            f"q{number}",
            name,
            at=None if own is None else datetime(2026, 12, 20, tzinfo=UTC) + timedelta(hours=own),
            added=datetime(2026, 12, 20, tzinfo=UTC) + timedelta(hours=hours),
        )
        for number, (name, hours, own) in enumerate(rows)
    )
)


@settings(max_examples=150)
@given(
    slots=st.lists(SLOTS, max_size=5),
    p=ITEMS,
    q=ITEMS,
    queue=QUEUES,
    offset=st.integers(0, 20),
    length=st.integers(0, 12),
    served=st.none() | st.integers(0, 500),
)
def test_a_part_is_the_same_as_the_whole(
    slots: list[Slot],
    p: list[ProgrammeItem],
    q: list[ProgrammeItem],
    queue: tuple[QueueEntry, ...],
    offset: int,
    length: int,
    served: int | None,
) -> None:
    """Planning some days gives the broadcasts that planning all days gives for them, over New Year too, with a queue."""
    whole_first, whole_last = date(2026, 12, 18), date(2027, 1, 20)
    table = timetable(slots, {"p": p, "q": q}, queue)
    queue_from = None if served is None else datetime(2026, 12, 18, tzinfo=ZONE) + timedelta(hours=served)
    whole = plan(table, SHELF, first_day=whole_first, last_day=whole_last, zone=ZONE, queue_from=queue_from)
    assert whole == plan(table, SHELF, first_day=whole_first, last_day=whole_last, zone=ZONE, queue_from=queue_from)
    first = whole_first + timedelta(days=offset)
    last = first + timedelta(days=length)
    part = plan(table, SHELF, first_day=first, last_day=last, zone=ZONE, queue_from=queue_from)
    assert part == [broadcast for broadcast in whole if first <= broadcast.planned_at.date() <= last]
    keys = [broadcast.key for broadcast in whole]
    assert len(set(keys)) == len(keys)
    assert [broadcast.planned_at for broadcast in whole] == sorted(broadcast.planned_at for broadcast in whole)
    queued = Counter(one.queue_id for broadcast in whole for one in broadcast.items if one.queue_id)
    assert not queued or max(queued.values()) == 1
    assert "khan" not in names(whole)


# --------------------------------------------------------------------------- rotation


@given(
    count=st.integers(1, 7),
    per_draw=st.integers(1, 3),
    times=st.integers(1, 3),
    start=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
)
def test_every_bulletin_has_its_turn(count: int, per_draw: int, times: int, start: date) -> None:
    """Inside a year each bulletin of a topic airs once before any airs twice; none twice in one broadcast."""
    shelf = shelf_of([bulletin(f"a{n}") for n in range(count)])
    at = ["05:30", "12:00", "17:30"][:times]
    table = timetable([slot("s", *at)], {"p": [item(ItemKind.NEXT, "tin", per_draw)]})
    planned = plan(table, shelf, first_day=start, last_day=start + timedelta(days=20), zone=ZONE)
    for broadcast in planned:
        own = names([broadcast])
        assert len(own) == len(set(own)) == min(per_draw, count)
    assume(per_draw <= count)
    said = names(planned)
    for begin in range(len(said) - count + 1):
        assert len(set(said[begin : begin + count])) == count


def test_who_is_not_drawn() -> None:
    """Emergency bulletins, those a programme names itself, unapproved, expired and other topics' are never drawn."""
    shelf = shelf_of(
        [
            bulletin("a"),
            bulletin("chao"),
            bulletin("khan", priority=Priority.EMERGENCY),
            bulletin("moi"),
            replace(bulletin("cu"), valid_until=MONDAY - timedelta(days=1)),
            bulletin("khac", topic="khac"),
        ],
        unapproved=("moi",),
    )
    table = timetable(
        [slot("s", "05:30"), slot("t", "12:00", programme="named")],
        {"p": [item(ItemKind.NEXT, "tin", 9)], "named": [item(ItemKind.BULLETIN, "chao")]},
    )
    planned = plan(table, shelf, first_day=MONDAY, last_day=MONDAY, zone=ZONE)
    assert names(planned) == ["a", "chao"]


def test_an_edit_takes_a_bulletin_off() -> None:
    """An approval that does not cover the present text is none."""
    shelf = shelf_of([bulletin("a"), bulletin("b")])
    edited = replace(shelf, bulletins={**shelf.bulletins, "a": replace(bulletin("a"), body="khác")})
    table = timetable([slot("s", "05:30")], {"p": [item(ItemKind.NEXT, "tin", 2), item(ItemKind.BULLETIN, "a")]})
    (broadcast,) = plan(table, edited, first_day=MONDAY, last_day=MONDAY, zone=ZONE)
    assert [(one.name, one.problem) for one in broadcast.items] == [
        ("b", Problem.NONE),
        ("a", Problem.NOT_APPROVED),
    ]


# --------------------------------------------------------------------------- items


def test_items_carry_their_problem() -> None:
    """What cannot air is planned with the reason, and takes no time; what can has its real length."""
    shelf = shelf_of(
        [bulletin("tot"), bulletin("moi"), bulletin("cu"), bulletin("cho")], unapproved=("moi",), unrendered=("cho",)
    )
    shelf = replace(
        shelf,
        bulletins={**shelf.bulletins, "cu": replace(bulletin("cu"), valid_from=MONDAY + timedelta(days=1))},
        lengths_s={**shelf.lengths_s, "audio/nhac.flac": 3.5},
    )
    wanted = ["tot", "moi", "cu", "cho", "mat"]
    items = [item(ItemKind.BULLETIN, name) for name in wanted]
    items += [item(ItemKind.AUDIO, "audio/nhac.flac"), item(ItemKind.AUDIO, "audio/mat.flac"), item(ItemKind.PAUSE)]
    (broadcast,) = plan(
        timetable([slot("s", "05:30")], {"p": items}), shelf, first_day=MONDAY, last_day=MONDAY, zone=ZONE
    )
    assert [one.problem for one in broadcast.items] == [
        Problem.NONE,
        Problem.NOT_APPROVED,
        Problem.NOT_VALID,
        Problem.NOT_RENDERED,
        Problem.MISSING,
        Problem.NONE,
        Problem.MISSING,
        Problem.NONE,
    ]
    assert broadcast.planned_s == 10.0 + 3.5 + 2.0
    assert broadcast.planned_end == instant("05:30") + timedelta(seconds=15.5)
    assert broadcast.items[3].length_s > 0
    assert broadcast.key == "s@2026-11-23T05:30:00+07:00"


# --------------------------------------------------------------------------- the queue

QUEUE_ITEMS = [item(ItemKind.QUEUE, count=2), item(ItemKind.PAUSE)]


def test_the_queue_goes_into_the_first_programme_with_room() -> None:
    """In order, two a programme, each once; the programme airs only where something is queued."""
    queue = tuple(entry(f"q{n}", "a") for n in range(5))
    table = timetable([slot("s", "05:30", "12:00")], {"p": QUEUE_ITEMS}, queue)
    planned = plan(
        table,
        shelf_of([bulletin("a")]),
        first_day=MONDAY,
        last_day=MONDAY + timedelta(days=3),
        zone=ZONE,
        queue_from=instant("00:00"),
    )
    taken = [[one.queue_id for one in broadcast.items if one.queue_id] for broadcast in planned]
    assert taken == [["q0", "q1"], ["q2", "q3"], ["q4"]]


@pytest.mark.parametrize(("added", "served"), [("05:31", "00:00"), ("00:00", "05:31"), ("12:00", "12:00")])
def test_nothing_is_queued_into_the_past(added: str, served: str) -> None:
    """A programme before the entry was made, or before the queue is served, does not take it."""
    table = timetable([slot("s", "05:30", "12:00")], {"p": QUEUE_ITEMS}, (entry("q", "a", added=instant(added)),))
    planned = plan(
        table,
        shelf_of([bulletin("a")]),
        first_day=MONDAY,
        last_day=MONDAY,
        zone=ZONE,
        queue_from=instant(served),
    )
    assert [broadcast.planned_at for broadcast in planned] == [instant("12:00")]


def test_a_time_of_its_own() -> None:
    """Such an entry is a broadcast for itself, also without serving the queue, on its own local day alone."""
    at = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # half past midnight of the 24th in the station's zone
    table = timetable([slot("s", "05:30")], {"p": QUEUE_ITEMS}, (entry("q", "a", at=at),))
    shelf = shelf_of([bulletin("a", priority=Priority.PRIORITY)])
    assert plan(table, shelf, first_day=MONDAY, last_day=MONDAY, zone=ZONE) == []
    tuesday = MONDAY + timedelta(days=1)
    for served in (None, instant("00:00")):
        (broadcast,) = plan(table, shelf, first_day=tuesday, last_day=tuesday, zone=ZONE, queue_from=served)
        assert broadcast.key == "queue-q@2026-11-24T00:30:00+07:00"
        assert (broadcast.priority, broadcast.title, broadcast.planned_s) == (Priority.PRIORITY, "a", 10.0)


def test_a_queued_bulletin_that_cannot_air_says_why() -> None:
    """Its problem is on the item, as for any other."""
    table = timetable([slot("s", "05:30")], {"p": QUEUE_ITEMS}, (entry("q", "a"), entry("r", "mat")))
    (broadcast,) = plan(
        table,
        shelf_of([bulletin("a")], unapproved=("a",)),
        first_day=MONDAY,
        last_day=MONDAY,
        zone=ZONE,
        queue_from=instant("00:00"),
    )
    assert [one.problem for one in broadcast.items if one.queue_id] == [Problem.NOT_APPROVED, Problem.MISSING]


def test_json_is_plain() -> None:
    """What goes to --json and into the ledger is plain values and keeps the instant."""
    table = timetable([slot("s", "05:30")], {"p": [item(ItemKind.BULLETIN, "a")]})
    (broadcast,) = plan(table, shelf_of([bulletin("a")]), first_day=MONDAY, last_day=MONDAY, zone=ZONE)
    plain = broadcast.as_json()
    assert plain["planned_at"] == "2026-11-23T05:30:00+07:00"
    assert plain["items"][0]["problem"] == ""
    assert plain["items"][0]["approved_by"] == "Chủ tịch"


def test_priority_bulletins_of_the_queue_come_first() -> None:
    """Circular 39/2020: what is ưu tiên is aired first; among equals, who came first. What finds no room waits."""
    shelf = shelf_of([bulletin("a"), bulletin("b"), bulletin("c", priority=Priority.PRIORITY), bulletin("d")])
    queue = (entry("1", "a"), entry("2", "b"), entry("3", "c"), entry("4", "d"))
    table = timetable([slot("s", "05:30"), slot("t", "06:30")], {"p": [item(ItemKind.QUEUE, count=3)]}, queue)
    planned = plan(table, shelf, first_day=MONDAY, last_day=MONDAY, zone=ZONE, queue_from=instant("00:00"))
    assert names(planned) == ["c", "a", "b", "d"]
