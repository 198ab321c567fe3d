"""Looking at a recording once, whole, before anybody relies on it: what it is, how it sounds, and a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loa.errors import Severity
from loa.language import translate as _
from loa.sound.containers import ends_without_a_word
from loa.sound.flaws import Unusable, silent
from loa.sound.loudness import OFFSET_LUFS, gated_loudness, measure
from loa.sound.recording import (
    Downmix,
    OpenedSound,
    cancels,
    channel_powers,
    mean_of_channels,
    opened_sound,
    peak,
    refuse_cut_short,
)
from loa.sound.weighting import WeightedSquares

HOP_S = 0.1
SHORTEST_GATED_S = 0.4
FULL_SCALE, FULL_SCALE_8_BIT = 0.999, 0.99
CLIPPED_RUN = 3  # samples at full scale in a row: music may touch it, only clipping stays there
CLIPPED_SHARE = 0.001
QUIET_LU = -30.0  # against the loudness of the whole: what lies below at the ends is silence to the listener
LONGEST_SILENCE_S = 2.0
TOO_QUIET_LUFS = -40.0
LOW_RATE = 16_000
STEREO = 2
BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One thing that is wrong, or doubtful, with a recording.

    Attributes
    ----------
    code
        Stable short name.
    severity
        An error cannot be aired; a warning can.
    message, advice
        What is wrong, and what to do, in the operator's language.
    """

    code: str
    severity: Severity
    message: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found in a recording. Figures are zero or None where it could not be decoded.

    Attributes
    ----------
    container, codec
        Kind of file, by its content, and how the sound is packed in it; empty for what is no sound.
    sample_rate, channels
        As in the file (Hz).
    bits
        Bits per sample; None where the sound is packed with loss.
    length_s
        Length in seconds.
    loudness_lufs
        Integrated loudness (ITU-R BS.1770-4) of the sound mixed to mono, as it will air; None for silence.
    peak_dbfs
        Highest sample of any channel, dB below full scale; None for silence.
    silence_before_s, silence_after_s
        Seconds at the ends that are more than 30 LU below the loudness of the whole.
    clipped_share
        Share of samples that stand at full scale, three or more in a row.
    verdicts
        Errors first.
    """

    container: str = ""
    codec: str = ""
    sample_rate: int = 0
    channels: int = 0
    bits: int | None = None
    length_s: float = 0.0
    loudness_lufs: float | None = None
    peak_dbfs: float | None = None
    silence_before_s: float = 0.0
    silence_after_s: float = 0.0
    clipped_share: float = 0.0
    verdicts: tuple[Verdict, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether it cannot be aired."""
        return any(verdict.severity is Severity.ERROR for verdict in self.verdicts)

    def as_json(self) -> dict[str, Any]:
        """Return the figures and verdicts as plain values."""
        return asdict(self)


def inspect(path: Path, *, longest_s: float) -> Inspection:
    """Decode a recording from front to end, in bounded memory, and judge it. Raises nothing about the file.

    Parameters
    ----------
    path
        Any file.
    longest_s
        What is longer than this is worth a warning, in seconds.
    """
    measured: _Measured | None = None
    errors: tuple[Verdict, ...] = ()
    try:
        refuse_cut_short(path)
        with opened_sound(path) as sound:
            measured = _Measured(sound)
            for block in sound.blocks:
                measured.add(block)
    except Unusable as flaw:
        errors = (_error(flaw),)
    if measured is None:
        return Inspection(verdicts=errors)
    found = measured.result()
    if not errors and found.loudness_lufs is None:
        errors = (_error(silent(path)),)
    doubts = _doubts(found, longest_s, out_of_phase=measured.out_of_phase, open_end=not errors and _open_end(path))
    return replace(found, verdicts=(*errors, *doubts))


def _error(flaw: Unusable) -> Verdict:
    return Verdict(code=flaw.flaw, severity=Severity.ERROR, message=flaw.problem, advice=flaw.advice)


def _open_end(path: Path) -> bool:
    try:
        with path.open("rb") as opened:
            return opened.read(4) == b"OggS" and ends_without_a_word(opened)
    except OSError:  # gone since it was read: whoever copies it will say so
        return False


