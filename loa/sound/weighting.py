"""The K weighting of ITU-R BS.1770-4, annex 1: a head-shelf filter, then a high-pass, as one block convolution.

Both filters are recursive, but their joint impulse response has fallen below 1e-10 of its peak after 0.2 s, so a
convolution with that piece of it is the same filter to the precision of the samples, at the speed of an FFT and without
a compiled filter library.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

RESPONSE_S = 0.2
BLOCK = 1 << 16  # FFT length in samples: bounds memory, whatever the length of the sound

Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]


def shelf(rate: int) -> Biquad:
    """Return the first stage, (b0, b1, b2), (a0, a1, a2), for `rate` Hz.

    The standard tabulates 48 kHz only; other rates use the analogue prototype behind the table (Q, frequency and gain
    as derived by De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018).
    """
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    return (
        ((high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0),
        (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0),
    )


def high_pass(rate: int) -> Biquad:
    """Return the second stage ("RLB") for `rate` Hz, derived like `shelf`."""
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)


@cache
def impulse_response(rate: int) -> NDArray[np.float64]:
    """Return the first 0.2 s of the response of both stages to a single 1."""
    response = [1.0] + [0.0] * (round(rate * RESPONSE_S) - 1)
    for (b0, b1, b2), (_a0, a1, a2) in (shelf(rate), high_pass(rate)):
        x1 = x2 = y1 = y2 = 0.0
        for index, x0 in enumerate(response):
            y0 = b0 * x0 + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x2, x1, y2, y1 = x1, x0, y1, y0
            response[index] = y0
    return np.array(response)


@cache
def _spectrum(rate: int) -> NDArray[np.complex64]:
    return np.fft.rfft(impulse_response(rate), BLOCK).astype(np.complex64)


def weighted_squares(samples: NDArray[np.float32], rate: int, hop: int) -> NDArray[np.float64]:
    """Return the mean square of the K-weighted signal over each whole stretch of `hop` samples.

    Parameters
    ----------
    samples
        Mono, full scale 1.0.
    rate
        Samples per second (Hz).
    hop
        Stretch length in samples.
    """
    spectrum = _spectrum(rate)
    before = len(impulse_response(rate)) - 1
    step = (BLOCK - before) // hop * hop  # overlap-save: the first `before` outputs of each block are not valid
    count = len(samples) // hop
    means = np.empty(count)
    block = np.zeros(BLOCK, dtype=np.float32)
    for start in range(0, count * hop, step):
        piece = samples[max(start - before, 0) : start + step]
        lead = max(before - start, 0)
        block[:lead] = 0
        block[lead : lead + len(piece)] = piece
        block[lead + len(piece) :] = 0
        heard = np.fft.irfft(np.fft.rfft(block) * spectrum, BLOCK)[before : before + step]
        whole = min(step, count * hop - start)
        first = start // hop
        rows = heard[:whole].reshape(-1, hop)
        means[first : first + len(rows)] = np.einsum("ij,ij->i", rows, rows, dtype=np.float64) / hop
    return means
