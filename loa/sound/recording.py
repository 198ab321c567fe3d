"""Recordings, jingles and music as they come: recognised by content, decoded block by block, mixed to mono, resampled.

libsndfile decodes WAV, AIFF, FLAC, MP3 and Ogg (Vorbis, Opus, FLAC); ffmpeg, where the machine has it, the rest.
"""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from loa.sound.containers import Container, is_cut_short, recognised
from loa.sound.ffmpeg import decoding
from loa.sound.flaws import (
    broken_samples,
    cut_short,
    empty,
    missing,
    no_decoder,
    not_audio,
    odd_layout,
    unreadable,
)
from loa.sound.resampling import Resampler
from loa.sound.spliced import Spliced, put_right

BLOCK_S = 5
FILE_BUFFER = 1 << 17
LOWEST_RATE, HIGHEST_RATE, MOST_CHANNELS = 4_000, 192_000, 8
LARGEST = 1000.0  # 60 dB above full scale: no sound, but damage
AUDIBLE = 10 ** (-60 / 20)
CANCELLING = 0.1  # of the power that unrelated channels would keep when mixed
DEMUXERS = {
    Container.WAV: "wav",
    Container.AIFF: "aiff",
    Container.FLAC: "flac",
    Container.MP3: "mp3",
    Container.OGG: "ogg",
    Container.M4A: "mov",
    Container.AAC: "aac",
    Container.AMR: "amr",
    Container.WMA: "asf",
    Container.WEBM: "matroska",
}
BY_LIBSNDFILE = {Container.WAV, Container.AIFF, Container.FLAC, Container.MP3, Container.OGG}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenedSound:
    """A recording while it is open.

    Attributes
    ----------
    container, codec
        What kind of file it is, and how the sound is packed in it.
    rate, channels
        Samples per second (Hz) and channels, as in the file.
    blocks
        Its samples, full scale 1.0, one row a frame, some seconds at a time. Raises Unusable where they are broken.
    """

    container: Container
    codec: str
    rate: int
    channels: int
    blocks: Iterator[NDArray[np.float32]]


