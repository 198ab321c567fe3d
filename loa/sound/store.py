"""Finished audio on disk, by key: ``audio/rendered/<key[:2]>/<key>.flac`` and ``.json`` beside it.

A pair is written audio first, cue sheet last, each atomically: a sheet that can be read vouches for its audio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loa.files import atomic_path, sha256_file, write_text
from loa.sound.cues import CueSheet, SoundKind
from loa.sound.target import SoundTarget
from loa.voices import Refusal

if TYPE_CHECKING:
    from loa.sound.finishing import FinishedSound, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedAudio:
    """A file ready for air, and its record."""

    path: Path
    cue_sheet: CueSheet


class AudioStore:
    """Finished audio under one folder.

    Parameters
    ----------
    folder
        The station's ``audio/rendered``; made when the first audio is saved.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """Return where the audio of `key` lies or would lie."""
        return self.folder / key[:2] / f"{key}.flac"

    def find(self, key: str) -> FinishedAudio | None:
        """Return the finished audio of `key`, or None where the pair is missing, broken or cut short.

        Looks at the sheet and the size of the audio; `verify` reads it whole.
        """
        path = self.path(key)
        try:
            sheet = CueSheet.from_json(path.with_suffix(".json").read_text(encoding="utf-8"))
            size = path.stat().st_size
        except (OSError, ValueError):
            return None
        if sheet.key != key or size != sheet.audio_bytes or size == 0:
            return None
        return FinishedAudio(path=path, cue_sheet=sheet)

    def verify(self, audio: FinishedAudio) -> bool:
        """Return whether the file is, byte for byte, the one that was finished."""
        try:
            return sha256_file(audio.path) == audio.cue_sheet.audio_sha256
        except OSError:
            return False

    def save(
        self,
        parts: Sequence[Part],
        *,
        target: SoundTarget,
        key: str,
        item: str,
        kind: SoundKind,
        text_hash: str,
        voice: str = "",
        refusals: tuple[Refusal, ...] = (),
    ) -> FinishedAudio:
        """Finish `parts` to one file, write it and its cue sheet, replacing what was there.

        Raises
        ------
        SoundRefused
            There is nothing to hear, or a recording cannot be used.
        OSError
            The disk is full or cannot be written.

        Nothing is found under `key` unless it is whole.
        """
        from loa.sound.finishing import finished

        path = self.path(key)
        path.with_suffix(".json").unlink(missing_ok=True)
        with atomic_path(path) as temporary:
            with finished(parts, target, path.parent) as sound:
                _write_flac(temporary, sound)
                frames = sound.samples.frames
            digest, size = sha256_file(temporary), temporary.stat().st_size
        sheet = CueSheet(
            item=item,
            kind=kind,
            key=key,
            text_hash=text_hash,
            voice=voice,
            refusals=refusals,
            audio_sha256=digest,
            audio_bytes=size,
            sample_rate=sound.sample_rate,
            frames=frames,
            loudness_lufs=round(sound.loudness_lufs, 2),
            peak_dbtp=round(sound.peak_dbtp, 2),
            cues=sound.cues,
        )
        write_text(path.with_suffix(".json"), sheet.to_json())
        return FinishedAudio(path=path, cue_sheet=sheet)


def _write_flac(path: Path, sound: FinishedSound) -> None:
    import soundfile

    with soundfile.SoundFile(
        path, "w", samplerate=sound.sample_rate, channels=1, format="FLAC", subtype="PCM_16"
    ) as opened:
        for samples in sound.samples.blocks():
            opened.write(samples)
