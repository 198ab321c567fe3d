"""The chain: whatever comes in, speech or recording, leaves at the same loudness and under the same true peak."""

from __future__ import annotations

import tempfile
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.sound import Cue, SoundTarget
from loa.sound.finishing import Part, Recording, Speech, finished
from loa.sound.loudness import measure
from loa.sound_settings import SoundProfile
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


@dataclass
class Sound:
    samples: NDArray[np.int16]
    sample_rate: int
    loudness_lufs: float
    peak_dbtp: float
    cues: tuple[Cue, ...]

    def heard(self, start_s: float = 0.0, end_s: float | None = None) -> NDArray[np.float32]:
        """Return the samples from `start_s` to `end_s`, full scale 1.0."""
        last = None if end_s is None else round(end_s * self.sample_rate)
        return self.samples[round(start_s * self.sample_rate) : last].astype(np.float32) / np.float32(32768)


def finish(parts: Sequence[Part], target: SoundTarget = TARGET) -> Sound:
    """Return the finished sound in memory."""
    with tempfile.TemporaryDirectory() as folder:
        with finished(parts, target, Path(folder)) as sound:
            samples = sound.samples.read(0, sound.samples.frames)
        assert not list(Path(folder).iterdir())
    return Sound(samples, sound.sample_rate, sound.loudness_lufs, sound.peak_dbtp, sound.cues)


def finish_speech(clips: Sequence[Clip], phrases: Sequence[tuple[str, str]], target: SoundTarget) -> Sound:
    return finish([Speech(clips=clips, phrases=phrases)], target)


def finish_recording(path: Path, target: SoundTarget) -> Sound:
    return finish([Recording(path=path)], target)


def check(sound: Sound, target: SoundTarget = TARGET) -> None:
    """Hold a finished sound to its promises, measured apart from what it says of itself."""
    samples = sound.heard()
    assert sound.samples.dtype == np.int16
    assert sound.sample_rate == target.sample_rate
    assert measure(samples, target.sample_rate)[0] == pytest.approx(target.loudness_lufs, abs=0.5)
    assert sound.loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.5)
    assert fine_peak(samples) <= 10 ** ((target.true_peak_dbtp + 0.1) / 20)  # fourfold oversampling misses that much
    assert sound.peak_dbtp <= target.true_peak_dbtp


@pytest.mark.parametrize("voice", ["espeak:south", "espeak:north"])
def test_speech_comes_out_at_the_target(voice: str) -> None:
    """-18 LUFS within 0.5, true peak at most -1 dBTP."""
    clips = list(voice_named(voice, VoiceOptions()).speak([text for text, _pause in PHRASES]))
    sound = finish_speech(clips, PHRASES, TARGET)
    check(sound)
    assert [cue.text for cue in sound.cues] == [text for text, _pause in PHRASES]
    assert sound.cues[-1].start_s + sound.cues[-1].length_s == pytest.approx(len(sound.samples) / 48_000, abs=0.01)


@pytest.mark.parametrize(
    "target",
    [
        SoundTarget(profile=SoundProfile.HORN),
        SoundTarget(profile=SoundProfile.HORN, sample_rate=16_000),
        SoundTarget(loudness_lufs=-23.0, true_peak_dbtp=-2.0),
        SoundTarget(loudness_lufs=-16.0, true_peak_dbtp=-1.5),
        SoundTarget(sample_rate=44_100),
    ],
)
def test_the_target_is_the_stations_choice(target: SoundTarget) -> None:
    """Other figures are reached as well."""
    clips = list(voice_named("espeak:south", VoiceOptions()).speak([text for text, _pause in PHRASES]))
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
    assert sound.loudness_lufs == pytest.approx(measure(sound.heard(), 48_000)[0], abs=0.01)


def test_finishing_is_the_same_every_time() -> None:
    """The same clips give the same samples."""
    clips = [Clip(samples=np.round(speechlike(2, rate=22_050) * 32767).astype(np.int16), rate=22_050)]
    first, second = (finish_speech(clips, PHRASES[:1], TARGET) for _ in range(2))
    assert first.samples.tobytes() == second.samples.tobytes()


