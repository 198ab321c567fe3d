"""Finding the gain that brings a sound to its loudness, the limiter's share counted in, before a sample is touched."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from loa.sound.horn import Compression
from loa.sound.limiter import CONTROL_HZ, PIECE, control_stretch, gain_knots
from loa.sound.loudness import HOPS_PER_BLOCK, HOPS_PER_S, PeakPerStretch, gated_loudness
from loa.sound.weighting import WeightedSquares

CLOSE_ENOUGH_LU = 0.02
ROUNDS = 12
FIRST_YIELD = 0.6  # loudness gained for each dB of gain where speech is limited; then measured from round to round
LOWEST_YIELD = 0.2
HARDEST_LIMITING_DB = 20.0
LIFTED_LUFS = -23.0


class Survey:
    """Takes a sound block by block and notes, for each millisecond, its K-weighted power and its true peak.

    Parameters
    ----------
    rate
        Samples per second (Hz).
    """

    def __init__(self, rate: int) -> None:
        self._squares = WeightedSquares(rate, control_stretch(rate))
        self._peaks = PeakPerStretch(rate, control_stretch(rate))

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take one more block: mono, full scale 1.0."""
        self._squares.add(samples)
        self._peaks.add(samples)

    def levelling(self) -> Levelling:
        """Return what follows from the whole; nothing can be added afterwards."""
        return Levelling(self._squares.means(), self._peaks.peaks())


class Levelling:
    """Finds the gain of a sound whose power and peaks are known at each millisecond.

    The limiter's gain changes little within the memory of the K weighting, so the loudness after limiting follows
    from the power before it (measured: to 0.05 LU on speech) and needs no second filtering.

    Parameters
    ----------
    power
        K-weighted mean square in each whole millisecond; changed by `compress`.
    peaks
        True peak in each millisecond, the last one perhaps shorter; changed by `compress`.

    Attributes
    ----------
    loudness_lufs
        Loudness before any gain but that of `compress`; -inf for silence.
    """

    def __init__(self, power: NDArray[np.float64], peaks: NDArray[np.float32]) -> None:
        self._power, self._peaks = power, peaks
        self._compression: Compression | None = None
        self._lift = 1.0
        self.loudness_lufs = self._loudness(gain_knots(peaks, gain=1.0, ceiling=math.inf))

    def compress(self) -> None:
        """Let the gentle hand of the horn profile go first, at a level far above the absolute gate."""
        self._compression = Compression(self._power, loudness_lufs=self.loudness_lufs)
        self._lift = factor(LIFTED_LUFS - self.loudness_lufs)
        for start in range(0, len(self._peaks), PIECE):
            power, peaks = self._power[start : start + PIECE], self._peaks[start : start + PIECE]
            shape = self._lift * self._compression.knots(start, len(peaks) + 1)
            power *= np.square((shape[:-1] + shape[1:])[: len(power)] / 2)
            peaks *= np.maximum(shape[:-1], shape[1:])
        self.loudness_lufs = self._loudness(gain_knots(self._peaks, gain=1.0, ceiling=math.inf))

    def knots(self, *, loudness_lufs: float, ceiling: float) -> Iterator[NDArray[np.float64]]:
        """Yield, ten seconds at a time, the gain that makes the sound `loudness_lufs` loud and keeps it under `ceiling`.

        A sound of peaks alone stays quieter.
        """
        gain = factor(self._gain_db(loudness_lufs, ceiling))
        start = 0
        for knots in gain_knots(self._peaks, gain=gain, ceiling=ceiling):
            if self._compression is None:
                yield knots
            else:
                yield knots * (self._lift * self._compression.knots(start, len(knots)))
            start += len(knots) - 1

    def _gain_db(self, loudness_lufs: float, ceiling: float) -> float:
        gain_db = loudness_lufs - self.loudness_lufs
        most_db = gain_db + HARDEST_LIMITING_DB
        gain_yield, step_db, missing = FIRST_YIELD, 0.0, 0.0
        for _attempt in range(ROUNDS):
            gain_db += step_db
            knots = gain_knots(self._peaks, gain=factor(gain_db), ceiling=ceiling)
            before, missing = missing, loudness_lufs - self._loudness(knots)
            if abs(missing) <= CLOSE_ENOUGH_LU:
                break
            if step_db:
                gain_yield = min(max((before - missing) / step_db, LOWEST_YIELD), 1.0)
            step_db = min(missing / gain_yield, most_db - gain_db)
        return gain_db

    def _loudness(self, pieces: Iterable[NDArray[np.float64]]) -> float:
        hop = min(CONTROL_HZ // HOPS_PER_S, max(len(self._power) // HOPS_PER_BLOCK, 1))
        hops, start = [], 0
        for knots in pieces:
            middle = (knots[:-1] + knots[1:]) / 2
            power = self._power[start : start + len(middle)]
            power = power * np.square(middle[: len(power)])
            hops.append(power[: len(power) // hop * hop].reshape(-1, hop).mean(axis=1))
            start += len(middle)
        return gated_loudness(np.concatenate(hops) if hops else np.zeros(0))


def factor(decibels: float) -> float:
    """Return `decibels` as a factor of amplitude."""
    return math.pow(10, decibels / 20)
