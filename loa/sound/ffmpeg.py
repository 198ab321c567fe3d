"""Decoding what libsndfile cannot (M4A, AAC, AMR, WMA, WebM) through the program ffmpeg, streamed through a pipe.

ffmpeg is told the kind of file by us and may open that one file only, so that no file can make it open another.
It writes Sun AU: a header of 24 bytes with rate and channels, then 32-bit floats (both big-endian).
"""

from __future__ import annotations

import contextlib
import re
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from loa.language import translate as _
from loa.sound.flaws import not_audio, odd_layout, unreadable

STALL_S = 60.0  # for one block: a sound machine takes well under a second
AU_HEADER = struct.Struct(">4sIIIII")
SAMPLE_BYTES = 4
MOST_CHANNELS = 64
SAID = re.compile(r"\[(?:error|fatal|panic)\] (.*)")
CODEC = re.compile(r"Stream #0:.*? Audio: (\w+)")
NO_SOUND = "matches no streams"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedStream:
    """Sound on its way out of ffmpeg.

    Attributes
    ----------
    codec
        ffmpeg's name of how the sound was packed, such as ``aac``.
    rate, channels
        As in the file (Hz).
    blocks
        Samples of full scale 1.0, one row a frame, of `block_s` seconds each. Raises Unusable where ffmpeg fails.
    """

    codec: str
    rate: int
    channels: int
    blocks: Iterator[NDArray[np.float32]]


@contextlib.contextmanager
def decoding(program: str, path: Path, demuxer: str, *, block_s: int) -> Iterator[DecodedStream]:
    """Start ffmpeg on `path`; on leaving, however that comes about, it is gone.

    Parameters
    ----------
    program
        ffmpeg.
    path
        A file that ends nowhere outside itself; any name.
    demuxer
        ffmpeg's name for the kind of file.
    block_s
        Length of the blocks in seconds.

    Raises
    ------
    Unusable
        ffmpeg cannot decode it.
    """
    command = [program, "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info"]
    command += ["-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{path}"]
    command += ["-map", "0:a:0", "-map_metadata", "-1", "-f", "au", "-c:a", "pcm_f32be", "pipe:1"]
    with tempfile.TemporaryFile() as said, _started(command, said) as process:
        try:
            yield _Pipe(process, said, path).stream(block_s)
        finally:
            process.kill()


def _started(command: list[str], said: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start in a process group of its own: on Ctrl+C it is us who end it."""
    apart: dict[str, Any] = {"process_group": 0}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(  # noqa: S603 - no shell, and the file's name stands behind "file:"
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, **apart
    )


class _Pipe:
    """Reads what ffmpeg writes, never longer than `STALL_S` for a piece."""

    def __init__(self, process: subprocess.Popen[bytes], said: IO[bytes], path: Path) -> None:
        self._process, self._said, self._path = process, said, path
        self._stalled = threading.Event()

    def stream(self, block_s: int) -> DecodedStream:
        head = self._read(AU_HEADER.size)
        if len(head) < AU_HEADER.size:
            self._end()
            raise unreadable(self._path, self._why())
        _magic, start, _size, _encoding, rate, channels = AU_HEADER.unpack(head)
        if not 0 < channels <= MOST_CHANNELS or rate == 0:
            raise odd_layout(self._path, rate=rate, channels=channels)
        self._read(start - AU_HEADER.size)
        codec = CODEC.search(self._text())
        blocks = self._blocks(channels, block_s * rate)
        return DecodedStream(codec=codec.group(1) if codec else "", rate=rate, channels=channels, blocks=blocks)

    def _blocks(self, channels: int, frames: int) -> Iterator[NDArray[np.float32]]:
        frame_bytes = SAMPLE_BYTES * channels
        while piece := self._read(frames * frame_bytes):
            whole = len(piece) // frame_bytes * frame_bytes
            yield np.frombuffer(piece[:whole], dtype=">f4").astype(np.float32).reshape(-1, channels)
        self._end()

    def _read(self, count: int) -> bytes:
        watch = threading.Timer(STALL_S, self._give_up)
        watch.start()
        try:
            assert self._process.stdout is not None  # noqa: S101 - it was asked for
            return self._process.stdout.read(count)
        finally:
            watch.cancel()

    def _give_up(self) -> None:
        self._stalled.set()
        self._process.kill()

    def _end(self) -> None:
        """Wait for the end; raise Unusable where ffmpeg failed."""
        try:
            code = self._process.wait(STALL_S)
        except subprocess.TimeoutExpired:
            self._give_up()
            code = self._process.wait()
        if code and NO_SOUND in self._text():
            raise not_audio(self._path)
        if code:
            raise unreadable(self._path, self._why())

    def _text(self) -> str:
        self._said.seek(0)
        return self._said.read(1 << 16).decode("utf-8", "replace")

    def _why(self) -> str:
        if self._stalled.is_set():
            return _("ffmpeg stood still for {seconds:.0f} seconds").format(seconds=STALL_S)
        complaints = SAID.findall(self._text())
        return f"ffmpeg: {complaints[0] if complaints else self._process.returncode}"
