"""Kill -9 at random instants of a busy day: one outcome each, nothing twice, the chain holds."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.ledger import AsRun, Ledger, Outcome, RowKind, as_run, instant_from_text
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


@pytest.mark.timeout(1800)
def test_killed_at_random_instants(tmp_path: Path) -> None:
    """After any number of kills the day's broadcasts have exactly one outcome each, and none was started twice.

    A day is killed until it has ended; then the next one, until there were ``LOA_KILLS`` (8) of them.
    """
    chance = random.Random(20261123)  # noqa: S311 - a test's dice
    kills = partial = 0
    while kills < KILLS:
        folder = tmp_path / f"{kills}"
        folder.mkdir()
        kills += live_a_day(folder, KILLS - kills, chance)
        today = outcomes_of_the_day(folder)
        partial += sum(record.outcome is Outcome.PARTIAL for record in today)
    print(f"{kills} kills, {partial} broadcasts broken by them")
    if KILLS >= 8:
        assert partial, "no kill hit a broadcast on the air"


def live_a_day(folder: Path, most_kills: int, chance: random.Random) -> int:
    """Run the busy day in `folder` to its end, killing it again and again; return how often it was killed."""
    clock = VirtualClock(DAY)
    start_s = DAY.timestamp()
    kills = 0
    while kills < most_kills and start_s < END.timestamp():
        if start_and_kill(folder, start_s, chance.uniform(0.02, 0.6)):
            return kills
        kills += 1
        with Ledger(folder / "ledger.sqlite", clock) as ledger:
            ledger.verify()
            last = ledger.last()
        if last is not None:
            start_s = instant_from_text(last.at).timestamp() + chance.uniform(1, 400)
    assert start_and_kill(folder, min(start_s, END.timestamp()), 120)
    return kills


def outcomes_of_the_day(folder: Path) -> list[AsRun]:
    """Return the broadcasts of the day; assert what must hold of them."""
    with Ledger(folder / "ledger.sqlite", VirtualClock(DAY)) as ledger:
        ledger.verify()
        today = [record for record in as_run(ledger.rows()) if record.planned_at < END]
        for kind in (RowKind.STARTED, RowKind.CLOSED):
            keys = [row.broadcast for row in ledger.rows(kinds=[kind])]
            assert len(keys) == len(set(keys)), kind
    assert len(today) == len(slots())
    assert all(record.outcome is not None for record in today)
    for record in today:
        played = sum(item.played_s for item in record.items)
        assert record.played_s == pytest.approx(played, abs=0.01), record.key
        assert record.played_s <= record.planned_s + 0.01
        if record.outcome is Outcome.AIRED:
            assert record.played_s == pytest.approx(record.planned_s, abs=0.01)
    return today
