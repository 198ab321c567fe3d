"""The cue sheet: what is in a finished file, where each sentence starts, who spoke it, and its hash."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from loa.voices import Refusal


class SoundKind(StrEnum):
    """Where a finished sound came from."""

    SPEECH = "speech"
    RECORDING = "recording"
    SOUND = "sound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One phrase in the finished file, or a recording among phrases.

    Attributes
    ----------
    text
        The words spoken; the title of a recording.
    start_s, length_s
        Place in the file in seconds; the pause that follows is not counted.
    """

    text: str
    start_s: float
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CueSheet:
    """The record kept beside each finished file.

    Attributes
    ----------
    item
        Bulletin id or audio file name.
    kind
        Where the sound came from.
    key
        SHA-256 over everything that decides the sound; the file's name.
    text_hash
        Hash of the bulletin's content, or of the recording.
    voice
        The voice that spoke, empty for a recording or a sound.
    refusals
        The better voices that did not speak, and why.
    audio_sha256
        SHA-256 of the audio file.
    audio_bytes
        Its size, for a quick check.
    sample_rate, frames
        Samples per second, and their number.
    loudness_lufs, peak_dbtp
        Measured on the finished samples: integrated loudness and true peak.
    cues
        The phrases and titles, in order; empty for a sound without a title.
    """

    item: str
    kind: SoundKind
    key: str
    text_hash: str
    voice: str = ""
    refusals: tuple[Refusal, ...] = ()
    audio_sha256: str
    audio_bytes: int = 0
    sample_rate: int
    frames: int
    loudness_lufs: float
    peak_dbtp: float
    cues: tuple[Cue, ...] = ()

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.sample_rate

    def to_json(self) -> str:
        """Return the sheet as readable JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> CueSheet:
        """Read a sheet back.

        Raises
        ------
        ValueError
            It is not a whole cue sheet (also what broken JSON raises).
        """
        try:
            values: dict[str, Any] = dict(json.loads(text))
            values["kind"] = SoundKind(values["kind"])
            values["refusals"] = tuple(Refusal(**refusal) for refusal in values["refusals"])
            values["cues"] = tuple(Cue(**cue) for cue in values["cues"])
            sheet = cls(**values)
        except (TypeError, KeyError) as error:
            raise ValueError(f"not a cue sheet: {error}") from error
        if sheet.frames <= 0 or sheet.sample_rate <= 0:
            raise ValueError("not a cue sheet: no frames")
        return sheet
