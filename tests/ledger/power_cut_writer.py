"""A station's ledger at work, to be recorded by strace: ``python -m tests.ledger.power_cut_writer LEDGER BATCHES``.

It says on standard output, row by row, what was acknowledged.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from loa.clock import SystemClock
from loa.ledger import EnduringLedger, Entry, RowKind


def main(path: str, batches: str) -> None:
    chance = random.Random(7)  # noqa: S311 - a test's dice
    with EnduringLedger(Path(path), SystemClock()) as ledger:
        for batch in range(int(batches)):
            text = "Kính thưa bà con " * chance.randrange(1, 200)
            entries = [
                Entry(kind=RowKind.QUEUED, data={"batch": batch, "number": number, "text": text}, broadcast=f"b{batch}")
                for number in range(chance.randrange(1, 4))
            ]
            rows = ledger.append_all(entries)
            if batch % 40 == 39:
                ledger.anchor("day")
            for row in rows:
                print(row.seq, row.row_hash, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
