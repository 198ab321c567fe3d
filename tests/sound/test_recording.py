"""Decoding: every kind of file that people bring, whole or not at all, in blocks."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.sound import ffmpeg, recording
from loa.sound.containers import is_cut_short, recognised
from loa.sound.flaws import Unusable
from loa.sound.recording import blocks
from tests.sound.broken_files import (
    BY_FFMPEG,
    BY_SOUNDFILE,
    RATE,
    amr,
    by_ffmpeg,
    needs_ffmpeg,
    sound_file,
    without_last_page,
    without_sizes,
)
from tests.sound.signals import speechlike

pytestmark = pytest.mark.usefixtures("english")


def decoded(content: bytes, folder: Path, *, rate: int = RATE, name: str = "bản tin số 1.bin") -> NDArray[np.float32]:
    """Return all blocks in one piece, each looked at."""
    path = folder / name
    path.write_bytes(content)
    pieces = list(blocks(path, rate))
    assert all(piece.dtype == np.float32 and piece.ndim == 1 and 0 < len(piece) <= 10 * rate for piece in pieces)
    return np.concatenate(pieces)


def refused(content: bytes, folder: Path) -> str:
    """Return the flaw for which a file is refused."""
    with pytest.raises(SoundRefused) as error:
        decoded(content, folder)
    assert isinstance(error.value, Unusable)
    assert "bản tin số 1.bin" in str(error.value)
    return error.value.flaw


# ------------------------------------------------------------------ what is read


@pytest.mark.parametrize("ending", BY_SOUNDFILE)
def test_every_format_is_told_by_its_content(tmp_path: Path, ending: str) -> None:
    """The name says nothing: Vietnamese letters, blanks and a foreign ending do not matter."""
    samples = decoded(sound_file(ending), tmp_path, name="Nhạc hiệu “mới” 100%.docx")
    assert len(samples) / RATE == pytest.approx(2, abs=0.06)
    assert np.abs(samples).max() > 0.05


@needs_ffmpeg
@pytest.mark.parametrize("ending", BY_FFMPEG)
def test_what_phones_send_is_read_through_ffmpeg(tmp_path: Path, ending: str) -> None:
    """M4A, AAC, 3GP, WMA and WebM come out at full length, also with an ending that lies."""
    samples = decoded(by_ffmpeg(tmp_path, ending), tmp_path, name="thu âm.mp3")
    assert len(samples) / RATE == pytest.approx(2, abs=0.1)
    assert np.abs(samples).max() > 0.05


@needs_ffmpeg
def test_amr_is_read_through_ffmpeg(tmp_path: Path) -> None:
    """Voice messages of old phones."""
    assert len(decoded(amr(150), tmp_path)) / RATE == pytest.approx(3, abs=0.05)


@needs_ffmpeg
@pytest.mark.parametrize("name", ["-y.m4a", "http:a.m4a", "a|b;c.m4a", "concat:x %03d.m4a", "bài hát.m4a"])
def test_no_name_is_a_command_to_ffmpeg(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that begins with a hyphen or looks like an address is a name."""
    if sys.platform == "win32" and set(name) & set(':|"'):
        pytest.skip("Windows has no such names")
    content = by_ffmpeg(tmp_path, "m4a")
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content)
    assert sum(len(block) for block in blocks(Path(name), RATE)) == pytest.approx(2 * RATE, rel=0.05)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_and_channels(tmp_path: Path, rate: int, channels: int) -> None:
    """From telephone to studio, mono to 5.1, the same sound comes out at the rate asked for."""
    samples = np.repeat(speechlike(1, rate=rate)[:, np.newaxis], channels, axis=1)
    out = decoded(sound_file("wav", samples, rate=rate), tmp_path, rate=48_000)
    assert len(out) == pytest.approx(48_000, abs=2)
    assert np.square(out).mean() == pytest.approx(np.square(samples[:, 0]).mean(), rel=0.05)


@pytest.mark.parametrize(
    ("subtype", "error"), [("PCM_U8", 2**-7), ("PCM_16", 2**-15), ("PCM_24", 2**-23), ("FLOAT", 0), ("ALAW", 0.02)]
)
def test_samples_are_exact(tmp_path: Path, subtype: str, error: float) -> None:
    """Without resampling the samples are those of the file, to its last bit."""
    samples = speechlike(1, rate=RATE)
    out = decoded(sound_file("wav", samples, subtype=subtype), tmp_path)
    assert np.abs(out - samples).max() <= error


