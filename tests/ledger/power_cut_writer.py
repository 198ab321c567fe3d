"""A station's ledger at work, to be recorded by strace: ``python -m tests.ledger.power_cut_writer LEDGER BATCHES [damage]``.

It says on standard output, row by row, what was acknowledged. With ``damage`` the database is then overwritten with garbage,
and the station started again, which puts it back from its copy.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from loa.clock import SystemClock
from loa.ledger import EnduringLedger, Entry, RowKind


def main(path: str, batches: str, damage: str = "") -> None:
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
        if damage:
            ledger.copy.sync()
    if damage:
        with Path(path).open("rb+") as database:
            database.write(b"garbage" * 1000)
            os.fsync(database.fileno())
        print("damaged", flush=True)
        with EnduringLedger(Path(path), SystemClock()) as ledger:
            row = ledger.append(RowKind.QUEUED, {"after": "the damage"})
            print(row.seq, row.row_hash, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
