"""The output port: where a broadcast's parts go, whatever plays them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from loa.clock import Clock
from loa.playout.health import OutputHealth
from loa.playout.part import Event, Part


class Output(Protocol):
    """Where the samples of parts go.

    Attributes
    ----------
    name
        For people: the device, or the folder of the files.
    heard
        True only where the samples go to a real sound device.
    trouble
        Why nothing plays at the moment, or empty.
    events
        What began and ended, oldest first; whoever reads it takes it away.
    """

    name: str
    heard: bool

    @property
    def trouble(self) -> str:
        """Why nothing plays at the moment, or empty."""

    @property
    def events(self) -> deque[Event]:
        """What began and ended, oldest first; whoever reads it takes it away."""

    def open(self) -> None:
        """Begin to play. Raises OutputFailed."""

    def close(self) -> None:
        """Stop, and let go of device and files."""

    def add(self, parts: Sequence[Part]) -> None:
        """Place `parts` at the end of the line. Never waits for the device."""

    def cut(self, part_ids: frozenset[str]) -> None:
        """End those parts that play or wait: what plays goes out with a ramp of 5 ms. Never waits."""

    def interrupt(self, cut: frozenset[str], parts: Sequence[Part]) -> None:
        """Throw away what is buffered, cut the parts named, and play `parts` at once. Never waits."""

    def heard_frames(self, now_mono_s: float) -> dict[str, int]:
        """Return how many frames of each playing part have been heard by now, by the part's id. Never waits."""

    def health(self) -> OutputHealth:
        """Return how the sound that leaves is doing; never waits."""


def wall_minus_mono(clock: Clock) -> float:
    """Return the difference of the wall clock (POSIX seconds) and the monotonic clock now."""
    return clock.now().timestamp() - clock.monotonic()
