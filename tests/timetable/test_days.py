"""On which days a slot airs: against two independent calendars, the lunar one, and days counted by hand; never a trace."""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger
from dateutil import rrule  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from loa.calendar import DayType, DayTypes, LocalCalendar, LunarDate, lunar_days, lunar_words
from loa.calendar.local_file import AssignedDay
from loa.timetable import DayRule, read_timetable
from loa.timetable.day_fields import lunar_day
from loa.timetable.recurrence import EVERY_DAY, LAST, Miss
from tests.station.test_fuzz import mutate

ROUNDS = int(os.environ.get("LOA_FUZZ_ROUNDS", "300"))
SPAN_DAYS = 400
TYPES = DayTypes(LocalCalendar())
FIRST = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", LAST: "last"}


def days_of(rule: DayRule, first: date, last: date) -> list[date]:
    """Return the days from `first` to `last` that the rule holds."""
    span = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in span if rule.fits(day, TYPES)]


def by_rrule(first: date, last: date, *, start: date | None = None, **rules: object) -> list[date]:
    """Return the days that dateutil finds."""
    begin = datetime.combine(start or first, datetime.min.time())
    rule = rrule.rrule(dtstart=begin, until=datetime.combine(last, datetime.min.time()), **rules)
    return [at.date() for at in rule if at.date() >= first]


def by_cron(first: date, last: date, **fields: object) -> list[date]:
    """Return the days that APScheduler finds."""
    trigger = CronTrigger(hour=0, minute=0, second=0, timezone=UTC, **fields)
    found: list[date] = []
    at = datetime.combine(first, datetime.min.time(), UTC)
    while (fired := trigger.get_next_fire_time(None, at)) is not None and fired.date() <= last:
        found.append(fired.date())
        at = fired + timedelta(days=1)
    return found


# --------------------------------------------------------------------------- three calendars


@settings(max_examples=30)
@given(first=FIRST, weekdays=WEEKDAYS)
def test_weekdays(first: date, weekdays: frozenset[int]) -> None:
    """Weekdays are those of dateutil and of APScheduler; 0 is Monday, by name too."""
    last = first + timedelta(days=SPAN_DAYS)
    ours = days_of(DayRule(weekdays=weekdays), first, last)
    assert ours == by_rrule(first, last, freq=rrule.DAILY, byweekday=sorted(weekdays))
    assert ours == by_cron(first, last, day_of_week=",".join(NAMES[number] for number in sorted(weekdays)))


@settings(max_examples=30)
@given(first=FIRST, weekdays=WEEKDAYS, week=st.sampled_from([1, 2, 3, 4, LAST]))
def test_nth_weekday(first: date, weekdays: frozenset[int], week: int) -> None:
    """The first, second … last of a weekday in the month."""
    last = first + timedelta(days=SPAN_DAYS)
    ours = days_of(DayRule(weekdays=weekdays, week_of_month=week), first, last)
    nth = [rrule.weekday(number, week) for number in sorted(weekdays)]
    assert ours == by_rrule(first, last, freq=rrule.MONTHLY, byweekday=nth)
    cron = ",".join(f"{ORDINALS[week]} {NAMES[number]}" for number in sorted(weekdays))
    assert ours == by_cron(first, last, day=cron)


@settings(max_examples=40)
@given(first=FIRST, weekdays=WEEKDAYS, number=st.integers(1, 31) | st.just(LAST))
def test_day_of_month(first: date, weekdays: frozenset[int], number: int) -> None:
    """A day of the month, on some weekdays only; the 31st is in seven months, the last day in all."""
    last = first + timedelta(days=2 * SPAN_DAYS)
    ours = days_of(DayRule(weekdays=weekdays, day_of_month=number), first, last)
    assert ours == by_rrule(first, last, freq=rrule.DAILY, bymonthday=number, byweekday=sorted(weekdays))
    names = ",".join(NAMES[one] for one in sorted(weekdays))
    assert ours == by_cron(first, last, day="last" if number == LAST else number, day_of_week=names)


