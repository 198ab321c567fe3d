"""MP3 files for old players: mono, 44.1 kHz, constant 128 kbit/s, tags that they can read.

libsndfile encodes (LAME inside). mutagen makes the tags: those of libsndfile are marked Latin-1, which spoils Vietnamese.
"""

from __future__ import annotations

import contextlib
import io
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.language import translate as _
from loa.sound.resampling import Resampler

RATE = 44_100  # Hz; what every player since 1998 plays
BYTES_PER_S = 16_000  # 128 kbit/s
BLOCK_S = 5
_LEVEL = 0.65  # libsndfile's scale from 320 down to 32 kbit/s; this gives 128, as the tests measure
_LAME_LOSES = (
    0.95  # LAME scales its input so at this bit rate, to keep from clipping; finished sound has -1 dBTP of room
)
_ID3V1_SPEECH = 101
_ID3V1_BYTES = 128
_UTF_16 = 1
Pause = float
Part = Path | Pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp3Tags:
    """What a player shows. `track` counts from 1; 0 means none."""

    title: str
    artist: str
    album: str
    genre: str
    year: int
    track: int = 0

    def at_the_front(self) -> bytes:
        """Return the ID3v2.3 tag, texts in UTF-16: the newest form that old players read."""
        import mutagen.id3

        id3: Any = mutagen.id3
        tag = id3.ID3()
        texts = {
            "TIT2": self.title,
            "TPE1": self.artist,
            "TALB": self.album,
            "TCON": self.genre,
            "TDRC": str(self.year),
        }
        if self.track:
            texts["TRCK"] = str(self.track)
        for name, text in texts.items():
            tag.add(id3.Frames[name](encoding=_UTF_16, text=text))
        written = io.BytesIO()
        tag.update_to_v23()
        tag.save(written, v1=0, v2_version=3)
        made: bytes = written.getvalue()
        return made

    def at_the_end(self) -> bytes:
        """Return the ID3v1.1 tag of 128 bytes, without marks on letters: it knows no Vietnamese."""
        texts = b"".join(
            ascii_text(text).encode("ascii")[:30].ljust(30, b"\0") for text in (self.title, self.artist, self.album)
        )
        year = f"{self.year:04}".encode("ascii")[:4]
        return b"TAG" + texts + year + bytes(29) + bytes([min(self.track, 255), _ID3V1_SPEECH])


def ascii_text(text: str) -> str:
    """Return `text` with marks taken off its letters and without what is then still no ASCII."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D").replace("–", "-"))
    return bare.encode("ascii", "ignore").decode("ascii")


def write_mp3(path: Path, parts: Iterable[Part], tags: Mp3Tags, *, on_seconds: Callable[[float], None]) -> float:
    """Write sound files and pauses, one after another without a gap, as one MP3 file; return its length in seconds.

    Parameters
    ----------
    path
        Written as it grows, and durable on return: give a temporary one.
    parts
        Finished mono files, all of one rate, and lengths of silence in seconds.
    on_seconds
        Called with the seconds of sound written since the last call.

    Raises
    ------
    SoundRefused
        A part cannot be read.
    OSError
        The disk is full, gone or cannot be written.
    """
    with path.open("wb+", buffering=0) as opened:
        _write(opened, tags.at_the_front())
        target = _BehindTag(opened)
        frames = 0
        with soundfile.SoundFile(
            target,
            "w",
            samplerate=RATE,
            channels=1,
            format="MP3",
            subtype="MPEG_LAYER_III",
            bitrate_mode="CONSTANT",
            compression_level=_LEVEL,
        ) as encoder:
            for block in _at_one_rate(parts):
                encoder.write(block / _LAME_LOSES)
                target.check()
                frames += len(block)
                on_seconds(len(block) / RATE)
        target.check()
        opened.seek(0, os.SEEK_END)
        _write(opened, tags.at_the_end())
        os.fsync(opened.fileno())
    return frames / RATE


def _write(opened: io.FileIO, data: bytes) -> None:
    """Write all of `data`: an unbuffered file may take a part of it, and does so before a disk is full."""
    left = memoryview(data)
    while left:
        left = left[opened.write(left) or 0 :]


class _BehindTag:
    """The file behind its tag, as libsndfile's own from byte 0.

    An error must not be raised into libsndfile, which would go on: it is kept for `check`. The file is unbuffered,
    so that only writing meets a full disk, and not a later seek.
    """

    def __init__(self, opened: io.FileIO) -> None:
        self._opened = opened
        self._begin = opened.tell()
        self._error: OSError | None = None

    def check(self) -> None:
        """Raise the first error met."""
        if self._error is not None:
            raise self._error

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move as in any file."""
        return self._opened.seek(offset + (self._begin if whence == io.SEEK_SET else 0), whence) - self._begin

    def tell(self) -> int:
        """Return the place from the first byte behind the tag."""
        return self._opened.tell() - self._begin

    def read(self, size: int = -1) -> bytes:
        """Read as in any file."""
        return self._opened.read(size) or b""

    def write(self, data: bytes) -> int:
        """Write `data`, or what is left of the trying once a write has failed."""
        if self._error is None:
            try:
                _write(self._opened, data)
            except OSError as error:
                self._error = error
        return len(data)


def _at_one_rate(parts: Iterable[Part]) -> Iterator[NDArray[np.float32]]:
    """Yield all parts at `RATE`, resampled in one stream so that no joint clicks."""
    stream: Resampler | None = None
    waiting: list[Pause] = []
    rate = 0
    for part in parts:
        if not isinstance(part, Path):
            waiting.append(part)
            continue
        for block, own_rate in _read(part):
            if stream is None:
                rate, stream = own_rate, Resampler(own_rate, RATE)
            if own_rate != rate:
                raise SoundRefused(_unreadable(part, f"{own_rate} Hz, {rate} Hz"))
            for seconds in waiting:
                yield from _silence(stream, rate, seconds)
            waiting.clear()
            yield stream.block(block, last=False)
    if stream is not None:
        for seconds in waiting:
            yield from _silence(stream, rate, seconds)
        yield stream.block(np.zeros(0, np.float32), last=True)


def _silence(stream: Resampler, rate: int, seconds: float) -> Iterator[NDArray[np.float32]]:
    left = round(seconds * rate)
    while left > 0:
        taken = min(left, BLOCK_S * rate)
        left -= taken
        yield stream.block(np.zeros(taken, np.float32), last=False)


def _read(path: Path) -> Iterator[tuple[NDArray[np.float32], int]]:
    with contextlib.ExitStack() as stack:
        try:
            sound = stack.enter_context(soundfile.SoundFile(stack.enter_context(path.open("rb"))))
        except (OSError, soundfile.LibsndfileError) as error:
            raise SoundRefused(_unreadable(path, str(error))) from error
        if sound.channels != 1:
            raise SoundRefused(_unreadable(path, f"{sound.channels}"))
        while True:
            try:
                block = sound.read(BLOCK_S * sound.samplerate, dtype="float32")
            except soundfile.LibsndfileError as error:
                raise SoundRefused(_unreadable(path, str(error))) from error
            if not len(block):
                return
            yield block, sound.samplerate


def _unreadable(path: Path, why: str) -> str:
    return _("The finished sound {path} cannot be read ({why}). Delete it and type: loa render").format(
        path=path, why=why
    )