class Downmix:
    """Mono out of any channels: their mean, or the loudest one where they cancel each other (a cable poled wrongly).

    The first block with something to hear decides for the whole file.
    """

    def __init__(self) -> None:
        self._channel: int | None = None
        self._decided = False

    def mono(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the next block in mono."""
        mean = mean_of_channels(block)
        if block.shape[1] > 1 and not self._decided and peak(block) > AUDIBLE:
            self._decided = True
            powers = channel_powers(block)
            if cancels(float(np.dot(mean, mean)), powers):
                self._channel = int(powers.argmax())
        return mean if self._channel is None else np.ascontiguousarray(block[:, self._channel])


def peak(block: NDArray[np.float32]) -> float:
    """Return the height of the highest sample; no number where one sample is none."""
    return max(float(block.max(initial=0.0)), -float(block.min(initial=0.0)))


def mean_of_channels(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of the channels, frame by frame; a product is four times as fast as numpy's own mean."""
    channels = block.shape[1]
    if channels == 1:
        return np.ascontiguousarray(block[:, 0])
    return block @ np.full(channels, 1 / channels, dtype=np.float32)


def channel_powers(block: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the sum of squares in each channel."""
    return np.asarray(np.einsum("ij,ij->j", block, block, dtype=np.float64))


def cancels(mean_power: float, powers: NDArray[np.float64]) -> bool:
    """Return whether channels of these powers cancel each other in their mean, whose power is given."""
    return mean_power < CANCELLING * float(powers.sum()) / len(powers) ** 2


def blocks(path: Path, rate: int) -> Iterator[NDArray[np.float32]]:
    """Yield the recording as mono samples of full scale 1.0 at `rate` Hz, at most 10 seconds at a time.

    Raises
    ------
    SoundRefused
        The file is missing, unreadable, no sound, cut short, empty or has broken samples. A missing end is found
        before the first block wherever the container tells it; in FLAC after the last.
    """
    refuse_cut_short(path)
    with opened_sound(path) as sound:
        stream = Resampler(sound.rate, rate) if sound.rate != rate else None
        downmix = Downmix()
        for block in sound.blocks:
            mono = downmix.mono(block)
            if stream is not None:
                mono = stream.block(mono, last=False)
            if len(mono):
                yield mono
        if stream is not None:
            rest = stream.block(np.zeros(0, dtype=np.float32), last=True)
            if len(rest):
                yield rest


def refuse_cut_short(path: Path) -> None:
    """Raise Unusable where the file is missing, no sound, or shorter than it says; reads no samples."""
    with _opened(path) as (opened, container):
        if is_cut_short(opened, container):
            raise cut_short(path)


@contextlib.contextmanager
def opened_sound(path: Path) -> Iterator[OpenedSound]:
    """Open a recording by its content, whatever its name says.

    Raises
    ------
    SoundRefused
        The file is missing, unreadable, no sound, or nothing on this machine decodes it.
    """
    with _opened(path) as (opened, container):
        if container in BY_LIBSNDFILE:
            file = put_right(opened, container)
            try:
                sound = _Forward(file)
            except soundfile.LibsndfileError as error:
                if shutil.which("ffmpeg") is None:
                    raise unreadable(path, error.error_string) from error
            else:
                with sound:
                    given = _read(sound, file, path)
                    yield _checked(path, container, sound.subtype, (sound.samplerate, sound.channels), given)
                return
    program = shutil.which("ffmpeg")
    if program is None:
        raise no_decoder(path, container)
    with decoding(program, path, DEMUXERS[container], block_s=BLOCK_S) as stream:
        yield _checked(path, container, stream.codec, (stream.rate, stream.channels), stream.blocks)


class _Forward(soundfile.SoundFile):  # type: ignore[misc]
    """Read from front to end. soundfile otherwise seeks after each block, which streams of unknown length cannot."""

    def seekable(self) -> bool:
        return False


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, Container]]:
    if not path.is_file():
        raise missing(path)
    try:
        with path.open("rb", buffering=FILE_BUFFER) as opened:
            if opened.seek(0, io.SEEK_END) == 0:
                raise empty(path)
            container = recognised(opened)
            if container is None:
                raise not_audio(path)
            opened.seek(0)
            yield opened, container
    except OSError as error:
        raise unreadable(path, error.strerror) from error


def _read(sound: soundfile.SoundFile, file: Spliced, path: Path) -> Iterator[NDArray[np.float32]]:
    done = 0
    while True:
        try:
            block: NDArray[np.float32] = sound.read(BLOCK_S * sound.samplerate, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            if sound.format == "FLAC":  # the decoder lost its way: in a file cut short it says no more than that
                raise cut_short(path) from error
            raise unreadable(path, error.error_string) from error
        done += len(block)
        if file.failure is not None:
            raise unreadable(path, file.failure.strerror)
        if not len(block):
            break
        yield block
    if sound.format == "FLAC" and done < sound.frames < 1 << 40:  # the count may be unknown
        raise cut_short(path)


def _checked(
    path: Path, container: Container, codec: str, layout: tuple[int, int], given: Iterator[NDArray[np.float32]]
) -> OpenedSound:
    """Return the sound with its blocks watched; refuse a layout, rate and channels, that nobody airs."""
    rate, channels = layout
    if not (LOWEST_RATE <= rate <= HIGHEST_RATE and 1 <= channels <= MOST_CHANNELS):
        raise odd_layout(path, rate=rate, channels=channels)
    return OpenedSound(container=container, codec=codec, rate=rate, channels=channels, blocks=_sane(path, given))


def _sane(path: Path, given: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    frames = 0
    for block in given:
        if not peak(block) < LARGEST:  # also false for what is no number
            raise broken_samples(path)
        frames += len(block)
        yield block
    if not frames:
        raise empty(path)
