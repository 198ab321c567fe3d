"""How fast the console's pages are on ten years of log.

    python -m benchmarks.pages [--rows N] [--folder DIR]

prints one JSON line for each page: name, milliseconds (the median of five), baseline: the same page of the same station with an
empty log, ratio. The pages are called in this process, without a network.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks.ledger import FIRST_DAY, fill, seconds, show
from loa.clock import VirtualClock
from loa.console.app import make_app
from loa.console.house import make_house
from loa.console_settings import ConsoleSettings
from loa.ledger import Ledger
from loa.station.accounts import Role
from tests.console.visitor import Caller, Visitor, account

ROOT = Path(__file__).parents[1]
PAGES = (
    "/ban-tin", "/ban-tin/cchc-cac-chi-so", "/duyet", "/duyet/cchc-cac-chi-so", "/lich-phat", "/lich-phat?xem=thang",
    "/lich-phat/hang-doi", "/lich-phat/lich-su", "/nhat-ky", "/nhat-ky?tim=khong+co", "/nhat-ky?ket-qua=missed",
    "/nhat-ky?loai=closed", "/nhat-ky/dong/{row}", "/bao-cao", "/",
)  # fmt: skip


@contextmanager
def visited(folder: Path, clock: VirtualClock) -> Iterator[Visitor]:
    """Yield a browser at the console of the station in `folder`."""
    house = make_house(folder, clock, ConsoleSettings())
    with Caller(make_app(house)) as caller:
        yield Visitor(house, caller, house.sessions.begin(account(house, Role.ADMIN))[0])


def station(folder: Path) -> Path:
    """Copy the example station into `folder`."""
    for name in ("scripts", "schedules", "audio"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("rendered"))
    for path in ROOT.glob("*.yaml"):
        shutil.copy(path, folder)
    return folder


def measured(visitor: Visitor, path: str) -> float:
    """Return the median time of a page in milliseconds, once it is warm."""
    assert visitor.get(path).status_code in {200, 404}, path
    return 1000 * median(seconds(lambda: visitor.get(path)) for _ in range(5))


def main() -> None:
    """Measure every page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=146_100, help="ten years of 40 rows a day")
    parser.add_argument("--folder", type=Path, help="where to write: the disk to measure")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        clock = VirtualClock(FIRST_DAY)
        full, empty = station(Path(name) / "full"), station(Path(name) / "empty")
        with Ledger(full / "log" / "ledger.sqlite", clock) as ledger:
            fill(ledger, clock, arguments.rows)
        clock.advance(timedelta(hours=3).total_seconds())
        with visited(full, clock) as busy, visited(empty, clock) as idle:
            for page in PAGES:
                path = page.format(row=arguments.rows // 2)
                show(f"page {page}", measured(busy, path), "ms", measured(idle, path))


if __name__ == "__main__":
    main()
