"""How the sound that leaves the station is doing: counted as it is rendered, read by whoever watches over it."""

from __future__ import annotations

from dataclasses import dataclass, replace

NOTHING_DBFS = -120.0


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
