"""A process that appends rows to a ledger and says, row by row, what was acknowledged: started by the tests.

python -m tests.ledger.appending LEDGER NAME COUNT
"""

from __future__ import annotations

import sys
from pathlib import Path

from loa.clock import SystemClock
from loa.ledger import Ledger, RowKind


def main(path: str, name: str, count: str) -> None:
    with Ledger(Path(path), SystemClock()) as ledger:
        print("ready", flush=True)
        for number in range(int(count)):
            row = ledger.append(RowKind.QUEUED, {"writer": name, "number": number})
            print(row.seq, row.row_hash, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
