"""Loudness and true peak as ITU-R BS.1770-4 defines them, for mono."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from loa.sound.resampling import resampled
from loa.sound.weighting import weighted_squares

OFFSET_LUFS = -0.691  # BS.1770-4, annex 1, formula 2
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
HOPS_PER_BLOCK = 4  # gating blocks of 400 ms that overlap by 75 %
HOPS_PER_S = 10
OVERSAMPLING = 4  # BS.1770-4, annex 2: at least 4 times at 48 kHz
PEAK_BLOCK_S = 10


def integrated_loudness(samples: NDArray[np.float32], rate: int) -> float:
    """Return the gated loudness in LUFS; -inf where nothing is louder than the absolute gate.

    Parameters
    ----------
    samples
        Mono, full scale 1.0. A sound shorter than one gating block (400 ms) is measured whole.
    rate
        Samples per second (Hz).
    """
    hop = min(round(rate / HOPS_PER_S), max(len(samples) // HOPS_PER_BLOCK, 1))
    return gated_loudness(weighted_squares(samples, rate, hop))


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


def true_peak_dbtp(samples: NDArray[np.float32], rate: int) -> float:
    """Return the highest true peak in dB below full scale; -inf for silence."""
    highest = float(peak_per_stretch(samples, rate, rate).max(initial=0.0))
    return 20 * math.log10(highest) if highest > 0 else -math.inf


def peak_per_stretch(samples: NDArray[np.float32], rate: int, stretch: int) -> NDArray[np.float32]:
    """Return the true peak, as a fraction of full scale, within each stretch of `stretch` samples.

    Works through the sound ten seconds at a time; the last stretch may be shorter. Between samples the signal is
    found by fourfold resampling (soxr HQ); the samples themselves count too.
    """
    count = -(-len(samples) // stretch)
    peaks = np.zeros(count, dtype=np.float32)
    step = max(PEAK_BLOCK_S * rate // stretch, 1) * stretch
    margin = min(rate // 100, step)  # the resampler's filter sees 10 ms beyond either end
    for start in range(0, len(samples), step):
        left = max(start - margin, 0)
        piece = samples[left : start + step + margin]
        fine = resampled(piece, rate, rate * OVERSAMPLING)
        first = (start - left) * OVERSAMPLING
        wanted = np.abs(fine[first : first + min(step, len(samples) - start) * OVERSAMPLING])
        sampled = np.abs(samples[start : start + step])
        here = peaks[start // stretch : (start + step) // stretch]
        np.maximum.reduceat(wanted, np.arange(len(here)) * stretch * OVERSAMPLING, out=here)
        np.maximum(here, np.maximum.reduceat(sampled, np.arange(len(here)) * stretch), out=here)
    return peaks