def test_a_text_without_words_is_refused() -> None:
    """Nothing to say is not an empty file."""
    with pytest.raises(SoundRefused, match="no words"):
        finish_speech([], [], TARGET)


def test_no_parts_are_refused() -> None:
    """Nor an item of nothing."""
    with pytest.raises(SoundRefused, match="no words"):
        finish([])


@pytest.mark.parametrize("profile", SoundProfile)
def test_parts_of_every_kind_are_equally_loud_in_one_item(tmp_path: Path, profile: SoundProfile) -> None:
    """Measured over the finished programme: each part within 0.5 LU of the target, at its place, by its cue."""
    rng = np.random.default_rng(5)
    chord = np.array([220.0, 277.2, 329.6, 880.0, 2640.0])
    time = np.arange(12 * 44_100) / 44_100
    music = sum(np.sin(2 * np.pi * hz * time) for hz in chord) * (0.6 + 0.4 * np.sin(2 * np.pi * 1.7 * time))
    jingle = np.sin(2 * np.pi * np.repeat([523.3, 659.3, 784.0], 8000) * np.arange(24_000) / 8000)
    for name, rate, samples in (
        ("lời thu nhỏ", 48_000, speechlike(20) * np.float32(0.01)),
        ("nhạc vỡ tiếng", 44_100, music.clip(-0.99, 0.99)),
        ("nhạc hiệu", 8_000, 0.3 * jingle * np.repeat([1.0, 0.6, 0.8], 8000)),
        ("tín hiệu", 48_000, sine(-30, 1)),
        ("ồn", 24_000, rng.normal(0, 0.02, 8 * 24_000)),
    ):
        soundfile.write(tmp_path / f"{name}.wav", samples, rate)
    clips = list(voice_named("espeak:south", VoiceOptions()).speak([text for text, _pause in PHRASES]))
    titles = ["lời thu nhỏ", "nhạc vỡ tiếng", "nhạc hiệu", "tín hiệu", "ồn"]
    recordings: list[Part] = [Recording(path=tmp_path / f"{title}.wav", title=title) for title in titles]
    target = SoundTarget(profile=profile)
    sound = finish([*recordings[:2], Speech(clips=clips, phrases=PHRASES), *recordings[2:]], target)
    assert [cue.text for cue in sound.cues] == [*titles[:2], *(text for text, _pause in PHRASES), *titles[2:]]
    first, last = sound.cues[2], sound.cues[3]
    places = [(cue.start_s, cue.start_s + cue.length_s) for cue in sound.cues if cue.text in titles]
    places.insert(2, (first.start_s, last.start_s + last.length_s))
    loudness = [measure(sound.heard(*place), 48_000)[0] for place in places]
    assert loudness == pytest.approx([-18.0] * 6, abs=0.5)
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(places)]
    assert gaps == pytest.approx([0.9] * 5, abs=0.005)
    assert not any(sound.heard(end + 0.01, end + 0.88).any() for _start, end in places[:-1])
    assert (sound.loudness_lufs, sound.peak_dbtp) == measure(sound.heard(), 48_000)
    assert sound.loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.5)
    assert sound.peak_dbtp <= target.true_peak_dbtp


def test_a_recording_without_a_title_has_no_cue(tmp_path: Path) -> None:
    """A signature tune is not a line to be read."""
    soundfile.write(tmp_path / "a.wav", sine(-30, 1), 48_000)
    assert finish_recording(tmp_path / "a.wav", TARGET).cues == ()


@pytest.mark.parametrize("profile", SoundProfile)
def test_memory_does_not_grow_with_the_sound(tmp_path: Path, profile: SoundProfile) -> None:
    """Ten minutes are 115 MB of floats; the chain never holds them, nor copies the clips it was given."""
    clip = Clip(samples=np.round(speechlike(60, rate=22_050) * 32767).astype(np.int16), rate=22_050)
    soundfile.write(tmp_path / "a.wav", np.tile(clip.samples, 10), 22_050)
    parts: list[Part] = [
        Speech(clips=[clip] * 10, phrases=PHRASES[:1] * 10),
        Recording(path=tmp_path / "a.wav"),
    ]
    for part in parts:
        tracemalloc.start()
        with finished([part], SoundTarget(profile=profile), tmp_path):
            most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 60e6


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
