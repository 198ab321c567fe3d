"""Rendering: from a job that says what to say and how, to a finished file in the store. Done long before air time.

A job is a plain value that travels to a worker process. The key of its audio is a hash over everything that decides
the sound, the voice that spoke included: the same words in the same voice are rendered once, whichever bulletin they
belong to, and a better voice never takes the place of what was aired in another.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from loa.errors import LoaError, NotFound, SoundRefused, VoiceFailed
from loa.files import sha256_unless_known
from loa.language import translate as _
from loa.sound import AudioStore, FinishedAudio, SoundKind, SoundTarget
from loa.sound.clearing import drop
from loa.voices import Ladder, PhraseStore, VoiceOptions, voice_named

if TYPE_CHECKING:
    from loa.sound.finishing import Recording

FORMAT = 2  # raise it when the same job would sound different
PHRASES_FILE = "phrases.sqlite"
WORTH_A_PROCESS = 400  # syllables: about 1 s of work in one process, against 0.4 s to start two more

Outcome = FinishedAudio | LoaError
OnSpoken = Callable[[str], None]
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
    translations
        Title and recording of each other language, heard after the speech or the recording in this order.
    voice_options, target
        How to speak and how to finish.
    """

    item: str
    phrases: tuple[tuple[str, str], ...] = ()
    text_hash: str = ""
    ladder: tuple[str, ...] = ()
    recording: Path | None = None
    recording_kind: SoundKind = SoundKind.RECORDING
    translations: tuple[tuple[str, Path], ...] = ()
    voice_options: VoiceOptions = field(default_factory=VoiceOptions)
    target: SoundTarget = field(default_factory=SoundTarget)

    @property
    def request(self) -> str:
        """SHA-256 over everything that is asked for, the ladder included, as 64 hex digits. Reads the recordings whole.

        Raises
        ------
        SoundRefused
            A recording cannot be read.
        """
        return self._hash({"ladder": self.ladder, "voice_options": repr(self.voice_options)})

    def key(self, identity: str) -> str:
        """Return the name of the finished audio: SHA-256 over everything that decides the sound, as 64 hex digits.

        Parameters
        ----------
        identity
            That of the voice that speaks; empty for a recording.

        Raises
        ------
        SoundRefused
            A recording cannot be read.
        """
        return self._hash({"voice": identity})

    def _hash(self, decides: dict[str, object]) -> str:
        if self.recording is not None:
            decides = {"recording": _recording_hash(self.recording)}
        else:
            decides |= {"phrases": self.phrases}
        decides |= {
            "translations": [(title, _recording_hash(path)) for title, path in self.translations],
            "format": FORMAT,
            "target": self.target.as_json(),
        }
        canonical = json.dumps(decides, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def syllables(self) -> int:
        """How many words there are to speak: a measure of the work."""
        return sum(len(text.split()) for text, _pause in self.phrases)


def _recording_hash(path: Path) -> str:
    try:
        return sha256_unless_known(path)
    except OSError as error:
        message = _("The audio file {name} cannot be opened. Put it back, or correct its name in the bulletin.")
        raise SoundRefused(message.format(name=path)) from error


def find(job: RenderJob, store: AudioStore) -> FinishedAudio | None:
    """Return the finished audio of `job` by the best voice that the store has, under the name of this job's item.

    Raises
    ------
    SoundRefused
        One of the job's recordings cannot be read.
    """
    if job.recording is not None:
        return _under_the_name_of(job, store.find(job.key("")))
    for name in job.ladder:
        try:
            found = store.find(job.key(voice_named(name, job.voice_options).identity))
        except (VoiceFailed, NotFound):  # not installed, not known: it has made nothing that could be found
            continue
        if found is not None:
            return _under_the_name_of(job, found)
    return None


def _under_the_name_of(job: RenderJob, found: FinishedAudio | None) -> FinishedAudio | None:
    if found is None or (found.cue_sheet.item, found.cue_sheet.text_hash) == (job.item, job.text_hash):
        return found
    return replace(found, cue_sheet=replace(found.cue_sheet, item=job.item, text_hash=job.text_hash))


def untried_voices(job: RenderJob, audio: FinishedAudio) -> tuple[str, ...]:
    """Return the voices of the job's ladder that are better than the one that spoke and were never asked."""
    if job.recording is not None or audio.cue_sheet.voice not in job.ladder:
        return ()
    asked = {refusal.voice for refusal in audio.cue_sheet.refusals}
    better = job.ladder[: job.ladder.index(audio.cue_sheet.voice)]
    return tuple(voice for voice in better if voice not in asked)


def settled(job: RenderJob, store: AudioStore, *, again: bool = False) -> FinishedAudio | None:
    """Return the finished audio of `job` where nothing is left to do; with `again`, only if its best voice spoke it.

    Raises
    ------
    SoundRefused
        One of the job's recordings cannot be read.
    """
    found = find(job, store)
    if found is None or untried_voices(job, found) or (again and found.cue_sheet.refusals):
        return None
    return found


def render(
    job: RenderJob, store: AudioStore, *, again: bool = False, on_spoken: OnSpoken | None = None
) -> FinishedAudio:
    """Return the finished audio of `job`: from the store where it is settled, else made and stored.

    Parameters
    ----------
    again
        Let better voices try once more where a lesser one spoke.
    on_spoken
        Called with each phrase as soon as there is a clip of it.

    Raises
    ------
    NoVoice
        Every voice of the ladder failed.
    SoundRefused
        A recording cannot be used, the text is empty, or the result cannot be stored.
    NotFound
        The ladder names an unknown voice.
    """
    found = settled(job, store, again=again)
    if found is not None:
        return found
    try:
        if job.recording is not None:
            return _render_recording(job, job.recording, store)
        return _render_speech(job, store, on_spoken)
    except OSError as error:
        message = _("The sound of {item} cannot be stored in {folder} ({why}). Free some disk space, then try again.")
        raise SoundRefused(message.format(item=job.item, folder=store.folder, why=error)) from error


def _render_recording(job: RenderJob, recording: Path, store: AudioStore) -> FinishedAudio:
    from loa.sound.finishing import Recording

    key = job.key("")
    parts = [Recording(path=recording), *_translations(job)]
    audio = store.save(
        parts, target=job.target, key=key, item=job.item, kind=job.recording_kind, text_hash=job.text_hash
    )
    _refuse_if_changed(job, key, "", store)
    return audio


def _render_speech(job: RenderJob, store: AudioStore, on_spoken: OnSpoken | None) -> FinishedAudio:
    from loa.sound.finishing import Speech

    with contextlib.closing(PhraseStore(store.folder / PHRASES_FILE)) as phrases:
        ladder = Ladder([voice_named(name, job.voice_options) for name in job.ladder], phrases)
        spoken = ladder.speak([text for text, _pause in job.phrases], on_spoken)
    key = job.key(spoken.identity)
    audio = store.save(
        [Speech(clips=spoken.clips, phrases=job.phrases), *_translations(job)],
        target=job.target,
        key=key,
        item=job.item,
        kind=SoundKind.SPEECH,
        text_hash=job.text_hash,
        voice=spoken.voice,
        refusals=spoken.refusals,
    )
    _refuse_if_changed(job, key, spoken.identity, store)
    return audio


def _translations(job: RenderJob) -> list[Recording]:
    from loa.sound.finishing import Recording

    return [Recording(path=path, title=title) for title, path in job.translations]


def _refuse_if_changed(job: RenderJob, key: str, identity: str, store: AudioStore) -> None:
    if job.key(identity) != key:
        drop(store, key)
        message = _("A recording of {item} was changed while it was being read. Try again.")
        raise SoundRefused(message.format(item=job.item))


def render_all(
    jobs: Sequence[RenderJob],
    store: AudioStore,
    *,
    on_done: Callable[[RenderJob, Outcome], None],
    again: bool = False,
    on_spoken: OnSpoken | None = None,
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
    again
        Let better voices try once more where a lesser one spoke.
    on_spoken
        Called with each phrase that is spoken, where the work is done in this process: it is then little or slow.
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

    waiting: dict[str, list[RenderJob]] = {}  # by request: the same sound is made once
    for job in jobs:
        try:
            found = settled(job, store, again=again)
            request = job.request
        except LoaError as error:
            report(job, error)
            continue
        if found is None:
            waiting.setdefault(request, []).append(job)
        else:
            report(job, found)
    first = [same[0] for same in waiting.values()]
    from loa.station.render_workers import render_in_processes

    few = processes < 2 or len(first) < 2 or sum(map(work, first)) < WORTH_A_PROCESS  # noqa: PLR2004 - two
    made = (
        _one_by_one(first, store.folder, again, on_spoken)
        if few
        else render_in_processes(first, store.folder, processes, again=again)
    )
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


def attempt(job: RenderJob, folder: Path, *, again: bool = False, on_spoken: OnSpoken | None = None) -> Outcome:
    """Render `job` into the store at `folder`; return the audio, or the error that says why there is none."""
    try:
        return render(job, AudioStore(folder), again=again, on_spoken=on_spoken)
    except LoaError as error:
        return error


def _one_by_one(jobs: Sequence[RenderJob], folder: Path, again: bool, on_spoken: OnSpoken | None) -> Made:
    for job in jobs:
        yield job, attempt(job, folder, again=again, on_spoken=on_spoken)
