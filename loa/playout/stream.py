"""One always-open PortAudio stream, watched, and opened anew when it falls silent.

What PortAudio does and does not tell (a killed sound server raises nothing, a suspended one still says "active") is
why the age of the last callback is watched; what is thrown away at an interrupt is why it is aborted and restarted.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

from loa.clock import Clock
from loa.errors import OutputFailed
from loa.language import translate as _
from loa.playout.device import find_device, load_sounddevice, look_for_devices_again, pulse_sink
from loa.playout.edge import Edge
from loa.playout.output import wall_minus_mono
from loa.playout.part import RATE
from loa.playout.source import Samples
from loa.playout.timeline import Timeline

RETRY_S = 0.5
SAME_CLOCK_S = 5.0
PROBE_S = 0.2
OLDEST_CALLBACK_S = 1.0
OTHER_RATES = (44_100, 32_000, 96_000)


class DeviceStream:
    """A timeline on a sound device. Called by one thread; PortAudio's own calls back.

    Parameters
    ----------
    device
        ``default`` or a device's name, as in `find_device`.
    latency_s
        Buffer asked of the device, in seconds.
    timeline
        What is played.
    clock
        The machine's clock.
    wake
        Called, by PortAudio's thread, when the stream has ended by itself.

    Attributes
    ----------
    name
        Full name of the device.
    trouble
        Why nothing plays, or empty.
    """

    def __init__(
        self, device: str, latency_s: float, timeline: Timeline, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self.name = device
        self.trouble = ""
        self._device = device
        self._latency_s = latency_s
        self._timeline = timeline
        self._clock = clock
        self._wake = wake
        self._stream: Any = None
        self._edge: Edge | None = None
        self._finished = False
        self._opened_s = 0.0
        self._opened_frame = 0
        self._last_callback_s = 0.0
        self._retry_s = 0.0
        self._failed_before = False
        self._wall_minus_mono_s = 0.0
        self._underflow = False

    # ------------------------------------------------------------------ seen and mended

    @property
    def open(self) -> bool:
        """Whether the device is open, and has kept time for a moment."""
        return self._stream is not None and self._clock.monotonic() - self._opened_s >= PROBE_S

    @property
    def to_open(self) -> bool:
        """Whether `look` is about to open the device, which may take long."""
        return self._stream is None and self._clock.monotonic() >= self._retry_s

    def look(self) -> None:
        """Open the device if it is not open; close what has died or keeps no time. Call it several times a second."""
        if self._stream is not None:
            why = self._why_dead()
            if not why:
                if self.open:
                    self.trouble, self._failed_before = "", False
                return
            self.trouble = why
            self._timeline.take_back(self._last_callback_s)
            self.close()
        if self.to_open:
            self._try_to_open()

    def _why_dead(self) -> str:
        now_s = self._clock.monotonic()
        stream = self._stream
        oldest_s = max(OLDEST_CALLBACK_S, 3 * self._latency_s)
        if self._finished or not stream.active or now_s - self._last_callback_s > oldest_s:
            return _("The sound device “{name}” fell silent. Check its cable and the sound server.").format(
                name=self.name
            )
        longest_s = 3 * (now_s - self._opened_s + max(self._latency_s, float(stream.latency)))
        if self._timeline.frame - self._opened_frame > longest_s * RATE:
            self._retry_s = now_s + RETRY_S
            return _(
                "The sound device “{name}” swallows sound without playing it. Name another in station.yaml."
            ).format(name=self.name)
        return ""

    def _try_to_open(self) -> None:
        try:
            if self._failed_before:
                look_for_devices_again()
            self._open()
        except OutputFailed as error:
            self.close()
            self.trouble, self._failed_before = error.message, True
            self._retry_s = self._clock.monotonic() + RETRY_S

    # ------------------------------------------------------------------ the stream

    def _open(self) -> None:
        sounddevice = load_sounddevice()
        self.name = find_device(self._device)
        sink = pulse_sink(self._device)
        if sink:
            os.environ["PULSE_SINK"] = sink
        failed: Exception | None = None
        for rate, channels in self._formats(sounddevice):
            try:
                self._open_as(sounddevice, rate, channels)
            except (sounddevice.PortAudioError, ValueError) as error:
                failed = failed or error
                self.close()
            else:
                return
        raise OutputFailed(
            _("The sound device “{name}” cannot be opened ({error}). Check that nothing else holds it.").format(
                name=self.name, error=failed
            )
        )

    def _formats(self, sounddevice: Any) -> Iterator[tuple[int, int]]:
        """Yield rate and channels, the best first: a card given one channel of two may play it on the left alone."""
        chosen = {"kind": "output"} if self._device == "default" else {"device": self.name}
        most = int(sounddevice.query_devices(**chosen)["max_output_channels"])
        channels = dict.fromkeys([min(2, most), 1, most])
        for rate in (RATE, *OTHER_RATES):
            for count in channels:
                yield rate, count

    def _open_as(self, sounddevice: Any, rate: int, channels: int) -> None:
        self._timeline.reset_clock()
        self._finished = False
        self._edge = Edge(rate, self._render)
        self._stream = sounddevice.OutputStream(
            samplerate=rate,
            channels=channels,
            dtype="float32",
            latency=self._latency_s,
            blocksize=0,
            device=None if self._device == "default" else self.name,
            callback=self._callback,
            finished_callback=self._ended,
        )
        self._start()

    def _start(self) -> None:
        self._opened_s = self._last_callback_s = self._clock.monotonic()
        self._opened_frame = self._timeline.frame
        self._stream.start()

    def _ended(self) -> None:
        self._finished = True
        self._wake()

    def _callback(self, out: Any, _frames: int, times: Any, status: Any) -> None:
        now_s = self._clock.monotonic()
        self._last_callback_s = now_s
        self._wall_minus_mono_s = wall_minus_mono(self._clock)
        self._underflow = bool(status.output_underflow)
        if self._edge is not None:
            self._edge.fill(out, self._dac_mono(times, now_s))

    def _render(self, out: Samples, dac_mono_s: float) -> None:
        self._timeline.render(out, dac_mono_s, self._wall_minus_mono_s, underflow=self._underflow)
        self._underflow = False

    def _dac_mono(self, times: Any, now_s: float) -> float:
        """Return the monotonic time of the block's first sample; the host's clock may be wall, monotonic or its own."""
        dac_s = float(times.outputBufferDacTime)
        current_s = float(times.currentTime)
        if abs(current_s - now_s) < SAME_CLOCK_S:
            return dac_s
        if abs(current_s - now_s - self._wall_minus_mono_s) < SAME_CLOCK_S:
            return dac_s - self._wall_minus_mono_s
        return now_s + dac_s - current_s

    def restart(self, place: Callable[[], None]) -> None:
        """Throw away the device's buffer, call `place`, and play on at once: a few milliseconds."""
        if self._stream is None:
            place()
            return
        error_type = load_sounddevice().PortAudioError
        with contextlib.suppress(error_type):
            self._stream.abort()
        self._timeline.take_back(self._clock.monotonic())
        place()
        self._finished = False
        if self._edge is not None:
            self._edge.empty()
        with contextlib.suppress(error_type):
            self._start()

    def close(self) -> None:
        """Close the device."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with contextlib.suppress(load_sounddevice().PortAudioError):
                stream.close(ignore_errors=True)
