"""A station process that writes three rows to its journal and is killed: started by the tests with the ledger locked."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from loa.clock import SystemClock
from loa.ledger import RowKind, enduring


def main(path: str) -> None:
    enduring.WRITE_WAIT_S = 0.1
    ledger = enduring.EnduringLedger(Path(path), SystemClock())
    for number in (1, 2, 3):
        ledger.append(RowKind.QUEUED, {"number": number})
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
