"""What the console costs: its pages, its memory, and above all the broadcasts beside it.

    python -m benchmarks.console [--load-only | --pages-only]

prints one JSON line for each figure: name, value, unit, baseline, ratio (value / baseline). Broadcasts are played on a
real sound server (PulseAudio with a null sink); what is heard is recorded there. The load is 200
panels that stay open and 50 requests a second; the baseline is the same station with ``console.enabled: no``, then one
with a console that nobody uses.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import soundfile

from benchmarks.ledger import fill
from benchmarks.sound_recorder import Recorder, noise
from loa.clock import SystemClock, VirtualClock
from loa.console.app import all_routes
from loa.console.sessions import COOKIE, Sessions
from loa.ledger import Ledger
from loa.sound import FinishedAudio
from loa.station.accounts import Account, Accounts, Role
from loa.station.folder import StationFolder
from loa.station.station import Station
from tests.console.running_station import ZONE, free_port
from tests.sound_server import RATE, sound_server
from tests.station.mini_station import mini_station, write

ROOT = Path(__file__).parents[1]
PANELS, REQUESTS_PER_S = 200, 50
BROADCASTS, EVERY_S, LEAD_S = 12, 5, 15
ROWS_A_DAY, YEARS = 40, 10


def show(name: str, value: float, unit: str, baseline: float) -> None:
    """Print one figure."""
    ratio = round(value / baseline, 3) if baseline else None
    print(
        json.dumps(
            {"name": name, "value": round(value, 4), "unit": unit, "baseline": round(baseline, 4), "ratio": ratio}
        ),
        flush=True,
    )


def station_in(folder: Path, *, console: str, device: str) -> Path:
    """Make a station without quiet hours that matter, with a queue of short recordings a few seconds apart."""
    mini_station(folder)
    quiet = datetime.now(ZONE) + timedelta(hours=11)
    settings = (folder / "station.yaml").read_text(encoding="utf-8")
    settings = settings.replace("device: file", f"device: {device}").replace("enabled: no", console)
    settings = settings.replace("station_check: chao\n", "")
    settings += f'air_rules:\n  quiet_hours: ["{quiet:%H:%M}-{quiet + timedelta(minutes=1):%H:%M}"]\n'
    write(folder, "station.yaml", settings)
    return folder


def queue(folder: Path) -> list[datetime]:
    """Give each broadcast its second; return them."""
    first = datetime.now(ZONE).replace(microsecond=0) + timedelta(seconds=LEAD_S)
    times = [first + timedelta(seconds=EVERY_S * number) for number in range(BROADCASTS)]
    lines = ["queue:"]
    for number, at in enumerate(times):
        lines += [f"  - id: q{number}", "    bulletin: mot", f'    at: "{at.isoformat()}"']
        lines += [f'    added_at: "{first.isoformat()}"', "    added_by: Hoa"]
    write(folder, "schedules/queue.yaml", "\n".join(lines) + "\n")
    return times


@contextmanager
def running(folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the station."""
    command = [sys.executable, "-m", "loa", "-C", str(folder), "run"]
    log = (folder / "screen.txt").open("wb")
    process = subprocess.Popen(command, env=environment | {"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log, cwd=folder)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()


def cookie(folder: Path) -> str:
    """Return the cookie of an administrator's session."""
    accounts = Accounts(StationFolder(folder).accounts, SystemClock())
    with accounts.opened() as db:
        db.execute("INSERT OR IGNORE INTO account VALUES ('hoa', 'Hoa', 'admin', 'x', 0)")
    return Sessions(accounts, SystemClock()).begin(Account(login="hoa", person="Hoa", role=Role.ADMIN))[0]


# ---------------------------------------------------------------------- load


async def load(port: int, session: str, until_s: float, seen: dict[str, int]) -> None:
    """Keep 200 panels open and ask for 50 pages a second."""

    async def panel() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /song HTTP/1.1\r\nHost: x\r\nCookie: {COOKIE}={session}\r\n\r\n".encode())
        while time.monotonic() < until_s:
            got = await reader.read(65536)
            seen["events"] += got.count(b"event: state")
        writer.close()

    async def ask(path: str) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {COOKIE}={session}\r\n\r\n".encode()
            )
            answer = await reader.read()
            seen["pages"] += answer.startswith(b"HTTP/1.1 200")
            writer.close()
        except OSError:
            seen["failed"] += 1

    tasks = [asyncio.create_task(panel()) for _ in range(PANELS)]
    paths = ["/", "/khan-cap", "/tram", "/dang-nhap"]
    number = 0
    while time.monotonic() < until_s:
        tasks.append(asyncio.create_task(ask(paths[number % len(paths)])))
        number += 1
        await asyncio.sleep(1 / REQUESTS_PER_S)
    await asyncio.gather(*tasks, return_exceptions=True)


def onset_errors_ms(name: str, *, console: str, loaded: bool) -> list[float]:
    """Return how far from its second each broadcast is heard, in milliseconds, recorded at the sound server."""
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch, sound_server(Path(scratch) / "sound") as server:
        folder = station_in(Path(scratch) / name, console=console.format(port=port), device="default")
        soundfile.write(folder / "audio" / "mot.wav", noise(2.0, 5), RATE)
        with Station(folder) as station:
            station.approve(["mot"], person="Hoa")
            finished = station.audio_desk.render(["mot"], on_done=lambda _job, _outcome: None)["mot"]
        if not isinstance(finished, FinishedAudio):
            raise finished
        session = cookie(folder)
        times = queue(folder)
        end_s = time.monotonic() + LEAD_S + BROADCASTS * EVERY_S
        recorder = Recorder(server)
        with running(folder, dict(server.environment)):
            if loaded:
                while f":{port}" not in (folder / "screen.txt").read_text(encoding="utf-8"):
                    time.sleep(0.1)
                began_s, seen = time.monotonic(), {"events": 0, "pages": 0, "failed": 0}
                asyncio.run(load(port, session, end_s, seen))
                took_s = time.monotonic() - began_s
                show("load: states delivered to 200 panels", seen["events"] / took_s, "1/s", PANELS)
                show("load: pages answered", seen["pages"] / took_s, "1/s", REQUESTS_PER_S)
            else:
                time.sleep(max(0.0, end_s - time.monotonic()))
        heard = recorder.stop()
        sound = soundfile.read(finished.path, dtype="float32")[0][: RATE // 2]
        places = [(at.timestamp(), heard.find(sound, heard.place_of(at.timestamp()))) for at in times]
    found = sorted(1000 * abs(heard.time_of(place) - at) for at, place in places if place is not None)
    show(f"broadcasts heard, {name}", len(found), "", BROADCASTS)
    return found


def precision() -> None:
    """Compare the broadcasts' beginnings without a console, with an idle one, and with one under load."""
    without = onset_errors_ms("without", console="enabled: no", loaded=False)
    idle = onset_errors_ms("idle", console="port: {port}", loaded=False)
    loaded = onset_errors_ms("loaded", console="port: {port}", loaded=True)
    for what, taken in (("idle console", idle), ("200 panels, 50 requests/s", loaded)):
        show(f"onset error, {what}: median of {len(taken)}", median(taken), "ms", median(without))
        show(f"onset error, {what}: worst of {len(taken)}", taken[-1], "ms", without[-1])


# ---------------------------------------------------------------------- pages


async def fetched(port: int, path: str, session: str) -> tuple[float, bytes]:
    """Return the seconds that a page takes, and its packed bytes."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: gzip\r\nCookie: {COOKIE}={session}\r\n\r\n"
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    if not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 303", b"HTTP/1.1 422")):
        raise SystemExit(f"{path}: {answer[:200]!r}")
    return time.perf_counter() - began, answer.partition(b"\r\n\r\n")[2]


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def children(pid: int) -> list[int]:
    """Return the consoles among the children of a process."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(one) for one in found if b"loa.console" in Path(f"/proc/{one}/cmdline").read_bytes()]


def pages() -> None:
    """Measure first page, every page on ten years of log, memory, and the lag of the panel."""
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch:
        folder = station_in(Path(scratch) / "station", console=f"port: {port}", device="file")
        (folder / "log").mkdir()
        then = VirtualClock(SystemClock().now() - timedelta(days=365 * YEARS + 1))
        with Ledger(folder / "log" / "ledger.sqlite", then) as ledger:
            fill(ledger, then, ROWS_A_DAY * 365 * YEARS)
        session = cookie(folder)
        with running(folder, dict(os.environ)) as process:
            while f":{port}" not in (folder / "screen.txt").read_text(encoding="utf-8"):
                time.sleep(0.1)
            time.sleep(1)
            console = children(process.pid)[0]
            show("memory of the idle console", memory_mb(console), "MB", 60)
            cold, page = asyncio.run(fetched(port, "/", session))
            show("first page, cold", 1000 * cold, "ms", 100)
            linked = re.findall(rb'(?:href|src)="(/static/[^"]+)"', gzip.decompress(page))
            whole = len(page) + sum(len(asyncio.run(fetched(port, one.decode(), session))[1]) for one in linked)
            show("first page with style and scripts, packed", whole / 1000, "kB", 60)
            for route in all_routes():
                if route.method == "GET" and route.right is not None and "{" not in route.path:
                    first = asyncio.run(fetched(port, route.path, session))[0]
                    taken = [asyncio.run(fetched(port, route.path, session))[0] for _ in range(5)]
                    show(f"page {route.path} on {YEARS} years of log", 1000 * median(taken), "ms", 300)
                    show(f"page {route.path} on {YEARS} years of log, first time", 1000 * first, "ms", 300)
            show("memory of the console after every page", memory_mb(console), "MB", memory_mb(process.pid))


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--load-only", action="store_true")
    parser.add_argument("--pages-only", action="store_true")
    asked = parser.parse_args()
    if not asked.load_only:
        pages()
    if not asked.pages_only:
        precision()


if __name__ == "__main__":
    main()
