"""The two doors of the room: :func:`read_aloud` for the words, :func:`read` for where they came from."""

from __future__ import annotations

from collections.abc import Sequence

from loa.reading.advice import sentence
from loa.reading.grammar import Atom, atoms
from loa.reading.lexicon import Lexicon
from loa.reading.model import Doubt, Pause, Phrase, Reading, Word
from loa.reading.phrases import phrases
from loa.reading.prepare import prepare
from loa.reading.style import ReadingStyle

_DEFAULT = ReadingStyle()
_STRENGTH = {"": 0, ",": 1, ";": 2, "\n": 3, ".": 4, "!": 5, "?": 6}


def read_aloud(text: str) -> str:
    """Return the words to say, NFC and lower case; ``, . ! ? ;`` are left only where the voice rests."""
    return _spoken(atoms_of(text)[0])


def read(text: str, *, style: ReadingStyle = _DEFAULT, lexicon: Lexicon | None = None) -> Reading:
    """Return the reading of `text` with the source of every word, the doubts, and the phrases for a voice.

    Parameters
    ----------
    text
        Written Vietnamese, as pasted; plain text or simple Markdown.
    style
        The station's choices where the language leaves one.
    lexicon
        The station's own words; they override every rule.
    """
    stretches, origin = atoms_of(text, style, lexicon)
    words: list[Word] = []
    doubts: list[Doubt] = []
    for atom in stretches:
        start, end = _source(atom.start, origin), _source(atom.end, origin)
        if atom.rule == "plain":
            words.extend(_plain_words(text, start, end, atom))
        elif atom.text or atom.rule not in {"sign", "line"}:
            words.append(Word(text=atom.text, start=start, end=end, rule=atom.rule))
        if atom.guess is not None:
            doubts.append(
                Doubt(
                    start=start,
                    end=end,
                    written=text[start:end],
                    chosen=atom.guess.considered[0],
                    considered=atom.guess.considered,
                    advice=sentence(atom.guess.advice),
                )
            )
    located = [(atom, _source(atom.start, origin), _source(atom.end, origin)) for atom in stretches]
    return Reading(
        spoken=_spoken(stretches), words=tuple(words), warnings=tuple(doubts), phrases=tuple(phrases(located))
    )


def atoms_of(
    text: str, style: ReadingStyle = _DEFAULT, lexicon: Lexicon | None = None
) -> tuple[list[Atom], Sequence[int] | None]:
    """Return the stretches of the prepared text as read, and the way back to the source."""
    prepared = prepare(text)
    return list(atoms(prepared.text, style, lexicon)), prepared.origin


def _source(place: int, origin: Sequence[int] | None) -> int:
    return place if origin is None else origin[place]


def _plain_words(text: str, start: int, end: int, atom: Atom) -> list[Word]:
    spoken = atom.text.split()
    written = text[start:end].split()
    if len(spoken) != len(written):
        return [Word(text=atom.text, start=start, end=end, rule="plain")]
    words = []
    for said, source in zip(spoken, written, strict=True):
        place = text.index(source, start)
        start = place + len(source)
        words.append(Word(text=said, start=place, end=start, rule="plain"))
    return words


def _spoken(stretches: list[Atom]) -> str:
    parts: list[str] = []
    pending = ""
    for atom in stretches:
        if atom.text:
            if pending and parts:
                parts[-1] += "." if pending == "\n" else pending
            pending = ""
            parts.append(atom.text)
        if atom.mark and _STRENGTH[atom.mark] > _STRENGTH[pending]:
            pending = atom.mark
    if parts and pending not in {"", ",", ";"}:
        parts[-1] += "." if pending == "\n" else pending
    return " ".join(parts)


__all__ = ["Pause", "Phrase", "read", "read_aloud"]
