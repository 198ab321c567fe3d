"""Kill -9 at random instants of a busy day: one outcome each, nothing twice, the chain holds."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.ledger import Ledger, Outcome, RowKind, as_run, instant_from_text
from tests.playout.busy_day import DAY, END, slots

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("LOA_KILLS", "8"))


def start_and_kill(folder: Path, start_s: float, after_s: float | None) -> bool:
    """Run a station process, kill it `after_s` after it went on the air; return whether it ended its day."""
    command = [sys.executable, "-m", "tests.playout.busy_day", str(folder), str(start_s)]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "on the air\n", "however slow the machine, the kill comes after the start"
        try:
            return process.wait(after_s) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            return False


@pytest.mark.timeout(600)
def test_killed_at_random_instants(tmp_path: Path) -> None:
    """After any number of kills the day's broadcasts have exactly one outcome each, and none was started twice."""
    chance = random.Random(20261123)  # noqa: S311 - a test's dice
    clock = VirtualClock(DAY)
    start_s = DAY.timestamp()
    for _ in range(KILLS):
        if start_and_kill(tmp_path, start_s, chance.uniform(0.02, 0.6)):
            break
        with Ledger(tmp_path / "ledger.sqlite", clock) as ledger:
            ledger.verify()
            last = ledger.last()
        if last is not None:
            start_s = instant_from_text(last.at).timestamp() + chance.uniform(1, 400)
    assert start_and_kill(tmp_path, min(start_s, END.timestamp()), 120)
    with Ledger(tmp_path / "ledger.sqlite", clock) as ledger:
        ledger.verify()
        today = [record for record in as_run(ledger.rows()) if record.planned_at < END]
        for kind in (RowKind.STARTED, RowKind.CLOSED):
            keys = [row.broadcast for row in ledger.rows(kinds=[kind])]
            assert len(keys) == len(set(keys)), kind
        kills_seen = len(list(ledger.rows(kinds=[RowKind.STATION_UP])))
    assert len(today) == len(slots())
    assert all(record.outcome is not None for record in today)
    assert kills_seen >= 2, "nothing was killed"
    for record in today:
        played = sum(item.played_s for item in record.items)
        assert record.played_s == pytest.approx(played, abs=0.01), record.key
        assert record.played_s <= record.planned_s + timedelta(milliseconds=10).total_seconds()
        if record.outcome is Outcome.AIRED:
            assert record.played_s == pytest.approx(record.planned_s, abs=0.01)
    if KILLS >= 8:
        assert any(record.outcome is Outcome.PARTIAL for record in today), "no kill hit a broadcast on the air"
