"""How the sound that leaves the station is doing: counted as it is rendered, read by whoever watches over it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from loa.playout.source import RATE, Samples

SILENCE_DBFS = -60.0
NOTHING_DBFS = -120.0
SILENCE_LEVEL = 10 ** (SILENCE_DBFS / 20)
CLIP_LEVEL = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputHealth:
    """What an output has done since it was made, and how its latest block sounds.

    Attributes
    ----------
    frames
        Sample frames handed to the device.
    underflows
        How often the device ran dry.
    starved_frames
        Frames that were silent because the disk was too slow.
    clipped_frames
        Frames at or beyond full scale.
    silent_due_s
        For how long only silence (no sample above -60 dBFS) has left, though a part with sound was playing; 0 otherwise.
    peak_dbfs, rms_dbfs
        Level of the latest block; -120 where it is digital silence.
    """

    frames: int = 0
    underflows: int = 0
    starved_frames: int = 0
    clipped_frames: int = 0
    silent_due_s: float = 0.0
    peak_dbfs: float = NOTHING_DBFS
    rms_dbfs: float = NOTHING_DBFS

    def followed_by(self, later: OutputHealth) -> OutputHealth:
        """Return the health of an output that was replaced by another: what both counted, and how the later one sounds."""
        return replace(
            later,
            frames=self.frames + later.frames,
            underflows=self.underflows + later.underflows,
            starved_frames=self.starved_frames + later.starved_frames,
            clipped_frames=self.clipped_frames + later.clipped_frames,
        )


@dataclass(slots=True)
class Meter:
    """Levels of what is rendered, block by block: three passes over a block, and no memory of its own."""

    clipped_frames: int = 0
    silent_due_frames: int = 0
    _peak: float = 0.0
    _power: float = 0.0

    def measure(self, out: Samples, *, sound_due: bool) -> None:
        """Take up one block; `sound_due` where a part with sound was playing at its end or anywhere in it."""
        self._peak = max(float(out.max()), -float(out.min())) if len(out) else 0.0
        self._power = float(np.dot(out, out)) / max(1, len(out))
        if self._peak >= CLIP_LEVEL:
            self.clipped_frames += int(np.count_nonzero(np.abs(out) >= CLIP_LEVEL))
        if sound_due and self._peak <= SILENCE_LEVEL:
            self.silent_due_frames += len(out)
        else:
            self.silent_due_frames = 0

    def health(self, *, frames: int, underflows: int, starved_frames: int) -> OutputHealth:
        """Return what was measured, with the counts of the one who renders."""
        return OutputHealth(
            frames=frames,
            underflows=underflows,
            starved_frames=starved_frames,
            clipped_frames=self.clipped_frames,
            silent_due_s=self.silent_due_frames / RATE,
            peak_dbfs=_dbfs(self._peak),
            rms_dbfs=_dbfs(math.sqrt(self._power)),
        )


def _dbfs(level: float) -> float:
    return NOTHING_DBFS if level <= 0 else max(NOTHING_DBFS, round(20 * math.log10(level), 1))
