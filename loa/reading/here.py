"""What a rule of the grammar is given, and what it gives back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from loa.reading.advice import Advice
from loa.reading.style import ReadingStyle

_REACH = 72
"""How far back a rule looks, in characters; bounded so that any text is read in linear time."""
_OUTER = " \t\"'(),:;[]{}*_-/•|#…~`\\^\ufffd"


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
    """

    __slots__ = ("_before", "_seen", "at", "last_end", "last_rule", "sentence", "style", "text")

    def __init__(self, text: str, style: ReadingStyle) -> None:
        self.text = text
        self.style = style
        self.at = 0
        self.sentence = 0
        self.last_rule = ""
        self.last_end = -1
        self._before: tuple[str, ...] = ()
        self._seen = -1

    @property
    def before(self) -> tuple[str, ...]:
        """The words before, lower case, nearest last, without quotes, brackets, commas."""
        if self._seen != self.at:
            self._seen = self.at
            start = max(self.sentence, self.at - _REACH)
            words = (word.strip(_OUTER) for word in self.text[start : self.at].lower().split())
            self._before = tuple(word for word in words if word)
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

    `then` saves time at figures: the characters one of which stands after the first row of digits wherever the
    pattern matches (``a`` for any letter); empty for any.
    """

    name: str
    pattern: re.Pattern[str]
    say: Say
    then: str = ""

    def can_follow(self, char: str) -> bool:
        """Tell whether the rule is worth asking where `char` stands after the digits."""
        return not self.then or (char != "" and char in self.then) or ("a" in self.then and char.isalpha())
