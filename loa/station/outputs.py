"""Which output a station plays on: its sound device, or files where there is none, and back again."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from loa.clock import Clock
from loa.errors import OutputFailed
from loa.language import translate as _
from loa.playout import Output, SoundDeviceOutput
from loa.sound_settings import OutputSettings
from loa.station.folder import StationFolder

TRY_EVERY_S = 15.0
TRY_S = 5.0


def open_output(settings: OutputSettings, folder: StationFolder, clock: Clock, zone: ZoneInfo) -> tuple[Output, str]:
    """Open the station's sound device, or files where there is none.

    Returns
    -------
    Output
        Open and playing silence.
    str
        Why it is not the sound device, or empty.

    Raises
    ------
    OutputFailed
        Neither the device nor the folder for files can be opened.
    """
    why = ""
    if settings.device != "file":
        device = SoundDeviceOutput(settings.device, settings.latency_s, clock)
        try:
            device.open()
        except OutputFailed as error:
            why = error.message
        else:
            return device, ""
    from loa.playout import PacedFileOutput  # it renders in this process, with numpy

    files = PacedFileOutput(folder.output, clock, zone)
    files.open()
    return files, why or _("station.yaml asks for files (output.device: file).")


class DeviceSearch:
    """Looks for the sound device of a station that began without: a sound server started later, a card plugged in.

    Each try is a player of its own, so that nobody waits for a sound library and PortAudio sees the devices of the moment.

    Parameters
    ----------
    clock
        Says when it is time to try again.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tried_s = clock.monotonic()
        self._trying: SoundDeviceOutput | None = None

    def look(self, settings: OutputSettings) -> Output | None:
        """Return the device, open, once it has been found; call it from every turn of the station's loop. Never waits."""
        now_s = self._clock.monotonic()
        if self._trying is None and now_s - self._tried_s >= TRY_EVERY_S:
            self._tried_s = now_s
            self._trying = SoundDeviceOutput(settings.device, settings.latency_s, self._clock)
            self._trying.begin()
        trying = self._trying
        if trying is None:
            return None
        if trying.playing:
            self._trying = None
            return trying
        if now_s - self._tried_s >= TRY_S:
            self.end()
        return None

    def end(self) -> None:
        """Give up for now."""
        trying, self._trying = self._trying, None
        if trying is not None:
            trying.abandon()
