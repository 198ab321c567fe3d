"""A true-peak limiter with look-ahead: the gain is down before the peak comes, and back up slowly after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loa.sound.loudness import peak_per_stretch

CONTROL_HZ = 1000  # the gain is decided once a millisecond (at 44.1 kHz: 44 samples), so planning it is nearly free
LOOK_AHEAD = 5  # milliseconds
RELEASE = 60  # milliseconds until the gain has recovered by 63 %


def control_peaks(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Return the true peak in each millisecond of `samples`, the last one perhaps shorter."""
    return peak_per_stretch(samples, rate, max(rate // CONTROL_HZ, 1))


def limit(samples: NDArray[np.float32], rate: int, knots: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return `samples` times a gain that runs straight between `knots`, one for each millisecond and one more.

    Parameters
    ----------
    samples
        Mono, full scale 1.0; not changed.
    rate
        Samples per second (Hz).
    knots
        From `gain_knots`.
    """
    stretch = max(rate // CONTROL_HZ, 1)
    ramp = np.arange(stretch, dtype=np.float32) / np.float32(stretch)
    limited = np.empty_like(samples)
    for start in range(0, len(knots) - 1, CONTROL_HZ):
        here = knots[start : start + CONTROL_HZ + 1].astype(np.float32)
        straight = (here[:-1, np.newaxis] + np.diff(here)[:, np.newaxis] * ramp).reshape(-1)
        piece = samples[start * stretch : (start + CONTROL_HZ) * stretch]
        np.multiply(piece, straight[: len(piece)], out=limited[start * stretch : start * stretch + len(piece)])
    return limited


def gain_knots(peaks: NDArray[np.float32], *, gain: float, ceiling: float) -> NDArray[np.float64]:
    """Return the gain at both ends of each millisecond: `gain`, but lower around peaks that would pass `ceiling`.

    Parameters
    ----------
    peaks
        From `control_peaks`.
    gain, ceiling
        Factors of full scale.

    Notes
    -----
    The gain needed in each millisecond recovers slowly, is spread by a sliding minimum over the look-ahead, then
    smoothed by a window of the same reach: every value that enters the mean is at most the gain needed there, hence
    so is the mean.
    """
    needed = np.minimum(1.0, ceiling / np.maximum(peaks.astype(np.float64) * gain, 1e-9))
    if needed.min(initial=1.0) >= 1.0:
        return np.full(len(needed) + 1, gain)
    return np.asarray(gain * smooth_gain(_recovering(needed)))


def _recovering(needed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `needed` with every rise slowed to the release time; nowhere higher than `needed`.

    Each reduction dies away exponentially and the greatest counts; in logarithms that is a running maximum.
    """
    decay = np.arange(len(needed)) / RELEASE
    reduction = np.log(np.maximum(1 - needed, 1e-12)) + decay
    return np.asarray(1 - np.exp(np.maximum.accumulate(reduction) - decay))


def smooth_gain(most: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a smooth gain at the ``len(most) + 1`` ends of the stretches, nowhere above `most` on either side."""
    window = np.hanning(2 * LOOK_AHEAD + 3)[1:-1]
    padded = np.pad(most, 2 * LOOK_AHEAD + 1, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * LOOK_AHEAD + 2).min(axis=1)
    return np.convolve(lowest, window / window.sum(), mode="valid")
