"""Rendering: from a job that says what to say and how, to a finished file in the store. Done long before air time.

A job is a plain value that travels to a worker process. Its key is a hash over everything that decides the sound, so
the same words in the same voice are rendered once, whichever bulletin they belong to.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from loa.errors import LoaError, SoundRefused
from loa.files import sha256_file
from loa.language import translate as _
from loa.sound import AudioStore, FinishedAudio, SoundKind, SoundTarget
from loa.voices import Ladder, VoiceOptions, voice_named

FORMAT = 1  # raise it when the same job would sound different
WORTH_A_PROCESS = 400  # syllables: about 1 s of work in one process, against 0.4 s to start two more

Outcome = FinishedAudio | LoaError
Made = Generator[tuple["RenderJob", Outcome], None, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderJob:
    """One item to be finished.

    Attributes
    ----------
    item
        Bulletin id or audio file name, for the record.
    phrases
        Words and the pause that follows them: ``phrase``, ``sentence`` or ``paragraph``. Empty for a recording.
    text_hash
        Hash of the bulletin's content, for the record.
    ladder
        Names of voices, best first.
    recording
        An audio file to finish instead of speaking, or None.
    recording_kind
        Whether `recording` is a bulletin spoken by a person or a sound (tune, music).
    voice_options, target
        How to speak and how to finish.
    """

    item: str
    phrases: tuple[tuple[str, str], ...] = ()
    text_hash: str = ""
    ladder: tuple[str, ...] = ()
    recording: Path | None = None
    recording_kind: SoundKind = SoundKind.RECORDING
    voice_options: VoiceOptions = field(default_factory=VoiceOptions)
    target: SoundTarget = field(default_factory=SoundTarget)

    @property
    def key(self) -> str:
        """SHA-256 over everything that decides the sound, as 64 hex digits. Reads the recording whole.

        Raises
        ------
        SoundRefused
            The recording cannot be read.
        """
        if self.recording is not None:
            decides: dict[str, object] = {"recording": _recording_hash(self.recording)}
        else:
            decides = {
                "phrases": self.phrases,
                "ladder": self.ladder,
                "voice_options": self.voice_options.deciding_sound(),
            }
        decides |= {"format": FORMAT, "target": self.target.as_json()}
        canonical = json.dumps(decides, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def syllables(self) -> int:
        """How many words there are to speak: a measure of the work."""
        return sum(len(text.split()) for text, _pause in self.phrases)


def _recording_hash(path: Path) -> str:
    try:
        return sha256_file(path)
    except OSError as error:
        message = _("The audio file {name} cannot be opened. Put it back, or correct its name in the bulletin.")
        raise SoundRefused(message.format(name=path)) from error


def find(job: RenderJob, store: AudioStore) -> FinishedAudio | None:
    """Return the finished audio of `job` where the store has it, under the name of this job's item.

    Raises
    ------
    SoundRefused
        The job's recording cannot be read.
    """
    return _found(job, job.key, store)


def _found(job: RenderJob, key: str, store: AudioStore) -> FinishedAudio | None:
    found = store.find(key)
    if found is None:
        return None
    sheet = found.cue_sheet
    if (sheet.item, sheet.text_hash) == (job.item, job.text_hash):
        return found
    return replace(found, cue_sheet=replace(sheet, item=job.item, text_hash=job.text_hash))


def render(job: RenderJob, store: AudioStore) -> FinishedAudio:
    """Return the finished audio of `job`: from the store where it is there, else made and stored.

    Raises
    ------
    NoVoice
        Every voice of the ladder failed.
    SoundRefused
        The recording cannot be used, the text is empty, or the result cannot be stored.
    NotFound
        The ladder names an unknown voice.
    """
    key = job.key
    found = _found(job, key, store)
    if found is not None:
        return found
    try:
        if job.recording is not None:
            return _render_recording(job, job.recording, key, store)
        return _render_speech(job, key, store)
    except OSError as error:
        message = _("The sound of {item} cannot be stored in {folder} ({why}). Free some disk space, then try again.")
        raise SoundRefused(message.format(item=job.item, folder=store.folder, why=error)) from error


def _render_recording(job: RenderJob, recording: Path, key: str, store: AudioStore) -> FinishedAudio:
    from loa.sound.finishing import finish_recording

    sound = finish_recording(recording, job.target)
    if job.key != key:
        message = _("The audio file {name} was changed while it was being read. Try again.")
        raise SoundRefused(message.format(name=recording))
    return store.save(sound, key=key, item=job.item, kind=job.recording_kind, text_hash=job.text_hash)


def _render_speech(job: RenderJob, key: str, store: AudioStore) -> FinishedAudio:
    from loa.sound.finishing import finish_speech

    ladder = Ladder([voice_named(spec, job.voice_options) for spec in job.ladder])
    spoken = ladder.speak([text for text, _pause in job.phrases])
    sound = finish_speech(spoken.clips, job.phrases, job.target)
    return store.save(
        sound,
        key=key,
        item=job.item,
        kind=SoundKind.SPEECH,
        text_hash=job.text_hash,
        voice=spoken.voice,
        refusals=spoken.refusals,
    )


def render_all(
    jobs: Sequence[RenderJob],
    store: AudioStore,
    *,
    on_done: Callable[[RenderJob, Outcome], None],
    processes: int = 2,
) -> dict[str, Outcome]:
    """Render many jobs, over worker processes where that is quicker; one job's failure does not stop the others.

    Parameters
    ----------
    jobs
        Each `item` at most once.
    store
        Where finished audio lies.
    on_done
        Called in this process after each job with what became of it, in the order they end.
    processes
        Most worker processes at a time.

    Returns
    -------
    dict
        By `item`: the finished audio, or the error that says why there is none.

    Notes
    -----
    A KeyboardInterrupt ends the workers; what was finished stays, nothing half done is left.
    """
    done: dict[str, Outcome] = {}

    def report(job: RenderJob, outcome: Outcome) -> None:
        done[job.item] = outcome
        on_done(job, outcome)

    waiting: dict[str, list[RenderJob]] = {}  # by key: the same sound is made once
    for job in jobs:
        try:
            key = job.key
            found = _found(job, key, store)
        except LoaError as error:
            report(job, error)
            continue
        if found is None:
            waiting.setdefault(key, []).append(job)
        else:
            report(job, found)
    first = [same[0] for same in waiting.values()]
    from loa.station.render_workers import render_in_processes

    few = processes < 2 or len(first) < 2 or sum(map(work, first)) < WORTH_A_PROCESS  # noqa: PLR2004 - two
    made = _one_by_one(first, store.folder) if few else render_in_processes(first, store.folder, processes)
    with contextlib.closing(made):
        for job, outcome in made:
            report(job, outcome)
    for same in waiting.values():
        for job in same[1:]:
            report(job, attempt(job, store.folder))
    return done


def work(job: RenderJob) -> int:
    """Return the size of a job in syllables; a recording counts as much as is worth a process."""
    return job.syllables if job.recording is None else WORTH_A_PROCESS


def attempt(job: RenderJob, folder: Path) -> Outcome:
    """Render `job` into the store at `folder`; return the audio, or the error that says why there is none."""
    try:
        return render(job, AudioStore(folder))
    except LoaError as error:
        return error


def _one_by_one(jobs: Sequence[RenderJob], folder: Path) -> Made:
    for job in jobs:
        yield job, attempt(job, folder)
