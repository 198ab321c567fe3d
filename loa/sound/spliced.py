"""Files whose first bytes are put right before libsndfile reads them, which otherwise would stop early."""

from __future__ import annotations

import io
from typing import BinaryIO

from loa.sound.containers import Container, sound_start, wav_with_open_end
from loa.sound.frames import frames_declared, info_frame, mpeg_length, walk


class Spliced(io.RawIOBase):
    """`head`, then what follows byte `start` of `opened`: a file whose first bytes are put right.

    Raises nothing, for libsndfile calls it from C: a failure to read (a stick pulled out) is kept in `failure`.
    """

    def __init__(self, head: bytes, opened: BinaryIO, start: int) -> None:
        self._head, self._opened, self._start = head, opened, start
        self._size = len(head) + opened.seek(0, io.SEEK_END) - start
        self._place = 0
        self.failure: OSError | None = None

    def tell(self) -> int:
        """Return the place in the file put right."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, never before the start."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(base + offset, 0)
        return self._place

    def read(self, count: int = -1) -> bytes:
        """Return up to `count` bytes, fewer at the end or on a failure only."""
        end = self._size if count < 0 else min(self._place + count, self._size)
        piece = self._head[self._place : max(end, self._place)]
        here = self._place + len(piece)
        if here < end:
            try:
                self._opened.seek(self._start + here - len(self._head))
                piece += self._opened.read(end - here)
            except OSError as error:
                self.failure = error
        self._place += len(piece)
        return piece

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as `read` does; return how many bytes came."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def put_right(opened: BinaryIO, container: Container) -> Spliced:
    """Return `opened` with a start from which libsndfile learns its whole length."""
    head, start = b"", sound_start(opened)
    if container is Container.WAV:
        head = wav_with_open_end(opened) or b""
        start = len(head)
    elif container is Container.MP3:
        declared, found = frames_declared(opened, start), walk(opened, start, mpeg_length)
        opened.seek(start)
        first = opened.read(4)
        if declared is None or found.frames > declared + 1:
            start += mpeg_length(first) if declared is not None else 0
            head = info_frame(first, found.frames - (declared is not None), found.end - start)
    return Spliced(head, opened, start)
