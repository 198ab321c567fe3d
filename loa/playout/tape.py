"""What a station without loudspeaker records instead: one sound file a broadcast, only while something plays."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import soundfile

from loa.errors import OutputFailed
from loa.language import translate as _
from loa.playout.part import RATE
from loa.playout.source import Samples

KEPT = timedelta(days=7)


class Tape:
    """Writes FLAC files named by the local time of their first sample.

    Parameters
    ----------
    folder
        Where they go; made where missing.
    zone
        Time zone of the names.

    Raises
    ------
    OutputFailed
        The folder cannot be written.
    """

    def __init__(self, folder: Path, zone: ZoneInfo) -> None:
        self._folder = folder
        self._zone = zone
        self._file: soundfile.SoundFile | None = None
        self.files: list[Path] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputFailed(
                _("The folder {path} cannot be written ({error}). Free the disk or change its rights.").format(
                    path=folder, error=error.strerror
                )
            ) from error

    def write(self, block: Samples, at: datetime) -> None:
        """Write `block`, whose first sample plays at aware time `at`. Raises OutputFailed where the disk is full."""
        try:
            if self._file is None:
                path = self._folder / f"{at.astimezone(self._zone):%Y-%m-%dT%H-%M-%S}.flac"
                self._file = soundfile.SoundFile(path, "w", samplerate=RATE, channels=1, subtype="PCM_16")
                self.files.append(path)
            self._file.write(block)
        except (OSError, soundfile.LibsndfileError) as error:
            raise OutputFailed(
                _("The sound cannot be written to {path} ({error}). Free the disk, then go on.").format(
                    path=self._folder, error=error
                )
            ) from error

    def end_file(self) -> None:
        """Finish the file; the next block begins another."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def delete_older(self, now: datetime) -> None:
        """Delete tapes older than seven days, so that a station without a sound card does not fill its disk."""
        oldest = f"{(now - KEPT).astimezone(self._zone):%Y-%m-%dT%H-%M-%S}"
        for path in self._folder.glob("[0-9][0-9][0-9][0-9]-*T*.flac"):
            if path.stem < oldest:
                path.unlink(missing_ok=True)
