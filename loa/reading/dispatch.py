"""Which rules are worth asking at a place: chosen by the first characters there, and remembered.

Most rules cannot match at most places, and that shows in a few characters: `2024/` is no clock time, `3kg` no
telephone number. Every rule names the shape of its openings (:attr:`~loa.reading.here.Rule.shape`); the answer for
one opening is kept, so that a place costs one look-up and the few patterns that have a chance there.
"""

from __future__ import annotations

from loa.reading.here import Here, Rule, Said
from loa.reading.pattern import Pattern

_OPENING = Pattern(r"(?s:\d{1,13}.{0,3}|[^\W\d_]{1,8}.{0,3}|.{1,3})")
_AS_NINE = str.maketrans("2345678", "9999999")
_MOST = 8192
_NEEDED_WITHIN = 72
"""How far ahead the character that a rule needs may stand: longer than the part of a mail address before its @."""


class Dispatch:
    """The rules asked at one kind of token, in order; the first to answer reads.

    Parameters
    ----------
    rules
        The rules, the more special first.
    """

    __slots__ = ("_known", "rules")

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self._known: dict[str, tuple[Rule, ...]] = {}

    def worth(self, text: str, at: int) -> tuple[Rule, ...]:
        """Return the rules that can match at the place, by the opening there."""
        match = _OPENING.match(text, at)
        opening = match[0].translate(_AS_NINE) if match is not None else ""
        rules = self._known.get(opening)
        if rules is None:
            rules = tuple(rule for rule in self.rules if rule.shape is None or rule.shape.match(opening) is not None)
            if len(self._known) >= _MOST:  # forgetting all bounds the memory; threads that race lose only time
                self._known.clear()
            self._known[opening] = rules
        return rules

    def ask(self, here: Here) -> tuple[Rule, Said] | None:
        """Return the first rule that reads at the place, with what it reads, or None."""
        text, at = here.text, here.at
        for rule in self.worth(text, at):
            if rule.needs and text.find(rule.needs, at, at + _NEEDED_WITHIN) < 0:
                continue
            match = rule.pattern.match(text, at)
            if match is not None:
                said = rule.say(match, here)
                if said is not None and said.end > at:
                    return rule, said
        return None
