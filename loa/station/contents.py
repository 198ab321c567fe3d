"""Reading a station's folder whole: settings, bulletins, timetable, finished audio, and every mistake in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from loa.bulletins import Approval, Bulletin, BulletinFolder, read_bulletins
from loa.checked_yaml import choose_from, line_of
from loa.errors import Finding, InputRefused, LoaError, Severity
from loa.language import translate as _
from loa.ledger import Ledger, RowKind, aired_queue_ids
from loa.playout import Material
from loa.reading import Doubt
from loa.settings import STATION_FILE, StationSettings, read_settings
from loa.slug import is_slug
from loa.sound import AudioStore, FinishedAudio, SoundKind, SoundTarget
from loa.station.folder import StationFolder
from loa.station.lexicon_file import WayOfReading, read_lexicon, reading_style
from loa.station.reading_memory import READINGS_FILE, ReadingMemory
from loa.station.rendering import RenderJob, find, untried_voices
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
from loa.timetable.check import check_slots_air
from loa.timetable.duplicates import check_duplicates
from loa.timetable.queue_file import read_queue_file
from loa.timetable.time_signal import pieces, said
from loa.voices import VoiceOptions
from loa.voices.named import known_voices

CHECKED_DAYS = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """One consistent look at a station's folder.

    Attributes
    ----------
    jobs
        How each item is rendered, by item name: bulletins and the audio files that programmes name.
    doubts
        By bulletin: where its reading was guessed.
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
    doubts: Mapping[str, tuple[Doubt, ...]]
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
        """Jobs whose item may air but whose audio is not settled: approved bulletins and the timetable's audio files.

        Audio is not settled where there is none, or where a better voice has come into the ladder since.
        """
        return [
            job
            for name, job in self.jobs.items()
            if (name not in self.audio or untried_voices(job, self.audio[name]))
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
                bulletin=name,
                text_hash=row.data["text_hash"],
                person=row.data["person"],
                row=row.seq,
                audio_sha256=row.data.get("audio_sha256", ""),
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
    if schedules is not None:  # the copies hold the timetable; what waits is what waits now
        queue = read_queue_file(folder.schedules, station_folder=folder.root)
        timetable = replace(timetable, queue=timetable.queue if queue is None else queue)
    if ledger is not None:
        timetable = replace(timetable, queue=still_queued(timetable.queue, ledger))
    memory = ReadingMemory(folder.rendered / READINGS_FILE, way)
    texts = {name: memory.read(bulletin.body) for name, bulletin in bulletins.bulletins.items()}
    jobs = {
        name: bulletin_job(bulletin, texts[name].phrases, settings, folder)
        for name, bulletin in bulletins.bulletins.items()
    }
    sounds = {
        item.name
        for programme in timetable.programmes.values()
        for item in programme.items
        if item.kind in {ItemKind.AUDIO, ItemKind.MUSIC}
    }
    jobs |= {name: sound_job(name, settings, folder) for name in sorted(sounds)}
    jobs |= _time_signal_jobs(timetable, settings, memory, folder)
    memory.save()
    audio, broken = _finished(jobs, AudioStore(folder.rendered))
    shelf = Shelf(
        bulletins=bulletins.bulletins,
        approvals=in_force,
        lengths_s={name: finished.cue_sheet.length_s for name, finished in audio.items()},
        entertainment=settings.entertainment_topics,
    )
    contents = Contents(
        settings=settings,
        way_of_reading=way,
        bulletins=bulletins,
        timetable=timetable,
        shelf=shelf,
        jobs=jobs,
        doubts={name: text.doubts for name, text in texts.items()},
        audio=audio,
        findings=(*lexicon_found, *bulletins.findings, *found),
    )
    refused_names = {Path(finding.file).stem for finding in bulletins.findings}
    whole = [
        *_check_names(settings, folder, source, bulletins),
        *check_references(timetable, shelf, topics=settings.topics, audio_findings=broken, refused=refused_names),
    ]
    whole += _edited_after_approval(bulletins, in_force)
    whole += _made_anew_after_approval(contents)
    planned = () if found else tuple(_check_plan(contents, today))
    return replace(contents, findings=(*contents.findings, *whole, *planned), plan_findings=planned)


def _found_without_settings(folder: StationFolder, source: StationFolder) -> tuple[Finding, ...]:
    _entries, lexicon_found = read_lexicon(source)
    bulletins = read_bulletins(folder.scripts, station_folder=folder.root, topics=None)
    _timetable, found = read_timetable(source.schedules, station_folder=source.root)
    return (*lexicon_found, *bulletins.findings, *found)


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


def _made_anew_after_approval(contents: Contents) -> Iterable[Finding]:
    """Yield a warning for each approved text whose sound is another than the one that was approved.

    It airs all the same: an upgrade, another loudness or a mended lexicon makes all sound anew, and a silent station is worse.
    """
    for name, audio in contents.audio.items():
        bulletin = contents.bulletins.bulletins.get(name)
        approval = contents.shelf.approval(bulletin) if bulletin else None
        if approval is not None and not approval.heard(audio.cue_sheet.audio_sha256):
            yield Finding(
                file=f"scripts/{name}.md",
                message=_("The sound was made anew after {person} approved it.").format(person=approval.person),
                advice=_("Listen to it and type: loa approve {name} --by NAME").format(name=name),
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
    yield from check_duplicates(plan, contents.shelf)
    yield from check_slots_air(contents.timetable, today)


def sound_target(settings: StationSettings) -> SoundTarget:
    """Return what every finished item of this station sounds like."""
    sound = settings.sound
    return SoundTarget(loudness_lufs=sound.loudness_lufs, true_peak_dbtp=sound.true_peak_dbtp, profile=sound.profile)


def voice_options(settings: StationSettings, folder: StationFolder) -> VoiceOptions:
    """Return what this station sets about its voices; a program or file named in a command is looked for in its folder."""
    root = folder.root.resolve()

    def placed(argument: str) -> str:
        return str(root / argument) if (root / argument).is_file() else argument

    commands = {
        name: replace(command, run=tuple(map(placed, command.run))) for name, command in settings.command_voices.items()
    }
    return VoiceOptions(piper_folder=folder.voices, commands=commands)


def bulletin_job(
    bulletin: Bulletin, phrases: tuple[tuple[str, str], ...], settings: StationSettings, folder: StationFolder
) -> RenderJob:
    """Return how `bulletin` is rendered: its recording, or its `phrases` by the ladder; then its other languages."""
    job = RenderJob(
        item=bulletin.name,
        text_hash=bulletin.text_hash,
        translations=tuple((other.language, folder.root / other.recording) for other in bulletin.translations),
        target=sound_target(settings),
    )
    if bulletin.recording:
        return replace(job, recording=folder.root / bulletin.recording)
    return replace(
        job,
        phrases=phrases,
        ladder=bulletin.voices or settings.voices,
        voice_options=voice_options(settings, folder),
    )


def speech_job(
    name: str,
    text_hash: str,
    phrases: tuple[tuple[str, str], ...],
    *,
    settings: StationSettings,
    folder: StationFolder,
) -> RenderJob:
    """Return how words already read out are rendered under `name`."""
    return RenderJob(
        item=name,
        phrases=phrases,
        text_hash=text_hash,
        ladder=settings.voices,
        voice_options=voice_options(settings, folder),
        target=sound_target(settings),
    )


def sound_job(name: str, settings: StationSettings, folder: StationFolder) -> RenderJob:
    """Return how the sound file `name` of the station is finished."""
    return RenderJob(
        item=name,
        recording=_inside(folder.root, name),
        recording_kind=SoundKind.SOUND,
        target=sound_target(settings),
    )


def _time_signal_jobs(
    timetable: Timetable, settings: StationSettings, memory: ReadingMemory, folder: StationFolder
) -> dict[str, RenderJob]:
    leads = {
        item.name
        for programme in timetable.programmes.values()
        for item in programme.items
        if item.kind is ItemKind.TIME
    }
    names = dict.fromkeys(name for lead in sorted(leads) for name in pieces(lead))
    return {
        name: speech_job(name, "", memory.read(said(name)).phrases, settings=settings, folder=folder) for name in names
    }


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
