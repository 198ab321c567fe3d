"""The one chain every sound goes through: resample once, bring to the target loudness, hold the true peak."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.language import translate as _
from loa.sound.cues import Cue
from loa.sound.joining import join
from loa.sound.levelling import Levelling, factor
from loa.sound.limiter import limit
from loa.sound.loudness import integrated_loudness, true_peak_dbtp
from loa.sound.recording import decode
from loa.sound.resampling import resampled
from loa.sound.target import SoundTarget
from loa.voices import Clip

CLOSE_ENOUGH_LU = 0.1
ROUNDS = 3  # one is enough where the plan holds, as it does for speech
CEILING_MARGIN_DB = 0.05  # 16-bit rounding and the straight lines of the limiter's gain
FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FinishedSound:
    """Sound as it will air, not yet on disk.

    Attributes
    ----------
    samples
        Mono, 16-bit.
    sample_rate
        Samples per second (Hz).
    loudness_lufs, peak_dbtp
        Measured on these samples.
    cues
        Place of each phrase; empty for a recording.
    """

    samples: NDArray[np.int16]
    sample_rate: int
    loudness_lufs: float
    peak_dbtp: float
    cues: tuple[Cue, ...] = ()


def finish_speech(clips: Sequence[Clip], phrases: Sequence[tuple[str, str]], target: SoundTarget) -> FinishedSound:
    """Join the clips of a text and bring them to `target`.

    Parameters
    ----------
    clips
        One for each phrase, all at one rate.
    phrases
        Text and the pause that follows it: ``phrase``, ``sentence`` or ``paragraph``.
    target
        What it shall sound like.

    Raises
    ------
    SoundRefused
        There is nothing to say, or nothing to hear.
    """
    if not clips:
        raise SoundRefused(_("This bulletin has no words to speak. Write its text, then render it again."))
    joined = join(clips, phrases, target)
    samples = resampled(joined.samples.astype(np.float32) / np.float32(FULL_SCALE), joined.rate, target.sample_rate)
    return _levelled(samples, target, cues=joined.cues, name=phrases[0][0])


def finish_recording(path: Path, target: SoundTarget) -> FinishedSound:
    """Decode a recording, a jingle or music of any rate and channels and bring it to `target`.

    Raises
    ------
    SoundRefused
        The file is missing, unreadable, broken, empty or silent.
    """
    return _levelled(decode(path, target.sample_rate), target, cues=(), name=path.name)


def _levelled(samples: NDArray[np.float32], target: SoundTarget, *, cues: tuple[Cue, ...], name: str) -> FinishedSound:
    """Set the gain, limit, measure, and set it again until the result is at the target."""
    rate = target.sample_rate
    levelling = Levelling(samples, rate)
    if not math.isfinite(levelling.loudness_lufs):
        message = _("{name} is silent. Choose another recording, or record it again closer to the microphone.")
        raise SoundRefused(message.format(name=name))
    aim_lufs, ceiling_db = target.loudness_lufs, target.true_peak_dbtp - CEILING_MARGIN_DB
    for _attempt in range(ROUNDS):
        out = limit(samples, rate, levelling.knots(loudness_lufs=aim_lufs, ceiling=factor(ceiling_db)))
        made = _measured(out, rate, cues)
        missing, too_high = target.loudness_lufs - made.loudness_lufs, made.peak_dbtp - target.true_peak_dbtp
        if abs(missing) <= CLOSE_ENOUGH_LU and too_high <= 0:
            return made
        aim_lufs += missing
        ceiling_db -= max(too_high, 0.0)
    if too_high <= 0:  # a sound of peaks alone cannot be both: the true peak is kept, and the record tells the loudness
        return made
    return _measured(out * np.float32(factor(-too_high - CEILING_MARGIN_DB)), rate, cues)


def _measured(samples: NDArray[np.float32], rate: int, cues: tuple[Cue, ...]) -> FinishedSound:
    """Round to 16 bits and measure what came of it."""
    whole = np.rint(samples.clip(-1, 1) * np.float32(FULL_SCALE - 1)).astype(np.int16)
    heard = whole.astype(np.float32) / np.float32(FULL_SCALE)
    return FinishedSound(
        samples=whole,
        sample_rate=rate,
        loudness_lufs=integrated_loudness(heard, rate),
        peak_dbtp=true_peak_dbtp(heard, rate),
        cues=cues,
    )
