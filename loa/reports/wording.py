"""How a report writes numbers, days, times and names: one style throughout.

Numbers are Vietnamese (``1.234,5``), days ``dd/mm/yyyy``, spans of time minutes with one decimal, lateness seconds.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from loa.language import translate as _
from loa.ledger import AsRun, AsRunItem, outcome_name, reason_sentence
from loa.reports.figures import NO_TOPIC, SOUND, Result
from loa.reports.subject import ReportSubject

if TYPE_CHECKING:
    from loa.reports.model import BroadcastLine, ReportModel

NOTHING = "–"
_FIRST_MONTH_WITHOUT_ZERO = 3
_FIRST_DAY_WITHOUT_ZERO = 10
_SWAP = str.maketrans(",.", ".,")


def number(value: float, digits: int = 0) -> str:
    """Return `value` as Vietnamese writing has it: ``1.234,5``, halves away from zero."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return f"{rounded + 0:,}".translate(_SWAP)  # + 0: no minus before a zero


def minutes(seconds: float) -> str:
    """Return seconds as minutes with one decimal."""
    return number(seconds / 60, 1)


def percent(share: float | None) -> str:
    """Return a share from 0 to 1 as per cent with one decimal, or a dash for None."""
    return NOTHING if share is None else f"{number(share * 100, 1)}%"


def day_text(day: date) -> str:
    """Return ``05/01/2026``."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def clock_text(at: datetime | None, subject: ReportSubject, *, seconds: bool) -> str:
    """Return the local time ``05:30`` or ``05:30:01``, or a dash for None."""
    if at is None:
        return NOTHING
    return f"{at.astimezone(subject.time_zone):{'%H:%M:%S' if seconds else '%H:%M'}}"


def moment_text(at: datetime | None, subject: ReportSubject) -> str:
    """Return ``05:30 05/01/2026``, or a dash for None."""
    if at is None:
        return NOTHING
    return f"{clock_text(at, subject, seconds=False)} {day_text(at.astimezone(subject.time_zone).date())}"


def place_and_day(place: str, day: date) -> str:
    """Return place and date as Decree 30/2020/NĐ-CP, annex I, writes them.

    A zero stands before days under 10 and before months 1 and 2, before no other month.
    """
    return _("{place}, day {day} month {month} year {year}").format(
        place=place, day=_official_day(day), month=_official_month(day), year=day.year
    )


def official_day(day: date) -> str:
    """Return the date in words, as it stands inside official sentences."""
    return _("day {day} month {month} year {year}").format(
        day=_official_day(day), month=_official_month(day), year=day.year
    )


def _official_day(day: date) -> str:
    return f"{day.day:02}" if day.day < _FIRST_DAY_WITHOUT_ZERO else str(day.day)


def _official_month(day: date) -> str:
    return f"{day.month:02}" if day.month < _FIRST_MONTH_WITHOUT_ZERO else str(day.month)


def result_name(result: Result) -> str:
    """Return what a broadcast counts as, in a few words."""
    return {
        Result.AIRED: _("Aired in full"),
        Result.PARTIAL: _("Aired in part"),
        Result.FILE_ONLY: _("To a file only, not heard"),
        Result.MISSED: _("Not aired"),
        Result.CANCELLED: _("Cancelled"),
        Result.TO_COME: _("Still to come"),
    }[result]


def explanation(line: BroadcastLine) -> str:
    """Return why a broadcast ended as it did; plain where no loudspeaker was heard."""
    record = line.record
    parts: list[str] = []
    if line.result is Result.FILE_ONLY and record.outcome is not None:
        parts.append(outcome_name(record.outcome))
    note = f" ({record.note})" if record.note else ""
    if record.reason is not None:
        parts.append(reason_sentence(record.reason) + note)
    if record.outcome is None and record.on_air:
        parts.append(_("on the air when the report was made"))
    return _capital("; ".join(parts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def programme_name(record: AsRun) -> str:
    """Return the title of a broadcast, or what else names it; says where it was an emergency."""
    title = record.title or record.programme or record.slot
    return _("{title} (emergency)").format(title=title) if record.priority == "emergency" else title


def topic_title(key: str, subject: ReportSubject) -> str:
    """Return the title of a topic, of what has none, or of tunes and pauses."""
    named = {NO_TOPIC: _("Without a topic"), SOUND: _("Signature tunes, other sound")}
    return subject.topic_titles.get(key) or named.get(key, key)


def genre_title(key: str) -> str:
    """Return the name of a genre, or its slug where it has none."""
    return {
        "news": _("News item"),
        "article": _("Article"),
        "notice": _("Notice"),
        "good-example": _("Good example"),
        "criticism": _("Criticism"),
        "answer": _("Answer to citizens"),
        NO_TOPIC: _("Without a genre"),
    }.get(key, key)


def language_title(key: str) -> str:
    """Return the name of a language; stations write those of minorities in full."""
    return {"vi": _("Vietnamese"), NO_TOPIC: _("No language named")}.get(key, key)


def source_title(key: str) -> str:
    """Return how bulletins came about."""
    return {
        "voice": _("Own, read by a machine voice"),
        "recording": _("Own, recorded by a person"),
        "emergency": _("Typed in an emergency"),
    }.get(key, key)


def item_state(item: AsRunItem, *, cut: bool) -> str:
    """Return what became of an item: whole, cut, or why nothing of it aired."""
    if item.played_s > 0:
        return _("Cut short") if cut else _("Whole")
    return {
        "missing": _("Not aired: it does not exist"),
        "not-approved": _("Not aired: not approved"),
        "not-valid": _("Not aired: outside its days"),
        "not-rendered": _("Not aired: its sound was not ready"),
    }.get(item.problem, _("Not aired"))


def report_title(model: ReportModel) -> str:
    """Return what the report is about, on two lines, as it stands below the words of `document_name`."""
    return _("On the broadcasts of {station}\nin {period}").format(
        station=model.subject.station_name, period=model.period.title
    )


def rehearsal_mark() -> str:
    """Return the mark that a rehearsal's report carries on every page."""
    return _("REHEARSAL – NOT AN OFFICIAL DOCUMENT, NO EVIDENCE OF ANY BROADCAST")
