"""The horn profile: what a horn loudspeaker on a pole does well, made stronger; what it cannot do, taken away.

Below about 250 Hz a horn radiates nothing, but its driver suffers; consonants, which tell Vietnamese words apart, lie
between 2 and 4 kHz, where the ear is keenest and where wind and distance take most; above 8 kHz nothing arrives. A
gentle compression lifts soft syllables over the noise of the street. The loudness is set afterwards, so energy that is
taken away below comes back in the band that carries.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from loa.sound.convolution import Biquad, Convolution, response
from loa.sound.loudness import OFFSET_LUFS

HIGH_PASS_HZ = 250.0
HIGH_PASS_QS = (0.5412, 1.3066)  # two stages: Butterworth of fourth order, 24 dB per octave
PRESENCE_HZ, PRESENCE_Q, PRESENCE_DB = 2800.0, 0.8, 6.0
LOW_PASS_HZ, LOW_PASS_Q = 8000.0, 0.7071
RESPONSE_S = 0.05  # by then the response has fallen below 1e-10 of its peak

RATIO = 2.2
THRESHOLD_LU = -6.0  # from the loudness of the whole: a quiet recording is compressed like a loud one
KNEE_DB = 10.0
STEP_MS = 5
DETECTOR_STEPS = 3  # 15 ms: two periods of a low voice
SMOOTHING_STEPS = 5  # the gain begins to fall 15 ms before a loud syllable, and is down when it comes
RELEASE_DB_PER_MS = (
    0.05  # 8 dB come back in 160 ms, about a syllable: quick enough to lift the soft one after a loud one
)
QUIETEST = 1e-12


def horn_filtered(blocks: Iterable[NDArray[np.float32]], rate: int) -> Iterator[NDArray[np.float32]]:
    """Yield mono sound of `rate` Hz, as many samples as come in, with the frequencies of the horn profile."""
    convolution = Convolution(horn_response(rate))
    for block in blocks:
        yield from convolution.add(block)
    yield convolution.rest()


@cache
def horn_response(rate: int) -> NDArray[np.float64]:
    """Return the response of the filters to a single 1 at `rate` Hz."""
    stages = [_pass(rate, HIGH_PASS_HZ, q, high=True) for q in HIGH_PASS_QS]
    stages.append(_presence(rate))
    if 0.45 * rate > LOW_PASS_HZ:
        stages.append(_pass(rate, LOW_PASS_HZ, LOW_PASS_Q, high=False))
    return response(stages, round(rate * RESPONSE_S))


def _pass(rate: int, hz: float, q: float, *, high: bool) -> Biquad:
    """Return a high-pass or low-pass of second order (bilinear transform, as in the Audio EQ Cookbook)."""
    angle = 2 * math.pi * hz / rate
    alpha, cosine = math.sin(angle) / (2 * q), math.cos(angle)
    a0 = 1 + alpha
    edge, middle = ((1 + cosine) / 2, -(1 + cosine)) if high else ((1 - cosine) / 2, 1 - cosine)
    return (edge / a0, middle / a0, edge / a0), (1.0, -2 * cosine / a0, (1 - alpha) / a0)


def _presence(rate: int) -> Biquad:
    """Return the lift between 2 and 4 kHz (the peaking filter of the Audio EQ Cookbook)."""
    angle = 2 * math.pi * PRESENCE_HZ / rate
    alpha, cosine = math.sin(angle) / (2 * PRESENCE_Q), math.cos(angle)
    lift = 10 ** (PRESENCE_DB / 40)
    a0 = 1 + alpha / lift
    return (
        ((1 + alpha * lift) / a0, -2 * cosine / a0, (1 - alpha * lift) / a0),
        (1.0, -2 * cosine / a0, (1 - alpha / lift) / a0),
    )


class Compression:
    """The gain of a gentle compressor over the whole of a sound.

    Parameters
    ----------
    power
        K-weighted mean square of the filtered sound in each whole millisecond; at least one.
    loudness_lufs
        Its integrated loudness.

    Notes
    -----
    Decided every `STEP_MS`. What the level asks for dies away by a fixed number of decibels each step (a running
    maximum, no loop), and is smoothed by a window that looks as far ahead as back.
    """

    def __init__(self, power: NDArray[np.float64], *, loudness_lufs: float) -> None:
        steps = max(len(power) // STEP_MS, 1)
        level = _mean(power[: steps * STEP_MS].reshape(steps, -1).mean(axis=1), np.ones(DETECTOR_STEPS))
        over = OFFSET_LUFS + 10 * np.log10(np.maximum(level, QUIETEST)) - loudness_lufs - THRESHOLD_LU
        reduction = _dying_away((1 - 1 / RATIO) * _above_knee(over))
        self._gain = 10 ** (-_mean(reduction, np.hanning(SMOOTHING_STEPS + 2)[1:-1]) / 20)
        self._middles = (np.arange(len(self._gain)) + 0.5) * STEP_MS

    def knots(self, start: int, count: int) -> NDArray[np.float64]:
        """Return the gain at the start of each of `count` milliseconds, the first of them `start`."""
        return np.interp(np.arange(start, start + count), self._middles, self._gain)


def _above_knee(over_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much a level counts as over the threshold: bent softly over the width of the knee."""
    in_knee = np.clip(over_db + KNEE_DB / 2, 0, KNEE_DB)
    return np.asarray(in_knee**2 / (2 * KNEE_DB) + np.maximum(over_db - KNEE_DB / 2, 0))


def _dying_away(reduction_db: NDArray[np.float64]) -> NDArray[np.float64]:
    rising = np.arange(len(reduction_db)) * (STEP_MS * RELEASE_DB_PER_MS)
    return np.asarray(np.maximum.accumulate(reduction_db + rising) - rising)


def _mean(values: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean around each value; at either end, the end value goes on."""
    beyond = np.pad(values, len(window) // 2, mode="edge")
    return np.convolve(beyond, window / window.sum(), mode="valid")
