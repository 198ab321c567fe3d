"""Vehicle plates, figure by figure: 93A-123.45, 93B1-234.56, 93-H1 1234 (Thông tư 24/2023/TT-BCA)."""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.here import Here, Rule, Said
from loa.reading.letters import spell
from loa.reading.numerals import digits
from loa.reading.pattern import Pattern

_PLATE = Pattern(r"(\d{2})-?([A-ZĐ]{1,2})(\d?) ?[- ] ?(\d{3})\.?(\d{1,2})(?!\d|\.\d)")


def _say_plate(match: re.Match[str], _here: Here) -> Said | None:
    place, series, index, first, last = match.groups()
    head = f"{digits(place)} {spell(series)}" + (f" {digits(index)}" if index else "")
    tail = f"{digits(first)}, {digits(last)}" if len(last) == 2 else digits(first + last)
    return Said(match.end(), f"{head}, {tail}")


PLATE = Rule(name="plate", pattern=_PLATE, say=_say_plate, shape=Pattern(r"\d{2}-?[A-ZĐ]"))
