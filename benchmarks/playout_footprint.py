"""What `loa run` takes of the machine: processor and memory, idle and playing, and how soon it is on the air."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from benchmarks.sound_recorder import cpu_s, process_memory_mb
from tests.playout.test_on_sound_server import RunningStation, station_folder
from tests.sound_server import sound_server

IDLE_S = 30.0
PLAYING_S = 10.0


def children(process_id: int) -> list[int]:
    """Return the child processes of a process."""
    found: list[int] = []
    for thread in Path(f"/proc/{process_id}/task").iterdir():
        found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def used(processes: dict[str, int], seconds: float) -> dict[str, float]:
    """Return the processor's share in percent that each process takes over `seconds`."""
    before = {name: cpu_s(process) for name, process in processes.items()}
    begin = time.monotonic()
    time.sleep(seconds)
    passed_s = time.monotonic() - begin
    return {name: round(100 * (cpu_s(process) - before[name]) / passed_s, 2) for name, process in processes.items()}


def footprint() -> None:
    """Run a small station on a sound server and look at its processes."""
    with tempfile.TemporaryDirectory() as scratch, sound_server(Path(scratch) / "pulse") as server:
        station = RunningStation(station_folder(Path(scratch) / "station"), server)
        station.loa("render")
        ready = []
        for turn in range(5):
            (station.folder / "run.txt").unlink(missing_ok=True)
            begin = time.perf_counter()
            station.start()
            assert station.process is not None
            while "default" not in (station.folder / "run.txt").read_text():
                assert station.process.poll() is None
                time.sleep(0.005)
            ready.append(time.perf_counter() - begin)
            if turn == 0:
                time.sleep(4)
                processes = {"station": station.process.pid, "player": children(station.process.pid)[0]}
                playing = used(processes, PLAYING_S)
                while json.loads(station.loa("status", "--json"))["on_air"]:
                    time.sleep(0.5)
                time.sleep(2)
                idle = used(processes, IDLE_S)
                memory = {name: process_memory_mb(process) for name, process in processes.items()}
            station.end()
    rss, pss = (round(sum(one[kind] for one in memory.values()), 1) for kind in (0, 1))
    print(
        json.dumps(
            {
                "measure": "footprint",
                "ready_s": {"median": round(sorted(ready)[2], 2), "max": round(max(ready), 2)},
                "playing_percent": playing | {"together": round(sum(playing.values()), 2)},
                "idle_percent": idle | {"together": round(sum(idle.values()), 2)},
                "rss_mb": {name: round(one[0], 1) for name, one in memory.items()} | {"together": rss},
                "pss_mb": {name: round(one[1], 1) for name, one in memory.items()} | {"together": pss},
            }
        ),
        flush=True,
    )
