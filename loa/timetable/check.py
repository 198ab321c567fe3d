"""Checking a plan before it counts: what is missing, too early, too long, or on top of another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, groupby, pairwise

from loa.air_rules import AirRules
from loa.checked_yaml import choose_from
from loa.errors import Finding, Severity
from loa.language import translate as _
from loa.timetable.plan import QUEUE_SLOT, Broadcast, Problem, Shelf, topics_in_rotation
from loa.timetable.programme import ItemKind, Programme, ProgrammeItem, Slot, Timetable, WhenBusy
from loa.timetable.upcoming import airs_within

SCHEDULES = "schedules"


def check_references(
    timetable: Timetable,
    shelf: Shelf,
    *,
    topics: Iterable[str],
    audio_findings: Mapping[str, str],
    refused: Collection[str] = (),
) -> Iterator[Finding]:
    """Yield a finding for each item that names nothing there is.

    Parameters
    ----------
    topics
        Slugs that ``station.yaml`` knows.
    audio_findings
        By audio file name: what is wrong with it, for those that cannot be used.
    refused
        Bulletins that are there with a mistake of their own, which is told once, at their file.
    """
    known_topics = sorted(topics)
    drawn = topics_in_rotation(timetable, shelf)
    for programme in timetable.programmes.values():
        for item in programme.items:
            if item.kind is ItemKind.BULLETIN and item.name in refused:
                continue
            yield from _reference(
                programme, item, shelf, topics=known_topics, drawn=drawn, audio_findings=audio_findings
            )


def _reference(
    programme: Programme,
    item: ProgrammeItem,
    shelf: Shelf,
    *,
    topics: Sequence[str],
    drawn: Collection[str],
    audio_findings: Mapping[str, str],
) -> Iterator[Finding]:
    def finding(message: str, advice: str, severity: Severity = Severity.ERROR) -> Finding:
        return Finding(
            file=item.file,
            line=item.line,
            field=f"programmes.{programme.name}.{item.kind.value}",
            message=message,
            advice=advice,
            severity=severity,
        )

    if item.kind is ItemKind.BULLETIN:
        bulletin = shelf.bulletins.get(item.name)
        if bulletin is None:
            yield finding(
                _("There is no bulletin “{name}” that can be read.").format(name=item.name),
                choose_from(item.name, sorted(shelf.bulletins)),
            )
        elif shelf.approval(bulletin) is None:
            yield finding(
                _("The bulletin “{name}” is not approved; it will not air.").format(name=item.name),
                _("Read it through and type: loa approve {name} --by NAME").format(name=item.name),
                Severity.WARNING,
            )
    elif item.kind is ItemKind.NEXT:
        if item.name not in topics:
            yield finding(_("There is no topic “{name}”.").format(name=item.name), choose_from(item.name, topics))
        elif item.name not in drawn:
            yield finding(
                _("No approved bulletin of the topic “{name}” takes turns; nothing will air here.").format(
                    name=item.name
                ),
                _("Write or approve one; those that a programme names itself and emergency ones take no turns."),
                Severity.WARNING,
            )
    elif item.kind in {ItemKind.AUDIO, ItemKind.MUSIC} and item.name in audio_findings:
        yield finding(audio_findings[item.name], _("Copy a good sound file to that name, or correct the name."))


def check_broadcasts(broadcasts: Sequence[Broadcast], timetable: Timetable, rules: AirRules) -> Iterator[Finding]:
    """Yield one finding for each pair of slots that overlap and each slot that breaks the air rules.

    Parameters
    ----------
    broadcasts
        A plan in order of time; each kind of breach is told once a slot, at its first instant.
    """
    told: set[tuple[str, ...]] = set()
    days = groupby(broadcasts, lambda broadcast: broadcast.planned_at.date())
    for code, breach in chain(
        (breach for broadcast in broadcasts for breach in _breaches(broadcast, timetable, rules)),
        (breach for _day, day in days for breach in _breaches_of_day(tuple(day), timetable, rules)),
    ):
        if (code, breach.field or "") not in told:
            told.add((code, breach.field or ""))
            yield breach
    running: list[tuple[datetime, Broadcast]] = []  # with their planned ends
    for broadcast in broadcasts:
        at = broadcast.planned_at
        running = [other for other in running if other[0] > at or other[1].planned_at == at]
        for _end, earlier in reversed(running):
            pair = tuple(sorted((earlier.slot, broadcast.slot)))
            if pair not in told:
                told.add(pair)
                yield _overlap(earlier, broadcast, timetable)
        running.append((broadcast.planned_end, broadcast))


def _at_slot(
    broadcast: Broadcast,
    timetable: Timetable,
    name: str,
    message: str,
    advice: str,
    *,
    severity: Severity = Severity.ERROR,
) -> Finding:
    slot = timetable.slots.get(broadcast.slot)
    if slot is None:
        file = f"{SCHEDULES}/{QUEUE_SLOT}.yaml"
        return Finding(file=file, field=f"{QUEUE_SLOT}.{name}", message=message, advice=advice, severity=severity)
    field = f"slots.{slot.name}.{name}"
    return Finding(file=slot.file, line=slot.line, field=field, message=message, advice=advice, severity=severity)


def _breaches(broadcast: Broadcast, timetable: Timetable, rules: AirRules) -> Iterator[tuple[str, Finding]]:
    when = f"{broadcast.planned_at:%H:%M %d/%m/%Y}"
    end = broadcast.planned_end

    def breach(field: str, message: str, advice: str, severity: Severity = Severity.ERROR) -> Finding:
        return _at_slot(broadcast, timetable, field, message, advice, severity=severity)

    if rules.quiet_at(broadcast.planned_at.time()) or rules.quiet_at(end.time()):
        yield (
            "quiet",
            breach(
                "at",
                _("The broadcast at {when} lies in quiet hours.").format(when=when),
                _("Choose another time, or change air_rules.quiet_hours in station.yaml with the committee's consent."),
            ),
        )
    if broadcast.planned_at.weekday() not in rules.weekdays:
        yield (
            "day",
            breach(
                "days",
                _("The broadcast at {when} falls on a day on which the station does not air.").format(when=when),
                _("Choose other days, or change air_rules.days in station.yaml."),
            ),
        )
    if broadcast.planned_s > rules.longest_session_s:
        yield (
            "long",
            breach(
                "programme",
                _("The broadcast at {when} takes {length}; allowed are {allowed}.").format(
                    when=when, length=length_text(broadcast.planned_s), allowed=length_text(rules.longest_session_s)
                ),
                _("Take items out of the programme."),
            ),
        )
    if end.date() != broadcast.planned_at.date():
        yield (
            "midnight",
            breach(
                "at",
                _("The broadcast at {when} runs past midnight.").format(when=when),
                _("Let it begin earlier, or take items out of the programme."),
                Severity.WARNING,
            ),
        )


def _breaches_of_day(day: Sequence[Broadcast], timetable: Timetable, rules: AirRules) -> Iterator[tuple[str, Finding]]:
    """Yield what the broadcasts of one day, in order of time, break together."""
    whole_s = sum(broadcast.planned_s for broadcast in day)
    if rules.longest_day_s is not None and whole_s > rules.longest_day_s:
        yield (
            "whole-day",
            _at_slot(
                day[-1],
                timetable,
                "at",
                _("On {day} {length} are planned; allowed are {allowed} in one day.").format(
                    day=f"{day[0].planned_at:%d/%m/%Y}",
                    length=length_text(whole_s),
                    allowed=length_text(rules.longest_day_s),
                ),
                _("Shorten a programme, or leave a broadcast out on that day."),
            ),
        )
    for earlier, later in pairwise(day):
        gap_s = (later.planned_at - earlier.planned_end).total_seconds()
        if 0 <= gap_s < rules.shortest_gap_s:
            yield (
                "gap",
                _at_slot(
                    later,
                    timetable,
                    "at",
                    _("At {when} only {gap} have passed since “{earlier}”; {wanted} are wanted.").format(
                        when=f"{later.planned_at:%H:%M %d/%m/%Y}",
                        gap=length_text(gap_s),
                        earlier=earlier.title,
                        wanted=length_text(rules.shortest_gap_s),
                    ),
                    _("Let it begin later, or shorten the programme “{earlier}”.").format(earlier=earlier.title),
                ),
            )


def _overlap(earlier: Broadcast, later: Broadcast, timetable: Timetable) -> Finding:
    if earlier.planned_at == later.planned_at:
        return _at_slot(
            later,
            timetable,
            "at",
            _("At {when} both “{earlier}” and “{later}” begin.").format(
                when=f"{later.planned_at:%H:%M %d/%m/%Y}", earlier=earlier.title, later=later.title
            ),
            _("Let one of them begin later."),
        )
    overlap_s = (earlier.planned_end - later.planned_at).total_seconds()
    if later.when_busy is WhenBusy.DROP or (later.when_busy is WhenBusy.INTERRUPT and earlier.rank <= later.rank):
        if later.when_busy is WhenBusy.DROP:
            message = _("At {when} “{later}” will not air, because “{earlier}” is still on air for {length}.")
        else:
            message = _("At {when} “{later}” cuts into “{earlier}”, which would go on for {length}.")
        return _at_slot(
            later,
            timetable,
            "when_busy",
            message.format(
                when=f"{later.planned_at:%H:%M %d/%m/%Y}",
                earlier=earlier.title,
                later=later.title,
                length=length_text(overlap_s),
            ),
            _("If this is not meant, let it begin later."),
            severity=Severity.WARNING,
        )
    return _at_slot(
        later,
        timetable,
        "at",
        _("At {when} “{earlier}” is still on air for {length} when “{later}” begins.").format(
            when=f"{later.planned_at:%H:%M %d/%m/%Y}",
            earlier=earlier.title,
            later=later.title,
            length=length_text(overlap_s),
        ),
        _("Let it begin later, or shorten the programme “{earlier}”.").format(earlier=earlier.title),
    )


def length_text(seconds: float) -> str:
    """Return a length as ``m:ss``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def new_breaches(
    before: Sequence[Broadcast], after: Sequence[Broadcast], timetable: Timetable, rules: AirRules
) -> list[Finding]:
    """Return the breaches of the air rules that a plan `after` has and the plan `before` it had not."""
    known = set(_all_breaches(before, timetable, rules))
    return [finding for finding in _all_breaches(after, timetable, rules) if finding not in known]


