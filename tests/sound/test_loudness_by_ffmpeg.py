"""The meter reads what ffmpeg's `ebur128` filter reads: 0.2 LU integrated, 0.3 dB true peak."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from loa.sound.loudness import measure
from loa.voices import VoiceOptions, voice_named
from tests.sound.signals import sine, speechlike

FFMPEG = shutil.which("ffmpeg")
pytestmark = pytest.mark.skipif(
    FFMPEG is None,
    reason="no ffmpeg to compare with: apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg",
)


def ffmpeg_figures(path: Path) -> tuple[float, float]:
    """Return integrated loudness (LUFS) and true peak (dBTP), which ffmpeg prints with one decimal."""
    command = [str(FFMPEG), "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    ended = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
    summary = ended.stderr[ended.stderr.rindex("Summary:") :]
    loudness, peak = (re.search(rf"{name}:\s+(-?[\d.]+) ", summary) for name in ("I", "Peak"))
    assert loudness
    assert peak
    return float(loudness[1]), float(peak[1])


def music(seconds: float, *, rate: int) -> NDArray[np.float32]:
    """Return plucked notes with overtones and a drum."""
    draw, sound = np.random.default_rng(3), np.zeros(round(seconds * rate))
    for start in range(0, len(sound), rate // 3):
        time = np.arange(min(rate, len(sound) - start)) / rate
        hz = 110 * 2 ** (draw.integers(0, 24) / 12)
        note = sum(np.sin(2 * np.pi * hz * n * time) / n * np.exp(-n * time) for n in range(1, 9))
        sound[start : start + len(time)] += note + draw.normal(0, 1, len(time)) * np.exp(-30 * time)
    return (0.2 * sound).clip(-0.98, 0.98).astype(np.float32)


def noise(seconds: float, *, rate: int) -> NDArray[np.float32]:
    return np.random.default_rng(7).normal(0, 0.1, round(seconds * rate)).astype(np.float32)


def quiet_and_loud(seconds: float, *, rate: int) -> NDArray[np.float32]:
    quiet, loud = music(seconds / 2, rate=rate) * np.float32(0.02), speechlike(seconds / 2, rate=rate)
    return np.concatenate([quiet, loud, quiet])


def tone(seconds: float, *, rate: int) -> NDArray[np.float32]:
    return sine(-23, seconds, rate=rate)


Signal = Callable[..., NDArray[np.float32]]


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("signal", [speechlike, music, noise, quiet_and_loud, tone])
def test_signals_of_every_kind_and_rate(tmp_path: Path, signal: Signal, rate: int) -> None:
    """Steady and changing, smooth and sharp, narrow and broad."""
    samples = signal(10, rate=rate)
    soundfile.write(tmp_path / "a.wav", samples, rate, subtype="FLOAT")
    loudness, peak = ffmpeg_figures(tmp_path / "a.wav")
    own_loudness, own_peak = measure(samples, rate)
    print(f"{signal.__name__} {rate} Hz: {own_loudness - loudness:+.2f} LU, {own_peak - peak:+.2f} dB")
    assert own_loudness == pytest.approx(loudness, abs=0.2)
    assert own_peak == pytest.approx(peak, abs=0.3)


@pytest.mark.parametrize("voice", ["espeak:south", "espeak:north"])
def test_speech(tmp_path: Path, voice: str) -> None:
    """What a village hears most."""
    text = "ủy ban nhân dân xã minh đức thông báo về việc tiếp nhận hồ sơ tại bộ phận một cửa"
    (clip,) = voice_named(voice, VoiceOptions()).speak([text])
    soundfile.write(tmp_path / "a.wav", clip.samples, clip.rate)
    loudness, peak = ffmpeg_figures(tmp_path / "a.wav")
    own_loudness, own_peak = measure(clip.samples.astype(np.float32) / np.float32(32768), clip.rate)
    assert own_loudness == pytest.approx(loudness, abs=0.2)
    assert own_peak == pytest.approx(peak, abs=0.3)
