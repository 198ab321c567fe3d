"""Phrases as a neural voice can take them: plain words and marks, in pieces that fit into memory."""

from __future__ import annotations

import math
import unicodedata
from itertools import pairwise

# Measured with a random model of the size and shape of Piper's "medium" (58 MB, 22050 Hz), one thread: 15 syllables at once
# take 250 MB and are spoken at 13 times real time, 25: 305 MB, 11 times; 40: 436 MB, 8 times; 100: 922 MB, 7 times.
LONGEST_PIECE = 25  # syllables
LETTERS_A_SYLLABLE = 7  # "nghiêng"
LONGEST_WORD = 4 * LETTERS_A_SYLLABLE
REACH = 5  # syllables to either side of an even cut within which a better place is looked for
MARKS = frozenset(".,;:!?…'-")
ENDS_OF_CLAUSES = tuple(".,;:!?…")
# A newsreader breathes before these rather than inside "nhân dân"
BEGINNINGS_LINE = (
    "bởi cho của do để đến hoặc khi là mà nên nếu nhưng như qua rồi tại theo thì trong trước từ và với về vì"
)
BEGINNINGS = frozenset(BEGINNINGS_LINE.split())


def plain(phrase: str) -> str:
    """Return `phrase` composed, lower-case, on one line, with nothing but letters, digits and marks of punctuation.

    Square brackets above all must not pass: two of them switch Piper to raw phonemes.
    """
    composed = unicodedata.normalize("NFC", phrase).lower()
    kept = (letter if letter in MARKS or unicodedata.category(letter)[0] in "LMN" else " " for letter in composed)
    return " ".join("".join(kept).split())


def pieces(phrase: str, longest: int = LONGEST_PIECE) -> list[str]:
    """Cut `phrase` at its commas, else between words, into pieces of at most `longest` syllables.

    Returns
    -------
    list of str
        Joined by spaces they are `phrase`, but for a comma added where a clause was cut and for cut words of more than
        28 letters. Every piece has a letter or digit where `phrase` has one.
    """
    whole = [part for word in phrase.split() for part in _parts(word)]
    if _weight(whole) <= longest:
        return [" ".join(whole)]
    runs = [run for clause in _clauses(whole) for run in _even(clause, longest)]
    joined = [runs[0]]
    for run in runs[1:]:
        if _weight(joined[-1]) + _weight(run) <= longest:
            joined[-1] = joined[-1] + run
        else:
            joined.append(run)
    texts = [" ".join(run) for run in joined]
    return [text if text.endswith(ENDS_OF_CLAUSES) else f"{text}," for text in texts[:-1]] + texts[-1:]


def _parts(word: str) -> list[str]:
    return [word[start : start + LONGEST_WORD] for start in range(0, len(word), LONGEST_WORD)]


def _weight(words: list[str]) -> int:
    """Return about how many syllables `words` are."""
    return sum(math.ceil(sum(letter.isalnum() for letter in word) / LETTERS_A_SYLLABLE) for word in words)


def _clauses(words: list[str]) -> list[list[str]]:
    ends = [place for place, word in enumerate(words, start=1) if word.endswith(ENDS_OF_CLAUSES)]
    return [words[start:end] for start, end in pairwise(sorted({0, *ends, len(words)}))]


def _even(words: list[str], longest: int) -> list[list[str]]:
    """Cut one clause into runs of about the same length."""
    total = _weight(words)
    if total <= longest:
        return [words]
    ideal = total / math.ceil(total / longest)

    def cost(place: int) -> tuple[bool, bool, float]:
        away = abs(_weight(words[:place]) - ideal)
        return (_weight(words[:place]) > longest, words[place] not in BEGINNINGS or away > REACH, away)

    cut = min(range(1, len(words)), key=cost)
    return [words[:cut], *_even(words[cut:], longest)]
