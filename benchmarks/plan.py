"""How fast the timetable answers: ``python -m benchmarks.plan``.

- One year of a busy station, forty broadcasts a day with five items each; the baseline finds the same instants the
  plain way, by asking every slot at every minute of the year; it draws no items, so it has less to do.
- The next broadcast of 2,000 slots, beside the earliest answer of 2,000 rules of dateutil and of 2,000 triggers of
  APScheduler (only rules that they can express).
- The days of a year by those rules, the three beside each other.
- What `loa check` asks of 2,000 bulletins and 500 slots over five weeks.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from dateutil import rrule  # type: ignore[import-untyped]

from loa.air_rules import AirRules
from loa.bulletins import Approval, Bulletin, Genre, Priority
from loa.timetable import (
    DayRule,
    ItemKind,
    Programme,
    ProgrammeItem,
    Shelf,
    Slot,
    SlotException,
    Timetable,
    check_broadcasts,
    check_references,
    check_validity,
    plan,
)
from loa.timetable.check import check_slots_air
from loa.timetable.upcoming import Upcoming

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = 2026
SLOTS = 40
TOPICS = 5
PER_TOPIC = 30
MANY_SLOTS = 2000
CHECKED_SLOTS, CHECKED_BULLETINS, CHECKED_DAYS = 500, 2000, 35
TODAY = date(YEAR, 11, 23)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", -1: "last"}
EVERY_DAY = frozenset(range(7))


def shelf_of(names: list[str]) -> Shelf:
    """Return a shelf of approved and finished bulletins; the topic stands before the hyphen of the name."""
    bulletins = {
        name: Bulletin(
            name=name,
            title=name,
            topic=name.partition("-")[0],
            genre=Genre.NEWS,
            author="",
            priority=Priority.NORMAL,
            language="vi",
            valid_from=None,
            valid_until=None,
            body=name * 20,
            body_line=1,
            recording="",
            recording_sha256="",
        )
        for name in names
    }
    return Shelf(
        bulletins=bulletins,
        approvals={
            name: Approval(bulletin=name, text_hash=one.text_hash, person="Lan", row=1)
            for name, one in bulletins.items()
        },
        lengths_s=dict.fromkeys(bulletins, 60.0),
    )


def programme(name: str) -> Programme:
    """Return a programme that draws from five topics."""
    items = tuple(ProgrammeItem(kind=ItemKind.NEXT, name=f"t{topic}") for topic in range(TOPICS))
    return Programme(name=name, title=name, items=items)


def busy_station() -> tuple[Timetable, Shelf]:
    """Return forty daily slots of one programme that draws from five topics, and 150 approved bulletins."""
    shelf = shelf_of([f"t{topic}-{number}" for topic in range(TOPICS) for number in range(PER_TOPIC)])
    slots = {
        f"s{number}": Slot(name=f"s{number}", programme="p", times=(time_of_day(5 + number // 3, number % 3 * 20),))
        for number in range(SLOTS)
    }
    return Timetable(programmes={"p": programme("p")}, slots=slots), shelf


def expressible(dice: random.Random) -> DayRule:
    """Return a rule that dateutil and APScheduler can express too."""
    weekdays = frozenset(dice.sample(range(7), dice.randint(1, 5)))
    begins = TODAY + timedelta(days=dice.randint(-900, 200))
    match dice.randrange(4):
        case 0:
            return DayRule(weekdays=weekdays)
        case 1:
            return DayRule(weekdays=frozenset({min(weekdays)}), week_of_month=dice.choice([1, 2, 3, 4, -1]))
        case 2:
            return DayRule(day_of_month=dice.choice([*range(1, 29), -1]))
        case _:
            return DayRule(weekdays=weekdays, first_day=begins, last_day=begins + timedelta(days=1200))


def as_rrule(rule: DayRule, at: time_of_day) -> Any:
    """Return the rule as dateutil has it."""
    first = rule.first_day or date(YEAR, 1, 1)
    until = rule.last_day or date(YEAR + 3, 12, 31)
    more: dict[str, Any] = {"freq": rrule.DAILY}
    if rule.week_of_month is not None:
        nth = [rrule.weekday(number, rule.week_of_month) for number in sorted(rule.weekdays)]
        more = {"freq": rrule.MONTHLY, "byweekday": nth}
    elif rule.weekdays != EVERY_DAY:
        more["byweekday"] = sorted(rule.weekdays)
    if rule.day_of_month is not None:
        more["bymonthday"] = rule.day_of_month
    begin, end = datetime.combine(first, at), datetime.combine(until, at)
    return rrule.rrule(dtstart=begin, until=end, cache=True, **more)


def as_cron(rule: DayRule, at: time_of_day) -> Any:
    """Return the rule as APScheduler has it."""
    names = ",".join(NAMES[number] for number in sorted(rule.weekdays))
    more: dict[str, Any] = {"day_of_week": names} if rule.weekdays != EVERY_DAY else {}
    if rule.week_of_month is not None:
        more = {"day": ",".join(f"{ORDINALS[rule.week_of_month]} {NAMES[one]}" for one in sorted(rule.weekdays))}
    if rule.day_of_month is not None:
        more["day"] = "last" if rule.day_of_month == -1 else rule.day_of_month
    return CronTrigger(
        hour=at.hour,
        minute=at.minute,
        timezone=ZONE,
        start_date=rule.first_day and datetime.combine(rule.first_day, time_of_day(), ZONE),
        end_date=rule.last_day and datetime.combine(rule.last_day, time_of_day(23, 59), ZONE),
        **more,
    )


def minute_by_minute(timetable: Timetable) -> list[tuple[datetime, str]]:
    """Return every (instant, slot) of the year by asking each slot at each minute."""
    found = []
    types = timetable.types
    at = datetime(YEAR, 1, 1, tzinfo=ZONE)
    while at.year == YEAR:
        clock = at.time()
        found += [
            (at, slot.name)
            for slot in timetable.slots.values()
            if clock in slot.times and slot.days.fits(at.date(), types)
        ]
        at += timedelta(minutes=1)
    return found


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that `work` takes, and what it returns."""
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def show(name: str, value_s: float, **more: float) -> None:
    """Print one figure."""
    print(json.dumps({"name": name, "value_s": round(value_s, 6)} | {key: round(one, 6) for key, one in more.items()}))