@settings(max_examples=40)
@given(first=FIRST, weekdays=WEEKDAYS, weeks=st.integers(2, 52), offset=st.integers(-200, 200))
def test_every_so_many_weeks(first: date, weekdays: frozenset[int], weeks: int, offset: int) -> None:
    """Every N weeks from the week of the first day: as dateutil counts, whose weeks begin on Monday too."""
    last, start = first + timedelta(days=SPAN_DAYS), first + timedelta(days=offset)
    ours = days_of(DayRule(weekdays=weekdays, every_weeks=weeks, first_day=start), first, last)
    theirs = by_rrule(
        first, last, start=start, freq=rrule.WEEKLY, interval=weeks, byweekday=sorted(weekdays), wkst=rrule.MO
    )
    assert ours == theirs


@settings(max_examples=30)
@given(first=FIRST, weekdays=WEEKDAYS, begins=st.integers(-50, 450), lasts=st.integers(0, 450))
def test_ranges(first: date, weekdays: frozenset[int], begins: int, lasts: int) -> None:
    """From one date until another, both included."""
    last, begin = first + timedelta(days=SPAN_DAYS), first + timedelta(days=begins)
    end = begin + timedelta(days=lasts)
    ours = days_of(DayRule(weekdays=weekdays, first_day=begin, last_day=end), first, last)
    until = min(last, end)
    theirs = by_rrule(max(first, begin), until, freq=rrule.DAILY, byweekday=sorted(weekdays)) if until >= first else []
    assert ours == theirs
    zero = datetime.min.time()
    names = ",".join(NAMES[one] for one in sorted(weekdays))
    bounds = {
        "start_date": datetime.combine(begin, zero, UTC),
        "end_date": datetime.combine(end, zero, UTC),
    }
    assert ours == by_cron(first, last, day_of_week=names, **bounds)


@settings(max_examples=30)
@given(first=FIRST, month=st.integers(1, 12), day=st.integers(1, 28))
def test_a_day_of_every_year(first: date, month: int, day: int) -> None:
    """A day of every year that every year has."""
    last = first + timedelta(days=3 * SPAN_DAYS)
    ours = days_of(DayRule(year_days=frozenset({(month, day)})), first, last)
    assert ours == by_rrule(first, last, freq=rrule.YEARLY, bymonth=month, bymonthday=day)
    assert ours == by_cron(first, last, month=month, day=day)


# --------------------------------------------------------------------------- the lunar calendar


@settings(max_examples=60)
@given(first=FIRST, month=st.none() | st.integers(1, 12), day=st.integers(1, 30))
def test_lunar_days(first: date, month: int | None, day: int) -> None:
    """Lunar days are those of the calendar room: leap months and the missing 30th with them."""
    last = first + timedelta(days=2 * SPAN_DAYS)
    ours = days_of(DayRule(lunar=frozenset({(month, day)})), first, last)
    assert ours == sorted(set(lunar_days(first, last, month=month, day=day)))


def test_lunar_days_by_hand() -> None:
    """Tết, rằm of a leap month, the last of Chạp with 29 days, 10/3: as printed calendars have them."""

    def of(lunar: tuple[int | None, int], year: int) -> list[str]:
        rule = DayRule(lunar=frozenset({lunar}))
        return [f"{day:%d/%m}" for day in days_of(rule, date(year, 1, 1), date(year, 12, 31))]

    assert of((1, 1), 2026) == ["17/02"]
    assert of((1, 1), 2033) == ["31/01"]
    assert of((12, 30), 2026) == ["16/02"]  # the 29th: that Chạp has no 30th
    assert of((3, 10), 2026) == ["26/04"]
    full_moons = DayRule(lunar=frozenset({(None, 15)}))
    assert len(days_of(full_moons, date(2025, 1, 29), date(2026, 2, 16))) == 13  # a lunar year with a leap month
    assert of((6, 15), 2025) == ["09/07"]  # yearly days are kept in the regular month alone


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("mùng 1", (None, 1)),
        ("mồng 1", (None, 1)),
        ("Mùng 1", (None, 1)),
        ("rằm", (None, 15)),
        ("RẰM", (None, 15)),
        ("  rằm  ", (None, 15)),
        ("rằm tháng Bảy".replace("Bảy", "7"), (7, 15)),
        ("rằm tháng giêng", (1, 15)),
        ("rằm/8", (8, 15)),
        ("10/3", (3, 10)),
        ("23 tháng Chạp", (12, 23)),
        ("23 chạp", (12, 23)),
        ("mùng 5 tháng 5", (5, 5)),
        ("30 tháng chạp", (12, 30)),
        ("ra\u0306\u0300m", (None, 15)),  # the same letters, taken apart
        ("1", (None, 1)),
        ("mùng một", (None, 1)),
        ("mùng một tháng Mười Một", (11, 1)),
        ("mùng mười tháng Mười", (10, 10)),
        ("rằm tháng Bảy", (7, 15)),
        ("23 tháng Chạp âm lịch", (12, 23)),
        ("10/3 âm lịch", (3, 10)),
        ("mùng 1 Tết", (1, 1)),
        ("mùng ba tết", (1, 3)),
        ("giao thừa", (12, 30)),
    ],
)
def test_how_a_clerk_writes_a_lunar_day(written: str, day: tuple[int | None, int]) -> None:
    """One day, in every writing that a clerk would use."""
    assert lunar_day(written) == day


