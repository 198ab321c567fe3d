"""Recordings, jingles and music as they come: decoded block by block by libsndfile, mixed to mono, resampled once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from loa.errors import SoundRefused
from loa.language import translate as _
from loa.sound.resampling import Resampler

BLOCK_S = 10
KNOWN_FORMATS = "WAV, FLAC, MP3, Ogg, Opus"


def decode(path: Path, rate: int) -> NDArray[np.float32]:
    """Return the whole recording as mono samples of full scale 1.0 at `rate` Hz.

    Raises
    ------
    SoundRefused
        The file is missing, unreadable, broken or empty.
    """
    if not path.is_file():
        message = _("The audio file {name} does not exist. Put it back, or correct its name in the bulletin.")
        raise SoundRefused(message.format(name=path))
    try:
        with path.open("rb") as opened, soundfile.SoundFile(opened) as sound:
            pieces = list(_resampled(sound, rate))
    except (soundfile.LibsndfileError, OSError) as error:
        message = _("The audio file {name} cannot be read ({why}). Save it again as one of {formats}.")
        raise SoundRefused(message.format(name=path, why=error, formats=KNOWN_FORMATS)) from error
    samples = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)
    if not len(samples):
        message = _("The audio file {name} is empty. Choose another one, or record it again.")
        raise SoundRefused(message.format(name=path))
    if not np.isfinite(samples).all():
        message = _("The audio file {name} has broken samples. Save it again as one of {formats}.")
        raise SoundRefused(message.format(name=path, formats=KNOWN_FORMATS))
    return samples


def _resampled(sound: soundfile.SoundFile, rate: int) -> Iterator[NDArray[np.float32]]:
    stream = Resampler(sound.samplerate, rate)
    while True:
        block = sound.read(BLOCK_S * sound.samplerate, dtype="float32", always_2d=True)
        yield stream.block(block.mean(axis=1, dtype=np.float32), last=not len(block))
        if not len(block):
            return
