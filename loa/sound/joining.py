"""Joining phrases to a text: each is trimmed, its edges faded, and followed by the pause that belongs there.

pydub does the fades, the pauses and the joining. It holds whole sounds in memory and is used for short parts only.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loa.sound.cues import Cue
from loa.sound.target import SoundTarget
from loa.voices import Clip

if TYPE_CHECKING:
    from pydub import AudioSegment

FADE_MS = 5
QUIET = 10 ** (-50 / 20)  # of the clip's own peak: what lies below at either end is the voice's own silence
KEPT_MS = 15  # of that silence, so that soft first consonants stay


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined:
    """A text in one piece.

    Attributes
    ----------
    samples
        Mono, 16-bit.
    rate
        Samples per second (Hz).
    cues
        Place of each phrase.
    """

    samples: NDArray[np.int16]
    rate: int
    cues: tuple[Cue, ...]


def join(clips: Sequence[Clip], phrases: Sequence[tuple[str, str]], target: SoundTarget) -> Joined:
    """Join clips of one rate.

    Parameters
    ----------
    clips
        One for each phrase, at least one.
    phrases
        Text and the pause that follows: ``phrase``, ``sentence`` or ``paragraph``. After the last there is none.
    target
        Length of the pauses.
    """
    audio_segment = _pydub()
    rate = clips[0].rate
    parts: list[AudioSegment] = []
    cues: list[Cue] = []
    frames = 0
    for clip, (text, pause) in zip(clips, phrases, strict=True):
        part = _faded(audio_segment, trim(clip))
        length = int(part.frame_count())
        cues.append(Cue(text=text, start_s=round(frames / rate, 4), length_s=round(length / rate, 4)))
        parts.append(part)
        gap = audio_segment.silent(duration=target.gap_ms(pause), frame_rate=rate)
        parts.append(gap)
        frames += length + int(gap.frame_count())
    parts.pop()
    return Joined(samples=_in_one_piece(parts), rate=rate, cues=tuple(cues))


def trim(clip: Clip) -> Clip:
    """Return `clip` without the silence at its ends, a few milliseconds excepted."""
    height = np.abs(clip.samples.astype(np.int32))
    loud = np.flatnonzero(height > height.max(initial=0) * QUIET)
    if not len(loud):
        return clip
    kept = clip.rate * KEPT_MS // 1000
    return Clip(samples=clip.samples[max(int(loud[0]) - kept, 0) : int(loud[-1]) + 1 + kept], rate=clip.rate)


def _faded(audio_segment: type[AudioSegment], clip: Clip) -> AudioSegment:
    segment = audio_segment(clip.samples.astype("<i2").tobytes(), sample_width=2, frame_rate=clip.rate, channels=1)
    fade_ms = min(FADE_MS, len(segment) // 2)
    return segment.fade_in(fade_ms).fade_out(fade_ms) if fade_ms else segment


def _in_one_piece(parts: Sequence[AudioSegment]) -> NDArray[np.int16]:
    """Join pairwise: appending one by one copies the whole text for each phrase."""
    while len(parts) > 1:
        pairs = [parts[index].append(parts[index + 1], crossfade=0) for index in range(0, len(parts) - 1, 2)]
        parts = [*pairs, *parts[len(pairs) * 2 :]]
    return np.frombuffer(parts[0].raw_data, dtype="<i2").astype(np.int16)


def _pydub() -> Any:
    """Import pydub without its warnings: it looks for ffmpeg, which loa never asks it to use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    return AudioSegment
