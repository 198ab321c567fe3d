"""How fast a week of the example station is rehearsed: ``python -m benchmarks.rehearse``.

Prints one JSON line a figure. The baseline is the plain way to make the same sound: copying the same finished files,
block by block, into one file of the same format.
"""

from __future__ import annotations

import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import soundfile

from loa.ledger import Ledger, as_run
from loa.playout.health import OutputHealth
from loa.station.station import Station

ROOT = Path(__file__).parents[1]
DAYS = 7


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def resident_mb() -> float:
    """Return the memory that this process holds now (Linux; elsewhere 0)."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6 if statm.exists() else 0.0


def figure(name: str, value: float, unit: str, baseline: float | None) -> None:
    """Print one figure."""
    ratio = None if not baseline else round(value / baseline, 3)
    rounded = None if baseline is None else round(baseline, 3)
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "baseline": rounded, "ratio": ratio}))


def copy_plainly(paths: list[Path], target: Path) -> None:
    """Copy the sound of `paths` one after another into `target`."""
    with soundfile.SoundFile(target, "w", samplerate=48_000, channels=1, subtype="PCM_16") as out:
        for path in paths:
            with soundfile.SoundFile(path) as source:
                while len(block := source.read(48_000, dtype="float32")):
                    out.write(block)


def main() -> None:
    """Render, rehearse a week, and copy the same sound plainly."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "station"
        folder.mkdir()
        for name in ("scripts", "schedules", "audio"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("rendered"))
        shutil.copy(ROOT / "station.yaml", folder)
        with Station(folder) as station:
            station.audio_desk.render(on_done=lambda *_done: None)
            out = Path(scratch) / "rehearsal"

            memory_mb: list[tuple[float, float]] = []
            health: list[OutputHealth] = []

            def rehearse() -> None:
                made, _reports = station.machine_desk.rehearse(
                    first_day=date(2026, 11, 23),
                    days=DAYS,
                    out=out,
                    on_progress=lambda share: memory_mb.append((share, resident_mb())),
                )
                health.append(made.health)

            rehearsed_s = timed(rehearse)
            audio = station.contents().audio
            with Ledger(out / "log" / "ledger.sqlite", station.clock) as ledger:
                records = list(as_run(ledger.rows()))
        paths = [
            audio[str(item["name"])].path
            for record in records
            if record.outcome
            for item in record.planned_items
            if item["name"]
        ]
        played_s = sum(record.played_s for record in records)
        plain_s = timed(lambda: copy_plainly(paths, Path(scratch) / "plain.flac"))
    figure("rehearse a week", rehearsed_s, "s", plain_s)
    figure("underruns", health[0].underflows, "", None)
    figure("starved by the disk", health[0].starved_frames / 48_000, "s", None)
    figure("clipped", health[0].clipped_frames, "frames", None)
    first_day = [mb for share, mb in memory_mb if share <= 1 / DAYS]
    last_day = [mb for share, mb in memory_mb if 1 - 1 / DAYS <= share < 1]
    figure("memory, highest of the last day", max(last_day), "MB", max(first_day))
    figure("rehearse speed", played_s / rehearsed_s, "x real time", played_s / plain_s)


if __name__ == "__main__":
    main()
