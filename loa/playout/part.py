"""What is put on an output, and what the output tells of it: plain values that cross a process's border."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

RATE = 48_000  # frames a second of everything that is played, mono


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A stretch of a finished file, or a pause.

    Attributes
    ----------
    path
        A mono file of 48 kHz; None for a pause.
    frames
        How many sample frames are to be played.
    from_frame
        Where in the file they begin.
    """

    path: Path | None
    frames: int
    from_frame: int = 0

    def skipped(self, frames: int) -> Sound:
        """Return what is left after `frames`."""
        return replace(self, frames=max(0, self.frames - frames), from_frame=self.from_frame + frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One item on an output's line.

    Attributes
    ----------
    part_id
        What its events are named by.
    sound
        What it plays.
    wall_start_s
        POSIX time to start at, or None: right after the part before.
    over
        Play it over what runs, which goes on 20 dB softer below it, instead of after it.
    """

    part_id: str
    sound: Sound
    wall_start_s: float | None = None
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """The first sample of a part reaches the device at this POSIX and monotonic time."""

    part_id: str
    wall_s: float
    mono_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The last sample of a part reaches the device at `mono_s`; `cut` where it was cut short.

    A part of which no sample was heard ends without having begun; `lost_frames` says what a listener missed.
    """

    part_id: str
    sent_frames: int
    lost_frames: int
    mono_s: float
    cut: bool


Event = Began | Ended
