"""Reading a station's folder whole: settings, bulletins, timetable, finished audio, and every mistake in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from loa.bulletins import Approval, read_bulletins
from loa.errors import Finding, InputRefused, LoaError
from loa.language import translate as _
from loa.ledger import Ledger
from loa.settings import read_settings
from loa.sound import AudioStore, FinishedAudio
from loa.station.contents import Contents
from loa.station.contents_check import check_approved_sound, check_plan, check_whole
from loa.station.folder import StationFolder
from loa.station.in_force import as_approved, still_queued
from loa.station.lexicon_file import WayOfReading, read_lexicon, reading_style
from loa.station.reading_memory import READINGS_FILE, ReadingMemory
from loa.station.render_jobs import bulletin_job, timetable_jobs
from loa.station.rendering import RenderJob, find
from loa.timetable import Shelf, Timetable, read_timetable
from loa.timetable.queue_file import read_queue_file


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
    timetable, found = _read_timetable(folder, source, ledger)
    memory = ReadingMemory(folder.rendered / READINGS_FILE, way)
    texts = {name: memory.read(bulletin.body) for name, bulletin in bulletins.bulletins.items()}
    jobs = {
        name: bulletin_job(bulletin, texts[name].phrases, settings, folder)
        for name, bulletin in bulletins.bulletins.items()
    }
    jobs |= timetable_jobs(timetable, settings, memory, folder)
    memory.save()
    store = AudioStore(folder.rendered)
    made, broken = _finished(jobs, store)
    audio, holding = as_approved(made, in_force, bulletins.bulletins, store)
    contents = Contents(
        settings=settings,
        way_of_reading=way,
        bulletins=bulletins,
        timetable=timetable,
        shelf=Shelf(
            bulletins=bulletins.bulletins,
            approvals=holding,
            lengths_s={name: finished.cue_sheet.length_s for name, finished in audio.items()},
            entertainment=settings.entertainment_topics,
        ),
        jobs=jobs,
        doubts={name: text.doubts for name, text in texts.items()},
        made=made,
        audio=audio,
        findings=(*lexicon_found, *bulletins.findings, *found),
    )
    whole = (*check_whole(contents, folder, source, broken), *check_approved_sound(in_force, holding))
    planned = () if found else tuple(check_plan(contents, today))
    return replace(contents, findings=(*contents.findings, *whole, *planned), plan_findings=planned)


def _read_timetable(
    folder: StationFolder, source: StationFolder, ledger: Ledger | None
) -> tuple[Timetable, Sequence[Finding]]:
    """Return the timetable of `source` with the queue that waits in `folder` now, and the mistakes in it."""
    timetable, found = read_timetable(source.schedules, station_folder=source.root)
    if source is not folder:  # the copies hold the timetable; what waits is what waits now
        queue = read_queue_file(folder.schedules, station_folder=folder.root)
        timetable = replace(timetable, queue=timetable.queue if queue is None else queue)
    if ledger is not None:
        timetable = replace(timetable, queue=still_queued(timetable.queue, ledger))
    return timetable, found


def _found_without_settings(folder: StationFolder, source: StationFolder) -> tuple[Finding, ...]:
    _entries, lexicon_found = read_lexicon(source)
    bulletins = read_bulletins(folder.scripts, station_folder=folder.root, topics=None)
    _timetable, found = read_timetable(source.schedules, station_folder=source.root)
    return (*lexicon_found, *bulletins.findings, *found)


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
