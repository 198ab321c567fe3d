"""The verdict on a file: what is wrong is named, what is right is not, and no file whatever breaks the inspection."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from loa.errors import Severity, SoundRefused
from loa.sound.inspection import Inspection, inspect
from loa.sound.recording import blocks
from tests.sound.broken_files import (
    BY_SOUNDFILE,
    RATE,
    by_ffmpeg,
    needs_ffmpeg,
    sound_file,
    without_last_page,
)
from tests.sound.signals import sine, speechlike

pytestmark = pytest.mark.usefixtures("english")
LONGEST_S = 45 * 60.0
SPEECH = speechlike(5, rate=RATE)


def inspected(content: bytes, folder: Path, *, longest_s: float = LONGEST_S) -> Inspection:
    path = folder / "tệp của xã.bin"
    path.write_bytes(content)
    return inspect(path, longest_s=longest_s)


def codes(found: Inspection) -> list[str]:
    return [verdict.code for verdict in found.verdicts]


@pytest.mark.parametrize("ending", BY_SOUNDFILE)
def test_a_good_file_is_described_and_not_blamed(tmp_path: Path, ending: str) -> None:
    """Kind, rate, channels, length, loudness and peak; no verdict."""
    samples = np.concatenate([sine(-20, 5, rate=24_000), sine(-26, 0.5, rate=24_000)])
    found = inspected(sound_file(ending, np.stack([samples, samples], axis=1), rate=24_000), tmp_path)
    assert found.verdicts == ()
    assert not found.refused
    kinds = {"wav": "WAV", "aiff": "AIFF", "flac": "FLAC", "mp3": "MP3", "ogg": "Ogg", "opus": "Ogg"}
    assert found.container == kinds[ending]
    assert (found.sample_rate, found.channels) == (24_000, 2)
    assert found.bits == (16 if ending in {"wav", "aiff", "flac"} else None)
    assert found.length_s == pytest.approx(5.5, abs=0.1)
    assert found.loudness_lufs == pytest.approx(-20, abs=0.5)
    assert found.peak_dbfs == pytest.approx(-16.99, abs=1)
    assert json.loads(json.dumps(found.as_json()))["codec"]


@needs_ffmpeg
def test_a_phone_recording_is_described(tmp_path: Path) -> None:
    """What ffmpeg opens is looked at in the same way."""
    found = inspected(by_ffmpeg(tmp_path, "m4a", "-c:a", "aac", "-ar", "44100", "-ac", "2"), tmp_path)
    assert (found.container, found.codec, found.sample_rate, found.channels) == ("M4A", "aac", 44_100, 2)
    assert found.verdicts == ()


def test_long_and_short_sounds_are_measured_alike(tmp_path: Path) -> None:
    """Loudness does not depend on blocks; a pip shorter than a gating block has one too."""
    for seconds in (0.2, 0.5, 12.3):
        found = inspected(sound_file("wav", sine(-20, seconds, rate=48_000), rate=48_000), tmp_path)
        assert found.loudness_lufs == pytest.approx(-20, abs=0.3), seconds
        assert found.verdicts == ()


ERRORS: dict[str, bytes] = {
    "not-audio": "văn bản".encode() * 50,
    "empty": sound_file("flac", np.zeros(0, dtype=np.float32)),
    "truncated": sound_file("wav")[:-1000],
    "silent": sound_file("wav", np.zeros(RATE, dtype=np.float32)),
    "broken-samples": sound_file("wav", np.append(SPEECH, np.float32(np.nan)), subtype="FLOAT"),
}
WARNINGS: dict[str, bytes] = {
    "clipped": sound_file("wav", (40 * SPEECH).clip(-1, 1)),
    "8-bit": sound_file("wav", SPEECH, subtype="PCM_U8"),
    "too-quiet": sound_file("wav", SPEECH * np.float32(0.02)),
    "low-rate": sound_file("wav", speechlike(5, rate=8000), rate=8000),
    "silent-ends": sound_file("wav", np.concatenate([np.zeros(3 * RATE, dtype=np.float32), SPEECH])),
    "out-of-phase": sound_file("wav", np.stack([SPEECH, -SPEECH], axis=1)),
    "open-end": without_last_page(sound_file("ogg", speechlike(20, rate=RATE))),
}


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_is_named(tmp_path: Path, code: str) -> None:
    """One error that says what is wrong and what to do, and the file is refused; so it is for airing."""
    found = inspected(ERRORS[code], tmp_path)
    assert codes(found) == [code]
    assert found.refused
    assert found.verdicts[0].message.endswith(".")
    assert found.verdicts[0].advice.endswith(".")
    if code != "silent":  # which only the levelling can tell
        with pytest.raises(SoundRefused):
            list(blocks(tmp_path / "tệp của xã.bin", RATE))


@pytest.mark.parametrize("code", WARNINGS)
def test_a_doubt_is_named(tmp_path: Path, code: str) -> None:
    """One warning, and the file may air."""
    found = inspected(WARNINGS[code], tmp_path)
    assert codes(found) == [code]
    assert not found.refused
    assert found.verdicts[0].severity is Severity.WARNING
    assert found.verdicts[0].message.endswith(".")
    assert found.verdicts[0].advice.endswith(".")


def test_an_hour_is_named(tmp_path: Path) -> None:
    """Longer than a broadcast may be, by the station's own limit."""
    content = sound_file("wav", SPEECH)
    assert codes(inspected(content, tmp_path, longest_s=4.9)) == ["long"]
    assert codes(inspected(content, tmp_path, longest_s=5.1)) == []


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    """A wrong path is a verdict like the others."""
    assert codes(inspect(tmp_path / "không có.mp3", longest_s=LONGEST_S)) == ["missing"]
    assert codes(inspect(tmp_path, longest_s=LONGEST_S)) == ["missing"]


