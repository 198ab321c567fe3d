"""What an operator asks of the plan: why something airs or not, what an edit changes, and the days as a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from loa.calendar import CALENDAR_FILE, DayTypes, read_local_calendar
from loa.checked_yaml import choose_from
from loa.errors import Finding, InputRefused, NotFound
from loa.language import translate as _
from loa.ledger import AsRun, Outcome
from loa.station.contents import Contents
from loa.station.folder import StationFolder
from loa.timetable.difference import PlanChange, difference
from loa.timetable.why import why
from loa.timetable.why_days import Step, day_note


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """What the folder's timetable changes against the one that was last on the air.

    Attributes
    ----------
    changes
        In order of time, or None where no timetable was ever on the air.
    mistakes
        What keeps the folder's timetable off the air: overlaps, quiet hours, lengths.
    """

    changes: tuple[PlanChange, ...] | None
    mistakes: tuple[Finding, ...] = ()


def refuse_unreadable(contents: Contents) -> None:
    """Raise InputRefused where the timetable cannot be planned; mistakes of the plan itself do not hinder."""
    mistakes = [finding for finding in contents.timetable_errors if finding not in contents.plan_findings]
    if mistakes:
        raise InputRefused(mistakes)


def explain(contents: Contents, slot: str, day: date, *, records: Sequence[AsRun], now: datetime) -> list[Step]:
    """Return why `slot` airs on local `day` or not, and what became of it.

    Parameters
    ----------
    records
        What the ledger says of that day.

    Raises
    ------
    NotFound
        There is no such slot.
    InputRefused
        The timetable cannot be read.
    """
    refuse_unreadable(contents)
    slots = contents.timetable.slots
    if slot not in slots:
        raise NotFound(_("There is no slot “{name}”.").format(name=slot) + " " + choose_from(slot, sorted(slots)))
    steps = why(
        contents.timetable,
        contents.shelf,
        slot=slot,
        day=day,
        rules=contents.settings.air_rules,
        broadcasts=contents.material.plan(day - timedelta(days=1), day + timedelta(days=1), queue_from=now),
    )
    own = [record for record in records if record.slot == slot]
    zone = contents.settings.time_zone
    for record in own:
        sentence = _("The log says of {at}: {outcome}.").format(
            at=f"{record.planned_at.astimezone(zone):%H:%M}",
            outcome=": ".join(filter(None, (record.outcome_text, record.reason_text))),
        )
        ok = None if record.outcome is None else record.outcome is Outcome.AIRED
        steps.append(Step(ok=ok, sentence=sentence))
    if not own and day < now.astimezone(zone).date():
        steps.append(Step(ok=None, sentence=_("The log has nothing of this slot on this day.")))
    return steps


def changed(edited: Contents, aired: Contents | None, first: date, last: date, *, now: datetime) -> PlanDifference:
    """Return what the `edited` timetable changes, from `now` on, on local days `first` to `last` against the one `aired`.

    Raises
    ------
    InputRefused
        The edited timetable cannot be read.
    """
    refuse_unreadable(edited)
    mistakes = edited.timetable_errors
    if aired is None:
        return PlanDifference(changes=None, mistakes=mistakes)
    before, after = (
        [broadcast for broadcast in contents.material.plan(first, last, queue_from=now) if broadcast.planned_at >= now]
        for contents in (aired, edited)
    )
    return PlanDifference(changes=tuple(difference(before, after)), mistakes=mistakes)


def notes_of_days(folder: StationFolder, first: date, last: date) -> dict[date, str]:
    """Return what is worth knowing of the local days `first` to `last`; days like any other are left out."""
    path = folder.schedules / CALENDAR_FILE
    types = DayTypes(read_local_calendar(path, file=CALENDAR_FILE)[0])
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return {day: note for day in days if (note := day_note(day, types))}
