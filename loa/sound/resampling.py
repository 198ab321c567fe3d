"""Changing the sample rate, by libsoxr: the one place that calls it."""

from __future__ import annotations

import numpy as np
import soxr  # type: ignore[import-untyped]
from numpy.typing import NDArray

QUALITY = "HQ"  # 20 bits: below the noise of the 16-bit file it goes into


def resampled(samples: NDArray[np.float32], rate: int, new_rate: int) -> NDArray[np.float32]:
    """Return mono `samples` of `rate` Hz at `new_rate` Hz."""
    if rate == new_rate:
        return samples
    return np.asarray(soxr.resample(samples, rate, new_rate, quality=QUALITY), dtype=np.float32)


class Resampler:
    """The same for sound that comes in blocks.

    Parameters
    ----------
    rate, new_rate
        Samples per second (Hz) before and after.
    """

    def __init__(self, rate: int, new_rate: int) -> None:
        self._stream = soxr.ResampleStream(rate, new_rate, 1, dtype="float32", quality=QUALITY)

    def block(self, samples: NDArray[np.float32], *, last: bool) -> NDArray[np.float32]:
        """Return what is ready after one more block; with `last` everything that remains."""
        return np.asarray(self._stream.resample_chunk(samples, last=last), dtype=np.float32)
