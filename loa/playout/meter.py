"""Levels of what is rendered, measured where it is rendered."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from loa.playout.health import NOTHING_DBFS, OutputHealth
from loa.playout.part import RATE
from loa.playout.source import Samples

SILENCE_DBFS = -60.0
SILENCE_LEVEL = 10 ** (SILENCE_DBFS / 20)
CLIP_LEVEL = 1.0


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
