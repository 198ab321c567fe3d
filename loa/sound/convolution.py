"""Filtering sound that comes in blocks: one finite response, convolved by FFT (overlap-save)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

LONGER = 12  # times the response, at least, is one FFT: longer ones leave the processor cache, shorter ones repeat more

Biquad = tuple[tuple[float, float, float], tuple[float, float, float]]  # (b0, b1, b2), (a0 = 1, a1, a2)


def response(stages: Sequence[Biquad], length: int) -> NDArray[np.float64]:
    """Return the first `length` samples of what recursive filters, one after the other, make of a single 1."""
    samples = [1.0] + [0.0] * (length - 1)
    for (b0, b1, b2), (_a0, a1, a2) in stages:
        x1 = x2 = y1 = y2 = 0.0
        for index, x0 in enumerate(samples):
            y0 = b0 * x0 + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x2, x1, y2, y1 = x1, x0, y1, y0
            samples[index] = y0
    return np.array(samples)


class Convolution:
    """A causal filter; its output does not depend, to the bit, on how the sound is cut into blocks.

    Parameters
    ----------
    response
        Response to a single 1.
    multiple
        Every piece that comes out, except the last, is a multiple of this many samples.
    """

    def __init__(self, response: NDArray[np.float64], multiple: int = 1) -> None:
        length = 1 << (LONGER * max(len(response), multiple)).bit_length()
        self._spectrum = np.fft.rfft(response, length).astype(np.complex64)
        self._before = len(response) - 1  # samples that the first of a block looks back to
        self._step = (length - self._before) // multiple * multiple
        self._block = np.zeros(length, dtype=np.float32)
        self._new = 0
        self._work = np.empty_like(self._spectrum)

    def add(self, samples: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """Yield what is ready after one more block."""
        while len(samples):
            room = self._step - self._new
            piece, samples = samples[:room], samples[room:]
            place = self._before + self._new
            self._block[place : place + len(piece)] = piece
            self._new += len(piece)
            if self._new == self._step:
                yield self._filtered()
                self._block[: self._before] = self._block[self._step : self._step + self._before]
                self._block[self._before :] = 0
                self._new = 0

    def rest(self) -> NDArray[np.float32]:
        """Return what remains when all has been added: as many samples have then come out as went in."""
        return self._filtered()[: self._new]

    def _filtered(self) -> NDArray[np.float32]:
        np.fft.rfft(self._block, out=self._work)  # type: ignore[arg-type] # numpy's stubs know double precision only
        np.multiply(self._work, self._spectrum, out=self._work)
        return np.asarray(np.fft.irfft(self._work, len(self._block))[self._before : self._before + self._step])
