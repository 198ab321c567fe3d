"""What is wrong between the files of a station: names that are not there, texts and sound unlike the approved, the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from loa.bulletins import Approval, BulletinFolder
from loa.checked_yaml import choose_from, line_of
from loa.errors import Finding, Severity
from loa.language import translate as _
from loa.settings import STATION_FILE, StationSettings
from loa.slug import is_slug
from loa.station.contents import Contents
from loa.station.folder import StationFolder
from loa.station.render_jobs import voice_options
from loa.timetable import check_broadcasts, check_references, check_validity
from loa.timetable.check import check_slots_air
from loa.timetable.duplicates import check_duplicates
from loa.voices.named import known_voices

CHECKED_DAYS = 35


def check_whole(
    contents: Contents, folder: StationFolder, source: StationFolder, broken: Mapping[str, str]
) -> Iterable[Finding]:
    """Yield what each file alone does not show.

    Parameters
    ----------
    source
        Where settings and timetable were read: `folder` itself, or the last good copies.
    broken
        By item: why its sound file cannot be read.
    """
    bulletins, shelf = contents.bulletins, contents.shelf
    topics = contents.settings.topics
    refused = {Path(finding.file).stem for finding in bulletins.findings}
    yield from _check_names(contents.settings, folder, source, bulletins)
    yield from check_references(contents.timetable, shelf, topics=topics, audio_findings=broken, refused=refused)
    yield from _edited_after_approval(bulletins, shelf.approvals)
    yield from _made_anew_after_approval(contents)


def _check_names(
    settings: StationSettings, folder: StationFolder, source: StationFolder, bulletins: BulletinFolder
) -> Iterable[Finding]:
    """Yield a finding for each voice and bulletin that settings and bulletins name and that is not there."""
    known = known_voices(voice_options(settings, folder))
    path = source.root / STATION_FILE
    for voice in settings.voices:
        if voice not in known:
            yield _no_voice(STATION_FILE, line_of(path, "voices", voice), voice, known)
    for name, bulletin in bulletins.bulletins.items():
        for voice in bulletin.voices:
            if voice not in known:
                yield _no_voice(f"scripts/{name}.md", None, voice, known)
    names = bulletins.bulletins.keys() | {Path(finding.file).stem for finding in bulletins.findings}
    if settings.station_check and settings.station_check not in names:
        yield Finding(
            file=STATION_FILE,
            line=line_of(path, "station_check", settings.station_check),
            field="station_check",
            message=_("There is no bulletin “{name}”.").format(name=settings.station_check),
            advice=choose_from(settings.station_check, sorted(names)),
        )


def _no_voice(file: str, line: int | None, voice: str, known: Sequence[str]) -> Finding:
    """Return the finding for a voice that is not there; a Piper voice may still be installed, the next one speaks."""
    kind, _colon, name = voice.partition(":")
    if kind == "piper" and is_slug(name):
        return Finding(
            file=file,
            line=line,
            field="voices",
            message=_("The voice “{name}” is not installed; the next one speaks in its place.").format(name=voice),
            advice=_("Install it with: loa voices install FILE"),
            severity=Severity.WARNING,
        )
    message = _("There is no voice “{name}”.").format(name=voice)
    return Finding(file=file, line=line, field="voices", message=message, advice=choose_from(voice, sorted(known)))


def _edited_after_approval(bulletins: BulletinFolder, in_force: Mapping[str, Approval]) -> Iterable[Finding]:
    for name, bulletin in bulletins.bulletins.items():
        approval = in_force.get(name)
        if approval is not None and not approval.covers(bulletin):
            yield Finding(
                file=f"scripts/{name}.md",
                message=_("The text was edited after {person} approved it; it will not air.").format(
                    person=approval.person
                ),
                advice=_("Read it through and type: loa approve {name} --by NAME").format(name=name),
                severity=Severity.WARNING,
            )


def check_approved_sound(in_force: Mapping[str, Approval], holding: Mapping[str, Approval]) -> Iterable[Finding]:
    """Yield a warning for each approval that does not hold any more because the sound it was given for is gone."""
    for name, approval in in_force.items():
        if name not in holding:
            yield Finding(
                file=f"scripts/{name}.md",
                message=_("The sound that {person} approved is gone; it will not air.").format(person=approval.person),
                advice=_("Listen to the new one and type: loa approve {name} --by NAME").format(name=name),
                severity=Severity.WARNING,
            )


def _made_anew_after_approval(contents: Contents) -> Iterable[Finding]:
    """Yield a warning for each approved text whose sound is another than the one that was approved.

    The approved sound airs on: what is told is that the new one waits to be heard.
    """
    for name, audio in contents.made.items():
        bulletin = contents.bulletins.bulletins.get(name)
        approval = contents.shelf.approval(bulletin) if bulletin else None
        if approval is not None and not approval.heard(audio.cue_sheet.audio_sha256):
            yield Finding(
                file=f"scripts/{name}.md",
                message=_("The sound was made anew after {person} approved it; the approved one still airs.").format(
                    person=approval.person
                ),
                advice=_("Listen to the new one and type: loa approve {name} --by NAME").format(name=name),
                severity=Severity.WARNING,
            )


def check_plan(contents: Contents, today: date) -> Iterable[Finding]:
    """Yield what is wrong with the plan from local day `today` five weeks on, by the station's air rules too."""
    zone = contents.settings.time_zone
    plan = contents.material.plan(
        today,
        today + timedelta(days=CHECKED_DAYS),
        queue_from=datetime(today.year, today.month, today.day, tzinfo=zone),
    )
    yield from check_broadcasts(plan, contents.timetable, contents.settings.air_rules)
    yield from check_validity(plan)
    yield from check_duplicates(plan, contents.shelf)
    yield from check_slots_air(contents.timetable, today)
