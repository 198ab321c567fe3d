"""The horn profile: the band that carries is stronger, the rest is gone, nothing clicks, nothing pumps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from loa.sound import SoundTarget
from loa.sound.finishing import Speech, finished
from loa.sound.horn import Compression, horn_filtered, horn_response
from loa.sound_settings import SoundProfile
from loa.voices import VoiceOptions, voice_named
from tests.sound.signals import RATE, speechlike

TEXT = "ủy ban nhân dân xã minh đức thông báo về việc tiếp nhận hồ sơ tại bộ phận một cửa"


def gain_db(hz: float, rate: int = RATE) -> float:
    """Return what the filters do to one frequency."""
    response = horn_response(rate)
    return float(20 * np.log10(abs(response @ np.exp(-2j * np.pi * hz / rate * np.arange(len(response))))))


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_the_frequencies_are_those_of_a_horn(rate: int) -> None:
    """-3 dB at 250 Hz and 24 dB less for each octave below; 4 to 6 dB more between 2 and 4 kHz; the middle untouched."""
    assert gain_db(250, rate) == pytest.approx(-3, abs=0.5)
    assert gain_db(125, rate) < -22
    assert gain_db(60, rate) < -45
    assert gain_db(700, rate) == pytest.approx(0.5, abs=1)
    assert all(3.5 <= gain_db(hz, rate) <= 6.5 for hz in (2000, 2800, 3500))
    if rate > 16_000:
        assert gain_db(12_000, rate) < -6


def test_what_is_cut_off_the_response_is_nothing() -> None:
    """The convolution is the recursive filter: the response has died away."""
    response = horn_response(RATE)
    assert np.abs(response[-100:]).max() < 1e-10 * np.abs(response).max()


@pytest.mark.parametrize("block", [1, 997, 65_536, 480_000])
def test_blocks_of_any_size_give_the_same_samples(block: int) -> None:
    """To the bit, and as many as came in: no click at the joint of two blocks."""
    samples = speechlike(0.2 if block == 1 else 7.3)
    (*pieces,) = horn_filtered((samples[start : start + block] for start in range(0, len(samples), block)), RATE)
    (*whole,) = horn_filtered([samples], RATE)
    assert np.array_equal(np.concatenate(pieces), np.concatenate(whole))
    expected = np.convolve(samples.astype(np.float64), horn_response(RATE))[: len(samples)]
    assert np.concatenate(whole) == pytest.approx(expected, abs=1e-6)


def power(levels_lufs: list[tuple[float, int]]) -> NDArray[np.float64]:
    """Return K-weighted mean squares of so many milliseconds at each level."""
    return np.concatenate([np.full(count, 10 ** ((lufs + 0.691) / 10)) for lufs, count in levels_lufs])


def test_the_compression_is_gentle() -> None:
    """About 2:1 above the knee, nothing below it, and the same for a quiet recording as for a loud one."""
    for loudness in (-18.0, -50.0):
        levels = [loudness + over for over in (-30, -12, 0, 6)]
        gains = [
            20 * np.log10(Compression(power([(level, 1000)]), loudness_lufs=loudness).knots(500, 1)[0])
            for level in levels
        ]
        assert gains[:2] == pytest.approx([0, 0], abs=0.01)
        assert (levels[3] + gains[3]) - (levels[2] + gains[2]) == pytest.approx(6 / 2.2, abs=0.1)


def test_the_compression_is_ready_before_a_loud_syllable_and_does_not_pump() -> None:
    """Down when it comes, from at most 20 ms before; never faster up than 50 dB a second; smooth all the way."""
    gain = Compression(power([(-40, 500), (-12, 200), (-40, 1300)]), loudness_lufs=-18.0)
    knots_db = 20 * np.log10(gain.knots(0, 2000))
    assert knots_db[470] == pytest.approx(0, abs=0.01)
    assert knots_db[510] == pytest.approx(knots_db.min(), abs=0.5)
    assert np.diff(knots_db).max() <= 0.051
    assert np.abs(np.diff(knots_db)).max() < 1
    assert knots_db[-1] == pytest.approx(0, abs=0.01)


def test_a_sound_of_one_millisecond_is_compressed() -> None:
    """Shorter than the compressor's own step."""
    assert np.isfinite(Compression(power([(-18, 1)]), loudness_lufs=-18.0).knots(0, 2)).all()


def test_more_of_the_energy_lies_where_a_horn_speaks(tmp_path: Path) -> None:
    """Speech at the same loudness: more between 500 Hz and 4 kHz, much more from 2 to 4 kHz, little below 250 Hz."""
    clips = list(voice_named("espeak:south", VoiceOptions()).speak([TEXT]))
    shares = []
    for profile in SoundProfile:
        target = SoundTarget(profile=profile)
        with finished([Speech(clips=clips, phrases=[(TEXT, "sentence")])], target, tmp_path) as sound:
            samples = sound.samples.read(0, sound.samples.frames).astype(np.float64)
        assert sound.loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.5)
        assert sound.peak_dbtp <= target.true_peak_dbtp
        spectrum, hz = np.abs(np.fft.rfft(samples)) ** 2, np.fft.rfftfreq(len(samples), 1 / RATE)
        bands = [(500, 4000), (2000, 4000), (0, 250)]
        shares.append([spectrum[(hz >= low) & (hz < high)].sum() / spectrum.sum() for low, high in bands])
    (flat, flat_presence, flat_low), (horn, presence, low) = shares
    assert horn > flat * 1.05
    assert presence > flat_presence * 2
    assert low < flat_low / 3
