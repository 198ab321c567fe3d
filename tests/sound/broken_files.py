"""Sound files as people bring them, good and broken, made where they are needed."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.sound.signals import speechlike

RATE = 22_050
BY_SOUNDFILE = {  # ending: format and subtype of libsndfile
    "wav": ("WAV", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}
BY_FFMPEG = {  # ending: what ffmpeg is told
    "m4a": ["-c:a", "aac"],
    "mp4": ["-c:a", "alac", "-movflags", "frag_keyframe+empty_moov"],
    "aac": ["-c:a", "aac"],
    "3gp": ["-c:a", "aac", "-ar", "16000"],
    "wma": ["-c:a", "wmav2"],
    "webm": ["-c:a", "libopus"],
}
needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="ffmpeg is not on PATH; install it: sudo apt install ffmpeg"
)


def sound_file(
    ending: str, samples: NDArray[np.float32] | None = None, *, rate: int = RATE, subtype: str = ""
) -> bytes:
    """Return a file that libsndfile writes; without `samples`, two seconds like speech."""
    kind, usual = BY_SOUNDFILE[ending]
    if ending == "opus":
        rate = 24_000 if samples is None else rate
    samples = speechlike(2, rate=rate) if samples is None else samples
    written = io.BytesIO()
    soundfile.write(written, samples, rate, format=kind, subtype=subtype or usual)
    return written.getvalue()


def by_ffmpeg(folder: Path, ending: str, *options: str, seconds: float = 2) -> bytes:
    """Return a file that ffmpeg writes, with its usual options for `ending`, or with `options`."""
    source, target = folder / "source-of-ffmpeg.wav", folder / f"made-by-ffmpeg.{ending}"
    source.write_bytes(sound_file("wav", speechlike(seconds, rate=RATE)))
    told = options or tuple(BY_FFMPEG[ending])
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", source, *told, target], check=True, timeout=60)
    content = target.read_bytes()
    source.unlink()
    target.unlink()
    return content


def without_sizes(wav: bytes, size: int) -> bytes:
    """Return a WAV whose recorder never came back to write its sizes, or wrote `size` for "no end known"."""
    place = wav.index(b"data") + 4
    told = size.to_bytes(4, "little")
    return wav[:4] + told + wav[8:place] + told + wav[place + 4 :]


def amr(frames: int) -> bytes:
    """Return a narrow-band AMR file of silent frames at 12.2 kbit/s (RFC 4867, section 5), 20 ms each."""
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * frames


def without_last_page(ogg: bytes) -> bytes:
    """Return an Ogg file that ends with a whole page, which does not say that it is the last."""
    return ogg[: ogg.rindex(b"OggS")]