def _all_breaches(broadcasts: Sequence[Broadcast], timetable: Timetable, rules: AirRules) -> list[Finding]:
    days = groupby(broadcasts, lambda broadcast: broadcast.planned_at.date())
    return [
        *(breach for broadcast in broadcasts for _code, breach in _breaches(broadcast, timetable, rules)),
        *(breach for _day, day in days for _code, breach in _breaches_of_day(tuple(day), timetable, rules)),
    ]


def check_validity(broadcasts: Sequence[Broadcast]) -> Iterator[Finding]:
    """Yield one warning for each bulletin that a broadcast names on a day it is not valid."""
    told: set[str] = set()
    for broadcast in broadcasts:
        for item in broadcast.items:
            if item.problem is Problem.NOT_VALID and item.name not in told:
                told.add(item.name)
                yield Finding(
                    file=f"scripts/{item.name}.md",
                    field="valid_until",
                    message=_("The bulletin is not valid on {day}, when “{title}” asks for it.").format(
                        day=f"{broadcast.planned_at:%d/%m/%Y}", title=broadcast.title
                    ),
                    advice=_("Change its dates, or take it out of the programme."),
                    severity=Severity.WARNING,
                )


def check_slots_air(timetable: Timetable, today: date) -> Iterator[Finding]:
    """Yield one warning for each slot that will not air within three years from local `today`."""
    types = timetable.types
    for slot in timetable.slots.values():
        if not airs_within(slot, types, today):
            yield _never(slot, today, airs=airs_within(replace(slot, exceptions=()), types, today))


