"""MP3 files: as loud and as long as what went in, no gap at a joint, tags that old players read, honest about errors."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import mutagen.id3
import mutagen.mp3
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.sound.mp3 import RATE, Mp3Tags, ascii_text, write_mp3

SOURCE_RATE = 48_000
ID3: Any = mutagen.id3.ID3
MP3: Any = mutagen.mp3.MP3
TAGS = Mp3Tags(
    title="Bản tin sáng – ngày mới",
    artist="Đài Truyền thanh xã Minh Đức",
    album="Bản tin sáng 23/11/2026",
    genre="Truyền thanh",
    year=2026,
    track=7,
)


def speech_like(seconds: float) -> NDArray[np.float32]:
    """Return noise in syllables over a voice's pitch, with the peaks of finished sound."""
    frames = round(seconds * SOURCE_RATE)
    at = np.arange(frames) / SOURCE_RATE
    noise = np.random.default_rng(7).normal(0, 0.1, frames)
    sound = (np.sin(2 * np.pi * 180 * at) + 0.5 * np.sin(2 * np.pi * 900 * at) + noise) * np.sin(np.pi * 3.2 * at) ** 2
    return np.asarray(0.85 * sound / np.abs(sound).max(), dtype=np.float32)


def flac(path: Path, samples: NDArray[np.float32], rate: int = SOURCE_RATE) -> Path:
    soundfile.write(path, samples, rate, subtype="PCM_16")
    return path


def decoded(path: Path) -> NDArray[np.float32]:
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    assert samples.ndim == 1
    return np.asarray(samples)


def level_db(samples: NDArray[np.float32]) -> float:
    """Return the mean power: of one and the same sound it moves as its loudness does."""
    return 10 * math.log10(float(np.mean(samples.astype(np.float64) ** 2)))


def nothing(_seconds: float) -> None: ...


def test_every_player_can_play_it(tmp_path: Path) -> None:
    """Mono, 44.1 kHz, constant 128 kbit/s, and as long as what went in, to the sample."""
    source = flac(tmp_path / "a.flac", speech_like(3.0))
    told: list[float] = []
    assert write_mp3(tmp_path / "a.mp3", [source, 1.5, source], TAGS, on_seconds=told.append) == 7.5
    made = MP3(tmp_path / "a.mp3").info
    assert (made.bitrate, made.bitrate_mode) == (128_000, mutagen.mp3.BitrateMode.CBR)
    assert (made.channels, made.sample_rate) == (1, RATE)
    assert len(decoded(tmp_path / "a.mp3")) == 7.5 * RATE
    assert sum(told) == pytest.approx(7.5)


def test_it_is_as_loud_as_the_finished_sound(tmp_path: Path) -> None:
    """LAME's own scaling is taken back: as loud within 0.1 dB, and the decoded peak below full scale."""
    samples = speech_like(8.0)
    write_mp3(tmp_path / "a.mp3", [flac(tmp_path / "a.flac", samples)], TAGS, on_seconds=nothing)
    made = decoded(tmp_path / "a.mp3")
    assert level_db(made) == pytest.approx(level_db(samples), abs=0.1)
    assert np.abs(made).max() < 1


def test_items_follow_one_another_without_a_gap(tmp_path: Path) -> None:
    """A sound in two files gives, byte for byte, the MP3 of the same sound in one."""
    samples = speech_like(4.0)
    whole = flac(tmp_path / "whole.flac", samples)
    first, second = flac(tmp_path / "1.flac", samples[:100_001]), flac(tmp_path / "2.flac", samples[100_001:])
    write_mp3(tmp_path / "whole.mp3", [whole], TAGS, on_seconds=nothing)
    write_mp3(tmp_path / "parts.mp3", [first, second], TAGS, on_seconds=nothing)
    assert len(decoded(tmp_path / "parts.mp3")) == 4 * RATE
    assert np.abs(decoded(tmp_path / "parts.mp3") - decoded(tmp_path / "whole.mp3")).max() < 1e-3


def test_a_pause_is_silence_of_its_length_where_it_stands(tmp_path: Path) -> None:
    """Also before the first item and after the last."""
    source = flac(tmp_path / "a.flac", np.full(SOURCE_RATE, 0.5, np.float32) * speech_like(1.0) / 0.85)
    write_mp3(tmp_path / "a.mp3", [1.0, source, 2.0, source, 0.5], TAGS, on_seconds=nothing)
    made = decoded(tmp_path / "a.mp3")
    assert len(made) == 5.5 * RATE
    for first_s, last_s in ((0.0, 0.9), (2.1, 3.9), (5.1, 5.5)):
        assert np.abs(made[round(first_s * RATE) : round(last_s * RATE)]).max() < 0.01
    assert np.abs(made[RATE : 2 * RATE]).max() > 0.1


def test_tags_are_read_by_new_and_old_players(tmp_path: Path) -> None:
    """ID3v2.3 in UTF-16 with every Vietnamese letter; ID3v1 in ASCII, cut to its 30 letters."""
    path = tmp_path / "a.mp3"
    write_mp3(path, [flac(tmp_path / "a.flac", speech_like(1.0))], TAGS, on_seconds=nothing)
    tags = ID3(path)
    assert tags.version == (2, 3, 0)
    assert [str(tags[name]) for name in ("TIT2", "TPE1", "TALB", "TCON", "TRCK")] == [
        TAGS.title,
        TAGS.artist,
        TAGS.album,
        TAGS.genre,
        "7",
    ]
    assert path.read_bytes()[:4] == b"ID3\x03"
    assert TAGS.title.encode("utf-16") in path.read_bytes()
    end = path.read_bytes()[-128:]
    assert end[:33] == b"TAG" + b"Ban tin sang - ngay moi".ljust(30, b"\0")
    assert end[33:63].rstrip(b"\0") == b"Dai Truyen thanh xa Minh Duc"
    assert (end[93:97], end[125], end[126]) == (b"2026", 0, 7)


def test_letters_without_their_marks() -> None:
    """Every Vietnamese letter, composed or not, becomes its base letter; what is left is ASCII."""
    assert ascii_text("Đường Nguyễn Thị Mẫu, ấp Sóc 5 – S'tiêng 你") == "Duong Nguyen Thi Mau, ap Soc 5 - S'tieng "


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    """Nothing libsndfile passes over: a stick that takes no more raises OSError."""
    source = flac(tmp_path / "a.flac", speech_like(2.0))
    with pytest.raises(OSError, match="space"):
        write_mp3(Path("/dev/full"), [source], TAGS, on_seconds=nothing)


@pytest.mark.parametrize("harm", ["gone", "no sound", "stereo", "other rate"])
def test_a_part_that_cannot_be_used_is_refused(tmp_path: Path, harm: str) -> None:
    """The sentence names the file and what to do."""
    good, bad = flac(tmp_path / "good.flac", speech_like(0.5)), tmp_path / "bad.flac"
    if harm == "no sound":
        bad.write_bytes(b"fLaC" + bytes(1000))
    elif harm == "stereo":
        flac(bad, np.zeros((4800, 2), np.float32))
    elif harm == "other rate":
        flac(bad, speech_like(0.5), 16_000)
    with pytest.raises(SoundRefused, match=r"bad\.flac.*loa render"):
        write_mp3(tmp_path / "a.mp3", [good, bad], TAGS, on_seconds=nothing)
