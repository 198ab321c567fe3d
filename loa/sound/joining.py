"""Joining phrases to a text: each is trimmed, its edges faded, and followed by the pause that belongs there.

pydub does the fades and the pauses, a phrase at a time: it holds whole sounds in memory, and copies them at each step.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
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
class JoinedPhrase:
    """A phrase in its place.

    Attributes
    ----------
    samples
        The phrase and the pause that follows it; mono, 16-bit.
    cue
        Where the phrase is in the text.
    """

    samples: NDArray[np.int16]
    cue: Cue


def join(clips: Sequence[Clip], phrases: Sequence[tuple[str, str]], target: SoundTarget) -> Iterator[JoinedPhrase]:
    """Yield the phrases of a text, to be put one after the other.

    Parameters
    ----------
    clips
        One for each phrase, at least one, all at one rate.
    phrases
        Text and the pause that follows: ``phrase``, ``sentence`` or ``paragraph``. After the last there is none.
    target
        Length of the pauses.
    """
    audio_segment = _pydub()
    rate, last = clips[0].rate, len(clips) - 1
    frames = 0
    for index, (clip, (text, pause)) in enumerate(zip(clips, phrases, strict=True)):
        if clip.rate != rate:
            raise ValueError(f"clip {index} has {clip.rate} samples per second, the first one {rate}")
        segment = _faded(audio_segment, trim(clip))
        length = int(segment.frame_count())
        gap = audio_segment.silent(duration=target.gap_ms(pause), frame_rate=rate)
        if index < last:
            segment = segment.append(gap, crossfade=0)
        samples = np.frombuffer(segment.raw_data, dtype="<i2").astype(np.int16, copy=False)
        cue = Cue(text=text, start_s=round(frames / rate, 4), length_s=round(length / rate, 4))
        yield JoinedPhrase(samples=samples, cue=cue)
        frames += len(samples)


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


def _pydub() -> Any:
    """Import pydub without its warnings: it looks for ffmpeg, which loa never asks it to use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    return AudioSegment