def test_figures_of_silence_and_clipping(tmp_path: Path) -> None:
    """The seconds at each end, and the share of clipped samples, are those put in."""
    gap = np.zeros(RATE, dtype=np.float32)
    found = inspected(sound_file("wav", np.concatenate([gap, gap, gap, SPEECH, gap])), tmp_path)
    assert found.silence_before_s == pytest.approx(3, abs=0.2)
    assert found.silence_after_s == pytest.approx(1, abs=0.2)
    flat = SPEECH.copy()
    flat[1000:1500] = 1.0
    assert inspected(sound_file("wav", flat), tmp_path).clipped_share == pytest.approx(500 / len(flat), rel=0.02)


def test_loud_is_not_clipped(tmp_path: Path) -> None:
    """Peaks that touch full scale here and there are how music is made."""
    samples = speechlike(5, rate=RATE)
    found = inspected(sound_file("wav", samples / np.abs(samples).max()), tmp_path)
    assert found.peak_dbfs == 0.0
    assert found.verdicts == ()


HOSTILE: dict[str, bytes] = {ending: sound_file(ending) for ending in BY_SOUNDFILE}
HOSTILE["float"] = sound_file("wav", subtype="FLOAT")
HOSTILE["amr"] = b"#!AMR\n" + bytes(range(0, 128, 4)) * 30
HOSTILE["mp4"] = b"\0\0\0\x10ftypM4A \0\0\0\0" + b"\0\0\0\x08moov" * 20 + b"\0\0\1\0mdat" + bytes(248)
HOSTILE["adts"] = (b"\xff\xf1\x50\x80\x08\x1f\xfc" + bytes(57)) * 40


@pytest.fixture(scope="module")
def one_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.mark.parametrize("kind", HOSTILE)
@hypothesis_settings(max_examples=25)
@given(data=st.data())
def test_damaged_bytes_break_nothing(kind: str, one_folder: Path, data: st.DataObject) -> None:
    """Cut anywhere, bytes changed anywhere: a verdict comes back, and airing agrees with it."""
    content = bytearray(HOSTILE[kind])
    for _change in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.one_of(st.integers(0, 63), st.integers(0, len(content) - 1)))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    found = inspected(bytes(content[:cut]), one_folder)
    try:
        heard = sum(len(block) for block in blocks(one_folder / "tệp của xã.bin", RATE))
    except SoundRefused:
        assert found.refused
    else:
        assert heard > 0
        assert codes(found)[:1] == ["silent"] if found.refused else True


CHANGES: list[Callable[[bytes], bytes]] = [lambda b: b * 300, lambda b: b[:8] * 40_000, lambda b: b[:2] * 200_000]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("change", CHANGES, ids=["repeated", "headers alone", "marks alone"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_file_keeps_us_for_long(kind: str, change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """Walking over frames and boxes is linear, and bounded where there are none."""
    inspected(change(HOSTILE[kind])[: 1 << 23], tmp_path)
