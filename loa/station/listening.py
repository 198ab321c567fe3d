"""Hearing a text before it is saved, by any voice: made in a process of its own, kept like all finished audio."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from loa.errors import Finding, InputRefused, LoaError, NotFound
from loa.language import translate as _
from loa.sound import AudioStore, FinishedAudio
from loa.station.render_jobs import speech_job
from loa.station.render_workers import render_in_processes
from loa.station.rendering import Outcome, RenderJob, find
from loa.station.voices import VoiceLine, voice_lines

if TYPE_CHECKING:
    from loa.station.station import Station

_KEY = re.compile(r"[0-9a-f]{64}")
MOST_CHARACTERS = 60_000  # an hour of speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was made to be listened to.

    Attributes
    ----------
    key
        How the audio is asked for.
    voice
        Which voice spoke; empty for a recording.
    length_s
        Seconds.
    audio_sha256
        Of its bytes.
    """

    key: str
    voice: str
    length_s: float
    audio_sha256: str

    @classmethod
    def of(cls, audio: FinishedAudio) -> Heard:
        """Return what to show of finished audio."""
        sheet = audio.cue_sheet
        return cls(key=sheet.key, voice=sheet.voice, length_s=sheet.length_s, audio_sha256=sheet.audio_sha256)


class ListeningDesk:
    """What a person listens to; reached as `Station.listening_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def voices(self) -> list[VoiceLine]:
        """Return the voices that could speak now, the station's ladder first. Raises InputRefused."""
        return [line for line in voice_lines(self._station.folder, self._station.settings) if line.ready]

    def text(self, text: str, *, voice: str = "", name: str = "nghe-thu") -> Heard:
        """Let `voice` (empty: the station's ladder) speak `text`, finished as for the air.

        Raises
        ------
        InputRefused
            The text is too long, or lexicon or settings have a mistake.
        NotFound
            There is no such voice.
        NoVoice, SoundRefused
            It cannot be spoken, or there is nothing to say.
        """
        if len(text) > MOST_CHARACTERS:
            message = _("The text is longer than {most} characters.").format(most=MOST_CHARACTERS)
            raise InputRefused(
                [Finding(file=name, field="body", message=message, advice=_("Make two bulletins of it."))]
            )
        if voice and voice not in {line.name for line in self.voices()}:
            raise NotFound(_("There is no voice “{name}”.").format(name=voice[:80]))
        reading = self._station.read(text)
        job = speech_job(
            name,
            hashlib.sha256(text.encode()).hexdigest(),
            tuple((phrase.text, phrase.pause.value) for phrase in reading.phrases),
            settings=self._station.settings,
            folder=self._station.folder,
        )
        return self._made(replace(job, ladder=(voice,)) if voice else job)

    def bulletin(self, name: str) -> Heard:
        """Return the very audio of a bulletin that will air, finished now where it is not yet.

        Raises
        ------
        NotFound, InputRefused, NoVoice, SoundRefused
            There is no such bulletin, or it cannot be heard.
        """
        return self._made(self._station.audio_desk.render_jobs([name])[0])

    def _made(self, job: RenderJob) -> Heard:
        store = AudioStore(self._station.folder.rendered)
        outcome: Outcome | None = find(job, store)
        if outcome is None:
            outcome = next(outcome for _job, outcome in render_in_processes([job], store.folder, 1))
        if isinstance(outcome, LoaError):
            raise outcome
        return Heard.of(outcome)

    def aired(self, audio_sha256: str) -> FinishedAudio:
        """Return the very sound that a row of the log names by its hash. Raises NotFound where it was cleared since."""
        store = AudioStore(self._station.folder.rendered)
        key = _keys(store.folder).get(audio_sha256) if _KEY.fullmatch(audio_sha256) else None
        found = store.find(key) if key else None
        if found is None or not store.verify(found):
            raise NotFound(_("This sound is no longer kept; the log has its hash."))
        return found

    def audio(self, key: str) -> FinishedAudio:
        """Return finished audio by its key. Raises NotFound."""
        found = AudioStore(self._station.folder.rendered).find(key) if _KEY.fullmatch(key) else None
        if found is None:
            raise NotFound(_("This sound is not here any more. Press “Listen” again."))
        return found


_sheets: dict[Path, str] = {}  # hash of the audio by cue sheet: a sheet with another content has another name


def _keys(folder: Path) -> dict[str, str]:
    """Return the key of each finished audio by the hash of its bytes; each sheet is read once in a process."""
    there = set(folder.glob("*/*.json"))
    for gone in _sheets.keys() - there:
        del _sheets[gone]
    for path in there - _sheets.keys():
        try:
            _sheets[path] = str(json.loads(path.read_text(encoding="utf-8"))["audio_sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return {sha256: path.stem for path, sha256 in _sheets.items()}
