"""A true-peak limiter with look-ahead: the gain is down before the peak comes, and back up slowly after it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

CONTROL_HZ = 1000  # the gain is decided once a millisecond (at 44.1 kHz: 44 samples), so planning it is nearly free
LOOK_AHEAD = 5  # milliseconds
RELEASE = 60  # milliseconds until the gain has recovered by 63 %
PIECE = 10 * CONTROL_HZ  # the plan is made ten seconds at a time: bounds memory
SEEN = 2 * LOOK_AHEAD + 1  # milliseconds on either side that count for the gain at one instant


def control_stretch(rate: int) -> int:
    """Return how many samples of `rate` Hz one step of the gain lasts."""
    return max(rate // CONTROL_HZ, 1)


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
    stretch = control_stretch(rate)
    ramp = np.arange(stretch, dtype=np.float32) / np.float32(stretch)
    limited = np.empty_like(samples)
    for start in range(0, len(knots) - 1, CONTROL_HZ):
        here = knots[start : start + CONTROL_HZ + 1].astype(np.float32)
        straight = (here[:-1, np.newaxis] + np.diff(here)[:, np.newaxis] * ramp).reshape(-1)
        piece = samples[start * stretch : (start + CONTROL_HZ) * stretch]
        np.multiply(piece, straight[: len(piece)], out=limited[start * stretch : start * stretch + len(piece)])
    return limited


def gain_knots(peaks: NDArray[np.float32], *, gain: float, ceiling: float) -> Iterator[NDArray[np.float64]]:
    """Yield the gain at both ends of each millisecond: `gain`, but lower around peaks that would pass `ceiling`.

    Parameters
    ----------
    peaks
        The true peak in each millisecond.
    gain, ceiling
        Factors of full scale.

    Yields
    ------
    NDArray
        The gain of the next ten seconds; each piece begins with the value the one before ended with.

    Notes
    -----
    The gain needed in each millisecond recovers slowly, is spread by a sliding minimum over the look-ahead, then
    smoothed by a window of the same reach: every value that enters the mean is at most the gain needed there, hence
    so is the mean.
    """
    all_pass = float(peaks.max(initial=0.0)) * gain <= ceiling
    greatest = -math.inf  # reduction so far, see `_reduction`
    for start in range(0, len(peaks), PIECE):
        count = min(PIECE, len(peaks) - start)
        if all_pass:
            yield np.full(count + 1, gain)
            continue
        left = max(start - SEEN, 0)
        near = peaks[left : start + count + SEEN].astype(np.float64) * gain
        reduction = _reduction(np.minimum(1.0, ceiling / np.maximum(near, 1e-9)), left, greatest)
        knots = gain * smooth_gain(_remaining(reduction, left))
        yield np.asarray(knots[start - left : start - left + count + 1])
        greatest = float(reduction[min(start + PIECE - SEEN - left, len(reduction)) - 1])


def _reduction(needed: NDArray[np.float64], first: int, greatest: float) -> NDArray[np.float64]:
    """Return the reduction that counts, as a logarithm that rises by one for each release time.

    Each reduction dies away exponentially and the greatest counts; in logarithms that is a running maximum, which
    `greatest` carries over from the piece before.
    """
    log = np.log(np.maximum(1 - needed, 1e-12)) + (first + np.arange(len(needed))) / RELEASE
    log[:1] = np.maximum(log[:1], greatest)
    return np.maximum.accumulate(log)


def _remaining(reduction: NDArray[np.float64], first: int) -> NDArray[np.float64]:
    """Return the gain that `reduction` leaves: every rise slowed to the release time, nowhere above the need."""
    return np.asarray(1 - np.exp(reduction - (first + np.arange(len(reduction))) / RELEASE))


def smooth_gain(most: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a smooth gain at the ``len(most) + 1`` ends of the stretches, nowhere above `most` on either side."""
    window = np.hanning(2 * LOOK_AHEAD + 3)[1:-1]
    padded = np.pad(most, SEEN, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, SEEN + 1).min(axis=1)
    return np.convolve(lowest, window / window.sum(), mode="valid")
