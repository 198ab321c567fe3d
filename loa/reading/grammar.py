"""The grammar: which rules are asked at a figure, a word or a sign, and in what order. The first to answer reads.

The scanner goes from left to right once. Plain lower-case words are taken by the run; only figures, capitals,
entries of the tables and signs are put to the rules, each anchored at its place, so any text is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from loa.reading.classes import (
    abbreviation,
    cardinal,
    clock,
    date,
    document,
    electronic,
    fraction,
    marker,
    measure,
    plate,
    road,
    roman,
    score,
    sign,
    telephone,
)
from loa.reading.here import Guess, Here, Rule
from loa.reading.lexicon import Lexicon
from loa.reading.style import ReadingStyle
from loa.reading.tables import ABBREVIATIONS, COMPOUND_STARTS, LOWER_ENTRIES

FIGURES: tuple[Rule, ...] = (
    marker.NUMBER,
    document.NUMBERED,
    *electronic.RULES,
    plate.PLATE,
    *telephone.FIGURES,
    *date.RULES,
    *clock.FIGURES,
    *score.RULES,
    *cardinal.LISTS,
    *measure.FIGURES,
    fraction.RATIO,
    fraction.SLASHES,
    fraction.FRACTION,
    *cardinal.REST,
)
WORDS: tuple[Rule, ...] = (
    marker.LETTER,
    *electronic.RULES,
    *road.RULES,
    clock.ZONE,
    abbreviation.ETC,
    roman.ROMAN,
    roman.LOWER,
    *abbreviation.WORDS,
)
SIGNS: tuple[Rule, ...] = (
    marker.NUMBER,
    marker.LETTER,
    *telephone.SIGNS,
    measure.SIGN,
    document.UNNUMBERED,
    *sign.RULES,
)

_TOKEN = re.compile(
    r"(?P<run>(?:[a-zà-öø-ÿăđĩũơưạ-ỹ]{1,24} ){1,200})"
    r"|(?P<word>[^\W\d_]{1,64}(?:'[^\W\d_]{1,64})?)"
    r"|(?P<figure>\d)"
    r"|(?P<line>[ ]*\n\s*)"
    r"|(?P<space>[ ]+)"
    r"|(?P<sign>(?s:.))"
)
_LIST_LINE = re.compile(r"[-+•*#>]|\d{1,3}(?:\.\d{1,2}){0,4}[.)]|[a-zđA-Z][.)] |[IVX]{1,5}[.)]")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏẠ-ỹ']+")
_ALIEN = re.compile("[^a-zß-öø-ɏạ-ỹ ,]")
_DIGITS = re.compile(r"\d{1,40}")
_KNOWN_NEXT = 512
_BY_NEXT: dict[str, tuple[Rule, ...]] = {}
"""Filled as texts are read; a lost race writes the same value twice."""
_LONG_LINE = 60
_ENDS = frozenset(".!?")


class Atom(NamedTuple):
    """One stretch of the text as read: words, a pause mark after them, the rule, and a doubt."""

    start: int
    end: int
    text: str
    mark: str
    rule: str
    guess: Guess | None


def atoms(  # noqa: C901, PLR0912 - the one loop; a call for every token would cost a third of the speed
    text: str, style: ReadingStyle, lexicon: Lexicon | None
) -> Iterator[Atom]:
    """Yield the text from left to right as read; `text` is prepared."""
    here = Here(text, style)
    own = lexicon.pattern if lexicon is not None else None
    names = lexicon.spoken if lexicon is not None else {}
    at, length = 0, len(text)
    match_token = _TOKEN.match
    while at < length:
        token = match_token(text, at)
        if token is None:  # pragma: no cover - the last alternative takes any character
            break
        kind, end = token.lastgroup, token.end()
        if own is not None and kind not in {"space", "line"}:
            found = own.search(text, at, end) if kind == "run" else own.match(text, at)
            if found is not None and found.start() == at:
                yield Atom(at, found.end(), names[found[0]], "", "lexicon", None)
                at = found.end()
                continue
            if found is not None:
                end = found.start()
        if kind == "run":
            words = text[at:end]
            special = [word for word in words.split() if word in _SPECIAL]
            if not special:
                yield Atom(at, end, words.strip().lower(), "", "plain", None)
                at = end
                continue
            ahead = re.search(rf"(?<!\w){re.escape(special[0])}(?!\w)", words)
            if ahead is not None and ahead.start():
                yield Atom(at, at + ahead.start(), words[: ahead.start()].strip().lower(), "", "plain", None)
                at += ahead.start()
                continue
            kind = "word"
        elif kind == "space":
            at = end
            continue
        elif kind == "line":
            mark = _line_mark(text, at, end)
            if mark:
                here.sentence, here.last_rule = end, ""
                yield Atom(at, end, "", mark, "line", None)
            at = end
            continue
        here.at = at
        atom = (
            _read_word(here) if kind == "word" else _asked(_figure_rules(text, at) if kind == "figure" else SIGNS, here)
        )
        if atom.mark in _ENDS and atom.mark:
            here.sentence, here.last_rule = atom.end, ""
        elif atom.rule not in {"plain", "sign"}:
            here.last_rule, here.last_end = atom.rule, atom.end
        yield atom
        at = atom.end


_SPECIAL = LOWER_ENTRIES | frozenset(
    [
        "i",
        "ii",
        "iii",
        "iv",
        "v",
        "vi",
        "vii",
        "viii",
        "ix",
        "x",
        "xi",
        "xii",
        "xiii",
        "xiv",
        "xv",
        "xvi",
        "xvii",
        "xviii",
        "xix",
        "xx",
        "xxi",
        "xxii",
        "xxiii",
    ]
)
_WORD = re.compile(r"[^\W\d_]{1,64}(?:'[^\W\d_]{1,64})?")
_GLUE = frozenset("./@:&-_'0123456789…)")


def _read_word(here: Here) -> Atom:
    text, at = here.text, here.at
    match = _WORD.match(text, at)
    end = match.end() if match is not None else at + 1
    word = text[at:end]
    after = text[end : end + 1]
    if word in COMPOUND_STARTS and (compound := abbreviation.COMPOUND.pattern.match(text, at)) is not None:
        said = abbreviation.COMPOUND.say(compound, here)
        if said is not None:
            return Atom(at, said.end, _clean(said.text), said.mark, "abbreviation", said.guess)
    if (after not in _GLUE or not after) and word.islower() and word not in _SPECIAL and len(word) > 1:
        return _plain(here, word, end)
    atom = _first(WORDS, here)
    return atom if atom is not None else _plain(here, word, end)


def _plain(here: Here, word: str, end: int) -> Atom:
    if _LATIN.fullmatch(word) is None:
        from loa.reading.advice import Advice

        return Atom(here.at, end, "", "", "sign", Guess(("",), Advice.OTHER_SCRIPT))
    said = word.lower().replace("'", "")
    return Atom(here.at, end, ABBREVIATIONS.get(said, said), "", "plain", None)


def _first(rules: tuple[Rule, ...], here: Here) -> Atom | None:
    text, at = here.text, here.at
    for rule in rules:
        match = rule.pattern.match(text, at)
        if match is not None:
            said = rule.say(match, here)
            if said is not None and said.end > at:
                return Atom(at, said.end, _clean(said.text), said.mark, rule.name, said.guess)
    return None


def _figure_rules(text: str, at: int) -> tuple[Rule, ...]:
    """Return the rules that can match here, by what stands after the row of digits."""
    match = _DIGITS.match(text, at)
    end = match.end() if match is not None else at
    char = text[end : end + 1]
    rules = _BY_NEXT.get(char)
    if rules is None:
        rules = tuple(rule for rule in FIGURES if rule.can_follow(char))
        if len(_BY_NEXT) < _KNOWN_NEXT:
            _BY_NEXT[char] = rules
    return rules


def _clean(spoken: str) -> str:
    spoken = spoken.lower()
    return spoken if _ALIEN.search(spoken) is None else " ".join(_ALIEN.sub(" ", spoken).split())


def _asked(rules: tuple[Rule, ...], here: Here) -> Atom:
    atom = _first(rules, here)
    return atom if atom is not None else Atom(here.at, here.at + 1, "", "", "sign", None)


def _line_mark(text: str, at: int, end: int) -> str:
    """Return the pause of a line end: none where Word only broke the line, otherwise a paragraph."""
    following = text[end : end + 12]
    if text.count("\n", at, end) > 1 or not following or _LIST_LINE.match(following):
        return "\n"
    start = text.rfind("\n", max(0, at - 200), at) + 1
    before = text[at - 1 : at]
    if following[0].islower() or (following[0].isdecimal() and at - start > _LONG_LINE // 2):
        return "" if before not in _ENDS else "\n"
    if at - start >= _LONG_LINE and before not in _ENDS and not text[max(start, at - 200) : at].isupper():
        return ""
    if before == ",":
        return ""
    return "\n"
