"""How exactly playout plays, beside what others use: ``python -m benchmarks.playout [MEASURE...] [--events N]``.

Measures: onset (start error and gap, one core kept busy), emergency (from the call to the first sample), recovery (silence
after a killed sound server, a killed and a stopped player), footprint (of ``loa run``), replacements (what a hundred dead
players leave behind). All of them, where none is named. ``--soak 2h`` plays on for that long instead, and counts underruns
and memory. ``--plot FILE.svg`` draws the onset errors.

The listener is a recorder on the monitor of a PulseAudio null sink (`benchmarks.sound_recorder`): no DAC, no card. Its times
are right to about 0.3 ms, the way through the pipe that makes every sound look late; ``recorder spread`` is how much they
scatter. All play the same files through the same server, one after another, in one
run: all at their own defaults.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.playout_faults import recovery, replacements, soak
from benchmarks.playout_footprint import footprint
from benchmarks.playout_plot import draw
from benchmarks.playout_rivals import Files, Liquidsoap, missing, rival
from benchmarks.sound_recorder import Recorder, noise
from tests.sound_server import RATE, SoundServer, sound_server

RIVALS = ("loa", "aplay script", "APScheduler + sd.play", "Liquidsoap")
EVERY_S = 1.6
FIRST_S, SECOND_S, URGENT_S = 0.5, 0.4, 0.3
MEASURES = ("onset", "emergency", "recovery", "footprint", "replacements")


@contextmanager
def busy_core() -> Iterator[None]:
    """Keep one core busy."""
    hog = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        hog.kill()
        hog.wait()


def files_in(folder: Path) -> Files:
    """Write the items."""
    paths = {}
    for seed, (name, seconds) in enumerate(
        (("first", FIRST_S), ("second", SECOND_S), ("long", 6), ("urgent", URGENT_S))
    ):
        paths[name] = folder / f"{name}.wav"
        soundfile.write(paths[name], noise(seconds, seed), RATE, subtype="PCM_16")
    return Files(**paths)


def spread(values: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and greatest of absolute values."""
    sizes = np.abs(values)
    return {
        "median": round(float(np.median(values)), 2),
        "p95": round(float(np.percentile(sizes, 95)), 2),
        "max": round(float(sizes.max()), 2),
    }


def onset(server: SoundServer, files: Files, events: int) -> dict[str, list[float]]:
    """Let every player start two items at given times; return the start errors in ms, by player."""
    errors: dict[str, list[float]] = {}
    for name in RIVALS:
        if missing(name):
            print(json.dumps({"measure": "onset", "player": name, "missing": missing(name)}))
            continue
        with rival(name, files, server) as player, busy_core():
            recorder = Recorder(server)
            begin = time.time() + 1.5
            jitter = np.random.default_rng(7).uniform(0, 0.1, events)
            times = [begin + number * EVERY_S + float(jitter[number]) for number in range(events)]
            player.play_at(times)
            time.sleep(max(0.0, times[-1] + 2.5 - time.time()))
            heard = recorder.stop()
        starts, gaps, tails, absent = [], [], [], 0
        for at in times:
            near = heard.place_of(at)
            first = heard.find(noise(FIRST_S, 0), near)
            second = heard.find(noise(SECOND_S, 1), near + FIRST_S * RATE)
            if first is None or second is None:
                absent += 1
                continue
            starts.append(1000 * (heard.time_of(first) - at))
            gaps.append(second - first - FIRST_S * RATE)
            tail = heard.find(
                noise(SECOND_S, 1)[-RATE // 50 :], second + (SECOND_S - 0.02) * RATE, early_s=0.005, late_s=0.01
            )
            tails.append(tail is None)
        errors[name] = starts
        print(
            json.dumps(
                {
                    "measure": "onset",
                    "player": name,
                    "events": len(starts),
                    "absent": absent,
                    "error_ms": spread(starts),
                    "gap_samples": spread(gaps),
                    "tails_cut": sum(tails),
                    "recorder_spread_ms": round(heard.spread_ms, 2),
                }
            ),
            flush=True,
        )
    return errors


def emergency(server: SoundServer, files: Files, events: int) -> None:
    """Interrupt a running item with every player; measure from the call to the first sample."""
    for name in RIVALS:
        if missing(name):
            continue
        with rival(name, files, server) as player, busy_core():
            recorder = Recorder(server)
            time.sleep(0.3)
            asked = []
            pauses = np.random.default_rng(8).uniform(0.5, 0.7, events)
            for pause in pauses:
                player.play_long()
                time.sleep(float(pause))
                asked.append(player.cut_in())
                time.sleep(URGENT_S + 0.6)
                if isinstance(player, Liquidsoap):
                    player.skip()
                    time.sleep(0.4)
            heard = recorder.stop()
        places = [(at, heard.find(noise(URGENT_S, 3), heard.place_of(at), early_s=0.1, late_s=0.6)) for at in asked]
        delays = [1000 * (heard.time_of(place) - at) for at, place in places if place is not None]
        print(
            json.dumps(
                {
                    "measure": "emergency",
                    "player": name,
                    "events": len(delays),
                    "absent": len(asked) - len(delays),
                    "call_to_sound_ms": spread(delays),
                }
            ),
            flush=True,
        )


def seconds_of(text: str) -> float:
    """Return the seconds of a length such as 20m or 2h."""
    return float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measures", nargs="*", choices=[*MEASURES, []])
    parser.add_argument("--events", type=int, default=24)
    parser.add_argument("--soak", type=seconds_of)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    wanted = arguments.measures or MEASURES
    with tempfile.TemporaryDirectory() as scratch, sound_server(Path(scratch) / "pulse") as server:
        files = files_in(Path(scratch))
        server.export()
        if arguments.soak:
            soak(server, files, arguments.soak)
            return
        if "onset" in wanted:
            errors = onset(server, files, arguments.events)
            if arguments.plot:
                draw(errors, arguments.plot)
        if "emergency" in wanted:
            emergency(server, files, arguments.events)
        if "recovery" in wanted:
            recovery(server, Path(scratch))
        if "replacements" in wanted:
            replacements(files, 100)
    if "footprint" in wanted:
        footprint()


if __name__ == "__main__":
    main()
