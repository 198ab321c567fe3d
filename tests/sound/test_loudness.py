"""The meter agrees with ITU-R BS.1770-4 and with the synthetic cases of EBU Tech 3341 (levels for mono)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from loa.sound.convolution import Biquad
from loa.sound.loudness import Meter, PeakPerStretch, measure
from loa.sound.weighting import WeightedSquares, high_pass, impulse_response, shelf
from tests.sound.signals import RATE, sine, speechlike

# Recommendation ITU-R BS.1770-4, annex 1, tables 1 and 2
SHELF_48K = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
HIGH_PASS_48K = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def integrated_loudness(samples: NDArray[np.float32], rate: int) -> float:
    return measure(samples, rate)[0]


def true_peak_dbtp(samples: NDArray[np.float32], rate: int) -> float:
    return measure(samples, rate)[1]


def filtered(samples: list[float], biquad: Biquad) -> list[float]:
    """Run the recursive filter as the standard draws it, in double precision."""
    (b0, b1, b2), (_a0, a1, a2) = biquad
    out: list[float] = []
    x1 = x2 = y1 = y2 = 0.0
    for x0 in samples:
        y0 = b0 * x0 + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        x2, x1, y2, y1 = x1, x0, y1, y0
        out.append(y0)
    return out


@pytest.mark.parametrize(("made", "tabulated"), [(shelf(RATE), SHELF_48K), (high_pass(RATE), HIGH_PASS_48K)])
def test_the_filters_are_those_of_the_standard(made: Biquad, tabulated: Biquad) -> None:
    """At 48 kHz the derived coefficients are the tabulated ones."""
    assert np.allclose(made, tabulated, atol=1e-12)


def test_what_is_cut_off_the_response_is_nothing() -> None:
    """The convolution is the recursive filter: the response has died away."""
    response = impulse_response(RATE)
    assert np.abs(response[-100:]).max() < 1e-10


@pytest.mark.parametrize("length", [RATE, 3 * RATE + 17])
def test_the_block_convolution_is_the_recursive_filter(length: int) -> None:
    """Over the joints of the blocks too."""
    samples = speechlike(length / RATE)
    heard = filtered(filtered([float(x) for x in samples], SHELF_48K), HIGH_PASS_48K)
    hop = RATE // 10
    count = len(samples) // hop
    expected = np.square(np.array(heard)[: count * hop]).reshape(count, hop).mean(axis=1)
    squares = WeightedSquares(RATE, hop)
    squares.add(samples)
    assert np.allclose(squares.means(), expected, rtol=1e-4)


def test_a_full_scale_sine_is_minus_three() -> None:
    """BS.1770-4: 997 Hz at 0 dBFS in one channel reads -3.01 LKFS."""
    samples = np.sin(2 * np.pi * 997 * np.arange(20 * RATE) / RATE).astype(np.float32)
    assert integrated_loudness(samples, RATE) == pytest.approx(-3.01, abs=0.01)


EBU_CASES: dict[str, tuple[list[tuple[float, float]], float]] = {
    "1: -23 for 20 s": ([(-23, 20)], -23),
    "2: -33 for 20 s": ([(-33, 20)], -33),
    "3: relative gate": ([(-36, 10), (-23, 60), (-36, 10)], -23),
    "4: both gates": ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
    "5: no gate closes": ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
}


@pytest.mark.parametrize(("parts", "expected"), EBU_CASES.values(), ids=EBU_CASES)
def test_ebu_tech_3341(parts: list[tuple[float, float]], expected: float) -> None:
    """Integrated loudness within 0.1 LU."""
    samples = np.concatenate([sine(lufs, seconds) for lufs, seconds in parts])
    assert integrated_loudness(samples, RATE) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 24_000, 44_100, 96_000])
def test_other_rates_read_the_same(rate: int) -> None:
    """The filters are derived for every rate."""
    assert integrated_loudness(sine(-23, 5, hz=997, rate=rate), rate) == pytest.approx(-23, abs=0.15)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(3), np.zeros(RATE), sine(-80, 2)])
def test_what_nobody_hears_has_no_loudness(samples: NDArray[np.float32]) -> None:
    """Nothing passes the absolute gate at -70 LUFS."""
    assert integrated_loudness(samples.astype(np.float32), RATE) == -math.inf


def test_a_sound_shorter_than_a_block_is_measured_whole() -> None:
    """A pip of 0.2 s has a loudness too."""
    assert integrated_loudness(sine(-20, 0.2), RATE) == pytest.approx(-20, abs=0.6)


def faded(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    ramp = np.hanning(960)[:480]
    samples[:480] *= ramp
    samples[-480:] *= ramp[::-1]
    return samples.astype(np.float32)


@pytest.mark.parametrize(
    ("divisor", "phase", "amplitude", "expected"),
    [(4, 0, 0.5, -6.0), (4, 45, 0.5, -6.0), (6, 60, 0.5, -6.0), (8, 67.5, 0.5, -6.0), (4, 45, 1.41, 3.0)],
)
def test_true_peaks_between_the_samples_are_found(
    divisor: int, phase: float, amplitude: float, expected: float
) -> None:
    """EBU Tech 3341, cases 15 to 19: +0.2/-0.4 dB."""
    samples = faded(amplitude * np.sin(2 * np.pi * np.arange(RATE) / divisor + np.radians(phase)))
    assert expected - 0.4 <= true_peak_dbtp(samples, RATE) <= expected + 0.2


def test_the_place_of_a_peak_is_kept_over_the_blocks() -> None:
    """Working ten seconds at a time neither loses nor moves a peak."""
    samples = np.zeros(25 * RATE + 7, dtype=np.float32)
    places = [0, RATE * 10 - 1, RATE * 10, RATE * 20 + 5, len(samples) - 1]
    samples[places] = 0.5
    per_stretch = PeakPerStretch(RATE, 48)
    per_stretch.add(samples)
    peaks = per_stretch.peaks()
    assert len(peaks) == -(-len(samples) // 48)
    assert all(peaks[place // 48] >= 0.5 for place in places)
    assert np.count_nonzero(peaks > 0.45) == len(places)


def test_silence_has_no_peak() -> None:
    """Not a warning, not a crash."""
    assert true_peak_dbtp(np.zeros(100, dtype=np.float32), RATE) == -math.inf
    assert true_peak_dbtp(np.zeros(0, dtype=np.float32), RATE) == -math.inf


@pytest.mark.parametrize("block", [977, 48_000, 700_000])
def test_blocks_of_any_size_measure_the_same(block: int) -> None:
    """To the bit: what is measured is the sound, not how it came."""
    samples = speechlike(23.4)
    meter = Meter(RATE, len(samples))
    for start in range(0, len(samples), block):
        meter.add(samples[start : start + block])
    assert meter.figures() == measure(samples, RATE)
