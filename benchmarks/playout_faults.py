"""What faults cost a listener: silence, misplaced sound, and what dead players leave behind; and a soak."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.playout_rivals import LATENCY_S, Files, part
from benchmarks.sound_recorder import Recorder, noise, process_memory_mb
from loa.clock import SystemClock
from loa.playout import SoundDeviceOutput
from loa.playout.part import Ended, Part, Sound
from tests.sound_server import RATE, SoundServer, start_sound_server

ROUNDS = 6
ITEM_S = 6.0
WAIT_S = 30.0


def until(seen: Callable[[], bool]) -> None:
    """Poll until `seen`."""
    end = time.monotonic() + WAIT_S
    while not seen():
        assert time.monotonic() < end, "never seen"
        time.sleep(0.005)


def until_over(output: SoundDeviceOutput) -> None:
    """Poll until the item has ended."""
    until(lambda: any(isinstance(output.events.popleft(), Ended) for _event in range(len(output.events))))


def player_of(output: SoundDeviceOutput) -> int:
    """Return the process id of the player, -1 between two of them."""
    return output.player_id or -1


def recovery(server: SoundServer, folder: Path) -> None:
    """Break the player and the sound server in the middle of an item, and listen."""
    samples = noise(ITEM_S, 9)
    path = folder / "item.wav"
    soundfile.write(path, samples, RATE, subtype="PCM_16")
    output = SoundDeviceOutput("default", LATENCY_S, SystemClock())
    output.open()
    faults = {"player killed (SIGKILL)": signal.SIGKILL, "player stopped (SIGSTOP)": signal.SIGSTOP}
    for name, how in faults.items():
        silences, misplaced = [], []
        for number in range(ROUNDS):
            recorder = Recorder(server)
            output.add([Part(part_id=f"{name}{number}", sound=Sound(path=path, frames=len(samples)))])
            time.sleep(1.5 + 0.1 * number)
            os.kill(player_of(output), how)
            until_over(output)
            time.sleep(0.3)
            heard = recorder.stop()
            loud = np.flatnonzero(np.abs(heard.samples) > 1e-3)
            silences.append(float(np.diff(loud).max()) / RATE)
            begins = heard.find(samples[:RATE], float(loud[0]))
            tail = heard.find(samples[-RATE:], float(loud[-1] - RATE), early_s=1, late_s=0.2)
            assert begins is not None
            assert tail is not None
            misplaced.append(1000 * (tail - begins - (len(samples) - RATE)) / RATE)
        tell("recovery", name, silences, misplaced)
    server_killed(server, output, path, len(samples))
    output.close()


def server_killed(server: SoundServer, output: SoundDeviceOutput, path: Path, frames: int) -> None:
    """Kill the sound server for a second in the middle of an item; silence counts from its return."""
    silences = []
    for number in range(ROUNDS):
        output.add([Part(part_id=f"server{number}", sound=Sound(path=path, frames=frames))])
        time.sleep(1.5)
        server.kill()
        time.sleep(1.0)
        server.process = start_sound_server(server.folder).process
        back_s = time.monotonic()
        recorder = Recorder(server)
        until(lambda: bool(output.health().peak_dbfs > -40 and output.playing))
        until_over(output)
        time.sleep(0.2)
        heard = recorder.stop()
        loud = np.flatnonzero(np.abs(heard.samples) > 1e-3)
        back_wall_s = back_s - time.monotonic() + time.time()
        silences.append(heard.time_of(float(loud[0])) - back_wall_s)
    tell("recovery", "sound server killed for 1 s (silence after its return)", silences, [])


def tell(measure: str, name: str, silences_s: list[float], misplaced_ms: list[float]) -> None:
    """Print one line."""
    line = {
        "measure": measure,
        "fault": name,
        "rounds": len(silences_s),
        "silence_s": {"median": round(float(np.median(silences_s)), 2), "max": round(max(silences_s), 2)},
    }
    if misplaced_ms:
        line["misplaced_ms"] = {
            "median": round(float(np.median(misplaced_ms)), 1),
            "max": round(float(np.abs(misplaced_ms).max()), 1),
        }
    print(json.dumps(line), flush=True)


def replacements(files: Files, times: int) -> None:
    """Kill the player again and again: count files, threads and memory."""
    output = SoundDeviceOutput("default", LATENCY_S, SystemClock())
    output.open()

    def left() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208

    before, memory = left(), process_memory_mb(os.getpid())[0]
    for number in range(times):
        player = player_of(output)
        os.kill(player, signal.SIGKILL)
        output._started_s = 0.0  # noqa: SLF001 - its pauses are not what is measured
        until(lambda gone=player: output.playing and player_of(output) not in {gone, -1})  # type: ignore[misc]
        if number == 0:
            output.add([part(files.first, 0)])
    print(
        json.dumps(
            {
                "measure": "replacements",
                "times": times,
                "files_and_threads_before": before,
                "files_and_threads_after": left(),
                "memory_grew_mb": round(process_memory_mb(os.getpid())[0] - memory, 1),
            }
        )
    )
    output.close()


def soak(server: SoundServer, files: Files, seconds: float) -> None:
    """Play without end at the default buffer: underruns, starved frames, and memory at the beginning and the end."""
    output = SoundDeviceOutput("default", LATENCY_S, SystemClock())
    output.open()
    begin = time.monotonic()
    number = 0
    ended = 0
    lost = 0
    memory: list[tuple[float, float]] = []
    while time.monotonic() - begin < seconds:
        while number - ended < 4:
            number += 1
            output.add([part(files.long, number)])
        while output.events:
            event = output.events.popleft()
            if isinstance(event, Ended):
                ended += 1
                lost += event.lost_frames
        if len(memory) < (time.monotonic() - begin) // 30 + 1:
            memory.append((process_memory_mb(player_of(output))[0], process_memory_mb(os.getpid())[0]))
        time.sleep(0.5)
    health = output.health()
    output.close()
    third = max(1, len(memory) // 3)
    print(
        json.dumps(
            {
                "measure": "soak",
                "seconds": round(seconds),
                "buffer_s": LATENCY_S,
                "items": ended,
                "underruns": health.underflows,
                "starved_frames": health.starved_frames,
                "lost_frames": lost,
                "player_rss_mb": [
                    round(float(np.mean([one[0] for one in memory[part_]])), 1)
                    for part_ in (slice(third), slice(-third, None))
                ],
                "server_alive": server.process.poll() is None,
            }
        )
    )
