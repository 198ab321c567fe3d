"""A text and what is said for it, side by side: sentence by sentence, doubts marked in both. Pure but for the reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loa.reading import Doubt, Reading
from loa.station.hints import Hint, personal_data
from loa.timetable.plan import WORDS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words; `doubt` is the number of the doubt it belongs to, or None."""

    text: str
    doubt: int | None = None


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One phrase as written and as spoken."""

    written: tuple[Piece, ...]
    spoken: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenView:
    """What an editor sees beside the text.

    Attributes
    ----------
    lines
        Phrase by phrase.
    doubts
        The places where the reading was guessed; a piece's `doubt` counts them from 0.
    hints
        What may be somebody's personal data.
    syllables, length_s
        Words spoken, and about how long that takes at a newsreader's pace.
    """

    lines: tuple[SpokenLine, ...]
    doubts: tuple[Doubt, ...]
    hints: tuple[Hint, ...]
    syllables: int
    length_s: float


def spoken_view(text: str, reading: Reading) -> SpokenView:
    """Return `text` beside its `reading`."""
    lines = []
    for phrase in reading.phrases:
        own = [(n, d) for n, d in enumerate(reading.warnings) if phrase.start <= d.start and d.end <= phrase.end]
        lines.append(
            SpokenLine(
                written=tuple(_written(text, phrase.start, _with_marks(text, phrase.end), own)),
                spoken=tuple(_spoken(phrase.text, own)),
            )
        )
    syllables = len(reading.spoken.split())
    return SpokenView(
        lines=tuple(lines),
        doubts=reading.warnings,
        hints=tuple(personal_data(text)),
        syllables=syllables,
        length_s=syllables / WORDS_PER_SECOND,
    )


def _with_marks(text: str, end: int) -> int:
    """Return where the marks end that close what ends at `end`."""
    while end < len(text) and text[end] in '.,;:!?…”’")':
        end += 1
    return end


def _written(text: str, start: int, end: int, doubts: Sequence[tuple[int, Doubt]]) -> Iterator[Piece]:
    for number, doubt in doubts:
        if doubt.start < start:
            continue  # two doubts about one place: the first is marked
        if doubt.start > start:
            yield Piece(text[start : doubt.start])
        yield Piece(text[doubt.start : doubt.end], number)
        start = doubt.end
    if start < end:
        yield Piece(text[start:end])


def _spoken(text: str, doubts: Sequence[tuple[int, Doubt]]) -> Iterator[Piece]:
    at = 0
    for number, doubt in doubts:
        place = text.find(doubt.chosen, at) if doubt.chosen else -1
        if place < 0:
            continue
        if place > at:
            yield Piece(text[at:place])
        yield Piece(doubt.chosen, number)
        at = place + len(doubt.chosen)
    if at < len(text):
        yield Piece(text[at:])
