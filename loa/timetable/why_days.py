"""The days of a slot in words: each of its rules with what a day is and what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from loa.calendar import CALENDAR_FILE, DayType, DayTypes, TypedDay, lunar_date, lunar_words
from loa.language import translate as _
from loa.timetable.recurrence import EVERY_DAY, LAST, DayRule, LunarDay, YearDay

MOST_DAYS = 8  # of a list in one sentence
FULL_MOON = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an explanation.

    Attributes
    ----------
    ok
        True or False where it speaks for or against airing, None where it only tells.
    sentence
        In the operator's language.
    level
        0 for the slot, 1 for one of its broadcasts, 2 for what concerns that broadcast.
    """

    ok: bool | None
    sentence: str
    level: int = 0


def weekday_name(day: date) -> str:
    """Return the short name of the weekday."""
    return _("Mon Tue Wed Thu Fri Sat Sun").split()[day.weekday()]


def day_type_name(day_type: DayType) -> str:
    """Return what a kind of day is called."""
    return {
        DayType.NORMAL: _("normal day"),
        DayType.HOLIDAY: _("public holiday"),
        DayType.TET: _("Tết"),
        DayType.EXAM: _("exam week"),
        DayType.MOURNING: _("state mourning"),
    }[day_type]


def day_sentence(day: date, typed: TypedDay) -> str:
    """Return what kind of day it is, and where that comes from."""
    words = _("{day} is {weekday}, {lunar}: {type}").format(
        day=_date(day),
        weekday=weekday_name(day),
        lunar=lunar_words(lunar_date(day)),
        type=day_type_name(typed.type),
    )
    if typed.line is not None:
        source = _("{file}, line {line}").format(file=f"schedules/{CALENDAR_FILE}", line=typed.line)
        return f"{words} ({typed.reason}; {source})."
    return f"{words} ({typed.reason})." if typed.reason else f"{words}."


def day_note(day: date, types: DayTypes) -> str:
    """Return what is worth knowing of a day beside its date: mùng một, rằm, its kind; empty for a day like any other."""
    lunar, typed = lunar_date(day), types.why(day)
    notes = [lunar_words(lunar)] if lunar.day in {1, FULL_MOON} or typed.type is DayType.TET else []
    if typed.type is DayType.HOLIDAY:
        notes.append(typed.reason)
    elif typed.type is not DayType.NORMAL:
        notes.append(day_type_name(typed.type))
    return ", ".join(notes)


def rule_steps(rule: DayRule, day: date, types: DayTypes, who: str) -> Iterator[Step]:
    """Yield a step for each rule that restricts the days.

    Parameters
    ----------
    who
        Whose rules they are, as the beginning of a sentence that goes on with the days: "the slot airs".
    """
    for alone, fact, wanted in _rules(rule, day, types):
        yield Step(
            ok=alone.fits(day, types),
            sentence=_("{fact}; {who} only {wanted}.").format(fact=fact, who=who, wanted=wanted),
        )


def _rules(rule: DayRule, day: date, types: DayTypes) -> Iterator[tuple[DayRule, str, str]]:
    """Yield each rule as a rule alone, with what the day is and what is asked for."""
    today = _("{day} is {weekday}").format(day=_date(day), weekday=weekday_name(day))
    if rule.weekdays != EVERY_DAY:
        names = _("Mon Tue Wed Thu Fri Sat Sun").split()
        wanted = ", ".join(names[number] for number in sorted(rule.weekdays))
        yield DayRule(weekdays=rule.weekdays), today, _("on {days}").format(days=wanted)
    yield from _ranges(rule, day)
    if rule.week_of_month is not None:
        number = (day.day - 1) // 7 + 1
        fact = _("{day} is {weekday} number {number} of its month").format(
            day=_date(day), weekday=weekday_name(day), number=number
        )
        if (day + timedelta(days=7)).month != day.month:
            fact = _("{fact} and the last one").format(fact=fact)
        if rule.week_of_month == LAST:
            wanted = _("on the last such weekday of a month")
        else:
            wanted = _("on number {number} of a month").format(number=rule.week_of_month)
        yield DayRule(week_of_month=rule.week_of_month), fact, wanted
    if rule.day_of_month is not None:
        fact = _("{day} is day {number} of its month").format(day=_date(day), number=day.day)
        wanted = _("on day {number} of a month").format(number=rule.day_of_month)
        if rule.day_of_month == LAST:
            wanted = _("on the last day of a month")
        yield DayRule(day_of_month=rule.day_of_month), fact, wanted
    if rule.dates or rule.year_days or rule.lunar:
        alone = DayRule(dates=rule.dates, year_days=rule.year_days, lunar=rule.lunar)
        fact = _date(day)
        if rule.lunar:
            fact = _("{day} is {lunar}").format(day=_date(day), lunar=lunar_words(lunar_date(day)))
        yield alone, fact, _("on {days}").format(days=_listed(rule))
    if rule.day_types:
        wanted = ", ".join(day_type_name(one) for one in DayType if one in rule.day_types)
        fact = _("{day} counts as: {type}").format(day=_date(day), type=day_type_name(types.day_type(day)))
        yield DayRule(day_types=rule.day_types), fact, _("on days of this kind: {types}").format(types=wanted)


def _ranges(rule: DayRule, day: date) -> Iterator[tuple[DayRule, str, str]]:
    if rule.first_day is not None:
        wanted = _("from {day} on").format(day=_date(rule.first_day))
        yield DayRule(first_day=rule.first_day), _date(day), wanted
    if rule.last_day is not None:
        yield DayRule(last_day=rule.last_day), _date(day), _("until {day}").format(day=_date(rule.last_day))
    if rule.every_weeks > 1 and rule.first_day is not None and rule.first_day <= day:
        begin = rule.first_day - timedelta(days=rule.first_day.weekday())
        fact = _("{day} lies {weeks} weeks after the week of {first}").format(
            day=_date(day), weeks=(day - begin).days // 7, first=_date(rule.first_day)
        )
        wanted = _("every {weeks} weeks from then").format(weeks=rule.every_weeks)
        yield DayRule(every_weeks=rule.every_weeks, first_day=rule.first_day), fact, wanted
    if rule.season is not None:
        first, last = map(_year_day, rule.season)
        wanted = _("from {first} to {last} of every year").format(first=first, last=last)
        yield DayRule(season=rule.season), _date(day), wanted


def _listed(rule: DayRule) -> str:
    names = [_date(day) for day in sorted(rule.dates)]
    names += [_year_day(day) for day in sorted(rule.year_days)]
    names += [_lunar_day(day) for day in sorted(rule.lunar, key=lambda one: (one[0] or 0, one[1]))]
    return ", ".join(names[:MOST_DAYS]) + (", …" if len(names) > MOST_DAYS else "")


def _lunar_day(lunar: LunarDay) -> str:
    """Return a lunar day as a clerk writes it; names as in `loa.calendar.lunar_words`, the same in every language."""
    month, number = lunar
    if month is not None:
        return _("{day}/{month} of the lunar calendar").format(day=number, month=month)
    if number == FULL_MOON:
        return "rằm"
    return f"mùng {number}" if number <= 10 else _("lunar day {day}").format(day=number)  # noqa: PLR2004 - mùng 1 to 10


def _date(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _year_day(day: YearDay) -> str:
    return f"{day[1]}/{day[0]}"
