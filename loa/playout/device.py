"""The sound devices of the machine, found by names that stay: numbers change with every plug and every start."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from loa.errors import OutputFailed
from loa.language import translate as _
from loa.playout.alsa import take_off_encoders

CARDS = Path("/proc/asound")


def load_sounddevice() -> Any:
    """Return the sounddevice module.

    Raises
    ------
    OutputFailed
        PortAudio is not installed; the message says how to get it.
    """
    if "sounddevice" not in sys.modules:
        take_off_encoders()
    try:
        import sounddevice
    except OSError as error:
        raise OutputFailed(
            _(
                "The sound library PortAudio is missing. On Debian or Raspberry Pi OS type: sudo apt install {packages}"
            ).format(packages="libportaudio2 libasound2-plugins")
        ) from error
    return sounddevice


def look_for_devices_again() -> None:
    """Let PortAudio see what was plugged in, or which sound server started, since it was loaded; no stream may be open.

    Raises OutputFailed where PortAudio is missing.
    """
    sounddevice = load_sounddevice()
    sounddevice._terminate()  # noqa: SLF001 - PortAudio's list of devices is frozen until it is initialised anew
    take_off_encoders()
    sounddevice._initialize()  # noqa: SLF001


def output_devices() -> list[str]:
    """Return the names of the devices that can play. Raises OutputFailed where PortAudio is missing."""
    sounddevice = load_sounddevice()
    return [device["name"] for device in sounddevice.query_devices() if device["max_output_channels"] > 0]


def find_device(name: str) -> str:
    """Return the full name of the device that `name` means.

    Parameters
    ----------
    name
        ``default``; ``alsa:ID``, a card by the name that ALSA keeps for it (in brackets in /proc/asound/cards);
        ``pulse:SINK``, an output of the sound server PulseAudio or PipeWire (``pactl list short sinks``); or the beginning
        of a device's name. A number would mean another device after the next start.

    Raises
    ------
    OutputFailed
        There is no sound device, none of this name, or PortAudio is missing.
    """
    devices = output_devices()
    if not devices:
        raise OutputFailed(_("This machine has no sound device. Plug one in, or check the sound server."))
    if name == "default":
        sounddevice = load_sounddevice()
        try:
            return str(sounddevice.query_devices(kind="output")["name"])
        except (sounddevice.PortAudioError, ValueError) as error:
            raise OutputFailed(
                _(
                    "This machine has no default sound device. Name one in station.yaml (output.device): {names}."
                ).format(names=", ".join(devices))
            ) from error
    found = named(name, devices, CARDS)
    if not found:
        raise OutputFailed(
            _("There is no sound device “{name}”. Write one of these in station.yaml (output.device): {names}.").format(
                name=name, names=", ".join(devices)
            )
        )
    return found


def named(name: str, devices: list[str], cards: Path) -> str:
    """Return the one of `devices` that `name` means, or an empty text.

    Parameters
    ----------
    cards
        Folder in which ALSA links the name of each card to its number of today.
    """
    kind, _colon, rest = name.partition(":")
    if kind == "pulse" and rest:
        return next((device for device in devices if device == "pulse"), "")
    if kind == "alsa" and rest:
        link = cards / rest
        number = link.readlink().name.removeprefix("card") if link.is_symlink() else ""
        return next((device for device in devices if number and f"(hw:{number}," in device), "")
    return next((device for device in devices if device.startswith(name)), "")


def pulse_sink(name: str) -> str:
    """Return the sound server's output that `name` asks for, or an empty text for its default."""
    return name.removeprefix("pulse:") if name.startswith("pulse:") else ""
