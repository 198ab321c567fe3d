"""Whether the line around a place is a heading in capitals, where a word in capitals is a word."""

from __future__ import annotations

from loa.reading.here import Here
from loa.reading.letters import is_syllable
from loa.reading.pattern import Pattern

_LINE_END = Pattern(r"\n|(?<=[^\W\d_]{3})[.!?] ")
_LINE = 400


def in_capitals(here: Here) -> bool:
    """Tell whether the line around is a heading in capitals: no small letter, and more than two words."""
    if here.capitals is None or here.capitals[0] != here.sentence or here.at >= here.capitals[1]:
        here.capitals = (here.sentence, *_seen(here))
    return here.capitals[2]


def _seen(here: Here) -> tuple[int, bool]:
    text, at = here.text, here.at
    start = max(here.sentence, text.rfind("\n", max(0, at - _LINE), at) + 1, at - _LINE)
    match = _LINE_END.search(text, at, at + _LINE)
    end = match.start() if match is not None else at + _LINE
    line = text[start:end]
    heading = (
        line.isupper()
        and line.count(" ") > 1
        and sum(is_syllable(word.lower()) and len(word) > 1 for word in line.split()[:8]) > 1
    )
    return end, heading
