"""How far the broadcast on air has come, kept so that it is known after the process was killed.

One block of fixed length is overwritten in place every second, without waiting for the disk: a killed process loses
nothing of it, a power cut at most what the system had not written yet. An SD card is not worn by it.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

_BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What of a broadcast has been played.

    Attributes
    ----------
    key
        The broadcast.
    item
        Number of the item being played, from 0.
    item_played_s, played_s
        Seconds of this item, and of the whole broadcast, that the device has played.
    voice, audio_sha256
        What is being played.
    at
        UTC time of the note, ISO text.
    """

    key: str
    item: int
    item_played_s: float
    played_s: float
    voice: str
    audio_sha256: str
    at: str


class ProgressFile:
    """The file that holds the last `Progress`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, progress: Progress) -> None:
        """Overwrite the note. Raises OSError."""
        text = json.dumps(asdict(progress), ensure_ascii=False)
        block = f"{zlib.crc32(text.encode()):08x} {text}\n".encode().ljust(_BLOCK)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, block)
        finally:
            os.close(descriptor)

    def last(self) -> Progress | None:
        """Return the last note, or None where there is none or it is half written."""
        try:
            written = self._path.read_bytes().decode("utf-8")
            checksum, text = written.rstrip().split(" ", 1)
            if int(checksum, 16) != zlib.crc32(text.encode()):
                return None
            return Progress(**json.loads(text))
        except (OSError, ValueError, TypeError):
            return None
