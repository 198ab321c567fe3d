"""``schedules/ngay-dac-biet.yaml``: the days that only the commune knows, which override what the machine works out.

::

    days_off:                        # off though the calendar does not say so: ngày nghỉ bù, hoán đổi
      - date: 31/08/2026
        name: Nghỉ hoán đổi dịp Quốc khánh
    working_days:                    # worked though it is a weekend or a holiday: ngày làm bù
      - date: 22/08/2026
        name: Làm bù cho ngày 31/8
    day_types:                       # normal, holiday, tet, exam, mourning
      - type: exam
        from: 08/06/2026
        until: 12/06/2026
        name: Tuần thi tốt nghiệp

The whole file and each of its lists may be absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from loa.calendar.day_type import DayType
from loa.checked_yaml import Fields, Findings, date_from_text, parse, read_text
from loa.errors import Finding
from loa.language import translate as _

CALENDAR_FILE = "ngay-dac-biet.yaml"
LONGEST_RANGE_DAYS = 120  # a term of exams, a long mourning; a longer range is a year mistyped
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedDay:
    """What the local file says of one day.

    Attributes
    ----------
    name
        Why, in the operator's words.
    line
        Where it stands in the file, from 1.
    """

    name: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCalendar:
    """What the operator laid down, a day at a time.

    Attributes
    ----------
    days_off
        Days that are public holidays here, whatever the package says.
    working_days
        Days that are no public holidays and are worked, weekends too.
    day_types
        The types assigned to a day, in file order; a day may have several.
    """

    days_off: dict[date, AssignedDay] = field(default_factory=dict)
    working_days: dict[date, AssignedDay] = field(default_factory=dict)
    day_types: dict[date, tuple[tuple[DayType, AssignedDay], ...]] = field(default_factory=dict)


def read_local_calendar(path: Path, *, file: str) -> tuple[LocalCalendar, tuple[Finding, ...]]:
    """Read the local calendar at `path`; where there is no such file, nothing is laid down.

    Parameters
    ----------
    file
        The path as the operator knows it, for findings.

    Returns
    -------
    LocalCalendar
        What could be read; not to be used where there are findings.
    tuple of Finding
        Every mistake with file, line and field.
    """
    if not path.exists():
        return LocalCalendar(), ()
    findings = Findings(file)
    text = read_text(path, findings)
    mapping = None if text is None else parse(text, findings)
    if mapping is None:
        return LocalCalendar(), tuple(findings.found)
    fields = Fields(mapping, findings)
    days_off = _one_each(fields, "days_off")
    working_days = _one_each(fields, "working_days")
    day_types = _day_types(fields)
    fields.refuse_unknown()
    for day in sorted(days_off.keys() & working_days.keys()):
        findings.add(
            _("{day} is a day off and a working day at once (day off in line {line}).").format(
                day=f"{day:%d/%m/%Y}", line=days_off[day].line
            ),
            _("Delete it in one of the two lists."),
            line=working_days[day].line,
            name="working_days",
        )
    return LocalCalendar(days_off=days_off, working_days=working_days, day_types=day_types), tuple(findings.found)


def _one_each(fields: Fields, key: str) -> dict[date, AssignedDay]:
    assigned: dict[date, AssignedDay] = {}
    for entry in fields.listed(key):
        for day, what in _assigned(entry):
            if day in assigned:
                entry.findings.add(
                    _("{day} already stands in line {line}.").format(day=f"{day:%d/%m/%Y}", line=assigned[day].line),
                    _("Delete one of the two."),
                    line=what.line,
                    name=entry.where,
                )
            else:
                assigned[day] = what
        entry.refuse_unknown()
    return assigned


def _day_types(fields: Fields) -> dict[date, tuple[tuple[DayType, AssignedDay], ...]]:
    assigned: dict[date, tuple[tuple[DayType, AssignedDay], ...]] = {}
    for entry in fields.listed("day_types"):
        written = entry.choice("type", list(DayType), "", required=True)
        days = list(_assigned(entry))
        entry.refuse_unknown()
        for day, what in days if written else ():
            assigned[day] = (*assigned.get(day, ()), (DayType(written), what))
    return assigned


def _assigned(entry: Fields) -> Iterator[tuple[date, AssignedDay]]:
    """Yield the days of one entry, written as ``date`` (one or a list) or as ``from`` and ``until``."""
    name = entry.text("name", required=True)
    keys = entry.mapping.entries.keys()
    single, ranged = "date" in keys, bool({"from", "until"} & keys)
    written = entry.texts("date", required=single)
    for key in ("from", "until"):
        entry.node(key, required=ranged)
    first, last = entry.date("from"), entry.date("until")
    if single == ranged:
        entry.findings.add(
            _("An entry needs either “date”, or “from” and “until”."),
            _("Write “date: 31/08/2026”, or “from: 16/02/2026” and “until: 20/02/2026”."),
            line=entry.mapping.line,
            name=entry.where,
        )
        return
    for text, line in written:
        day = _date_in_list(entry, text, line)
        if day is not None:
            yield day, AssignedDay(name=name, line=line)
    if first and last and _range_holds(entry, first, last):
        for offset in range((last - first).days + 1):
            yield first + timedelta(days=offset), AssignedDay(name=name, line=entry.line("from"))


def _date_in_list(entry: Fields, text: str, line: int) -> date | None:
    try:
        day = date_from_text(text)
    except ValueError:
        entry.findings.add(
            _("“{text}” is no date.").format(text=text[:60]),
            _("Write a date as 23/11/2026 or 2026-11-23."),
            line=line,
            name=entry.name("date"),
        )
        return None
    return day if _in_reach(entry, "date", day, line) else None


def _range_holds(entry: Fields, first: date, last: date) -> bool:
    if last < first:
        entry.refuse("until", _("It ends before it begins."), _("Exchange the two dates, or correct one."))
        return False
    if (last - first).days >= LONGEST_RANGE_DAYS:
        entry.refuse(
            "until",
            _("It lasts {days} days.").format(days=(last - first).days + 1),
            _("Check the years; a range may last {most} days at most.").format(most=LONGEST_RANGE_DAYS),
        )
        return False
    return _in_reach(entry, "from", first, entry.line("from")) and _in_reach(entry, "until", last, entry.line("until"))


def _in_reach(entry: Fields, key: str, day: date, line: int) -> bool:
    if FIRST_DAY <= day <= LAST_DAY:
        return True
    entry.findings.add(
        _("The year {year} cannot be right.").format(year=day.year),
        _("Write a year from {first} to {last}.").format(first=FIRST_DAY.year, last=LAST_DAY.year),
        line=line,
        name=entry.name(key),
    )
    return False
