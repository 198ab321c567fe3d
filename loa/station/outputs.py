"""Which output a station plays on: its sound device, or files where there is none, and back again."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from loa.clock import Clock
from loa.errors import OutputFailed
from loa.language import translate as _
from loa.playout import Output, PacedFileOutput, SoundDeviceOutput
from loa.settings import OutputSettings
from loa.station.folder import StationFolder


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
    files = PacedFileOutput(folder.output, clock, zone)
    files.open()
    return files, why or _("station.yaml asks for files (output.device: file).")


def find_device_again(settings: OutputSettings, clock: Clock) -> Output | None:
    """Return the sound device, open, if it has appeared since the start; no stream may be open."""
    device = SoundDeviceOutput(settings.device, settings.latency_s, clock)
    try:
        device.open()
    except OutputFailed:
        return None
    return device
