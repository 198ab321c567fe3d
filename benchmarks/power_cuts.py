"""How many acknowledged rows random power cuts cost: the long form of tests/ledger/test_power_cuts.py.

    python -m benchmarks.power_cuts [--cuts N] [--batches N] [--seed N]

prints JSON lines: name, value, unit, baseline, ratio. The baseline is the same on a disk that ignores fsync, which shows that
the method finds losses. Needs strace.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from loa.clock import SystemClock
from loa.errors import LoaError
from loa.ledger import EnduringLedger, RowKind
from tests.ledger.power_cuts import cuts, recorded


def lost(folder: Path, acknowledged: list[str]) -> int:
    """Return how many acknowledged rows are not there after a cut; all of them where the ledger does not hold."""
    try:
        with EnduringLedger(folder / "ledger.sqlite", SystemClock(), places=[folder / "journal.jsonl"]) as ledger:
            if ledger.on_journal or list(ledger.rows(kinds=[RowKind.RESTORED])):
                return len(acknowledged)
            ledger.verify()
            stored = {f"{row.seq} {row.row_hash}" for row in ledger.rows()}
    except LoaError:
        return len(acknowledged)
    return sum(line not in stored for line in acknowledged)


def main() -> None:
    """Cut the power."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--batches", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20261123)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, scratch = Path(name) / "log", Path(name) / "cut"
        folder.mkdir()
        calls = recorded(folder, arguments.batches)
        losses, lied = (
            [
                lost(scratch, said)
                for said in cuts(calls, folder, scratch, count=count, seed=arguments.seed, syncs=syncs)
            ]
            for count, syncs in ((arguments.cuts, True), (max(arguments.cuts // 20, 10), False))
        )
        shutil.rmtree(scratch, ignore_errors=True)
    figures = {"name": f"acknowledged rows lost in {len(losses)} power cuts", "value": sum(losses), "unit": "rows"}
    figures |= {"baseline": sum(lied), "ratio": sum(losses) / max(sum(lied), 1)}
    print(json.dumps(figures))
    share = sum(map(bool, losses))
    print(json.dumps({"name": "power cuts that lost a row", "value": share, "unit": f"of {len(losses)}", "baseline": sum(map(bool, lied)), "ratio": share / max(sum(map(bool, lied)), 1)}))  # fmt: skip


if __name__ == "__main__":
    main()
