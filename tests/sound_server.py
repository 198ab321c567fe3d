"""A real sound server without hardware: PulseAudio with one null sink, and a recorder on its monitor.

Each server has a folder and a socket of its own, so that two tests never mix into one sink. ``norewinds`` keeps the
idle sink from rendering two seconds ahead.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

RATE = 48_000
SINK = "loa"
FIRST = ("nice", "-n", "-11")  # where it may: a listener that dozes off on a busy machine hears gaps that nobody played
NEEDED = ("pulseaudio", "pactl", "parec")


@dataclass
class SoundServer:
    """A running server."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to play here."""
        return os.environ | {
            "PULSE_SERVER": f"unix:{self.folder}/native",
            "PULSE_SINK": SINK,
            "HOME": str(self.folder),
            "PULSE_RUNTIME_PATH": str(self.folder),
            "PULSE_STATE_PATH": str(self.folder),
        }

    def export(self) -> None:
        """Let this process itself play here, and what it starts."""
        os.environ.update(self.environment)

    def kill(self) -> None:
        """Kill it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @contextmanager
    def recording(self, target: Path, *, rate: int = RATE, channels: int = 1) -> Iterator[Path]:
        """Record what the loudspeaker would say into `target`: float32, mono at 48 kHz where nothing else is asked."""
        kind = ["--format=float32le", f"--rate={rate}", f"--channels={channels}", "--raw"]
        command = [*FIRST, "parec", "-d", f"{SINK}.monitor", *kind]
        with target.open("wb") as out:
            recorder = subprocess.Popen([*command, "--latency-msec=20"], stdout=out, env=self.environment)
        try:
            yield target
        finally:
            recorder.terminate()
            recorder.wait(10)


def start_sound_server(
    folder: Path, *, rate: int = RATE, sample_format: str = "float32le", channels: int = 1
) -> SoundServer:
    """Start a server in `folder`, its sink of that kind, and wait until it answers."""
    kind = f"format={sample_format} rate={rate} channels={channels}"
    (folder / "native").unlink(missing_ok=True)
    server = SoundServer(folder=folder, process=None)  # type: ignore[arg-type]
    server.process = subprocess.Popen(
        [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--high-priority=yes",
            "--realtime=no",
            f"--log-target=file:{folder}/log",
            "-L",
            f"module-native-protocol-unix auth-anonymous=1 socket={folder}/native",
            "-L",
            f"module-null-sink sink_name={SINK} {kind} norewinds=1",
        ],
        env=server.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(100):
        answer = subprocess.run(["pactl", "info"], env=server.environment, capture_output=True, check=False)
        if answer.returncode == 0:
            return server
        time.sleep(0.05)
    server.kill()
    pytest.fail(f"pulseaudio did not start: {(folder / 'log').read_text(errors='replace')[-500:]}")


@contextmanager
def sound_server(
    folder: Path, *, rate: int = RATE, sample_format: str = "float32le", channels: int = 1
) -> Iterator[SoundServer]:
    """Run a server in `folder`; skip the test where this machine has none."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} missing: sudo apt install pulseaudio pulseaudio-utils libasound2-plugins")
    folder.mkdir(parents=True, exist_ok=True)
    server = start_sound_server(folder, rate=rate, sample_format=sample_format, channels=channels)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(10)


def correlation(heard: NDArray[np.float32], expected: NDArray[np.float32]) -> tuple[float, int]:
    """Return the peak of the normalised cross-correlation and where in `heard` the expected sound begins.

    1 means: the same sound, sample by sample, but for its level.
    """
    size = 1 << (len(heard) + len(expected) - 1).bit_length()
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(expected, size))
    cross = np.fft.irfft(product, size)[: len(heard) - len(expected) + 1]
    energy = np.concatenate([[0.0], np.cumsum(heard.astype(np.float64) ** 2)])
    windows = energy[len(expected) :] - energy[: -len(expected)]
    normalised = cross / np.sqrt(np.maximum(windows, 1e-9) * float((expected.astype(np.float64) ** 2).sum()))
    best = int(np.argmax(normalised))
    return float(normalised[best]), best
