"""Whether a finished file can be played, without loading what plays it: the station's own process decodes nothing."""

from __future__ import annotations

from pathlib import Path

from loa.errors import SoundRefused
from loa.language import translate as _
from loa.playout.part import RATE


def frames_of(path: Path) -> int:
    """Return how many frames the finished FLAC file `path` has.

    Raises
    ------
    SoundRefused
        It cannot be opened, or is not mono at 48 kHz.
    """
    from mutagen import MutagenError
    from mutagen.flac import FLAC

    try:
        info = FLAC(path).info  # type: ignore[no-untyped-call]
    except (OSError, MutagenError) as error:
        raise SoundRefused(
            _("The sound file {path} cannot be opened ({error}). Type: loa render").format(path=path, error=error)
        ) from error
    if info.sample_rate != RATE or info.channels != 1:
        raise SoundRefused(_("The sound file {path} is not mono at 48 kHz. Type: loa render").format(path=path))
    return int(info.total_samples)