class _Measured:
    """What is known of a sound after some of its blocks."""

    def __init__(self, sound: OpenedSound) -> None:
        self._sound = sound
        self._bits = BITS.get(sound.codec)
        self._squares = WeightedSquares(sound.rate, round(sound.rate * HOP_S))
        self._downmix = Downmix()
        self._first = np.zeros(0, dtype=np.float32)
        self._frames = self._clipped = 0
        self._peak = self._mean_power = 0.0
        self._powers = np.zeros(sound.channels)

    def add(self, block: NDArray[np.float32]) -> None:
        mono = self._downmix.mono(block)
        if not self._frames:
            self._first = mono
        self._frames += len(block)
        here, full = peak(block), FULL_SCALE_8_BIT if self._bits == 8 else FULL_SCALE  # noqa: PLR2004
        self._peak = max(self._peak, here)
        if here >= full:
            self._clipped += _clipped(np.abs(block), full)
        if self._sound.channels == STEREO:
            self._powers += channel_powers(block)
            mean = mean_of_channels(block)
            self._mean_power += float(np.dot(mean, mean))
        self._squares.add(mono)

    @property
    def out_of_phase(self) -> bool:
        return self._sound.channels == STEREO and self._peak > 0 and cancels(self._mean_power, self._powers)

    def result(self) -> Inspection:
        hops = self._squares.means()
        loudness = gated_loudness(hops)
        if self._frames < SHORTEST_GATED_S * self._sound.rate:
            loudness, _peak = measure(self._first, self._sound.rate)
        heard = math.isfinite(loudness)
        loud = np.flatnonzero(hops > 10 ** ((loudness + QUIET_LU - OFFSET_LUFS) / 10)) if heard else np.zeros(0)
        return Inspection(
            container=self._sound.container,
            codec=self._sound.codec,
            sample_rate=self._sound.rate,
            channels=self._sound.channels,
            bits=self._bits,
            length_s=round(self._frames / self._sound.rate, 3),
            loudness_lufs=round(loudness, 1) if heard else None,
            peak_dbfs=round(20 * math.log10(self._peak), 1) if self._peak else None,
            silence_before_s=round(int(loud[0]) * HOP_S, 1) if len(loud) else 0.0,
            silence_after_s=round((len(hops) - 1 - int(loud[-1])) * HOP_S, 1) if len(loud) else 0.0,
            clipped_share=round(self._clipped / max(self._frames * self._sound.channels, 1), 5),
        )


def _clipped(height: NDArray[np.float32], full: float) -> int:
    """Return how many samples stand at `full` scale in runs, over all channels."""
    high = height >= full
    runs = high[:-2] & high[1:-1] & high[2:]
    inside = np.zeros_like(high)
    for shift in range(CLIPPED_RUN):
        inside[shift : shift + len(runs)] |= runs
    return int(inside.sum())


def _doubts(found: Inspection, longest_s: float, *, out_of_phase: bool, open_end: bool) -> Iterator[Verdict]:
    """Yield the warnings, the gravest first."""
    if open_end:
        yield _doubt("open-end", _("The file does not say where it ends."), _("Listen whether its end is there."))
    if found.clipped_share >= CLIPPED_SHARE:
        message = _("{percent:.1f} % of the sound is clipped and will be harsh.")
        advice = _("Record it again, further from the microphone or at a lower level.")
        yield _doubt("clipped", message.format(percent=100 * found.clipped_share), advice)
    if found.loudness_lufs is not None and found.loudness_lufs < TOO_QUIET_LUFS:
        message = _("The recording is very quiet ({loudness:.0f} LUFS); its noise will be raised with it.")
        advice = _("Record it again closer to the microphone.")
        yield _doubt("too-quiet", message.format(loudness=found.loudness_lufs), advice)
    if out_of_phase:
        message = _("Left and right cancel each other, so one side alone will be aired.")
        yield _doubt("out-of-phase", message, _("Look whether a cable is poled wrongly; record in mono."))
    if found.sample_rate and found.sample_rate < LOW_RATE:
        message = _("The sound has telephone quality ({rate} samples per second).").format(rate=found.sample_rate)
        yield _doubt("low-rate", message, _("Record with 16000 or more, or choose a better quality in the recorder."))
    if found.bits == 8:  # noqa: PLR2004
        advice = _("Save it with 16 bits from the original, if there is one.")
        yield _doubt("8-bit", _("The sound has 8 bits only and will hiss."), advice)
    if found.length_s > longest_s:
        message = _("It lasts {minutes:.0f} minutes, longer than the {allowed:.0f} that one broadcast may take.")
        advice = _("Cut it into parts, or choose a shorter one.")
        yield _doubt("long", message.format(minutes=found.length_s / 60, allowed=longest_s / 60), advice)
    longest_silence = max(found.silence_before_s, found.silence_after_s)
    if longest_silence > LONGEST_SILENCE_S:
        message = _("It begins with {before:.0f} and ends with {after:.0f} seconds of silence.")
        message = message.format(before=found.silence_before_s, after=found.silence_after_s)
        yield _doubt("silent-ends", message, _("Cut the silence off, or the listeners wait."))


def _doubt(code: str, message: str, advice: str) -> Verdict:
    return Verdict(code=code, severity=Severity.WARNING, message=message, advice=advice)
