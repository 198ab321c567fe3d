"""How long a person waits for `loa --help`: ``python -m benchmarks.start_up``.

The baseline is the least that any program on click needs, ``python -c "import click"``, run in turn with it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 21


def wall_s(*args: str) -> float:
    """Return how many seconds a Python process with `args` takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *args], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Time both in turn, so that a busy moment of the machine meets both."""
    pairs = [(wall_s("-m", "loa", "--help"), wall_s("-c", "import click")) for _round in range(ROUNDS)]
    help_s, click_s = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(
        json.dumps(
            {
                "name": "loa --help, median wall time",
                "value": round(help_s, 3),
                "unit": "s",
                "baseline": round(click_s, 3),
                "ratio": round(help_s / click_s, 3),
            }
        )
    )


if __name__ == "__main__":
    main()