def plan_of_a_year() -> None:
    """Plan a year both ways and check that they agree."""
    timetable, shelf = busy_station()
    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)
    plan_s, planned = timed(lambda: plan(timetable, shelf, first_day=first, last_day=last, zone=ZONE))
    plain_s, plain = timed(lambda: minute_by_minute(timetable))
    assert sorted((one.planned_at, one.slot) for one in planned) == sorted(plain)
    assert len(planned) == SLOTS * 365
    day_s, december = timed(lambda: plan(timetable, shelf, first_day=last, last_day=last, zone=ZONE))
    assert december == planned[-SLOTS:]
    show("plan of a year", plan_s, wanted=0.5, baseline=plain_s)
    show("plan of 31 December", day_s, baseline=plain_s / 365)


def next_of_many() -> None:
    """Ask for the next broadcast of 2,000 slots, at a thousand instants of a year, and compare fifty of the answers."""
    dice = random.Random(5)  # noqa: S311 - the same dice every time
    slots = {}
    for number in range(MANY_SLOTS):
        at = time_of_day(dice.randrange(5, 21), dice.randrange(60))
        slots[f"s{number}"] = Slot(name=f"s{number}", programme="p", times=(at,), days=expressible(dice))
    timetable = Timetable(programmes={"p": programme("p")}, slots=slots)
    made_s, upcoming = timed(lambda: Upcoming(timetable, ZONE))
    show("next broadcast: making ready", made_s)
    begin = datetime.combine(TODAY, time_of_day(), ZONE)
    instants = [begin + timedelta(minutes=dice.randrange(365 * 1440)) for _number in range(1000)]
    asked = sorted(timed(partial(upcoming.next_after, at))[0] for at in instants)
    first_s, _first = timed(partial(Upcoming(timetable, ZONE).next_after, begin))
    show("next broadcast, first asked", first_s, wanted=0.001)
    show("next broadcast", median(asked), wanted=0.001, mean=mean(asked), worst=asked[-1])
    rules = [as_rrule(slot.days, slot.times[0]) for slot in slots.values()]
    crons = [as_cron(slot.days, slot.times[0]) for slot in slots.values()]

    def by_rrule(at: datetime) -> datetime:
        found = (rule.after(at.replace(tzinfo=None)) for rule in rules)
        first: datetime = min(one for one in found if one is not None)
        return first.replace(tzinfo=ZONE)

    def by_cron(at: datetime) -> datetime:
        found = (cron.get_next_fire_time(None, at + timedelta(microseconds=1)) for cron in crons)
        first: datetime = min(one for one in found if one is not None)
        return first

    for instant in instants[:10]:
        rrule_s, theirs = timed(partial(by_rrule, instant))
        cron_s, triggers = timed(partial(by_cron, instant))
        ours = upcoming.next_after(instant)
        assert ours is not None
        assert ours[0] == theirs == triggers, (instant, ours, theirs, triggers)
    show("next broadcast by dateutil, the last of ten", rrule_s)
    show("next broadcast by CronTrigger, the last of ten", cron_s)


