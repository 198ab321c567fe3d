"""The sound device: one always-open PortAudio stream, watched, and opened anew when it falls silent.

What PortAudio does and does not tell (a killed sound server raises nothing, a suspended one still says "active") is
why the age of the last callback is watched; what is thrown away at an interrupt is why it is aborted and restarted.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

from loa.clock import Clock
from loa.errors import OutputFailed, SoundRefused
from loa.language import translate as _
from loa.playout.health import OutputHealth
from loa.playout.output import wall_minus_mono
from loa.playout.part import Event, Part
from loa.playout.source import RATE, FileSource, PrefetchedSource, opened
from loa.playout.timeline import Timeline

WATCH_S = 0.1
RETRY_S = 0.5
SAME_CLOCK_S = 5.0
READY_S = 5.0
PROBE_S = 0.2


def load_sounddevice() -> Any:
    """Return the sounddevice module.

    Raises
    ------
    OutputFailed
        PortAudio is not installed; the message says how to get it.
    """
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
        ``default``, or the beginning of a device's name (names are stable, numbers are not).

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
    matching = [device for device in devices if device.startswith(name)]
    if not matching:
        raise OutputFailed(
            _("There is no sound device “{name}”. Write one of these in station.yaml (output.device): {names}.").format(
                name=name, names=", ".join(devices)
            )
        )
    return matching[0]


class SoundDeviceOutput:
    """Plays a timeline on a sound device.

    Parameters
    ----------
    device
        ``default`` or the beginning of a device's name.
    latency_s
        Buffer asked of the device, in seconds.
    clock
        The machine's clock.
    """

    heard = True

    def __init__(self, device: str, latency_s: float, clock: Clock) -> None:
        self.name = device
        self.timeline = Timeline()
        self.trouble = ""
        self._device = device
        self._latency_s = latency_s
        self._clock = clock
        self._stream: Any = None
        self._last_callback_s = 0.0
        self._finished = threading.Event()
        self._stop = threading.Event()
        self._turn = threading.RLock()
        self._watcher: threading.Thread | None = None

    @property
    def events(self) -> deque[Event]:
        """What began and ended."""
        return self.timeline.events

    def add(self, parts: Sequence[Part]) -> None:
        """Place `parts` at the end of the line, read ahead by a thread of their own."""
        for part in parts:
            try:
                source = opened(part.sound)
            except SoundRefused:
                self.timeline.refuse(part, self._clock.monotonic())
                continue
            if isinstance(source, FileSource):
                source = PrefetchedSource(source)
                source.wait_ready(READY_S)
            self.timeline.add(part, source)

    def cut(self, part_ids: frozenset[str]) -> None:
        """End the parts named."""
        self.timeline.cut(part_ids)

    def heard_frames(self, now_mono_s: float) -> dict[str, int]:
        """Return how many frames of each playing part have been heard by now."""
        return self.timeline.heard_frames(now_mono_s)

    def health(self) -> OutputHealth:
        """Return how the sound that leaves is doing."""
        return self.timeline.health()

    def open(self) -> None:
        """Open the stream and begin to watch it. Raises OutputFailed where no device can be opened."""
        self._open_stream()
        self._watcher = threading.Thread(target=self._watch, name="loa-output-watcher", daemon=True)
        self._watcher.start()

    def _open_stream(self) -> None:
        sounddevice = load_sounddevice()
        self.name = find_device(self._device)
        try:
            self.timeline.reset_clock()
            self._finished.clear()
            self._last_callback_s = self._clock.monotonic()
            self._stream = sounddevice.OutputStream(
                samplerate=RATE,
                channels=1,
                dtype="float32",
                latency=self._latency_s,
                blocksize=0,
                device=None if self._device == "default" else self.name,
                callback=self._callback,
                finished_callback=self._finished.set,
            )
            self._stream.start()
            self._refuse_untimed()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise OutputFailed(
                _("The sound device “{name}” cannot be opened ({error}). Check that nothing else holds it.").format(
                    name=self.name, error=error
                )
            ) from error

    def _refuse_untimed(self) -> None:
        """Refuse a device that swallows sound faster than time passes: a null device is no loudspeaker."""
        before = self.timeline.frame
        self._clock.sleep(PROBE_S)
        if self.timeline.frame - before > (PROBE_S * 3 + 3 * self._latency_s) * RATE:
            self._close_stream()
            raise OutputFailed(
                _("The sound device “{name}” swallows sound without playing it. Name another in station.yaml.").format(
                    name=self.name
                )
            )

    def _callback(self, out: Any, _frames: int, times: Any, status: Any) -> None:
        now_s = self._clock.monotonic()
        self._last_callback_s = now_s
        offset_s = wall_minus_mono(self._clock)
        dac_s = self._dac_mono(times, now_s, offset_s)
        self.timeline.render(out[:, 0], dac_s, offset_s, underflow=bool(status.output_underflow))

    def _dac_mono(self, times: Any, now_s: float, offset_s: float) -> float:
        """Return the monotonic time of the block's first sample; the host's clock may be wall, monotonic or its own."""
        dac_s = float(times.outputBufferDacTime)
        current_s = float(times.currentTime)
        if abs(current_s - now_s) < SAME_CLOCK_S:
            return dac_s
        if abs(current_s - now_s - offset_s) < SAME_CLOCK_S:
            return dac_s - offset_s
        return now_s + dac_s - current_s

    def _dead(self) -> bool:
        stream = self._stream
        too_old_s = max(1.0, 5 * self._latency_s)
        return (
            stream is None
            or self._finished.is_set()
            or not stream.active
            or self._clock.monotonic() - self._last_callback_s > too_old_s
        )

    def _watch(self) -> None:
        failed_before = False
        while not self._stop.is_set():
            self._clock.wait(self._stop, WATCH_S)
            with self._turn:
                if self._stop.is_set() or not self._dead():
                    continue
                try:
                    self._close_stream()
                    if failed_before:
                        look_for_devices_again()
                    self._open_stream()
                    self.trouble, failed_before = "", False
                    continue
                except OutputFailed as error:
                    self.trouble, failed_before = error.message, True
            self._clock.wait(self._stop, RETRY_S)

    def _close_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(load_sounddevice().PortAudioError):
                stream.close(ignore_errors=True)

    def close(self) -> None:
        """Stop the watcher and close the stream."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join(5)
        with self._turn:
            self._close_stream()

    def interrupt(self, cut: frozenset[str], parts: Sequence[Part]) -> None:
        """Throw away the device's buffer (up to `latency_s`), cut, place, and start again: a few milliseconds."""
        with self._turn:
            stream = self._stream
            error_type = load_sounddevice().PortAudioError
            if stream is None:
                self.cut(cut)
                self.add(parts)
                return
            with contextlib.suppress(error_type):
                stream.abort()
            self.timeline.reset_clock()
            self.cut(cut)
            self.add(parts)
            self._finished.clear()
            self._last_callback_s = self._clock.monotonic()
            with contextlib.suppress(error_type):
                stream.start()
