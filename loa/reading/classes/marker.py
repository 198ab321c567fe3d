"""List markers and headings at the start of a line or sentence: ``1.``, ``a)``, ``I.``, ``1.2.``, ``- ``, ``# ``."""

from __future__ import annotations

import re

from loa.reading.here import Here, Rule, Said
from loa.reading.letters import NAMES
from loa.reading.numerals import cardinal
from loa.reading.pattern import Pattern

_NUMBER = Pattern(
    r"\(?(\d{1,3}(?:\.\d{1,2}){0,4})(?:[.)]|(?<=\d\.\d)(?= ))(?: |$)(?=[^\d\s])(?:(?<=[.)] )|(?<=[.)])|(?=[A-ZĐÀ-Ỹ]))"
)
_LETTER = Pattern(r"\(?([a-zđA-HĐ])[.)](?: |$)")


def _say_number(match: re.Match[str], here: Here) -> Said | None:
    if not here.opens() or (match[0][0] == "(" and here.text[match.end() - 2] != ")"):
        return None
    said = " chấm ".join(cardinal(part, here.style) for part in match[1].split("."))
    return Said(match.end(), said, ",")


def _say_letter(match: re.Match[str], here: Here) -> Said | None:
    if not here.opens() or (
        match[1].isupper() and ")" not in match[0] and here.text[match.end() : match.end() + 2].isupper()
    ):
        return None
    if match[1] in "HPQXT" and ")" not in match[0]:
        return None
    low = match[1].lower()
    return Said(match.end(), low if match[1].islower() else NAMES.get(low, low), "," if ")" in match[0] else ".")


NUMBER = Rule(name="marker", pattern=_NUMBER, say=_say_number, shape=Pattern(r"\(?\d{1,3}[.)]"))
LETTER = Rule(name="marker", pattern=_LETTER, say=_say_letter, shape=Pattern(r"\(?[a-zđA-HĐ][.)]"))
