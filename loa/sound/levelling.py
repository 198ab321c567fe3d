"""Finding the gain that brings a sound to its loudness, the limiter's share counted in, before a sample is touched."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from loa.sound.limiter import CONTROL_HZ, control_peaks, gain_knots
from loa.sound.loudness import HOPS_PER_BLOCK, HOPS_PER_S, gated_loudness
from loa.sound.weighting import weighted_squares

CLOSE_ENOUGH_LU = 0.02
ROUNDS = 12
FIRST_YIELD = 0.6  # loudness gained for each dB of gain where speech is limited; then measured from round to round
LOWEST_YIELD = 0.2
HARDEST_LIMITING_DB = 20.0


class Levelling:
    """What is known of a sound at each millisecond: its K-weighted power and its true peak.

    The limiter's gain changes little within the memory of the K weighting, so the loudness after limiting follows
    from the power before it (measured: to 0.05 LU on speech) and needs no second filtering.

    Parameters
    ----------
    samples
        Mono, full scale 1.0.
    rate
        Samples per second (Hz).
    """

    def __init__(self, samples: NDArray[np.float32], rate: int) -> None:
        self._power = weighted_squares(samples, rate, max(rate // CONTROL_HZ, 1))
        self._peaks = control_peaks(samples, rate)
        self.loudness_lufs = self._loudness(np.ones(len(self._peaks) + 1))

    def knots(self, *, loudness_lufs: float, ceiling: float) -> NDArray[np.float64]:
        """Return the gain for each millisecond that makes the sound `loudness_lufs` loud and keeps it under `ceiling`.

        A sound of peaks alone stays quieter.
        """
        gain_db = loudness_lufs - self.loudness_lufs
        most_db = gain_db + HARDEST_LIMITING_DB
        gain_yield, step_db, missing = FIRST_YIELD, 0.0, 0.0
        for _attempt in range(ROUNDS):
            knots = gain_knots(self._peaks, gain=factor(gain_db), ceiling=ceiling)
            before, missing = missing, loudness_lufs - self._loudness(knots)
            if abs(missing) <= CLOSE_ENOUGH_LU:
                break
            if step_db:
                gain_yield = min(max((before - missing) / step_db, LOWEST_YIELD), 1.0)
            step_db = min(missing / gain_yield, most_db - gain_db)
            gain_db += step_db
        return knots

    def _loudness(self, knots: NDArray[np.float64]) -> float:
        middle = (knots[:-1] + knots[1:]) / 2
        power = self._power * np.square(middle[: len(self._power)])
        hop = min(CONTROL_HZ // HOPS_PER_S, max(len(power) // HOPS_PER_BLOCK, 1))
        whole = len(power) // hop * hop
        return gated_loudness(power[:whole].reshape(-1, hop).mean(axis=1))


def factor(decibels: float) -> float:
    """Return `decibels` as a factor of amplitude."""
    return math.pow(10, decibels / 20)
