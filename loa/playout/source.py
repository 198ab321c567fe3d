"""Where the samples of an item come from: a finished file, read ahead by a feeder thread, or silence."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.language import translate as _
from loa.playout.part import RATE, Sound

BLOCK_FRAMES = RATE // 2
BLOCKS_AHEAD = 8
FEED_S = 0.2
Samples = NDArray[np.float32]
NOTHING: Samples = np.zeros(0, np.float32)


class Source(Protocol):
    """Mono samples at 48 kHz, in order, once."""

    def read(self, frames: int) -> Samples | None:
        """Return up to `frames` samples, an empty array at the end, None where none are ready yet."""

    def skip(self, frames: int) -> None:
        """Pass over the next `frames` samples."""

    def close(self) -> None:
        """Let go of the file."""


class Silence:
    """A pause of `frames` samples."""

    def __init__(self, frames: int) -> None:
        self._left = frames

    def read(self, frames: int) -> Samples | None:
        """Return zeros."""
        taken = min(frames, self._left)
        self._left -= taken
        return np.zeros(taken, np.float32)

    def skip(self, frames: int) -> None:
        """Shorten the pause."""
        self._left = max(0, self._left - frames)

    def close(self) -> None:
        """Nothing to let go of."""


class FileSource:
    """A finished audio file, read when asked: for file outputs and rehearsals.

    Parameters
    ----------
    path
        A mono file of 48 kHz that libsndfile reads.

    Raises
    ------
    SoundRefused
        The file cannot be opened or has another rate or more channels.
    """

    def __init__(self, path: Path) -> None:
        import soundfile

        try:
            self._file = soundfile.SoundFile(path)
        except (OSError, soundfile.LibsndfileError) as error:
            raise SoundRefused(
                _("The sound file {path} cannot be opened ({error}). Type: loa render").format(path=path, error=error)
            ) from error
        if self._file.samplerate != RATE or self._file.channels != 1:
            self._file.close()
            raise SoundRefused(_("The sound file {path} is not mono at 48 kHz. Type: loa render").format(path=path))
        self.frames = int(self._file.frames)

    def read(self, frames: int) -> Samples | None:
        """Return up to `frames` samples, an empty array at the end."""
        block: Samples = self._file.read(frames, dtype="float32")
        return block

    def skip(self, frames: int) -> None:
        """Pass over the next `frames` samples."""
        self._file.seek(min(self.frames, self._file.tell() + frames))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def opened(sound: Sound) -> Source:
    """Return what `sound` names, open and at its place. Raises SoundRefused where its file cannot be opened."""
    if sound.path is None:
        return Silence(sound.frames)
    source = FileSource(sound.path)
    if sound.from_frame:
        source.skip(sound.from_frame)
    return source


class Unplayable:
    """A file that could not be opened when its time came: all its frames are lost."""

    def read(self, frames: int) -> Samples | None:  # noqa: ARG002 - it has none, however many are asked for
        """Return the end."""
        return NOTHING

    def skip(self, frames: int) -> None:
        """Nothing to pass over."""

    def close(self) -> None:
        """Nothing to let go of."""


class PrefetchedSource:
    """A sound that a thread of its own opens and reads ahead: the device's callback and the player never wait for a disk.

    Parameters
    ----------
    sound
        What to play; opened by the thread, once `begin` is called.
    """

    def __init__(self, sound: Sound, open_sound: Callable[[Sound], Source] = opened) -> None:
        self._sound = sound
        self._open = open_sound
        self._blocks: deque[Samples] = deque()
        self._rest = NOTHING
        self._ended = False
        self._to_skip = 0
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._enough_frames = 1
        self._feeder: threading.Thread | None = None

    def begin(self, enough_frames: int = 1) -> None:
        """Begin to read ahead, if it has not begun yet; `wait_ready` waits for `enough_frames`, or all there are."""
        if self._feeder is None:
            self._enough_frames = enough_frames
            self._feeder = threading.Thread(target=self._feed, name="loa-feeder", daemon=True)
            self._feeder.start()

    def _feed(self) -> None:
        source: Source = Unplayable()
        read_frames = 0
        with contextlib.suppress(SoundRefused):
            source = self._open(self._sound)
        try:
            while not self._stop.is_set():
                if len(self._blocks) >= BLOCKS_AHEAD:
                    self._ready.set()
                    self._stop.wait(FEED_S)
                    continue
                block = source.read(BLOCK_FRAMES)
                if block is None:
                    continue
                self._blocks.append(block)
                read_frames += len(block)
                if read_frames >= self._enough_frames:
                    self._ready.set()
                if not len(block):
                    return
        finally:
            self._ready.set()
            source.close()

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until enough is there to be heard without a gap; return whether it is."""
        return self._ready.wait(timeout_s)

    def read(self, frames: int) -> Samples | None:
        """Return up to `frames` samples, an empty array at the end, None where the disk was too slow."""
        while not len(self._rest):
            if self._ended:
                return NOTHING
            if not self._blocks:
                return None
            self._rest = self._blocks.popleft()
            if not len(self._rest):
                self._ended = True
                return NOTHING
            if self._to_skip:
                passed = min(self._to_skip, len(self._rest))
                self._to_skip -= passed
                self._rest = self._rest[passed:]
        taken, self._rest = self._rest[:frames], self._rest[frames:]
        return taken

    def skip(self, frames: int) -> None:
        """Pass over the next `frames` samples."""
        passed = min(frames, len(self._rest))
        self._rest = self._rest[passed:]
        self._to_skip += frames - passed

    def close(self) -> None:
        """Stop the feeder; it closes the file."""
        self._stop.set()
        self._blocks.clear()