@pytest.mark.parametrize(
    "written",
    ["", "mùng", "31", "0", "10/13", "10/0", "rằm tháng", "tháng 3", "10/3/2026", "mùng rằm rằm", "rằm nhuận"],
)
def test_what_is_no_lunar_day(written: str) -> None:
    """What cannot be a lunar day is refused, not guessed at."""
    with pytest.raises(ValueError, match=r".*"):
        lunar_day(written)


# --------------------------------------------------------------------------- by hand


@settings(max_examples=60)
@given(first=st.tuples(st.integers(1, 12), st.integers(1, 28)), last=st.tuples(st.integers(1, 12), st.integers(1, 28)))
def test_two_seasons_make_a_year(first: tuple[int, int], last: tuple[int, int]) -> None:
    """A season and the one that begins the day after it hold each day once, wherever New Year lies."""
    year = 2028  # a leap year
    after = date(year, *last) + timedelta(days=1)
    before = date(year, *first) - timedelta(days=1)
    one = days_of(DayRule(season=(first, last)), date(year, 1, 1), date(year, 12, 31))
    if (before.month, before.day) == last:
        assert len(one) == 366
        return
    other = DayRule(season=((after.month, after.day), (before.month, before.day)))
    rest = days_of(other, date(year, 1, 1), date(year, 12, 31))
    assert not set(one) & set(rest)
    assert len(one) + len(rest) == 366


def test_a_season_over_new_year() -> None:
    """Winter hours from 15/10 to 14/4 hold at New Year, with both their days."""
    winter = DayRule(season=((10, 15), (4, 14)))
    kept = days_of(winter, date(2026, 1, 1), date(2026, 12, 31))
    assert kept[0] == date(2026, 1, 1)
    assert kept[-1] == date(2026, 12, 31)
    assert {date(2026, 4, 14), date(2026, 10, 15)} <= set(kept)
    assert not {date(2026, 4, 15), date(2026, 10, 14)} & set(kept)


