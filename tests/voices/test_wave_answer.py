"""The WAV of a program: every usual form is understood, and what is cut off or unfit is refused with its reason."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as some
from numpy.typing import NDArray

from loa.voices.wave_answer import WaveRefused, clip_of

RATE = 22_050
SECONDS = 0.5
HEADER_BYTES = 44


def tone(rate: int = RATE, height: float = 0.5) -> NDArray[np.float64]:
    return height * np.sin(2 * np.pi * 220 * np.arange(int(SECONDS * rate)) / rate)


def wav(subtype: str = "PCM_16", rate: int = RATE, form: str = "WAV", channels: int = 1) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, np.repeat(tone(rate)[:, None], channels, axis=1), rate, format=form, subtype=subtype)
    return out.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(WaveRefused) as failure:
        clip_of(content)
    assert str(failure.value)
    return failure.value.reason


@pytest.mark.parametrize("form", ["WAV", "WAVEX"])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_each_usual_form_comes_out_as_sixteen_bit_mono(subtype: str, channels: int, form: str) -> None:
    """The program may write what it likes, the sound is the same."""
    clip = clip_of(wav(subtype, form=form, channels=channels))
    assert (clip.samples.dtype, clip.rate) == (np.dtype(np.int16), RATE)
    assert np.abs(clip.samples - tone() * 32767).max() < 2


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000, 96_000])
def test_rates_of_speech_are_taken(rate: int) -> None:
    """The sound room resamples once; nothing is done here."""
    assert clip_of(wav(rate=rate)).rate == rate
    assert clip_of(wav(rate=rate)).length_s == pytest.approx(SECONDS)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000])
def test_a_streamed_wav_is_whole(size: int) -> None:
    """A program that writes to a pipe cannot know the length beforehand."""
    whole = wav()
    streamed = whole[:4] + struct.pack("<I", size) + whole[8:40] + struct.pack("<I", size) + whole[44:]
    assert np.array_equal(clip_of(streamed).samples, clip_of(whole).samples)


def test_other_chunks_are_passed_over() -> None:
    """Notes before the sound, of odd length too, and after it."""
    whole = wav()
    note = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    assert np.array_equal(clip_of(whole[:12] + note + whole[12:] + note).samples, clip_of(whole).samples)


def test_stereo_is_mixed() -> None:
    """A voice on one side only is heard, at half its height."""
    out = io.BytesIO()
    soundfile.write(out, np.stack([tone(), np.zeros_like(tone())], axis=1), RATE, format="WAV", subtype="PCM_16")
    assert np.abs(clip_of(out.getvalue()).samples).max() == pytest.approx(0.25 * 32767, abs=2)


def test_numbers_above_full_scale_are_made_smaller() -> None:
    """Cutting them off would be distortion."""
    out = io.BytesIO()
    soundfile.write(out, tone(height=1.6), RATE, format="WAV", subtype="FLOAT")
    samples = clip_of(out.getvalue()).samples
    assert np.abs(samples - tone(height=1.0) * 32767).max() < 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not-wav"),
        (b"Error: no model\n", "not-wav"),
        (b"\xff\xfb\x90\x64" * 1000, "not-wav"),
        (wav()[:12], "truncated"),
        (wav()[:30], "truncated"),
        (wav()[:-1], "truncated"),
        (wav()[:-1000], "truncated"),
        (wav()[:40] + bytes(4) + wav()[44:-1], "truncated"),
        (wav()[:40] + bytes(4), "silent"),
        (wav("PCM_U8"), "wrong-form"),
        (wav("ULAW"), "wrong-form"),
        (wav(rate=8_000), "wrong-form"),
        (wav(rate=192_000), "wrong-form"),
        (wav(channels=6), "wrong-form"),
        (wav()[:12] + wav()[36:], "not-wav"),
    ],
)
def test_what_cannot_be_used_is_refused(content: bytes, reason: str) -> None:
    """Half a sentence, noise or telephone quality never reaches a loudspeaker."""
    assert refused(content) == reason


def test_samples_that_are_no_numbers_are_refused() -> None:
    """A neural voice that went wrong writes NaN."""
    whole = bytearray(wav("FLOAT"))
    whole[-4:] = struct.pack("<f", float("nan"))
    assert refused(bytes(whole)) == "wrong-form"


@given(some.integers(0, 200), some.integers(0, 255), some.integers(0, 400))
def test_no_damage_ends_otherwise(place: int, value: int, length: int) -> None:
    """Whatever a program writes, it is sound or a refusal."""
    damaged = bytearray(wav()[: HEADER_BYTES + length])
    damaged[min(place, len(damaged) - 1)] = value
    try:
        clip = clip_of(bytes(damaged))
    except WaveRefused:
        return
    assert clip.samples.size
