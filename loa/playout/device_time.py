"""The map between the frames of a line and the time at which the device plays them.

It follows the device: the median of the last observations, so that prefilled buffers and a slow device clock do not shift
a start (facts and figures: PortAudio's ``outputBufferDacTime`` through ALSA, measured 0.2 to 0.4 ms from the recording).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from loa.playout.part import RATE

OBSERVATIONS = 63
MOVED_S = 0.010
MOVED_TIMES = 5
RESYNC_S = 0.25  # a shorter gap is absorbed: what plays goes on where it was, and ends that much later


@dataclass(slots=True)
class DeviceTime:
    """Says when a frame is heard, and which frame is heard at a time."""

    _offset_s: float | None = None
    _due_s: float | None = None
    _observed: deque[float] = field(default_factory=lambda: deque(maxlen=OBSERVATIONS))
    _moved: int = 0

    @property
    def known(self) -> bool:
        """Whether the device has told a time yet."""
        return self._offset_s is not None

    def mono_of(self, frame: int) -> float:
        """Return the monotonic time at which `frame` is heard."""
        return (self._offset_s or 0.0) + frame / RATE

    def frame_at(self, mono_s: float) -> int:
        """Return the frame that is heard at `mono_s`."""
        return round((mono_s - (self._offset_s or 0.0)) * RATE)

    def forget(self, due_s: float | None) -> None:
        """Begin anew with the next observation: the stream was opened anew or ran dry.

        Parameters
        ----------
        due_s
            Monotonic time at which the next frame should have been heard, None where the map so far says it. What was
            said before stays until a device has been observed.
        """
        if self._observed or self._due_s is None:
            self._due_s = due_s
        self._observed.clear()
        self._moved = 0

    def observe(self, frame: int, dac_mono_s: float) -> float:
        """Take up that `frame` is heard at `dac_mono_s`; return how many seconds were lost on the way, 0 for none."""
        offset_s = dac_mono_s - frame / RATE
        lost_s = 0.0
        if not self._observed:
            due_s = self._due_s
            if due_s is None and self._offset_s is not None:
                due_s = self.mono_of(frame)
            lost_s = 0.0 if due_s is None else dac_mono_s - due_s
            self._due_s, self._moved = None, 0
        elif self._offset_s is not None and abs(offset_s - self._offset_s) > MOVED_S:
            self._moved += 1
            if self._moved >= MOVED_TIMES:
                lost_s, self._moved = offset_s - self._offset_s, 0
                self._observed.clear()
        else:
            self._moved = 0
        self._observed.append(offset_s)
        self._offset_s = sorted(self._observed)[len(self._observed) // 2]
        return lost_s if lost_s > RESYNC_S else 0.0
