"""The grammar: which rules are asked at a figure, a word or a sign, and in what order. The first to answer reads.

The scanner goes from left to right once. Plain lower-case words are taken by the run; only figures, capitals,
entries of the tables and signs are put to the rules, each anchored at its place, so any text is linear.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from loa.reading.advice import Advice
from loa.reading.classes import (
    abbreviation,
    cardinal,
    clock,
    date,
    day,
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
from loa.reading.dispatch import Dispatch
from loa.reading.here import Guess, Here
from loa.reading.letters import spell
from loa.reading.lexicon import MAX_WRITTEN, Lexicon
from loa.reading.pattern import Pattern
from loa.reading.prepare import UNREADABLE, with_new_tones
from loa.reading.style import ReadingStyle
from loa.reading.tables import ABBREVIATIONS, COMPOUND_STARTS, LOWER_ENTRIES

FIGURES = Dispatch(
    (
        marker.NUMBER,
        document.NUMBERED,
        *electronic.RULES,
        plate.PLATE,
        *telephone.FIGURES,
        *date.RULES,
        *day.RULES,
        *clock.FIGURES,
        *score.RULES,
        fraction.DECIMALS,
        *cardinal.LISTS,
        *measure.FIGURES,
        fraction.RATIO,
        fraction.SLASHES,
        fraction.FRACTION,
        *cardinal.REST,
    )
)
WORDS = Dispatch(
    (
        marker.LETTER,
        measure.SIGN,
        *electronic.RULES,
        *road.RULES,
        clock.ZONE,
        abbreviation.ETC,
        measure.TIMES,
        roman.ROMAN,
        roman.LOWER,
        *abbreviation.WORDS,
    )
)
SIGNS = Dispatch(
    (
        marker.NUMBER,
        marker.LETTER,
        *telephone.SIGNS,
        measure.SIGN,
        document.UNNUMBERED,
        *sign.RULES,
    )
)

_TOKEN = Pattern(
    r"(?P<run>(?:[a-zà-öø-ÿăđĩũơưạ-ỹ]{1,24} ){1,24})"
    r"|(?P<word>[^\W\d_]{1,64}(?:'[^\W\d_]{1,64})?)"
    r"|(?P<figure>\d)"
    r"|(?P<line>[ ]*\n\s*)"
    r"|(?P<space>[ ]+)"
    r"|(?P<sign>(?s:.))"
)
_LIST_LINE = Pattern(r"[-+•*#>]|\d{1,3}(?:\.\d{1,2}){0,4}[.)]|[a-zđA-Z][.)] |[IVX]{1,5}[.)]")
_LATIN = Pattern(r"[A-Za-zÀ-ÖØ-öø-ɏẠ-ỹ']+")
_ALIEN = Pattern("[^a-zß-öø-ɏạ-ỹ ,]")
_UNSPACED = Pattern(
    r"(?<!\S)(?:\S{512,}"
    r"|(?:(?!\s)[\W\d_]){0,3}(?:[^\W\d_]{1,3}(?:(?!\s)[\W\d_]){1,3}){24,}\S*"
    r"|(?:(?!\s)[\W_]){0,3}(?:\d{1,3}(?:(?!\s)[\W_]){1,3}){40,}\S*)"
)
"""Nobody writes so much without a space, or changes so often between letters, figures and signs; such a stretch is
pasted data, is left out and reported."""
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


def atoms(  # noqa: C901, PLR0912, PLR0915 - the one loop; a call for every token would cost a third of the speed
    text: str, style: ReadingStyle, lexicon: Lexicon | None
) -> Iterator[Atom]:
    """Yield the text from left to right as read; `text` is prepared."""
    here = Here(text, style)
    own = lexicon.pattern if lexicon is not None else None
    names = lexicon.spoken if lexicon is not None else {}
    at, length = 0, len(text)
    unspaced = _UNSPACED.finditer(text)
    blob = next(unspaced, None)
    match_token = _TOKEN.match
    while at < length:
        if blob is not None and at >= blob.start():
            if at < blob.end():
                yield _left_out(text, at, blob.end())
                at = blob.end()
            blob = next(unspaced, None)
            continue
        token = match_token(text, at)
        if token is None:  # pragma: no cover - the last alternative takes any character
            break
        kind, end = token.lastgroup, token.end()
        if own is not None and kind not in {"space", "line"}:
            found = own.search(text, at, end + MAX_WRITTEN + 1) if kind == "run" else own.match(text, at)
            if found is not None and found.start() == at:
                yield Atom(at, found.end(), names[found[0]], "", "lexicon", None)
                at = found.end()
                continue
            if found is not None:
                end = min(end, found.start())
        if kind == "run":
            words = text[at:end]
            if not _SPECIAL.isdisjoint(words.split(" ")):
                length_before = 0
                for word in words.split(" "):
                    if word in _SPECIAL:
                        break
                    length_before += len(word) + 1
                words, end = words[:length_before], at + length_before
            if words:
                yield Atom(at, end, words[:-1].lower(), "", "plain", None)
                at = end
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
        atom = _read_word(here) if kind == "word" else _asked(FIGURES if kind == "figure" else SIGNS, here)
        if atom.mark in _ENDS and atom.mark:
            here.sentence, here.last_rule = atom.end, ""
        elif atom.rule not in {"plain", "sign"}:
            here.last_rule, here.last_end = atom.rule, atom.end
        yield atom
        at = atom.end


_SPECIAL = LOWER_ENTRIES | frozenset(
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
     "xviii", "xix", "xx", "xxi", "xxii", "xxiii"]
)  # fmt: skip
"""Lower-case words that a rule may read: entries of the tables and Roman numerals to 23."""
_WORD = Pattern(r"[^\W\d_]{1,64}(?:'[^\W\d_]{1,64})?")
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
        return Atom(here.at, end, "", "", "sign", Guess(("",), Advice.OTHER_SCRIPT))
    said = with_new_tones(word.lower().replace("'", ""))
    if "'" in word and said in _SPECIAL:
        said = spell(word)
    return Atom(here.at, end, ABBREVIATIONS.get(said, said), "", "plain", None)


def _first(rules: Dispatch, here: Here) -> Atom | None:
    answer = rules.ask(here)
    if answer is None:
        return None
    rule, said = answer
    return Atom(here.at, said.end, _clean(said.text), said.mark, rule.name, said.guess)


def _clean(spoken: str) -> str:
    spoken = spoken.lower()
    return spoken if _ALIEN.search(spoken) is None else " ".join(_ALIEN.sub(" ", spoken).split())


def _left_out(text: str, at: int, end: int) -> Atom:
    char = text[at]
    advice = Advice.OTHER_SCRIPT if char == UNREADABLE else Advice.SIGN if char.isprintable() else Advice.CONTROL
    return Atom(at, end, "", ",", "sign", Guess(("",), advice))


def _asked(rules: Dispatch, here: Here) -> Atom:
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
