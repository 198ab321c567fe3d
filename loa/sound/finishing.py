"""The one chain every sound goes through: resample once, bring to the target loudness, hold the true peak.

Sound passes twice, in blocks, so that an hour needs hardly more memory than a minute: first it is decoded or joined,
filtered and surveyed, and set aside; then the gain, found from the survey, is set and the result is measured.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.language import translate as _
from loa.sound.cues import Cue
from loa.sound.horn import horn_filtered
from loa.sound.joining import join
from loa.sound.levelling import Levelling, Survey, factor
from loa.sound.limiter import control_stretch, limit
from loa.sound.loudness import Meter
from loa.sound.recording import blocks
from loa.sound.resampling import Resampler
from loa.sound.spool import Spool
from loa.sound.target import SoundTarget
from loa.sound_settings import SoundProfile
from loa.voices import Clip

CLOSE_ENOUGH_LU = 0.1
ROUNDS = 3  # one is enough where the plan holds, as it does for speech
CEILING_MARGIN_DB = 0.05  # 16-bit rounding and the straight lines of the limiter's gain
FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speech:
    """Words that a voice has spoken.

    Attributes
    ----------
    clips
        One for each phrase, all at one rate.
    phrases
        Text and the pause that follows it: ``phrase``, ``sentence`` or ``paragraph``.
    """

    clips: Sequence[Clip]
    phrases: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording, a jingle or music of any rate and channels.

    Attributes
    ----------
    path
        The audio file.
    title
        Stands in the cue sheet; where it is empty, the recording has no cue.
    """

    path: Path
    title: str = ""


Part = Speech | Recording


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FinishedSound:
    """Sound as it will air, not yet a file.

    Attributes
    ----------
    samples
        Mono, 16-bit.
    sample_rate
        Samples per second (Hz).
    loudness_lufs, peak_dbtp
        Measured on these samples: integrated loudness and true peak of the whole.
    cues
        Place of each phrase, and of each recording that has a title.
    """

    samples: Spool[np.int16]
    sample_rate: int
    loudness_lufs: float
    peak_dbtp: float
    cues: tuple[Cue, ...] = ()


@contextlib.contextmanager
def finished(parts: Sequence[Part], target: SoundTarget, folder: Path) -> Iterator[FinishedSound]:
    """Bring each part to `target` by itself and put them one after the other, a paragraph's pause between them.

    Parameters
    ----------
    parts
        Speech and recordings, in order.
    target
        What each of them shall sound like.
    folder
        Where long sounds are set aside; nothing is left there.

    Yields
    ------
    FinishedSound
        Its samples can be read until the context ends.

    Raises
    ------
    SoundRefused
        There is nothing to say or nothing to hear, or a recording is missing, unreadable, broken, empty or silent.
    OSError
        The disk is full or cannot be written.
    """
    if not parts or any(isinstance(part, Speech) and not part.clips for part in parts):
        raise SoundRefused(_("This bulletin has no words to speak. Write its text, then render it again."))
    rate = target.sample_rate
    with Spool(folder, np.int16) as whole:
        cues: list[Cue] = []
        for part in parts:
            if whole.frames:
                whole.append(np.zeros(rate * target.gap_ms("paragraph") // 1000, dtype=np.int16))
            start_s = whole.frames / rate
            loudness, peak, inside = _append(part, target, whole, folder)
            cues += [replace(cue, start_s=round(start_s + cue.start_s, 4)) for cue in inside]
        if len(parts) > 1:
            meter = Meter(rate, whole.frames)
            for samples in whole.blocks():
                meter.add(_as_floats(samples))
            loudness, peak = meter.figures()
        yield FinishedSound(samples=whole, sample_rate=rate, loudness_lufs=loudness, peak_dbtp=peak, cues=tuple(cues))


def _append(
    part: Part, target: SoundTarget, whole: Spool[np.int16], folder: Path
) -> tuple[float, float, Sequence[Cue]]:
    """Finish one part at the end of `whole`; return its loudness, its true peak, and its cues, counted from its start."""
    rate, horn = target.sample_rate, target.profile is SoundProfile.HORN
    survey, cues = Survey(rate), list[Cue]()
    with Spool(folder, np.float32) as source:
        sound = blocks(part.path, rate) if isinstance(part, Recording) else _joined(part, target, cues)
        for block in horn_filtered(sound, rate) if horn else sound:
            survey.add(block)
            source.append(block)
        levelling = survey.levelling()
        if not math.isfinite(levelling.loudness_lufs):
            message = _("{name} is silent. Choose another recording, or record it again closer to the microphone.")
            name = part.path.name if isinstance(part, Recording) else part.phrases[0][0]
            raise SoundRefused(message.format(name=name))
        if horn:
            levelling.compress()
        loudness, peak = _level(source, levelling, target, whole)
    if isinstance(part, Recording) and part.title:
        cues.append(Cue(text=part.title, start_s=0.0, length_s=round(source.frames / rate, 4)))
    return loudness, peak, cues


def _joined(speech: Speech, target: SoundTarget, cues: list[Cue]) -> Iterator[NDArray[np.float32]]:
    """Yield the text in one piece, at the target's rate; its cues are put into `cues` on the way."""
    stream = Resampler(speech.clips[0].rate, target.sample_rate)
    for phrase in join(speech.clips, speech.phrases, target):
        cues.append(phrase.cue)
        yield stream.block(_as_floats(phrase.samples), last=False)
    yield stream.block(np.zeros(0, dtype=np.float32), last=True)


def _level(
    source: Spool[np.float32], levelling: Levelling, target: SoundTarget, whole: Spool[np.int16]
) -> tuple[float, float]:
    """Set the gain, limit, measure, and set it again until the result is at the target."""
    start, rate = whole.frames, target.sample_rate
    aim_lufs, ceiling_db = target.loudness_lufs, target.true_peak_dbtp - CEILING_MARGIN_DB
    for _attempt in range(ROUNDS):
        used = {"loudness_lufs": aim_lufs, "ceiling": factor(ceiling_db)}
        whole.cut(start)
        loudness, peak = _write(source, levelling.knots(**used), rate, whole)
        missing, too_high = target.loudness_lufs - loudness, peak - target.true_peak_dbtp
        if abs(missing) <= CLOSE_ENOUGH_LU and too_high <= 0:
            return loudness, peak
        aim_lufs += missing
        ceiling_db -= max(too_high, 0.0)
    if too_high <= 0:  # a sound of peaks alone cannot be both: the true peak is kept, and the record tells the loudness
        return loudness, peak
    quieter = factor(-too_high - CEILING_MARGIN_DB)
    whole.cut(start)
    return _write(source, (knots * quieter for knots in levelling.knots(**used)), rate, whole)


def _write(
    source: Spool[np.float32], gain: Iterable[NDArray[np.float64]], rate: int, whole: Spool[np.int16]
) -> tuple[float, float]:
    """Append `source` times `gain`, in 16 bits, to `whole`; return the loudness and true peak of what was written."""
    meter, done = Meter(rate, source.frames), 0
    for knots in gain:
        block = limit(source.read(done, (len(knots) - 1) * control_stretch(rate)), rate, knots)
        samples = np.rint(block.clip(-1, 1) * np.float32(FULL_SCALE - 1)).astype(np.int16)
        meter.add(_as_floats(samples))
        whole.append(samples)
        done += len(block)
    return meter.figures()


def _as_floats(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    return samples.astype(np.float32) / np.float32(FULL_SCALE)