def days_of_a_year() -> None:
    """Find the days of a year for two hundred rules, three ways, and check that they agree."""
    dice = random.Random(6)  # noqa: S311 - the same dice every time
    rules = [expressible(dice) for _number in range(200)]
    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)
    span = [first + timedelta(days=offset) for offset in range(365)]
    types = Timetable().types
    noon = time_of_day(12)

    def of_crons() -> list[list[date]]:
        found = []
        for rule in rules:
            own, at, cron = [], datetime.combine(first, time_of_day(), ZONE), as_cron(rule, noon)
            while (fired := cron.get_next_fire_time(None, at)) is not None and fired.date() <= last:
                own.append(fired.date())
                at = fired + timedelta(minutes=1)
            found.append(own)
        return found

    ours_s, ours = timed(lambda: [[day for day in span if rule.fits(day, types)] for rule in rules])
    begin, end = datetime.combine(first, time_of_day()), datetime.combine(last, time_of_day(23))
    rrule_s, theirs = timed(
        lambda: [[at.date() for at in as_rrule(rule, noon).between(begin, end, inc=True)] for rule in rules]
    )
    cron_s, triggers = timed(of_crons)
    assert ours == theirs == triggers
    show("days of a year, 200 rules", ours_s, dateutil=rrule_s, cron_trigger=cron_s)


def check_of_many() -> None:
    """Do what `loa check` does with the timetable of a large station."""
    dice = random.Random(7)  # noqa: S311 - the same dice every time
    shelf = shelf_of([f"t{number % TOPICS}-{number}" for number in range(CHECKED_BULLETINS)])
    names = list(shelf.bulletins)
    programmes = {}
    slots = {}
    for number in range(CHECKED_SLOTS):
        own = programme(f"p{number}")
        named = ProgrammeItem(kind=ItemKind.BULLETIN, name=dice.choice(names))
        programmes[own.name] = replace(own, items=(named, *own.items))
        at = time_of_day(dice.randrange(5, 21), dice.randrange(60))
        rule = expressible(dice)
        if number % 10 == 0:
            rule = DayRule(lunar=frozenset({(None, 15), (12, 23)}))
        elif number % 10 == 1:  # a slot that never airs: every day of three years is looked at
            rule = DayRule(day_of_month=31, season=((2, 1), (2, 28)))
        exceptions = (SlotException(days=DayRule(dates=frozenset({TODAY})), skip=True),)
        slots[f"s{number}"] = Slot(name=f"s{number}", programme=own.name, times=(at,), days=rule, exceptions=exceptions)
    timetable = Timetable(programmes=programmes, slots=slots)
    last = TODAY + timedelta(days=CHECKED_DAYS)
    now = datetime.combine(TODAY, time_of_day(), ZONE)
    topics = [f"t{topic}" for topic in range(TOPICS)]
    parts = {}
    parts["references"], references = timed(
        lambda: list(check_references(timetable, shelf, topics=topics, audio_findings={}))
    )
    parts["plan"], broadcasts = timed(
        lambda: plan(timetable, shelf, first_day=TODAY, last_day=last, zone=ZONE, queue_from=now)
    )
    parts["broadcasts"], found = timed(lambda: list(check_broadcasts(broadcasts, timetable, AirRules())))
    parts["validity"], _invalid = timed(lambda: list(check_validity(broadcasts)))
    parts["never"], never = timed(lambda: list(check_slots_air(timetable, TODAY)))
    assert len(never) >= CHECKED_SLOTS // 10
    show("check of 2,000 bulletins and 500 slots", sum(parts.values()), wanted=2.0, **parts)
    print(f"  {len(broadcasts)} broadcasts, {len(references) + len(found) + len(never)} findings")


def main() -> None:
    """Print every figure."""
    plan_of_a_year()
    next_of_many()
    days_of_a_year()
    check_of_many()


if __name__ == "__main__":
    main()
