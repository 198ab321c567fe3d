"""Many mornings of random faults: ``python -m benchmarks.faults [MORNINGS] [SEED]``.

The long form of ``tests/playout/test_faults.py``: each morning has up to twelve faults, drawn from a seed that is printed
with what it broke. Prints one JSON line in the end.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from loa.ledger import RowKind, as_run
from tests.playout.fault_days import KINDS, MORNING_S, Fault, FaultDay
from tests.playout.fault_promises import broken_promises

MOST_FAULTS = 12


def drawn(seed: int) -> list[Fault]:
    """Return the faults of the morning `seed`."""
    chance = random.Random(seed)  # noqa: S311 - a test's dice
    return [
        Fault(chance.randrange(MORNING_S), chance.choice(KINDS), chance.random())
        for _ in range(chance.randint(1, MOST_FAULTS))
    ]


def main() -> None:
    """Live through the mornings."""
    mornings = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    happened: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    deaths = broken = 0
    for seed in range(first, first + mornings):
        faults = drawn(seed)
        happened.update(fault.kind for fault in faults)
        with tempfile.TemporaryDirectory() as folder:
            day = FaultDay(Path(folder), faults)
            try:
                day.run()
                found = list(broken_promises(day))
                ended.update(f"{one.outcome} {one.reason}" for one in as_run(day.ledger.rows()))
                deaths += len(list(day.ledger.rows(kinds=[RowKind.STATION_UP]))) - 1
            finally:
                day.ledger.close()
        if found:
            broken += 1
            print(f"seed {seed}: {faults}", *found, sep="\n    ", flush=True)
    figures = {"mornings": mornings, "broken": broken, "restarts": deaths, "faults": happened, "outcomes": ended}
    print(json.dumps(figures, ensure_ascii=False))
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
