"""Known signals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 48_000


def sine(lufs: float, seconds: float, *, hz: float = 1000.0, rate: int = RATE) -> NDArray[np.float32]:
    """Return a mono sine that measures `lufs`: a full-scale one at 997 Hz is -3.01 LUFS (BS.1770-4, annex 1)."""
    time = np.arange(round(seconds * rate)) / rate
    return (10 ** ((lufs + 3.01) / 20) * np.sin(2 * np.pi * hz * time)).astype(np.float32)


def speechlike(seconds: float, *, seed: int = 1, rate: int = RATE) -> NDArray[np.float32]:
    """Return noise below 10 kHz whose loudness rises and falls four times a second, with sharp peaks."""
    draw = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    swell = np.sin(2 * np.pi * 2 * time) ** 2
    spectrum = np.fft.rfft(draw.standard_t(3, len(time)))
    spectrum[np.fft.rfftfreq(len(time), 1 / rate) > min(10_000, 0.4 * rate)] = 0
    return (0.03 * swell * np.fft.irfft(spectrum, len(time))).clip(-0.99, 0.99).astype(np.float32)


def fine_peak(samples: NDArray[np.float32], times: int = 8) -> float:
    """Return the true peak by exact band-limited interpolation of the whole, apart from the code under test."""
    spectrum = np.fft.rfft(samples.astype(np.float64))
    return float(np.abs(np.fft.irfft(spectrum, len(samples) * times)).max() * times)
