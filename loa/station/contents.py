"""Reading a station's folder whole: settings, bulletins, timetable, finished audio, and every mistake in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from loa.bulletins import Approval, Bulletin, BulletinFolder, read_bulletins
from loa.checked_yaml import choose_from, line_of
from loa.errors import Finding, InputRefused, LoaError, Severity
from loa.language import translate as _
from loa.ledger import Ledger, RowKind, aired_queue_ids
from loa.playout import Material
from loa.reading import Reading
from loa.settings import STATION_FILE, StationSettings, read_settings
from loa.sound import AudioStore, FinishedAudio, SoundKind, SoundTarget
from loa.station.folder import StationFolder
from loa.station.lexicon_file import WayOfReading, read_lexicon, reading_style
from loa.station.rendering import RenderJob, find
from loa.timetable import (
    ItemKind,
    QueueEntry,
    Shelf,
    Timetable,
    check_broadcasts,
    check_references,
    check_validity,
    read_timetable,
)
from loa.voices import VoiceOptions
from loa.voices.named import KNOWN_VOICES

CHECKED_DAYS = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """One consistent look at a station's folder.

    Attributes
    ----------
    jobs
        How each item is rendered, by item name: bulletins and the audio files that programmes name.
    audio
        Finished audio by item name.
    findings
        Every mistake and warning, in reading order.
    plan_findings
        Those of them that concern the plan (overlaps, quiet hours, lengths), not what is written.
    """

    settings: StationSettings
    way_of_reading: WayOfReading
    bulletins: BulletinFolder
    timetable: Timetable
    shelf: Shelf
    jobs: Mapping[str, RenderJob]
    audio: Mapping[str, FinishedAudio]
    findings: tuple[Finding, ...]
    plan_findings: tuple[Finding, ...] = ()

    @property
    def material(self) -> Material:
        """What the broadcaster works from."""
        return Material(
            timetable=self.timetable,
            shelf=self.shelf,
            audio=self.audio,
            zone=self.settings.time_zone,
            rules=self.settings.air_rules,
        )

    @property
    def timetable_errors(self) -> tuple[Finding, ...]:
        """The mistakes that keep this timetable from going on air; a broken bulletin alone does not."""
        return tuple(
            finding
            for finding in self.findings
            if finding.severity is Severity.ERROR and not finding.file.startswith("scripts/")
        )

    @property
    def unrendered(self) -> list[RenderJob]:
        """Jobs whose item may air but has no finished audio: approved bulletins and the timetable's audio files."""
        return [
            job
            for name, job in self.jobs.items()
            if name not in self.audio
            and (name not in self.bulletins.bulletins or self.shelf.approval(self.bulletins.bulletins[name]))
        ]


def approvals(ledger: Ledger) -> dict[str, Approval]:
    """Return the approval in force of each bulletin: the newest, unless it was withdrawn after. Raises LedgerFailed."""
    in_force: dict[str, Approval] = {}
    for row in ledger.rows(kinds=[RowKind.APPROVED, RowKind.WITHDRAWN]):
        name = row.data["bulletin"]
        if row.kind is RowKind.WITHDRAWN:
            in_force.pop(name, None)
        else:
            in_force[name] = Approval(
                bulletin=name, text_hash=row.data["text_hash"], person=row.data["person"], row=row.seq
            )
    return in_force


def still_queued(queue: Sequence[QueueEntry], ledger: Ledger) -> tuple[QueueEntry, ...]:
    """Return the entries of which nothing has been heard yet. Raises LedgerFailed."""
    if not queue:
        return ()
    since = min(entry.added_at for entry in queue)
    aired = aired_queue_ids(ledger.rows(kinds=[RowKind.ITEM], since=since))
    return tuple(entry for entry in queue if entry.queue_id not in aired)


def read_contents(
    folder: StationFolder,
    in_force: Mapping[str, Approval],
    *,
    today: date,
    schedules: StationFolder | None = None,
    ledger: Ledger | None = None,
) -> Contents:
    """Read the station in `folder`.

    Parameters
    ----------
    in_force
        Approvals by bulletin name.
    today
        Local day from which overlaps and air rules are checked, five weeks on.
    schedules
        Read settings and timetable from there instead (the last good copies).
    ledger
        Where it is asked which queue entries have aired: they are left out. None leaves all of them in.

    Raises
    ------
    InputRefused
        ``station.yaml`` itself is wrong: with the mistakes of all other files behind its own. Where it is right,
        mistakes elsewhere are in `findings`.
    """
    source = schedules or folder
    try:
        settings = read_settings(source.root)
    except InputRefused as refused:
        raise InputRefused((*refused.findings, *_found_without_settings(folder, source))) from refused
    entries, lexicon_found = read_lexicon(source)
    way = WayOfReading(entries, reading_style(settings.reading))
    bulletins = read_bulletins(folder.scripts, station_folder=folder.root, topics=settings.topics)
    timetable, found = read_timetable(source.schedules, station_folder=source.root)
    if ledger is not None:
        timetable = replace(timetable, queue=still_queued(timetable.queue, ledger))
    jobs = {bulletin.name: bulletin_job(bulletin, settings, way, folder) for bulletin in bulletins.bulletins.values()}
    sounds = {
        item.name
        for programme in timetable.programmes.values()
        for item in programme.items
        if item.kind is ItemKind.AUDIO
    }
    jobs |= {name: _sound_job(name, settings, folder) for name in sorted(sounds)}
    audio, broken = _finished(jobs, AudioStore(folder.rendered))
    shelf = Shelf(
        bulletins=bulletins.bulletins,
        approvals=in_force,
        lengths_s={name: finished.cue_sheet.length_s for name, finished in audio.items()},
    )
    contents = Contents(
        settings=settings,
        way_of_reading=way,
        bulletins=bulletins,
        timetable=timetable,
        shelf=shelf,
        jobs=jobs,
        audio=audio,
        findings=(*lexicon_found, *bulletins.findings, *found),
    )
    refused_names = {Path(finding.file).stem for finding in bulletins.findings}
    whole = [
        *_check_names(settings, source, bulletins.bulletins.keys() | refused_names),
        *check_references(timetable, shelf, topics=settings.topics, audio_findings=broken, refused=refused_names),
    ]
    whole += _edited_after_approval(bulletins, in_force)
    planned = () if found else tuple(_check_plan(contents, today))
    return replace(contents, findings=(*contents.findings, *whole, *planned), plan_findings=planned)


