"""A station process with a busy virtual day, to be killed: ``python -m tests.playout.busy_day FOLDER POSIX_START``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loa.clock import VirtualClock
from loa.timetable import Slot
from tests.playout.small_station import ZONE, material, open_station, slot

DAY = datetime(2026, 11, 23, 5, 0, tzinfo=ZONE)
END = DAY + timedelta(hours=12)


def slots() -> list[Slot]:
    """Return forty slots, three minutes of silence between two broadcasts; every third may not begin late."""
    times = [DAY + timedelta(minutes=10 + 15 * number) for number in range(40)]
    return [
        slot(f"so-{number}", f"{at:%H:%M}", late_s=0 if number % 3 == 0 else 300) for number, at in enumerate(times)
    ]


def main() -> None:
    """Run from a given instant to the end of the day, as fast as the machine can."""
    folder, start = Path(sys.argv[1]), datetime.fromtimestamp(float(sys.argv[2]), UTC)
    station = open_station(folder, VirtualClock(start))
    station.broadcaster.start(material(folder, slots()))
    print("on the air", flush=True)
    station.run_until(END + timedelta(minutes=10))
    station.broadcaster.shut_down("")


if __name__ == "__main__":
    main()