def test_blocks_do_not_depend_on_where_they_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resampling runs through: no seam is heard between blocks."""
    content = sound_file("wav", speechlike(12, rate=RATE))
    whole = decoded(content, tmp_path, rate=48_000)
    monkeypatch.setattr(recording, "BLOCK_S", 1)
    assert np.abs(decoded(content, tmp_path, rate=48_000) - whole).max() < 1e-6


# ------------------------------------------------------------------ files that libsndfile alone reads short


@needs_ffmpeg
@pytest.mark.parametrize("rate", ["44100", "24000"])
def test_an_mp3_of_changing_bitrate_without_a_table_is_read_whole(tmp_path: Path, rate: str) -> None:
    """Left to itself libsndfile guesses the length from the first frame and stops there."""
    quiet_then_loud = np.concatenate([np.zeros(5 * RATE, dtype=np.float32), speechlike(20, rate=RATE)])
    source = tmp_path / "a.wav"
    source.write_bytes(sound_file("wav", quiet_then_loud))
    options = ["-i", str(source), "-map", "1:a", "-ar", rate, "-q:a", "5", "-write_xing", "0", "-id3v2_version", "0"]
    samples = decoded(by_ffmpeg(tmp_path, "mp3", *options), tmp_path)
    assert len(samples) / RATE == pytest.approx(25, abs=0.2)
    assert np.abs(samples[-3 * RATE :]).max() > 0.05


def test_two_mp3_files_joined_are_read_whole(tmp_path: Path) -> None:
    """``copy /b a.mp3+b.mp3``: the table of the first tells half the length."""
    samples = decoded(sound_file("mp3") * 2, tmp_path)
    assert len(samples) / RATE == pytest.approx(4, abs=0.2)


def test_an_mp3_with_tags_at_both_ends(tmp_path: Path) -> None:
    """A cover picture before the sound and an old tag behind it are no sound."""
    picture = bytes(range(256)) * 8000
    size = len(picture)
    tag = b"ID3\x04\0\0" + bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) + picture
    samples = decoded(tag + sound_file("mp3") + b"TAG" + bytes(125), tmp_path)
    assert len(samples) / RATE == pytest.approx(2, abs=0.1)


def test_a_tag_before_a_flac_is_passed_over(tmp_path: Path) -> None:
    """Some programs put MP3 tags before everything."""
    assert len(decoded(b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + sound_file("flac"), tmp_path)) == 2 * RATE


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 0x7FFFF000])
def test_a_wav_without_sizes_is_read_to_its_end(tmp_path: Path, size: int) -> None:
    """A program that writes into a pipe cannot know the size; a recorder that lost power left zeros."""
    assert len(decoded(without_sizes(sound_file("wav"), size), tmp_path)) == 2 * RATE


def test_a_flac_of_unknown_length_is_read_to_its_end(tmp_path: Path) -> None:
    """Written into a pipe, it says zero samples (RFC 9639, section 8.2)."""
    flac = bytearray(sound_file("flac"))
    flac[21] &= 0xF0
    flac[22:26] = bytes(4)
    assert len(decoded(bytes(flac), tmp_path)) == 2 * RATE


# ------------------------------------------------------------------ mono


def stereo(left: NDArray[np.float32], right: NDArray[np.float32]) -> bytes:
    return sound_file("wav", np.stack([left, right], axis=1))


def test_stereo_that_cancels_is_not_lost(tmp_path: Path) -> None:
    """One side poled wrongly: the louder side is aired, for the whole file, also after a silent start."""
    speech = np.concatenate([np.zeros(7 * RATE, dtype=np.float32), speechlike(8, rate=RATE)])
    samples = decoded(stereo(np.float32(0.9) * speech, -speech), tmp_path)
    assert np.abs(samples + speech).max() < 1e-3


def test_other_stereo_is_mixed(tmp_path: Path) -> None:
    """Left alone, unrelated sides, equal sides: the mean of both."""
    one, two = speechlike(2, rate=RATE, seed=1), speechlike(2, rate=RATE, seed=2)
    for left, right in ((one, np.zeros_like(one)), (one, two), (one, one)):
        assert np.abs(decoded(stereo(left, right), tmp_path) - (left + right) / 2).max() < 1e-3


# ------------------------------------------------------------------ what is refused

CUTS: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda whole: whole[: len(whole) // 2],
    "a third": lambda whole: whole[: len(whole) // 3],
    "nearly all": lambda whole: whole[: int(len(whole) * 0.98)],
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("ending", BY_SOUNDFILE)
def test_a_file_cut_short_is_refused(tmp_path: Path, ending: str, cut: Callable[[bytes], bytes]) -> None:
    """A copy broken off must not go on the air as if it were whole."""
    assert refused(cut(sound_file(ending)), tmp_path) == "truncated"


@needs_ffmpeg
@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
@pytest.mark.parametrize("ending", ["m4a", "mp4", "aac", "3gp"])
def test_a_phone_recording_cut_short_is_refused(tmp_path: Path, ending: str, cut: Callable[[bytes], bytes]) -> None:
    """Left to itself ffmpeg decodes what is there and calls that success."""
    assert refused(cut(by_ffmpeg(tmp_path, ending)), tmp_path) == "truncated"


def test_other_ways_to_end_early(tmp_path: Path) -> None:
    """An MP3 without a table cut within a frame; with one, cut between frames; AMR cut within a frame; MP4 without moov."""
    mp3 = sound_file("mp3")
    assert refused(amr(50)[:-7], tmp_path) == "truncated"
    assert refused(b"\0\0\0\x10ftypM4A \0\0\0\0" + b"\0\0\1\0mdat" + bytes(248), tmp_path) == "truncated"
    assert refused(mp3[: len(mp3) - 3 * 300], tmp_path) == "truncated"


@pytest.mark.parametrize("ending", [*BY_SOUNDFILE, *(["m4a", "3gp", "aac"])])
def test_a_whole_file_is_not_called_cut(tmp_path: Path, ending: str) -> None:
    """No false alarm, also with padding of zeros behind the sound."""
    if ending not in BY_SOUNDFILE and needs_ffmpeg.args[0]:
        pytest.skip(needs_ffmpeg.kwargs["reason"])
    content = sound_file(ending) if ending in BY_SOUNDFILE else by_ffmpeg(tmp_path, ending)
    for whole in (content, content + bytes(1000)):
        (tmp_path / "a").write_bytes(whole)
        with (tmp_path / "a").open("rb") as opened:
            container = recognised(opened)
            assert container is not None
            assert not is_cut_short(opened, container)


def test_an_ogg_without_its_end_page_is_read(tmp_path: Path) -> None:
    """Some recorders never mark the end: whole pages are read, and the inspection warns."""
    ogg = sound_file("opus", speechlike(5, rate=24_000), rate=24_000)
    assert len(decoded(without_last_page(ogg), tmp_path)) > RATE


NOT_AUDIO: dict[str, bytes] = {
    "text": "xin chào".encode() * 100,
    "UTF-16 text": "xin chào".encode("utf-16") * 100,
    "zeros": bytes(5000),
    "0xff": b"\xff" * 200_000,
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "ZIP": b"PK\x03\x04" + bytes(100),
    "one byte": b"R",
    "ID3 alone": b"ID3\x04\0\0\0\0\0\0",
}


@pytest.mark.parametrize("content", NOT_AUDIO.values(), ids=NOT_AUDIO)
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    """A document by the name of a recording."""
    assert refused(content, tmp_path) == "not-audio"


@needs_ffmpeg
def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    """An MP4 that opens well, but has pictures only."""
    assert (
        refused(by_ffmpeg(tmp_path, "mp4", "-f", "lavfi", "-i", "testsrc=d=1", "-map", "1:v"), tmp_path) == "not-audio"
    )


@needs_ffmpeg
def test_a_wav_beyond_four_gigabytes_tells_its_size_elsewhere(tmp_path: Path) -> None:
    """RF64: the real size stands in a chunk of its own, and is believed."""
    rf64 = by_ffmpeg(tmp_path, "wav", "-rf64", "always")
    assert rf64[:4] == b"RF64"
    assert len(decoded(rf64, tmp_path)) == 2 * RATE
    assert refused(rf64[:-1000], tmp_path) == "truncated"


def test_nothing_in_it_is_refused(tmp_path: Path) -> None:
    """No bytes, or a header without samples."""
    assert refused(b"", tmp_path) == "empty"
    assert refused(sound_file("wav", np.zeros(0, dtype=np.float32)), tmp_path) == "empty"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_broken_samples_are_refused(tmp_path: Path, bad: float) -> None:
    """What is no number, or 600 dB loud, is damage."""
    samples = speechlike(1, rate=RATE)
    samples[-5] = bad
    assert refused(sound_file("wav", samples, subtype="FLOAT"), tmp_path) == "broken-samples"


@pytest.mark.parametrize(("rate", "channels"), [(1, 1), (400_000, 1), (RATE, 40)])
def test_an_impossible_layout_is_refused(tmp_path: Path, rate: int, channels: int) -> None:
    """A damaged header cannot make loa ask for gigabytes."""
    samples = np.zeros((100, channels), dtype=np.float32)
    assert refused(sound_file("wav", samples, rate=rate), tmp_path) == "odd-layout"


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own word for it is quoted."""
    path = tmp_path / "a.wav"
    path.write_bytes(sound_file("wav"))

    def denied(*_args: object, **_more: object) -> None:  # root may read every file, so the system's refusal is played
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(SoundRefused, match="ermission"):
        list(blocks(path, RATE))


