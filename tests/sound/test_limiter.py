"""The limiter: never over the ceiling, nothing touched that need not be, and no jumps."""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from loa.sound.limiter import PIECE, control_stretch, gain_knots, limit, smooth_gain
from loa.sound.loudness import PeakPerStretch
from tests.sound.signals import RATE, fine_peak, sine, speechlike

CEILING = 10 ** (-1.05 / 20)


def limited(samples: NDArray[np.float32], gain: float) -> NDArray[np.float32]:
    per_millisecond = PeakPerStretch(RATE, control_stretch(RATE))
    per_millisecond.add(samples)
    pieces = list(gain_knots(per_millisecond.peaks(), gain=gain, ceiling=CEILING))
    assert all(later[0] == earlier[-1] for earlier, later in pairwise(pieces))
    return limit(samples, RATE, whole(pieces) if pieces else np.ones(1))


def whole(pieces: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("gain", [2.0, 8.0, 40.0])
def test_true_peaks_stay_under_the_ceiling(seed: int, gain: float) -> None:
    """Measured by an interpolation of its own, eightfold: within 0.1 dB of the ceiling."""
    assert fine_peak(limited(speechlike(3.3, seed=seed), gain)) <= 10 ** (-0.95 / 20)


def test_what_needs_no_limiting_is_only_turned_up() -> None:
    """Without a peak over the ceiling the result is the gain alone."""
    samples = sine(-30, 1)
    assert np.array_equal(limited(samples, 2.0), samples * np.float32(2))


def test_the_gain_is_down_before_the_peak_and_back_after_it() -> None:
    """Five milliseconds ahead nothing, at the peak the ceiling, half a second later the full gain again."""
    samples = sine(-30, 2)
    samples[RATE : RATE + 48] = 0.9
    out = limited(samples, 1.5)
    ratio = out[np.abs(samples) > 0.01] / samples[np.abs(samples) > 0.01]
    places = np.flatnonzero(np.abs(samples) > 0.01)
    assert ratio[places < RATE - 15 * 48] == pytest.approx(1.5, rel=1e-4)
    assert ratio[places > RATE + RATE // 2] == pytest.approx(1.5, rel=2e-3)
    assert np.abs(out).max() <= CEILING
    assert np.abs(np.diff(ratio)).max() < 0.01


@given(arrays(np.float64, st.integers(1, 200), elements=st.floats(0.01, 1.0)))
def test_the_smooth_gain_is_nowhere_above_what_is_needed(most: NDArray[np.float64]) -> None:
    """Whatever the needs are: both ends of every stretch are low enough, so every point between them is."""
    knots = smooth_gain(most)
    assert len(knots) == len(most) + 1
    assert (knots[:-1] <= most + 1e-9).all()
    assert (knots[1:] <= most + 1e-9).all()
    assert (knots > 0).all()


@given(st.integers(0, 2000))
def test_any_length_keeps_its_length(length: int) -> None:
    """Also less than a millisecond, also none at all."""
    assert len(limited(np.ones(length, dtype=np.float32), 4.0)) == length


def test_the_plan_is_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds at a time or all at once: a reduction goes on over the joint, to the bit."""
    peaks = np.random.default_rng(4).exponential(0.2, 3 * PIECE + 123).astype(np.float32)
    peaks[PIECE - 30 : PIECE + 30] = 3.0
    in_pieces = whole(list(gain_knots(peaks, gain=2.0, ceiling=CEILING)))
    monkeypatch.setattr("loa.sound.limiter.PIECE", 10 * PIECE)
    (at_once,) = gain_knots(peaks, gain=2.0, ceiling=CEILING)
    assert np.array_equal(in_pieces, at_once)
