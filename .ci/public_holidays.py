# ruff: noqa: INP001
"""Write ``loa/calendar/data/public_holidays.tsv`` from the package `holidays` (a developer's tool; loa never imports it).

``python .ci/public_holidays.py``, after the package was brought up to date: it learns of the swapped working days each
autumn. The package itself is not part of a station: it loads every country of the world, a second or more on a small board,
and this is all of it that a commune needs.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

TABLE = Path(__file__).resolve().parents[1] / "loa" / "calendar" / "data" / "public_holidays.tsv"
FIRST_YEAR, LAST_YEAR = 2000, 2100
HEAD = "# day\tname of the holiday; + marks a Saturday or Sunday that is worked\n"


def table() -> str:
    """Return the text of the table."""
    import holidays

    rows: dict[date, str] = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        # without a language the names would follow the locale of the process
        known = holidays.country_holidays("VN", years=year, language="vi", expand=False)
        rows |= dict(known.items()) | dict.fromkeys(known.weekend_workdays, "+")
    return HEAD + "".join(f"{day.isoformat()}\t{name}\n" for day, name in sorted(rows.items()))


if __name__ == "__main__":
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {table().count(chr(10)) - 1} days\n")