class OnStick(io.FileIO):
    """A file on a stick that can be pulled out."""

    pulled_out = False

    def readinto(self, buffer: Any) -> int | None:
        if self.pulled_out:
            raise OSError(5, "Input/output error")
        return super().readinto(buffer)


def test_a_stick_pulled_out_is_not_the_end_of_the_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure to read half-way is a refusal, not a shorter recording."""
    (tmp_path / "a.wav").write_bytes(sound_file("wav", speechlike(30, rate=RATE)))
    monkeypatch.setattr(Path, "open", lambda path, *_args, **_more: io.BufferedReader(OnStick(path)))
    stream = blocks(tmp_path / "a.wav", RATE)
    next(stream)
    monkeypatch.setattr(OnStick, "pulled_out", True)
    with pytest.raises(SoundRefused, match="Input/output error"):
        list(stream)


# ------------------------------------------------------------------ ffmpeg


M4A = b"\0\0\0\x10ftypM4A \0\0\0\0" + b"\0\0\0\x08moov" + b"\0\0\0\x10mdat" + bytes(8)


def test_without_ffmpeg_the_refusal_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind of file, and what to do on the computer or on the phone."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SoundRefused, match=r"M4A.*ffmpeg.*Install.*ffmpeg.*MP3 or WAV"):
        decoded(M4A, tmp_path)


@needs_ffmpeg
def test_what_ffmpeg_says_is_quoted(tmp_path: Path) -> None:
    """A file that it cannot decode either."""
    with pytest.raises(SoundRefused, match="ffmpeg: "):
        decoded(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(1000), tmp_path)


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program named ffmpeg on PATH that is a shell script."""
    if sys.platform == "win32":
        pytest.skip("Windows starts no shell scripts")
    program = folder / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_an_ffmpeg_that_stands_still_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No wait without an end."""
    monkeypatch.setattr(ffmpeg, "STALL_S", 0.2)
    stand_in(tmp_path, "exec tail -f /dev/null", monkeypatch)
    with pytest.raises(SoundRefused, match="stood still"):
        decoded(M4A, tmp_path)


def test_an_ffmpeg_that_fails_at_the_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound came, but its exit code says that it was not all."""
    au = r"printf '.snd\000\000\000\030\377\377\377\377\000\000\000\006\000\000\037\100\000\000\000\001'"
    stand_in(tmp_path, f"{au}; head -c 64000 /dev/zero; echo '[mov @ 0x1] [error] broken' >&2; exit 1", monkeypatch)
    with pytest.raises(SoundRefused, match="ffmpeg: broken"):
        decoded(M4A, tmp_path)


@needs_ffmpeg
def test_ffmpeg_is_gone_when_nobody_listens_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops half-way, by an interrupt too, leaves no process behind."""
    started: list[subprocess.Popen[bytes]] = []
    start = ffmpeg._started

    def noted(command: list[str], said: IO[bytes]) -> subprocess.Popen[bytes]:
        started.append(start(command, said))
        return started[-1]

    monkeypatch.setattr(ffmpeg, "_started", noted)
    (tmp_path / "a.m4a").write_bytes(by_ffmpeg(tmp_path, "m4a", "-c:a", "aac", seconds=60))
    stream = blocks(tmp_path / "a.m4a", RATE)
    next(stream)
    with pytest.raises(KeyboardInterrupt):
        stream.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert started[0].poll() is not None
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
