"""The word tables of the package, read once at import from ``data/*.tsv``.

Every file is UTF-8, one row a line, columns parted by a tab, ``#`` begins a comment line. Columns:
``abbreviations.tsv`` written, spoken, note; ``senses.tsv`` written, spoken, before, after (see its head);
``units.tsv`` written, spoken; ``currencies.tsv`` written, spoken, hundredth; ``hosts.tsv`` written, spoken.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from loa.reading.pattern import Pattern

_DATA = Path(__file__).with_name("data")


def _rows(name: str, width: int) -> list[list[str]]:
    rows = []
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            cells = line.split("\t")
            rows.append((cells + [""] * width)[:width])
    return rows


class Currency(NamedTuple):
    """A currency's spoken name and that of its hundredth (empty: it has none in use)."""

    name: str
    hundredth: str


_JOINTS = frozenset(" ,-:")


class Sense(NamedTuple):
    """One meaning of an ambiguous abbreviation and the neighbours that decide for it."""

    spoken: str
    before: frozenset[str]
    after: tuple[str, ...]
    after_sign: tuple[str, ...]
    name: bool
    usual: bool
    sure: bool


def _senses() -> dict[str, tuple[Sense, ...]]:
    table: dict[str, list[Sense]] = {}
    for written, spoken, before, after in _rows("senses.tsv", 4):
        words = frozenset(word for word in before.split("|") if word)
        starts = [start.lower() for start in after.split("|") if start]
        after_sign = tuple(start for start in starts if start[0] in _JOINTS)
        after_word = tuple(start for start in starts if start[0] not in _JOINTS and start != "@")
        table.setdefault(written, []).append(
            Sense(spoken, words, after_word, after_sign, "@" in starts, "!" in words or "!!" in words, "!!" in words)
        )
    return {written: tuple(senses) for written, senses in table.items()}


ABBREVIATIONS: dict[str, str] = {row[0]: row[1] for row in _rows("abbreviations.tsv", 3)}
SENSES: dict[str, tuple[Sense, ...]] = _senses()
UNITS: dict[str, str] = {row[0]: row[1] for row in _rows("units.tsv", 2)}
CURRENCIES: dict[str, Currency] = {row[0]: Currency(row[1], row[2]) for row in _rows("currencies.tsv", 3)}
HOSTS: dict[str, str] = {row[0]: row[1] for row in _rows("hosts.tsv", 2)}

_PLAIN = r"[^\W\d_]+(?:'[^\W\d_]+)?"
_PLAIN_WORD = Pattern(_PLAIN)
_ONE_WORD = Pattern(_PLAIN + r"\.?")
_COMPOUND = [written for written in {**ABBREVIATIONS, **dict.fromkeys(SENSES)} if _ONE_WORD.fullmatch(written) is None]
COMPOUND_STARTS: frozenset[str] = frozenset(
    match[0] for written in _COMPOUND if (match := _PLAIN_WORD.match(written)) is not None
)
"""First words of the abbreviations that are more than one word."""
COMPOUND_PATTERN = Pattern(
    "(?:" + "|".join(re.escape(written) for written in sorted(_COMPOUND, key=len, reverse=True)) + r")(?!\w)"
)
LOWER_ENTRIES: frozenset[str] = frozenset(
    match[0]
    for written in [*ABBREVIATIONS, *SENSES]
    if (match := _PLAIN_WORD.match(written)) is not None and match[0].islower()
)
"""Lower-case words that begin an entry; every other lower-case word is read as it stands."""