def test_29_february() -> None:
    """29 February is kept on the 28th of a year that has none, and once a year."""
    rule = DayRule(year_days=frozenset({(2, 29)}))
    assert days_of(rule, date(2026, 1, 1), date(2028, 12, 31)) == [
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_each_rule_has_its_name() -> None:
    """What keeps a slot off a day is told by its own name."""
    day = date(2026, 11, 24)  # a Tuesday, the fourth and last of its month but one
    cases = {
        Miss.WEEKDAY: DayRule(weekdays=frozenset({0})),
        Miss.NOT_YET: DayRule(first_day=date(2026, 11, 25)),
        Miss.OVER: DayRule(last_day=date(2026, 11, 23)),
        Miss.OTHER_WEEK: DayRule(every_weeks=2, first_day=date(2026, 11, 17)),
        Miss.WEEK_OF_MONTH: DayRule(week_of_month=1),
        Miss.DAY_OF_MONTH: DayRule(day_of_month=LAST),
        Miss.SEASON: DayRule(season=((4, 15), (10, 14))),
        Miss.OTHER_DATE: DayRule(lunar=frozenset({(None, 15)})),
        Miss.DAY_TYPE: DayRule(day_types=frozenset({DayType.TET})),
    }
    assert {miss: rule.miss(day, TYPES) for miss, rule in cases.items()} == {miss: miss for miss in cases}
    assert set(cases) == set(Miss)
    assert DayRule().miss(day, TYPES) is None
    assert DayRule().weekdays == EVERY_DAY


def test_day_types_are_the_operators() -> None:
    """A day the operator calls exam week is one for the rules."""
    day = date(2026, 11, 25)
    assigned = LocalCalendar(day_types={day: ((DayType.EXAM, AssignedDay(name="Thi", line=2)),)})
    rule = DayRule(day_types=frozenset({DayType.EXAM}))
    assert rule.fits(day, DayTypes(assigned))
    assert not rule.fits(day, TYPES)


# --------------------------------------------------------------------------- broken files

SCHEDULES = """\
programmes:
  sang:
    title: Bản tin sáng
    items:
      - audio: audio/nhac.wav
      - music: audio/bai-hat.wav
      - bulletin: chao
      - time: Bây giờ là
      - pause: 1.5
      - queue: 2
      - next: tin
        count: 2
  chieu:
    title: Bản tin chiều
    items:
      - next: tin
slots:
  sang:
    programme: sang
    at: ["05:30", "06:15"]
    days: [T2, T3, CN]
    every_weeks: 2
    from: 23/11/2026
    until: 31/12/2027
    late_min: 20
    priority: priority
    when_busy: interrupt
    wait_min: 5
    if_interrupted: resume
    after_outage: join
    except:
      - day_types: [mourning, tet]
        skip: yes
      - dates: [24/11/2026, 2/9]
        at: "07:00"
      - lunar: [rằm, mùng 1, 10/3, 23 tháng Chạp]
        programme: chieu
  thang:
    programme: chieu
    at: "17:30"
    week_of_month: last
    days: [T6]
    from: 15/4
    until: 14/10
  cuoi:
    programme: chieu
    at: "18:00"
    day_of_month: last
    day_types: [normal, holiday]
"""
QUEUE = """\
queue:
  - id: "a1b2c3"
    bulletin: chao
    at: 2026-11-23T17:30:00+07:00
    until: 2026-11-24T17:30:00+07:00
    added_at: 2026-11-23T08:00:00+07:00
    added_by: "Lan"
"""
CALENDAR = """\
days_off:
  - date: 31/08/2026
    name: Nghỉ hoán đổi
working_days:
  - date: 22/08/2026
    name: Làm bù
day_types:
  - type: exam
    from: 08/06/2026
    until: 12/06/2026
    name: Tuần thi
  - type: mourning
    date: [01/12/2026, 02/12/2026]
    name: Quốc tang
"""


def test_no_change_to_a_timetable_is_a_trace(tmp_path: Path) -> None:
    """Schedules, queue and calendar with every field, broken: read or told with file, line, sentence and advice."""
    folder = tmp_path / "schedules"
    folder.mkdir()
    texts = {"a.yaml": SCHEDULES, "queue.yaml": QUEUE, "ngay-dac-biet.yaml": CALENDAR}
    originals = {folder / name: text.encode() for name, text in texts.items()}
    for path, content in originals.items():
        path.write_bytes(content)
    assert read_timetable(folder, station_folder=tmp_path)[1] == ()
    dice = random.Random(20261124)  # noqa: S311 - the same dice every time
    refused = 0
    for _round in range(ROUNDS):
        path = dice.choice([*originals, folder / "a.yaml", folder / "a.yaml"])
        content = mutate(originals[path], dice)
        path.write_bytes(content)
        timetable, found = read_timetable(folder, station_folder=tmp_path)
        refused += bool(found)
        last = len(content.replace(b"\r", b"\n").splitlines()) + content.count(b"\xe2\x80\xa8") + 1
        for finding in found:
            assert (tmp_path / finding.file).is_file(), finding
            assert finding.message, finding
            assert finding.line is None or 1 <= finding.line <= last or (tmp_path / finding.file) != path, finding
        for slot in timetable.slots.values():  # what is read can be asked for every day of a year
            for offset in range(0, 366, 5):
                slot.on(date(2026, 1, 1) + timedelta(days=offset), timetable.types)
        path.write_bytes(originals[path])
    assert refused > ROUNDS * 0.3


@given(st.integers(1, 30), st.integers(1, 12))
def test_what_the_screens_say_can_be_written(day: int, month: int) -> None:
    """A lunar date copied from the screen is understood."""
    assert lunar_day(lunar_words(LunarDate(year=2026, month=month, day=min(day, 29)))) == (month, min(day, 29))
