"""What ``station.yaml`` says of the sound: how finished audio sounds, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from loa.checked_yaml import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSettings:
    """Where the sound goes.

    Attributes
    ----------
    device
        Name (or the beginning of a name) of the sound device; ``default`` for the system's, ``file`` for files only.
    latency_s
        Buffer of the device in seconds; 0.5 survives a busy old PC.
    """

    device: str = "default"
    latency_s: float = 0.5


class SoundProfile(StrEnum):
    """What the loudspeakers are: FLAT for boxes, HORN for horn loudspeakers heard from afar."""

    FLAT = "flat"
    HORN = "horn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundSettings:
    """How finished audio sounds.

    Attributes
    ----------
    loudness_lufs, true_peak_dbtp
        Loudness of every item and its highest true peak (ITU-R BS.1770).
    profile
        What the loudspeakers are.
    keep_mb
        How many megabytes of audio are kept that nothing needs any more, so that an old text need not be spoken anew.
    """

    loudness_lufs: float = -18.0
    true_peak_dbtp: float = -1.0
    profile: SoundProfile = SoundProfile.FLAT
    keep_mb: float = 2000.0


def output_settings(fields: Fields | None) -> OutputSettings:
    """Return the group ``output`` of ``station.yaml``."""
    if fields is None:
        return OutputSettings()
    output = OutputSettings(
        device=fields.text("device", "default"), latency_s=fields.number("latency_s", 0.5, low=0.05, high=2.0)
    )
    fields.refuse_unknown()
    return output


def sound_settings(fields: Fields | None) -> SoundSettings:
    """Return the group ``sound`` of ``station.yaml``."""
    if fields is None:
        return SoundSettings()
    sound = SoundSettings(
        loudness_lufs=fields.number("loudness_lufs", -18.0, low=-40, high=-10),
        true_peak_dbtp=fields.number("true_peak_dbtp", -1.0, low=-12, high=0),
        profile=SoundProfile(fields.choice("profile", list(SoundProfile), SoundProfile.FLAT)),
        keep_mb=fields.number("keep_mb", 2000.0, low=0, high=1_000_000),
    )
    fields.refuse_unknown()
    return sound
