"""Checking a plan before it counts: what is missing, too early, too long, or on top of another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from loa.checked_yaml import choose_from
from loa.errors import Finding, Severity
from loa.language import translate as _
from loa.settings import AirRules
from loa.timetable.plan import QUEUE_SLOT, Broadcast, Problem, Shelf
from loa.timetable.programme import ItemKind, Programme, ProgrammeItem, Timetable

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
    for programme in timetable.programmes.values():
        for item in programme.items:
            if item.kind is ItemKind.BULLETIN and item.name in refused:
                continue
            yield from _reference(programme, item, shelf, known_topics, audio_findings)


def _reference(
    programme: Programme,
    item: ProgrammeItem,
    shelf: Shelf,
    topics: Sequence[str],
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
        elif not any(bulletin.topic == item.name and shelf.approval(bulletin) for bulletin in shelf.bulletins.values()):
            yield finding(
                _("No approved bulletin has the topic “{name}”; nothing will air here.").format(name=item.name),
                _("Write one, or approve one that is there."),
                Severity.WARNING,
            )
    elif item.kind is ItemKind.AUDIO and item.name in audio_findings:
        yield finding(audio_findings[item.name], _("Copy a good sound file to that name, or correct the name."))


def check_broadcasts(broadcasts: Sequence[Broadcast], timetable: Timetable, rules: AirRules) -> Iterator[Finding]:
    """Yield one finding for each pair of slots that overlap and each slot that breaks the air rules.

    Parameters
    ----------
    broadcasts
        A plan in order of time; each kind of breach is told once a slot, at its first instant.
    """
    told: set[tuple[str, ...]] = set()
    for number, broadcast in enumerate(broadcasts):
        for breach in _breaches(broadcast, timetable, rules):
            kind = (broadcast.slot, breach.field or "", "")
            if kind not in told:
                told.add(kind)
                yield breach
        for earlier in reversed(broadcasts[:number]):
            if earlier.planned_at < broadcast.planned_at - timedelta(hours=3):
                break
            pair = tuple(sorted((earlier.slot, broadcast.slot)))
            at_once = earlier.planned_at == broadcast.planned_at
            if (at_once or earlier.planned_end > broadcast.planned_at) and pair not in told:
                told.add(pair)
                yield _overlap(earlier, broadcast, timetable)


def _at_slot(broadcast: Broadcast, timetable: Timetable, name: str, message: str, advice: str) -> Finding:
    slot = timetable.slots.get(broadcast.slot)
    if slot is None:
        file = f"{SCHEDULES}/{QUEUE_SLOT}.yaml"
        return Finding(file=file, field=f"{QUEUE_SLOT}.{name}", message=message, advice=advice)
    return Finding(file=slot.file, line=slot.line, field=f"slots.{slot.name}.{name}", message=message, advice=advice)


def _breaches(broadcast: Broadcast, timetable: Timetable, rules: AirRules) -> Iterator[Finding]:
    when = f"{broadcast.planned_at:%H:%M %d/%m/%Y}"
    if rules.quiet_at(broadcast.planned_at.time()) or rules.quiet_at(broadcast.planned_end.time()):
        yield _at_slot(
            broadcast,
            timetable,
            "at",
            _("The broadcast at {when} lies in quiet hours.").format(when=when),
            _("Choose another time, or change air_rules.quiet_hours in station.yaml with the committee's consent."),
        )
    if broadcast.planned_s > rules.longest_session_s:
        yield _at_slot(
            broadcast,
            timetable,
            "programme",
            _("The broadcast at {when} takes {minutes:.0f} minutes; allowed are {allowed:.0f}.").format(
                when=when, minutes=broadcast.planned_s / 60, allowed=rules.longest_session_s / 60
            ),
            _("Take items out of the programme."),
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
    return _at_slot(
        later,
        timetable,
        "at",
        _("At {when} “{earlier}” is still on air for {seconds:.0f} seconds when “{later}” begins.").format(
            when=f"{later.planned_at:%H:%M %d/%m/%Y}", earlier=earlier.title, later=later.title, seconds=overlap_s
        ),
        _("Let it begin later, or shorten the programme “{earlier}”.").format(earlier=earlier.title),
    )


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
