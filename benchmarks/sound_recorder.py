"""A recorder on a sound server's output that knows when each sample was heard, and finds sounds in what it heard."""

from __future__ import annotations

import itertools
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.sound_server import RATE, SINK, SoundServer

KNOT_S = 2.0
Samples = NDArray[np.float32]


class Recorder:
    """Records the monitor and notes when each piece arrived.

    A null sink renders a piece of 2 ms when the one before has been played, and hands it to the monitor at once: the first
    sample of a piece is heard when it arrives (and is noted 0.1 to 0.3 ms later, the way through the pipe). The time of a sample
    is the median of arrival minus place in the stream, over `KNOT_S`.
    """

    def __init__(self, server: SoundServer) -> None:
        kind = ["--format=float32le", f"--rate={RATE}", "--channels=1", "--raw", "--latency-msec=2"]
        self._process = subprocess.Popen(
            ["parec", "-d", f"{SINK}.monitor", *kind],  # noqa: S607
            stdout=subprocess.PIPE,
            env=server.environment,
            bufsize=0,
        )
        self._pieces: list[bytes] = []
        self._arrivals: list[tuple[int, float]] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        got = 0
        rest = b""
        while content := self._process.stdout.read(1 << 16):
            now = time.time()
            content = rest + content
            whole = len(content) // 4 * 4
            self._pieces.append(content[:whole])
            rest = content[whole:]
            self._arrivals.append((got, now))
            got += whole // 4

    def stop(self) -> Heard:
        """End the recording and return it."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        samples = np.frombuffer(b"".join(self._pieces), np.float32)
        return Heard(samples, np.array(self._arrivals))


class Heard:
    """A recording whose samples have wall times."""

    def __init__(self, samples: Samples, arrivals: NDArray[np.float64]) -> None:
        self.samples = samples
        places, times = arrivals[:, 0], arrivals[:, 1]
        starts = times - places / RATE
        knots = np.arange(0, places[-1] + RATE, KNOT_S * RATE)
        middles, offsets = [], []
        for low, high in itertools.pairwise(knots):
            inside = (places >= low) & (places < high)
            if inside.any():
                middles.append((low + high) / 2)
                offsets.append(np.median(starts[inside]))
        self._middles, self._offsets = np.array(middles), np.array(offsets)
        self.spread_ms = 1000 * float(np.percentile(np.abs(starts - np.interp(places, middles, offsets)), 95))

    def time_of(self, place: float) -> float:
        """Return when the sample at `place` was heard, POSIX seconds."""
        return float(np.interp(place, self._middles, self._offsets)) + place / RATE

    def place_of(self, at: float) -> int:
        """Return which sample was heard at POSIX time `at`."""
        place = (at - self._offsets[0]) * RATE
        return round((at - float(np.interp(place, self._middles, self._offsets))) * RATE)

    def find(self, sound: Samples, near: float, *, early_s: float = 0.3, late_s: float = 0.8) -> float | None:
        """Return the place at which `sound` begins around the place `near`, to a fraction of a sample; None if absent."""
        low = max(0, round(near - early_s * RATE))
        window = self.samples[low : round(near + late_s * RATE) + len(sound)].astype(np.float64)
        if len(window) < len(sound):
            return None
        size = 1 << (len(window) + len(sound)).bit_length()
        cross = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(sound, size)), size)[: len(window)]
        best = int(np.argmax(cross))
        if cross[best] < 0.3 * float(np.dot(sound, sound)):
            return None
        return float(low + best)


def noise(seconds: float, seed: int) -> Samples:
    """Return a sound that resembles no other."""
    return np.random.default_rng(seed).uniform(-0.3, 0.3, round(seconds * RATE)).astype(np.float32)


def process_memory_mb(process_id: int) -> tuple[float, float]:
    """Return RSS and PSS (shared pages counted by share) of a process, in MB."""
    status = Path(f"/proc/{process_id}/status").read_text()
    rollup = Path(f"/proc/{process_id}/smaps_rollup").read_text()
    rss = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    pss = next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(rss) / 1024, int(pss) / 1024


def cpu_s(process_id: int) -> float:
    """Return how much processor time a process has used."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
