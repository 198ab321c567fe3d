"""The players that are compared: ours, a shell script, APScheduler with sounddevice, and Liquidsoap."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from loa.clock import SystemClock
from loa.playout import SoundDeviceOutput
from loa.playout.part import Part, Sound
from loa.sound_settings import OutputSettings
from tests.sound_server import SoundServer

LATENCY_S = OutputSettings().latency_s


@dataclass(frozen=True)
class Files:
    """Two items of a broadcast, a long one, and an emergency."""

    first: Path
    second: Path
    long: Path
    urgent: Path


class Rival(Protocol):
    """Plays two items at given times, and cuts in."""

    def play_at(self, times: list[float]) -> None:
        """Let both items be played at each of these POSIX times; return at once or when it is over."""

    def play_long(self) -> None:
        """Begin what is to be interrupted."""

    def cut_in(self) -> float:
        """Let the emergency be heard now; return the POSIX time at which it was asked for."""


def part(path: Path, number: int, *, at: float | None = None) -> Part:
    """Return a part of a WAV file."""
    frames = (path.stat().st_size - 44) // 2
    return Part(part_id=f"{path.stem}{number}", sound=Sound(path=path, frames=frames), wall_start_s=at)


class Loa:
    """This player."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.output = SoundDeviceOutput("default", LATENCY_S, SystemClock())
        self.output.open()
        self._count = 0

    def play_at(self, times: list[float]) -> None:
        for at in times:
            self._count += 1
            self.output.add([part(self._files.first, self._count, at=at), part(self._files.second, self._count)])

    def play_long(self) -> None:
        self._count += 1
        self.output.add([part(self._files.long, self._count)])

    def cut_in(self) -> float:
        asked = time.time()
        self.output.interrupt(frozenset({f"long{self._count}"}), [part(self._files.urgent, self._count)])
        return asked


class Shell:
    """A shell script that sleeps until the time and plays each item with aplay."""

    def __init__(self, files: Files, server: SoundServer) -> None:
        self._files = files
        self._environment = server.environment
        self._playing: subprocess.Popen[bytes] | None = None

    def play_at(self, times: list[float]) -> None:
        script = (
            'for at in "${@:3}"; do now=$(date +%s.%N); sleep "$(echo "$at - $now" | bc -l)"; '
            'aplay -q "$1"; aplay -q "$2"; done'
        )
        words = [str(self._files.first), str(self._files.second), *(f"{at:.6f}" for at in times)]
        self._playing = subprocess.Popen(["bash", "-c", script, "bash", *words], env=self._environment)  # noqa: S607

    def play_long(self) -> None:
        self._playing = subprocess.Popen(["aplay", "-q", str(self._files.long)], env=self._environment)  # noqa: S607

    def cut_in(self) -> float:
        asked = time.time()
        assert self._playing is not None
        self._playing.kill()
        self._playing = subprocess.Popen(["aplay", "-q", str(self._files.urgent)], env=self._environment)  # noqa: S607
        return asked


SCHEDULED = """
import sys, time, datetime, threading
import sounddevice as sd, soundfile as sf
from apscheduler.schedulers.background import BackgroundScheduler
first, second, long, urgent = (sf.read(path, dtype="float32") for path in sys.argv[1:5])
def play():
    for samples, rate in (first, second):
        sd.play(samples, rate)
        sd.wait()
scheduler = BackgroundScheduler()
scheduler.start()
for line in sys.stdin:
    word, *times = line.split()
    if word == "at":
        for at in times:
            scheduler.add_job(play, "date", run_date=datetime.datetime.fromtimestamp(float(at)).astimezone())
    elif word == "long":
        sd.play(*long)
    else:
        sd.stop()
        sd.play(*urgent)
"""


class Scheduled:
    """APScheduler's jobs call sd.play, as most scripts do that one finds."""

    def __init__(self, files: Files, server: SoundServer) -> None:
        paths = [str(path) for path in (files.first, files.second, files.long, files.urgent)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCHEDULED, *paths], stdin=subprocess.PIPE, text=True, env=server.environment
        )
        time.sleep(1)

    def _say(self, words: str) -> float:
        asked = time.time()
        assert self.process.stdin is not None
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        return asked

    def play_at(self, times: list[float]) -> None:
        self._say("at " + " ".join(f"{at:.6f}" for at in times))

    def play_long(self) -> None:
        self._say("long")

    def cut_in(self) -> float:
        return self._say("urgent")


LIQUIDSOAP = """
settings.init.allow_root.set(true)
settings.server.telnet.set(true)
settings.server.telnet.port.set({port})
settings.log.stdout.set(false)
settings.frame.audio.samplerate.set(48000)
settings.frame.audio.channels.set(1)
q = request.queue(id="q")
e = request.queue(id="e")
output.pulseaudio(id="out", fallback(track_sensitive=false, [e, q, blank()]))
"""


class Liquidsoap:
    """Liquidsoap with a queue for broadcasts and one for emergencies, told by its telnet server at the time."""

    def __init__(self, files: Files, server: SoundServer) -> None:
        self._files = files
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        script = server.folder / "station.liq"
        script.write_text(LIQUIDSOAP.format(port=port))
        self.process = subprocess.Popen(
            ["liquidsoap", str(script)],  # noqa: S607
            env=server.environment,
            stdout=(server.folder / "liquidsoap.txt").open("w"),
            stderr=subprocess.STDOUT,
        )
        for _try in range(100):
            time.sleep(0.1)
            try:
                self._telnet = socket.create_connection(("127.0.0.1", port))
            except OSError:
                continue
            break
        else:
            raise RuntimeError((server.folder / "liquidsoap.txt").read_text()[-500:])
        time.sleep(2)

    def _push(self, queue: str, path: Path) -> None:
        self._telnet.sendall(f"{queue}.push {path}\n".encode())

    def play_at(self, times: list[float]) -> None:
        for at in times:
            time.sleep(max(0.0, at - time.time()))
            self._push("q", self._files.first)
            self._push("q", self._files.second)

    def play_long(self) -> None:
        self._push("q", self._files.long)

    def cut_in(self) -> float:
        asked = time.time()
        self._push("e", self._files.urgent)
        return asked

    def skip(self) -> None:
        """End what is left of the interrupted item."""
        self._telnet.sendall(b"q.skip\n")


def missing(name: str) -> str:
    """Return what this machine lacks for a rival, or an empty text."""
    needed = {"aplay script": ("aplay", "bc"), "Liquidsoap": ("liquidsoap",)}.get(name, ())
    return ", ".join(program for program in needed if shutil.which(program) is None)


@contextmanager
def rival(name: str, files: Files, server: SoundServer) -> Iterator[Rival]:
    """Start a player, and end it afterwards."""
    if name == "loa":
        loa = Loa(files)
        yield loa
        loa.output.close()
    elif name == "aplay script":
        yield Shell(files, server)
    else:
        made = Scheduled(files, server) if name == "APScheduler + sd.play" else Liquidsoap(files, server)
        yield made
        made.process.kill()
        made.process.wait()
    time.sleep(0.5)
