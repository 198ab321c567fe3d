"""What can be speech: silence, half a sentence, an endless hum and distortion never count."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from loa.errors import VoiceFailed
from loa.voices import Clip
from loa.voices.plausibility import refuse_implausible

RATE = 22_050
WORDS = "ủy ban nhân dân xã minh đức thông báo"


def hum(seconds: float, level: float = 0.3) -> NDArray[np.int16]:
    wave: NDArray[np.float64] = level * 32767 * np.sin(np.arange(round(seconds * RATE)) * 0.06)
    return np.round(wave).astype(np.int16)


def silence(seconds: float) -> NDArray[np.int16]:
    return np.zeros(round(seconds * RATE), np.int16)


@pytest.mark.parametrize("seconds", [1.4, 2.2, 4.0])
def test_speech_at_any_pace_passes(seconds: float) -> None:
    """From the fastest reader to the slowest."""
    refuse_implausible(Clip(samples=hum(seconds), rate=RATE), WORDS, "x")


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (silence(3), "silent"),
        (silence(0), "silent"),
        (hum(3, level=0.001), "silent"),
        (hum(0.3), "too-short"),
        (np.concatenate([hum(0.1), silence(3)]), "too-short"),
        (hum(60), "too-long"),
        (np.sign(hum(3)).astype(np.int16) * np.int16(32767), "clipped"),
    ],
    ids=["silence", "nothing", "whisper of a fault", "cut short", "one click", "endless", "square"],
)
def test_what_cannot_be_the_words_is_refused(samples: NDArray[np.int16], reason: str) -> None:
    """Each with a reason of its own in the audio's record."""
    with pytest.raises(VoiceFailed) as failure:
        refuse_implausible(Clip(samples=samples, rate=RATE), WORDS, "x")
    assert failure.value.reason == reason


def test_a_few_full_scale_peaks_are_no_distortion() -> None:
    """A loud voice touches the top now and then."""
    samples = hum(3)
    samples[::4000] = 32767
    refuse_implausible(Clip(samples=samples, rate=RATE), WORDS, "x")


def test_letters_spelled_out_may_take_long() -> None:
    """An abbreviation that nobody explained is one word and many syllables."""
    refuse_implausible(Clip(samples=hum(8), rate=RATE), "ubmttqvn bhxhbhyt", "x")


@pytest.mark.parametrize("rate", [4_000, 192_000])
def test_a_rate_that_no_speech_has_is_refused(rate: int) -> None:
    """A voice that lies about its rate speaks at the wrong speed."""
    with pytest.raises(VoiceFailed) as failure:
        refuse_implausible(Clip(samples=hum(3), rate=rate), WORDS, "x")
    assert failure.value.reason == "rate"
