"""Loudness and true peak as ITU-R BS.1770-4 defines them, for mono."""

from __future__ import annotations

import math
from array import array

import numpy as np
from numpy.typing import NDArray

from loa.sound.resampling import resampled
from loa.sound.weighting import WeightedSquares

OFFSET_LUFS = -0.691  # BS.1770-4, annex 1, formula 2
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
HOPS_PER_BLOCK = 4  # gating blocks of 400 ms that overlap by 75 %
HOPS_PER_S = 10
OVERSAMPLING = 4  # BS.1770-4, annex 2: at least 4 times at 48 kHz
PEAK_BLOCK_S = 10


class Meter:
    """Integrated loudness and true peak of sound that comes in blocks.

    Parameters
    ----------
    rate
        Samples per second (Hz).
    frames
        How many samples will come: a sound shorter than one gating block (400 ms) is measured whole.
    """

    def __init__(self, rate: int, frames: int) -> None:
        self._squares = WeightedSquares(rate, min(round(rate / HOPS_PER_S), max(frames // HOPS_PER_BLOCK, 1)))
        self._peaks = PeakPerStretch(rate, rate)

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take one more block: mono, full scale 1.0."""
        self._squares.add(samples)
        self._peaks.add(samples)

    def figures(self) -> tuple[float, float]:
        """Return the gated loudness (LUFS) and the highest true peak (dBTP) of all that was added.

        The loudness is -inf where nothing is louder than the absolute gate, the peak is -inf for silence.
        """
        highest = float(self._peaks.peaks().max(initial=0.0))
        return gated_loudness(self._squares.means()), 20 * math.log10(highest) if highest > 0 else -math.inf


def measure(samples: NDArray[np.float32], rate: int) -> tuple[float, float]:
    """Return loudness (LUFS) and true peak (dBTP), as `Meter` does, of mono samples of full scale 1.0."""
    meter = Meter(rate, len(samples))
    meter.add(samples)
    return meter.figures()


def gated_loudness(hops: NDArray[np.float64]) -> float:
    """Return the loudness in LUFS of K-weighted mean squares, each over a quarter of a gating block (100 ms)."""
    if len(hops) < HOPS_PER_BLOCK:
        return -math.inf
    blocks = np.lib.stride_tricks.sliding_window_view(hops, HOPS_PER_BLOCK).mean(axis=1)
    loud = blocks[blocks > _power(ABSOLUTE_GATE_LUFS)]
    if not len(loud):
        return -math.inf
    relative_gate = loud.mean() * 10 ** (RELATIVE_GATE_LU / 10)
    return OFFSET_LUFS + 10 * math.log10(float(loud[loud > relative_gate].mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET_LUFS) / 10))


class PeakPerStretch:
    """The true peak, as a fraction of full scale, within each stretch of sound that comes in blocks.

    Works ten seconds at a time, whatever the blocks. Between samples the signal is found by fourfold resampling
    (soxr HQ); the samples themselves count too.

    Parameters
    ----------
    rate
        Samples per second (Hz).
    stretch
        Stretch length in samples; the last one may be shorter.
    """

    def __init__(self, rate: int, stretch: int) -> None:
        self._rate, self._stretch = rate, stretch
        self._step = max(PEAK_BLOCK_S * rate // stretch, 1) * stretch
        self._margin = min(rate // 100, self._step)  # the resampler's filter sees 10 ms beyond either end
        self._held = np.zeros(self._step + 2 * self._margin, dtype=np.float32)
        self._from = self._to = self._margin  # what is in `_held`; before the first sample there is nothing
        self._peaks = array("f")

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take one more block: mono, full scale 1.0."""
        while len(samples):
            room = len(self._held) - self._to
            piece, samples = samples[:room], samples[room:]
            self._held[self._to : self._to + len(piece)] = piece
            self._to += len(piece)
            if self._to == len(self._held):
                self._measure()

    def peaks(self) -> NDArray[np.float32]:
        """Return the peaks when all has been added."""
        while self._to > self._margin:
            self._measure()
        return np.frombuffer(self._peaks, dtype=np.float32)

    def _measure(self) -> None:
        """Find the peaks of the step that starts at the margin, then make room for the next one."""
        sampled = np.abs(self._held[self._margin : min(self._margin + self._step, self._to)])
        fine = resampled(self._held[self._from : self._to], self._rate, self._rate * OVERSAMPLING)
        first = (self._margin - self._from) * OVERSAMPLING
        between = fine[first : first + len(sampled) * OVERSAMPLING]
        np.abs(between, out=between)
        starts = np.arange(0, len(sampled), self._stretch)
        highest = np.maximum.reduceat(between, starts * OVERSAMPLING)
        self._peaks.frombytes(np.maximum(highest, np.maximum.reduceat(sampled, starts)).tobytes())
        kept = self._held[len(sampled) : self._to].copy()
        self._held[: len(kept)] = kept
        self._from, self._to = 0, len(kept)
