"""How fast a busy year is planned: ``python -m benchmarks.plan``. Forty broadcasts a day, each with five items.

The baseline finds the same instants the plain way, by asking every slot at every minute of the year; it draws no
items, so it has less to do.
"""

from __future__ import annotations

import json
import time
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from loa.bulletins import Approval, Bulletin, Genre, Priority
from loa.timetable import ItemKind, Programme, ProgrammeItem, Shelf, Slot, Timetable, plan

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = 2026
SLOTS = 40
TOPICS = 5
PER_TOPIC = 30


def busy_station() -> tuple[Timetable, Shelf]:
    """Return forty daily slots of one programme that draws from five topics, and 150 approved bulletins."""
    bulletins = {
        name: Bulletin(
            name=name,
            title=name,
            topic=name.partition("-")[0],
            genre=Genre.NEWS,
            author="",
            priority=Priority.NORMAL,
            language="vi",
            valid_from=None,
            valid_until=None,
            body=name * 20,
            body_line=1,
            recording="",
            recording_sha256="",
        )
        for name in (f"t{topic}-{number}" for topic in range(TOPICS) for number in range(PER_TOPIC))
    }
    shelf = Shelf(
        bulletins=bulletins,
        approvals={
            name: Approval(bulletin=name, text_hash=one.text_hash, person="Lan", row=1)
            for name, one in bulletins.items()
        },
        lengths_s=dict.fromkeys(bulletins, 60.0),
    )
    items = tuple(ProgrammeItem(kind=ItemKind.NEXT, name=f"t{topic}") for topic in range(TOPICS))
    slots = {
        f"s{number}": Slot(name=f"s{number}", programme="p", times=(time_of_day(5 + number // 3, number % 3 * 20),))
        for number in range(SLOTS)
    }
    return Timetable(programmes={"p": Programme(name="p", title="p", items=items)}, slots=slots), shelf


def minute_by_minute(timetable: Timetable) -> list[tuple[datetime, str]]:
    """Return every (instant, slot) of the year by asking each slot at each minute."""
    found = []
    at = datetime(YEAR, 1, 1, tzinfo=ZONE)
    while at.year == YEAR:
        clock = at.time()
        found += [
            (at, slot.name) for slot in timetable.slots.values() if clock in slot.times and slot.airs_on(at.date())
        ]
        at += timedelta(minutes=1)
    return found


def main() -> None:
    """Plan the year both ways, check that they agree, and print the figure."""
    timetable, shelf = busy_station()
    first, last = date(YEAR, 1, 1), date(YEAR, 12, 31)
    began = time.perf_counter()
    planned = plan(timetable, shelf, first_day=first, last_day=last, zone=ZONE)
    plan_s = time.perf_counter() - began
    began = time.perf_counter()
    plain = minute_by_minute(timetable)
    plain_s = time.perf_counter() - began
    assert sorted((one.planned_at, one.slot) for one in planned) == sorted(plain)
    assert len(planned) == SLOTS * 365
    began = time.perf_counter()
    december = plan(timetable, shelf, first_day=last, last_day=last, zone=ZONE)
    day_s = time.perf_counter() - began
    assert december == planned[-SLOTS:]
    for name, value, baseline in (("plan of a year", plan_s, plain_s), ("plan of 31 December", day_s, plain_s / 365)):
        figures = {"name": name, "value": round(value, 4), "unit": "s", "baseline": round(baseline, 4)}
        print(json.dumps(figures | {"ratio": round(value / baseline, 3)}))


if __name__ == "__main__":
    main()
