"""Finished audio for what is ordered at once: a full or read-only disk keeps no new words off the air."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loa.sound import AudioStore, FinishedAudio
from loa.sound.finishing import Part
from loa.station.folder import StationFolder
from loa.station.shared_places import is_ours, make_ours, temporary_place


class EmergencyStore(AudioStore):
    """The station's finished audio; what finds no room there lies where station and commands meet besides the disk.

    Parameters
    ----------
    folder
        The station's.
    """

    def __init__(self, folder: StationFolder) -> None:
        super().__init__(folder.rendered)
        self._spare = AudioStore(temporary_place(folder.rendered))

    def find(self, key: str) -> FinishedAudio | None:
        """Return the finished audio of `key` from either place, or None. The spare one is believed where it is our own."""
        return super().find(key) or (self._spare.find(key) if is_ours(self._spare.folder) else None)

    def save(self, parts: Sequence[Part], **how: Any) -> FinishedAudio:
        """Save as `AudioStore.save` does, in the spare place where the disk cannot be written. Raises as that does."""
        try:
            return super().save(parts, **how)
        except (OSError, RuntimeError):  # soundfile's own error of a full disk is a RuntimeError
            make_ours(self._spare.folder)
            return self._spare.save(parts, **how)
