"""``schedules/targets.yaml``: what a plan of the commune asks the station for, as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from loa.bulletins import Genre
from loa.checked_yaml import Fields, Findings, parse, read_text
from loa.errors import Finding
from loa.language import translate as _
from loa.timetable.schedule_files import TARGETS_FILE

ALL = "all"
MOST = 100_000
MOST_DAYS = 3660  # ten years, as the longest plans have


class Measure(StrEnum):
    """What is counted: broadcasts with such a bulletin, minutes of them, different ones."""

    BROADCASTS = "broadcasts"
    MINUTES = "minutes"
    BULLETINS = "bulletins"


class Per(StrEnum):
    """How often a target begins anew; weeks begin on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole local days, both included, in which a target is to be reached."""

    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What one line of a plan asks for.

    Attributes
    ----------
    title
        Its name; empty: that of its topic or genre.
    topic, genre
        Which bulletins count; an empty one does not restrict.
    basis
        The document that asks for it.
    lead, partners
        The body that answers for it, and those that work with it.
    wanted
        Least number of each measure, in its own unit, in each period.
    per
        It begins anew each week, month, quarter or year; None: once, in `span`.
    span
        Its only period; None where it begins anew.
    file, line
        Where it stands.
    """

    title: str
    topic: str
    genre: str
    basis: str
    lead: str
    partners: tuple[str, ...]
    wanted: Mapping[Measure, float]
    per: Per | None
    span: Period | None
    file: str
    line: int

    def counts(self, topic: str, genre: str) -> bool:
        """Return whether a bulletin of this topic and genre counts."""
        return self.topic in {"", topic} and self.genre in {"", genre}

    def period_on(self, day: date) -> Period | None:
        """Return the period in which local `day` lies, or None."""
        if self.span is not None:
            return self.span if self.span.first_day <= day <= self.span.last_day else None
        match self.per:
            case Per.WEEK:
                first = day - timedelta(days=day.weekday())
                return Period(first_day=first, last_day=first + timedelta(days=6))
            case Per.YEAR:
                return _months(day.year, 1, 12)
            case Per.QUARTER:
                return _months(day.year, (day.month - 1) // 3 * 3 + 1, 3)
            case _:
                return _months(day.year, day.month, 1)

    def periods(self, first_day: date, last_day: date) -> Iterator[Period]:
        """Yield the periods that end between two local days, both included; where none does, the one that runs on the last.

        So a month has all its weeks, itself, and the year it lies in.
        """
        ended = False
        day = first_day
        while day <= last_day:
            period = self.period_on(day)
            if period is not None and period.last_day > last_day:
                break
            if period is not None:
                ended = True
                yield period
            day = (day if period is None else period.last_day) + timedelta(days=1)
        running = self.period_on(last_day)
        if not ended and running is not None:
            yield running


def _months(year: int, month: int, count: int) -> Period:
    last = date(year, month + count - 1, 1) + timedelta(days=31)
    return Period(first_day=date(year, month, 1), last_day=last.replace(day=1) - timedelta(days=1))


def read_targets(
    folder: Path, *, station_folder: Path, topics: Iterable[str] | None
) -> tuple[tuple[Target, ...], tuple[Finding, ...]]:
    """Read ``targets.yaml`` in `folder`; a station without it has no targets.

    Parameters
    ----------
    topics
        Slugs that ``station.yaml`` knows; None: they are not checked.

    Returns
    -------
    tuple of Target
        Those without a mistake, in file order.
    tuple of Finding
        Every mistake with file, line and field.
    """
    path = folder / TARGETS_FILE
    if not path.exists():
        return (), ()
    findings = Findings(path.relative_to(station_folder).as_posix())
    text = read_text(path, findings)
    mapping = None if text is None else parse(text, findings)
    if mapping is None:
        return (), tuple(findings.found)
    fields = Fields(mapping, findings)
    known = None if topics is None else (*topics, ALL)
    targets = [_target(one, known) for one in fields.listed("targets")]
    fields.refuse_unknown()
    return tuple(target for target in targets if target is not None), tuple(findings.found)


def _target(fields: Fields, topics: tuple[str, ...] | None) -> Target | None:
    before = len(fields.findings.found)
    topic = fields.text("topic") if topics is None else fields.choice("topic", topics, "")
    genre = fields.choice("genre", list(Genre), "")
    if fields.node("topic") is None and fields.node("genre") is None:
        fields.refuse(
            "topic",
            _("It does not say which bulletins count."),
            _("Add topic: or genre:, or both; topic: all counts every bulletin."),
        )
    per, span = _when(fields)
    target = Target(
        title=fields.text("title"),
        topic="" if topic == ALL else topic,
        genre=genre,
        basis=fields.text("basis", required=True),
        lead=fields.text("lead", required=True),
        partners=tuple(text for text, _line in fields.texts("partners")),
        wanted=_wanted(fields),
        per=per,
        span=span,
        file=fields.findings.file,
        line=fields.mapping.line,
    )
    fields.refuse_unknown()
    return None if len(fields.findings.found) > before else target


def _wanted(fields: Fields) -> dict[Measure, float]:
    wanted = {
        measure: fields.number(measure, 0, low=1, high=MOST, whole=measure is not Measure.MINUTES)
        for measure in Measure
    }
    if all(fields.node(measure) is None for measure in Measure):
        fields.refuse(
            Measure.BROADCASTS,
            _("It asks for no number."),
            _("Add at least one of: {names}.").format(names=", ".join(Measure)),
        )
    return {measure: number for measure, number in wanted.items() if number}


def _when(fields: Fields) -> tuple[Per | None, Period | None]:
    per = fields.choice("per", list(Per), "")
    first, last = fields.date("from"), fields.date("until")
    written = [fields.node(name) is not None for name in ("per", "from", "until")]
    if written not in ([True, False, False], [False, True, True]):
        fields.refuse(
            "per",
            _("It does not say in which time."),
            _("Write per: {names}; or from: and until: with two dates.").format(names=", ".join(Per)),
        )
    elif first is not None and last is not None and last < first:
        fields.refuse("until", _("It ends before it begins."), _("Exchange the two dates, or correct one."))
    elif first is not None and last is not None and (last - first).days > MOST_DAYS:
        fields.refuse("until", _("It is longer than ten years."), _("Write a shorter time, or per: year."))
    if per or first is None or last is None:
        return (Per(per) if per else None), None
    return None, Period(first_day=first, last_day=last)