def _never(slot: Slot, today: date, *, airs: bool) -> Finding:
    """Return why the slot never airs: its exceptions (it `airs` without them), its past, or rules that never meet."""
    days = slot.days
    if airs:
        field = "except"
        message = _("The exceptions leave the slot no day on which it airs in the next three years.")
        advice = _("Take one of them away, or delete the slot.")
    elif days.last_day is not None and days.last_day < today:
        field = "until"
        message = _("The slot ended on {day}; it will not air any more.").format(day=f"{days.last_day:%d/%m/%Y}")
        advice = _("Write a later date, or delete the slot.")
    elif days.dates and not days.year_days and not days.lunar and max(days.dates) < today:
        field = "dates"
        message = _("All dates of the slot are past, the last was {day}; it will not air any more.").format(
            day=f"{max(days.dates):%d/%m/%Y}"
        )
        advice = _("Write later dates, or delete the slot.")
    else:
        field = "days"
        message = _("The days that the slot asks for never come together in the next three years.")
        advice = _("Take one of its rules away; loa plan --why {slot} DAY shows which of them hold on a day.").format(
            slot=slot.name
        )
    return Finding(
        file=slot.file,
        line=slot.line,
        field=f"slots.{slot.name}.{field}",
        message=message,
        advice=advice,
        severity=Severity.WARNING,
    )
