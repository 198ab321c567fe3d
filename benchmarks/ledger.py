"""How fast the ledger writes, how fast ten years of it are checked, and how fast a day is found in them.

    python -m benchmarks.ledger [--rows N] [--folder DIR]

prints one JSON line for each figure: name, value, unit, baseline, ratio (value / baseline). Baselines are measured in
the same run on the same disk: a plain INSERT with the same pragmas, a bare hashlib loop over the same bytes, and a search
without an index. Inserts alternate in rounds, so that a slow disk is slow for both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from loa.clock import SystemClock, VirtualClock
from loa.ledger import EnduringLedger, Entry, Ledger, RowKind, as_run, instant_text

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_DAY = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)
ITEM: dict[str, Any] = {
    "item": "cchc-mot-cua-lien-thong",
    "kind": "bulletin",
    "title": "Giải quyết thủ tục theo cơ chế một cửa liên thông",
    "topic": "cchc",
    "genre": "article",
    "language": "vi",
    "author": "Ban Biên tập",
    "text_hash": "ab" * 32,
    "approved_by": "Lê Thị Duyệt",
    "queue_id": "",
    "problem": "",
    "voice": "espeak:south",
    "audio_sha256": "cd" * 32,
    "started_at": "2026-11-22T22:30:00.000000Z",
    "planned_s": 120.0,
    "played_s": 120.0,
    "lost_s": 0.0,
}


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def show(name: str, value: float, unit: str, baseline: float) -> None:
    """Print one figure."""
    figures = {"name": name, "value": round(value, 4), "unit": unit, "baseline": round(baseline, 4)}
    print(json.dumps(figures | {"ratio": round(value / baseline, 3)}), flush=True)


def inserts(folder: Path, rounds: int = 9, each: int = 200) -> None:
    """Measure durable rows per second: one transaction for each row, WAL, synchronous=FULL."""
    plain = sqlite3.connect(folder / "plain.sqlite", isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("PRAGMA synchronous=FULL")
    plain.execute("CREATE TABLE rows (seq INTEGER PRIMARY KEY, data TEXT NOT NULL)")
    text = json.dumps(ITEM, ensure_ascii=False)

    def plain_round() -> None:
        for _row in range(each):
            plain.execute("BEGIN IMMEDIATE")
            plain.execute("INSERT INTO rows (data) VALUES (?)", (text,))
            plain.execute("COMMIT")

    with (
        Ledger(folder / "inserts.sqlite", SystemClock()) as ledger,
        EnduringLedger(folder / "station" / "inserts.sqlite", SystemClock()) as enduring,
    ):

        def round_of(which: Ledger) -> None:
            for _row in range(each):
                which.append(RowKind.ITEM, ITEM, broadcast="sang@2026-11-22T22:30:00+07:00")

        took = [
            (seconds(lambda: round_of(ledger)), seconds(lambda: round_of(enduring)), seconds(plain_round))
            for _round in range(rounds)
        ]
    ours, stations, theirs = (each / median(three[side] for three in took) for side in range(3))
    show("ledger durable inserts", ours, "rows/s", theirs)
    show("ledger durable inserts of a running station", stations, "rows/s", theirs)
    plain.close()


def fill(ledger: Ledger, clock: VirtualClock, rows: int) -> None:
    """Write ten years' worth of rows, 40 for each day in one transaction, and a signature a day."""
    for _day in range(rows // 40):
        entries: list[Entry] = []
        for number in range(8):
            planned_at = instant_text(clock.now() + timedelta(hours=number))
            key = f"sang-{number}@{(clock.now() + timedelta(hours=number)).astimezone(ZONE).isoformat(timespec='seconds')}"
            plan = {"slot": "sang", "programme": "ban-tin", "title": "Bản tin buổi sáng", "priority": "normal"}
            plan |= {"planned_at": planned_at, "planned_s": 120.0, "items": [{"name": ITEM["item"]}]}  # type: ignore[dict-item]
            closed = {"outcome": "aired", "reason": "as-planned", "note": "", "played_s": 120.0, "ended_at": planned_at}
            for kind, data in (
                (RowKind.PLANNED, plan),
                (RowKind.INTENT, {"heard": True, "output": "default"}),
                (RowKind.STARTED, {"started_at": planned_at, "lateness_s": 0.01}),
                (RowKind.ITEM, ITEM),
                (RowKind.CLOSED, closed),
            ):
                entries.append(Entry(kind=kind, data=data, broadcast=key))
        ledger.append_all(entries)
        ledger.anchor("day")
        clock.advance(86_400)


def verification(ledger: Ledger) -> None:
    """Measure rows per second of `verify` beside a loop that only hashes as many bytes."""
    stored = list(ledger._db.execute("SELECT at, kind, broadcast, previous_hash, data FROM ledger ORDER BY seq"))  # noqa: SLF001
    texts = ["".join(map(str, row)).encode() for row in stored]

    def bare() -> None:
        for text in texts:
            hashlib.sha256(text).hexdigest()

    took = [(seconds(ledger.verify), seconds(bare)) for _round in range(5)]
    ours, theirs = (len(stored) / median(pair[side] for pair in took) for side in (0, 1))
    show(f"ledger verify of {len(stored)} rows", ours, "rows/s", theirs)


def questions(ledger: Ledger, last: datetime) -> None:
    """Measure what pages of the console ask, beside the same without an index."""
    day = (last - timedelta(days=1000)).astimezone(ZONE).date()
    first = day.replace(day=1)
    since = datetime.combine(day, datetime.min.time(), ZONE)
    slow_day = ledger._select("broadcast LIKE ?", [f"%@{day}T%"])  # noqa: SLF001
    plain_s = seconds(lambda: list(slow_day))
    asked: dict[str, Callable[[], object]] = {
        "broadcasts of one day": lambda: list(as_run(ledger.rows(planned=(day, day)))),
        "broadcasts of one month": lambda: list(as_run(ledger.rows(planned=(first, first + timedelta(days=30))))),
        "rows written on one day": lambda: list(ledger.rows(since=since, until=since + timedelta(days=1))),
        "newest approval": lambda: ledger.last(RowKind.APPROVED),
        "newest item": lambda: ledger.last(RowKind.ITEM),
    }
    for name, question in asked.items():
        show(f"{name} among ten years", median(seconds(question) for _round in range(5)), "s", plain_s)


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=146_100, help="ten years of 40 rows a day")
    parser.add_argument("--folder", type=Path, help="where to write: the disk to measure")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        inserts(folder)
        clock = VirtualClock(FIRST_DAY)
        with Ledger(folder / "years.sqlite", clock) as ledger:
            fill(ledger, clock, arguments.rows)
            verification(ledger)
            questions(ledger, clock.now())


if __name__ == "__main__":
    main()
