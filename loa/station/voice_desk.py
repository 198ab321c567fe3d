"""The voices of a station: listed, installed, tried, removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from loa.station.voices import TRIAL_TEXT, VoiceLine, VoiceTrial, remove_voice, try_voice, voice_lines
from loa.voices.installing import InstallOrder, install
from loa.voices.piper_files import InstalledVoice

if TYPE_CHECKING:
    from loa.station.station import Station


class VoiceDesk:
    """The station's voices; reached as `Station.voice_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def lines(self) -> list[VoiceLine]:
        """Return the ladder, the other voices that are here, and the public ones. Raises InputRefused."""
        return list(voice_lines(self._station.folder, self._station.settings))

    def install(
        self, source: str, *, name: str = "", sha256: str = "", on_bytes: Callable[[int, int | None], None]
    ) -> InstalledVoice:
        """Install a Piper voice into this station; ``station.yaml`` stays as it is.

        Parameters
        ----------
        source, name, sha256
            See `loa.voices.installing.InstallOrder`.
        on_bytes
            Called with the bytes of the model that are here and those of the whole, or None.

        Raises
        ------
        NotFound, InputRefused, Conflict, VoiceFailed
            See `loa.voices.installing.install`.
        """
        self._station.require_station()
        order = InstallOrder(source=source, name=name, sha256=sha256)
        return install(self._station.folder.voices, order, clock=self._station.clock, on_bytes=on_bytes)

    def test(self, voice: str, text: str = "", *, to: Path | None = None) -> VoiceTrial:
        """Let a voice speak `text`, or a sentence of ours, into a WAV. Raises NotFound, VoiceFailed, SoundRefused."""
        reading = self._station.read(text or TRIAL_TEXT)
        return try_voice(
            voice, reading, to, folder=self._station.folder, settings=self._station.settings, clock=self._station.clock
        )

    def remove(self, voice: str) -> str:
        """Remove an installed Piper voice and return its name. Raises NotFound, or Conflict where it is named."""
        return remove_voice(voice, self._station.folder, self._station.settings)
