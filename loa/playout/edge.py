"""The edge between the line (mono, 48 kHz, float) and what the device takes: its channels, and its rate if it must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from loa.playout.part import RATE
from loa.playout.source import NOTHING, Samples

Render = Callable[[Samples, float], None]
AT_ONCE_FRAMES = 256


class Edge:
    """Fills the device's blocks from the line.

    Parameters
    ----------
    rate
        Frames a second of the device; where it is not 48 000, the line is resampled (soxr, high quality).
    render
        Fills a block of the line, given the monotonic time at which its first sample is heard.
    """

    def __init__(self, rate: int, render: Render) -> None:
        self._rate = rate
        self._render = render
        self._mono = np.zeros(RATE, np.float32)
        self._resampler: Any = None
        self._ready = NOTHING
        self._taken = 0  # frames of the line that went into the resampler
        self._given = 0  # frames of the device that came out
        self.empty()

    def empty(self) -> None:
        """Forget what is on its way: the device has thrown its buffer away."""
        self._ready, self._taken, self._given = NOTHING, 0, 0
        if self._rate != RATE:
            import soxr  # type: ignore[import-untyped]

            self._resampler = soxr.ResampleStream(RATE, self._rate, 1, dtype="float32")

    def fill(self, out: Any, dac_mono_s: float) -> None:
        """Fill `out` (frames by channels), heard from `dac_mono_s` on: the same sound on every channel."""
        frames = len(out)
        mono = self._mono[:frames] if frames <= len(self._mono) else np.zeros(frames, np.float32)
        if self._resampler is None:
            self._render(mono, dac_mono_s)
        else:
            self._resample(mono, dac_mono_s)
        out[:] = mono[:, None]

    def _resample(self, out: Samples, dac_mono_s: float) -> None:
        """Fill `out` at the device's rate; what the resampler still holds is on its way, and so are the line's times."""
        while len(self._ready) < len(out):
            block = np.zeros(max(AT_ONCE_FRAMES, (len(out) - len(self._ready)) * RATE // self._rate), np.float32)
            self._render(block, dac_mono_s + self._taken / RATE - self._given / self._rate)
            self._taken += len(block)
            self._ready = np.concatenate([self._ready, self._resampler.resample_chunk(block)])
        out[:] = self._ready[: len(out)]
        self._ready = self._ready[len(out) :]
        self._given += len(out)
