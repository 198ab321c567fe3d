"""The K weighting of ITU-R BS.1770-4, annex 1: a head-shelf filter, then a high-pass, as one block convolution.

Both filters are recursive, but their joint impulse response has fallen below 1e-10 of its peak after 0.1 s, so a
convolution with that piece of it is the same filter to the precision of the samples, at the speed of an FFT and without
a compiled filter library.
"""

from __future__ import annotations

import math
from array import array
from functools import cache

import numpy as np
from numpy.typing import NDArray

from loa.sound.convolution import Biquad, Convolution, response

RESPONSE_S = 0.1


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
    """Return the first 0.1 s of the response of both stages to a single 1."""
    return response([shelf(rate), high_pass(rate)], round(rate * RESPONSE_S))


class WeightedSquares:
    """Mean squares of the K-weighted signal over each whole stretch, of sound that comes in blocks.

    Parameters
    ----------
    rate
        Samples per second (Hz).
    hop
        Stretch length in samples.
    """

    def __init__(self, rate: int, hop: int) -> None:
        self._filter = Convolution(impulse_response(rate), multiple=hop)
        self._hop = hop
        self._means = array("d")

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take one more block: mono, full scale 1.0."""
        for heard in self._filter.add(samples):
            self._square(heard)

    def means(self) -> NDArray[np.float64]:
        """Return the mean squares when all has been added."""
        self._square(self._filter.rest())
        return np.frombuffer(self._means, dtype=np.float64)

    def _square(self, heard: NDArray[np.float32]) -> None:
        rows = heard[: len(heard) // self._hop * self._hop].reshape(-1, self._hop)
        self._means.frombytes((np.einsum("ij,ij->i", rows, rows, dtype=np.float64) / self._hop).tobytes())
