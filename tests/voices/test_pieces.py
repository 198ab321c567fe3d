"""Phrases in pieces that fit into a neural voice's memory, cut where a newsreader would breathe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from loa.voices.pieces import LONGEST_PIECE, pieces, plain

WORDS = some.lists(some.sampled_from(["và", "nghiêng", "ba,", "bốn.", "-", ",", "a" * 70, "để", "ủy"]), min_size=1)


def syllables(piece: str) -> int:
    return sum(any(letter.isalnum() for letter in word) for word in piece.split())


@given(WORDS)
def test_no_word_is_lost_and_no_piece_is_too_long(words: list[str]) -> None:
    """Cutting changes nothing of what is said."""
    phrase = " ".join(words)
    parts = pieces(phrase)
    letters = [[letter for letter in text if letter.isalnum()] for text in (phrase, " ".join(parts))]
    assert letters[0] == letters[1]
    assert all(syllables(part) <= LONGEST_PIECE and len(part) <= 300 for part in parts)
    if any(letter.isalnum() for letter in phrase):
        assert all(any(letter.isalnum() for letter in part) for part in parts)


def test_a_usual_sentence_stays_whole() -> None:
    """Cutting costs melody; it is only for memory."""
    phrase = " ".join(["một"] * LONGEST_PIECE)
    assert pieces(phrase) == [phrase]


def test_commas_come_first() -> None:
    """A cut at a comma is not heard."""
    first, second, third = (" ".join([word] * 12) + "," for word in ("một", "hai", "ba"))
    assert pieces(f"{first} {second} {third}") == [f"{first} {second}", third]


def test_without_commas_a_link_word_is_looked_for() -> None:
    """Words of one name or one number stay together where they can; the cut sounds like a comma."""
    phrase = f"{' '.join(['một'] * 15)} và {' '.join(['hai'] * 17)}"
    assert pieces(phrase) == [f"{' '.join(['một'] * 15)},", f"và {' '.join(['hai'] * 17)}"]


def test_without_anything_the_cut_is_even() -> None:
    """No single word stays behind alone."""
    assert [syllables(part) for part in pieces(" ".join(["ba"] * (LONGEST_PIECE + 1)))] == [13, 13]


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("u\u0309y BAN\nnha\u0302n da\u0302n", "ủy ban nhân dân"),
        ("bà con [[a]] <b>\0\U0001f33e", "bà con a b"),
        ("một, hai! ba?", "một, hai! ba?"),
        (" \t", ""),
    ],
)
def test_only_words_and_marks_are_left(written: str, spoken: str) -> None:
    """What has a meaning of its own to a synthesiser never reaches it."""
    assert plain(written) == spoken
