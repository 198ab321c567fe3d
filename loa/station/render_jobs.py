"""How each item of a station is rendered: bulletins, sound files, the time signal, words already read out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from loa.bulletins import Bulletin
from loa.settings import StationSettings
from loa.sound import SoundKind, SoundTarget
from loa.station.folder import StationFolder
from loa.station.reading_memory import ReadingMemory
from loa.station.rendering import RenderJob
from loa.timetable import (
    ItemKind,
    Timetable,
)
from loa.timetable.time_signal import pieces, said
from loa.voices import VoiceOptions


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


def timetable_jobs(
    timetable: Timetable, settings: StationSettings, memory: ReadingMemory, folder: StationFolder
) -> dict[str, RenderJob]:
    """Return how the sound files and time signals that programmes name are made, by item name."""
    sounds = {
        item.name
        for programme in timetable.programmes.values()
        for item in programme.items
        if item.kind in {ItemKind.AUDIO, ItemKind.MUSIC}
    }
    jobs = {name: sound_job(name, settings, folder) for name in sorted(sounds)}
    return jobs | _time_signal_jobs(timetable, settings, memory, folder)


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
