"""The chain: whatever comes in, speech or recording, leaves at the same loudness and under the same true peak."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.sound import SoundTarget
from loa.sound.finishing import FinishedSound, finish_recording, finish_speech
from loa.sound.loudness import integrated_loudness
from loa.voices import Clip, VoiceOptions, voice_named
from tests.sound.signals import fine_peak, sine, speechlike

TARGET = SoundTarget()
PHRASES = [
    ("ủy ban nhân dân xã minh đức thông báo về việc tiếp nhận hồ sơ tại bộ phận một cửa", "sentence"),
    ("đề nghị bà con trong toàn xã theo dõi và thực hiện", "paragraph"),
]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_LANGUAGE", "en")


def check(sound: FinishedSound, target: SoundTarget = TARGET) -> None:
    """Hold a finished sound to its promises, measured apart from what it says of itself."""
    samples = sound.samples.astype(np.float32) / np.float32(32768)
    assert sound.samples.dtype == np.int16
    assert sound.sample_rate == target.sample_rate
    assert integrated_loudness(samples, target.sample_rate) == pytest.approx(target.loudness_lufs, abs=0.5)
    assert sound.loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.5)
    assert fine_peak(samples) <= 10 ** ((target.true_peak_dbtp + 0.1) / 20)  # fourfold oversampling misses that much
    assert sound.peak_dbtp <= target.true_peak_dbtp


@pytest.mark.parametrize("voice", ["espeak:south", "espeak:north"])
def test_speech_comes_out_at_the_target(voice: str) -> None:
    """-18 LUFS within 0.5, true peak at most -1 dBTP."""
    clips = voice_named(voice, VoiceOptions()).speak([text for text, _pause in PHRASES])
    sound = finish_speech(clips, PHRASES, TARGET)
    check(sound)
    assert [cue.text for cue in sound.cues] == [text for text, _pause in PHRASES]
    assert sound.cues[-1].start_s + sound.cues[-1].length_s == pytest.approx(len(sound.samples) / 48_000, abs=0.01)


@pytest.mark.parametrize(
    "target",
    [
        SoundTarget(loudness_lufs=-23.0, true_peak_dbtp=-2.0),
        SoundTarget(loudness_lufs=-16.0, true_peak_dbtp=-1.5),
        SoundTarget(sample_rate=44_100),
    ],
)
def test_the_target_is_the_stations_choice(target: SoundTarget) -> None:
    """Other figures are reached as well."""
    clips = voice_named("espeak:south", VoiceOptions()).speak([text for text, _pause in PHRASES])
    check(finish_speech(clips, PHRASES, target), target)


FORMATS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_24"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(("rate", "channels"), [(48_000, 2), (24_000, 1)])
def test_recordings_of_every_kind_come_out_equally_loud(tmp_path: Path, ending: str, rate: int, channels: int) -> None:
    """Any format, rate and number of channels; names with Vietnamese letters and spaces."""
    file_format, subtype = FORMATS[ending]
    path = tmp_path / f"bài hát về xã.{ending}"
    samples = np.repeat(speechlike(6, rate=rate)[:, np.newaxis], channels, axis=1)
    soundfile.write(path, samples, rate, format=file_format, subtype=subtype)
    sound = finish_recording(path, TARGET)
    check(sound)
    assert len(sound.samples) / 48_000 == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize(
    ("rate", "samples"),
    [
        (8_000, sine(-40, 3, rate=8_000)),
        (44_100, sine(-3, 3, rate=44_100).clip(-0.5, 0.5)),
        (96_000, sine(-30, 0.3, rate=96_000)),
        (48_000, np.concatenate([sine(-60, 8), sine(-20, 2)])),
    ],
    ids=["telephone", "clipped", "short pip", "mostly quiet"],
)
def test_odd_recordings_come_out_at_the_target(tmp_path: Path, rate: int, samples: NDArray[np.float32]) -> None:
    """Quiet, clipped, short or uneven: the same promises."""
    soundfile.write(tmp_path / "a.wav", samples, rate, subtype="PCM_U8" if rate == 44_100 else "PCM_16")
    check(finish_recording(tmp_path / "a.wav", TARGET))


@pytest.mark.parametrize("seed", range(3))
def test_a_sound_of_peaks_alone_keeps_the_true_peak(tmp_path: Path, seed: int) -> None:
    """Clicks cannot be loud: the peak is held, the loudness comes as near as it can, and the record tells it."""
    samples = np.zeros(48_000 * 3, dtype=np.float32)
    samples[np.random.default_rng(seed).integers(0, len(samples), 12)] = 0.9
    soundfile.write(tmp_path / "a.wav", samples, 48_000)
    sound = finish_recording(tmp_path / "a.wav", TARGET)
    assert sound.peak_dbtp <= TARGET.true_peak_dbtp
    assert sound.loudness_lufs == pytest.approx(
        integrated_loudness(sound.samples.astype(np.float32) / np.float32(32768), 48_000), abs=0.01
    )


def test_finishing_is_the_same_every_time() -> None:
    """The same clips give the same samples."""
    clips = [Clip(samples=np.round(speechlike(2, rate=22_050) * 32767).astype(np.int16), rate=22_050)]
    first, second = (finish_speech(clips, PHRASES[:1], TARGET) for _ in range(2))
    assert first.samples.tobytes() == second.samples.tobytes()


def test_a_text_without_words_is_refused() -> None:
    """Nothing to say is not an empty file."""
    with pytest.raises(SoundRefused, match="no words"):
        finish_speech([], [], TARGET)


BROKEN: dict[str, bytes] = {
    "empty file": b"",
    "text": "xin chào".encode() * 100,
    "zeros": bytes(5000),
    "cut header": b"RIFF\x24\x00\x00\x00WAVE",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_an_unreadable_recording_is_refused(tmp_path: Path, content: bytes) -> None:
    """At import, with a sentence that says what to do; never at air time."""
    path = tmp_path / "hỏng.wav"
    path.write_bytes(content)
    with pytest.raises(SoundRefused, match=r"hỏng\.wav"):
        finish_recording(path, TARGET)


@pytest.mark.parametrize("seconds", [0, 3])
def test_an_empty_or_silent_recording_is_refused(tmp_path: Path, seconds: int) -> None:
    """Silence is not a bulletin."""
    path = tmp_path / "im lặng.wav"
    soundfile.write(path, np.zeros(seconds * 8000, dtype=np.float32), 8000)
    with pytest.raises(SoundRefused, match=r"im lặng\.wav"):
        finish_recording(path, TARGET)


def test_broken_samples_are_refused(tmp_path: Path) -> None:
    """A float file can hold what is not a number."""
    path = tmp_path / "nan.wav"
    soundfile.write(path, np.array([0.1, np.nan] * 9000, dtype=np.float32), 48_000, subtype="FLOAT")
    with pytest.raises(SoundRefused, match=r"nan\.wav"):
        finish_recording(path, TARGET)


@pytest.mark.parametrize("name", ["none.wav", "."])
def test_a_missing_recording_or_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    """The message names the file."""
    with pytest.raises(SoundRefused, match="does not exist"):
        finish_recording(tmp_path / name, TARGET)