def _found_without_settings(folder: StationFolder, source: StationFolder) -> tuple[Finding, ...]:
    _entries, lexicon_found = read_lexicon(source)
    bulletins = read_bulletins(folder.scripts, station_folder=folder.root, topics=None)
    _timetable, found = read_timetable(source.schedules, station_folder=source.root)
    return (*lexicon_found, *bulletins.findings, *found)


def _check_names(settings: StationSettings, source: StationFolder, bulletins: Collection[str]) -> Iterable[Finding]:
    """Yield a finding for each voice and bulletin that ``station.yaml`` names and that is not there."""

    def finding(field: str, text: str, message: str, known: Collection[str]) -> Finding:
        return Finding(
            file=STATION_FILE,
            line=line_of(source.root / STATION_FILE, field, text),
            field=field,
            message=message.format(name=text),
            advice=choose_from(text, sorted(known)),
        )

    for voice in settings.voices:
        if voice not in KNOWN_VOICES:
            yield finding("voices", voice, _("There is no voice “{name}”."), KNOWN_VOICES)
    if settings.station_check and settings.station_check not in bulletins:
        yield finding("station_check", settings.station_check, _("There is no bulletin “{name}”."), bulletins)


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


def _check_plan(contents: Contents, today: date) -> Iterable[Finding]:
    from datetime import datetime

    zone = contents.settings.time_zone
    plan = contents.material.plan(
        today,
        today + timedelta(days=CHECKED_DAYS),
        queue_from=datetime(today.year, today.month, today.day, tzinfo=zone),
    )
    yield from check_broadcasts(plan, contents.timetable, contents.settings.air_rules)
    yield from check_validity(plan)


def sound_target(settings: StationSettings) -> SoundTarget:
    """Return what every finished item of this station sounds like."""
    return SoundTarget(loudness_lufs=settings.sound.loudness_lufs, true_peak_dbtp=settings.sound.true_peak_dbtp)


def bulletin_job(bulletin: Bulletin, settings: StationSettings, way: WayOfReading, folder: StationFolder) -> RenderJob:
    """Return how `bulletin` is rendered: its recording, or its words by the station's ladder of voices."""
    if bulletin.recording:
        return RenderJob(
            item=bulletin.name,
            text_hash=bulletin.text_hash,
            recording=folder.root / bulletin.recording,
            recording_kind=SoundKind.RECORDING,
            target=sound_target(settings),
        )
    return speech_job(bulletin.name, bulletin.text_hash, way.read(bulletin.body), settings)


def speech_job(name: str, text_hash: str, reading: Reading, settings: StationSettings) -> RenderJob:
    """Return how words already read out are rendered under `name`."""
    return RenderJob(
        item=name,
        phrases=tuple((phrase.text, phrase.pause.value) for phrase in reading.phrases),
        text_hash=text_hash,
        ladder=settings.voices,
        voice_options=VoiceOptions(),
        target=sound_target(settings),
    )


def _sound_job(name: str, settings: StationSettings, folder: StationFolder) -> RenderJob:
    return RenderJob(
        item=name,
        recording=_inside(folder.root, name),
        recording_kind=SoundKind.SOUND,
        target=sound_target(settings),
    )


def _inside(root: Path, name: str) -> Path:
    path = (root / name).resolve()
    return path if path.is_relative_to(root.resolve()) else root / "audio" / path.name


def _finished(jobs: Mapping[str, RenderJob], store: AudioStore) -> tuple[dict[str, FinishedAudio], dict[str, str]]:
    audio: dict[str, FinishedAudio] = {}
    broken: dict[str, str] = {}
    for name, job in jobs.items():
        try:
            finished = find(job, store)
        except LoaError:
            broken[name] = _("There is no sound file “{name}” that can be read.").format(name=name)
            continue
        if finished is not None:
            audio[name] = finished
    return audio, broken
