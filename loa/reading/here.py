"""What a rule of the grammar is given, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from loa.reading.advice import Advice
from loa.reading.pattern import Pattern
from loa.reading.style import ReadingStyle

_REACH = 72
"""How far back a rule looks, in characters; bounded so that any text is read in linear time."""
_LAST_PART = Pattern(r"(?:[^\W\d_]+\d*|\d+[^\W\d_]?)(?:[./&'][^\W_]?)*$")
_WORDS_BACK = 12
"""How many words back a rule may look."""
_OUTER = " \t\"'(),:;[]{}*_-/•|#…~`\\^\ufffd" + "".join(map(chr, range(0x300, 0x370)))


class Guess(NamedTuple):
    """A reading the context did not decide: the readings weighed (the chosen one first) and what to write instead."""

    considered: tuple[str, ...]
    advice: Advice


class Said(NamedTuple):
    """What a rule reads: up to `end`, as `text`; `mark` is a pause after it."""

    end: int
    text: str
    mark: str = ""
    guess: Guess | None = None


class Amount(NamedTuple):
    """A quantity or a range of two, as far as `end`; `spoken` without any unit."""

    spoken: str
    end: int
    low: str
    high: str
    sign: str
    guess: Guess | None


def _last_part(word: str) -> str:
    """Return the word that stands last in what stands without a space: ``3.thứ`` → thứ; ``đ/c``, ``t7`` stay."""
    if word.isdecimal():
        return word
    match = _LAST_PART.search(word)
    return match[0] if match is not None else ""


class Here:
    """The place being read: the text, where in it, and what came before in the same sentence.

    Attributes
    ----------
    text
        The prepared text.
    at
        Where the rule is to begin.
    sentence
        Where the sentence around `at` began; no rule looks behind it.
    line_start
        True where nothing but list marks stands before `at` on the line or in the sentence.
    last_rule, last_end
        The class that read something other than a plain word last in this sentence, and where it ended.
    capitals
        Whether the line is a heading in capitals, kept with the sentence it was found for and where the line ends.
    weighed
        The amount last looked for, by the place; kept because several rules ask for the same one.
    """

    __slots__ = ("_before", "_seen", "at", "capitals", "last_end", "last_rule", "sentence", "style", "text", "weighed")

    def __init__(self, text: str, style: ReadingStyle) -> None:
        self.text = text
        self.style = style
        self.at = 0
        self.sentence = 0
        self.last_rule = ""
        self.last_end = -1
        self._before: tuple[str, ...] = ()
        self._seen = -1
        self.capitals: tuple[int, int, bool] | None = None
        self.weighed: tuple[int, Amount | None] | None = None

    @property
    def before(self) -> tuple[str, ...]:
        """The words before, lower case, nearest last, without quotes, brackets, commas."""
        if self._seen != self.at:
            self._seen = self.at
            start = max(self.sentence, self.at - _REACH)
            words = self.text[start : self.at].lower().rsplit(None, _WORDS_BACK)
            if len(words) > _WORDS_BACK:
                del words[0]
            bare = [word.strip(_OUTER) for word in words]
            self._before = tuple([last for word in bare if (last := word if word.isalpha() else _last_part(word))])
        return self._before

    def word_before(self) -> str:
        """Return the nearest word before, or an empty string."""
        before = self.before
        return before[-1] if before else ""

    def follows(self, words: frozenset[str]) -> bool:
        """Tell whether the nearest word before, or the nearest two, are among `words`."""
        before = self.before
        if not before:
            return False
        return before[-1] in words or (len(before) > 1 and f"{before[-2]} {before[-1]}" in words)

    def near(self, words: frozenset[str], reach: int = 4) -> bool:
        """Tell whether one of the `reach` words before (or two of them together) is among `words`."""
        recent = self.before[-reach:]
        return not words.isdisjoint(recent) or any(f"{first} {second}" in words for first, second in pairwise(recent))

    def ahead(self, end: int, reach: int = 24) -> str:
        """Return the lower-case text after `end`, at most `reach` characters."""
        return self.text[end : end + reach].lower()

    def opens(self) -> bool:
        """Tell whether nothing of the sentence stands before."""
        return not self.before


Say = Callable[[re.Match[str], Here], Said | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the grammar: where `pattern` matches, `say` reads it or declines with None.

    Attributes
    ----------
    name
        The class of the rule; words carry it as their origin.
    pattern, say
        What is read, and how.
    shape
        Saves time: matches the first characters of every place where `pattern` can match. It is given a row of
        up to 13 digits (2 to 8 written as 9) or up to 8 letters, and 3 more characters. None: ask everywhere.
    needs
        Saves time: a character without which within the next 72 the pattern cannot match.
    """

    name: str
    pattern: Pattern
    say: Say
    shape: Pattern | None = None
    needs: str = ""
