"""What a reading is made of: words with their place in the source, doubts, and the phrases a voice is given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Pause(StrEnum):
    """How long a voice rests after a phrase."""

    PHRASE = "phrase"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one stretch of the source text is read as.

    Attributes
    ----------
    text
        The spoken words, lower case; several where a number or an abbreviation was written. Empty where the
        stretch is silent.
    start, end
        Half-open span of the source text, in characters of the text as it was given.
    rule
        Name of the class that read it: ``plain``, ``date``, ``document`` and so on.
    """

    text: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A place where the writing does not decide the reading.

    Attributes
    ----------
    start, end
        Half-open span of the source text.
    written
        The source text of the span.
    chosen
        What is read.
    considered
        The readings weighed, the chosen one first.
    advice
        How to write it unambiguously, in the operator's language.
    """

    start: int
    end: int
    written: str
    chosen: str
    considered: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """The unit handed to a voice: at most one sentence, never cut inside a number.

    Attributes
    ----------
    text
        Spoken words with their pause marks.
    pause
        The rest after it.
    start, end
        Half-open span of the source text.
    """

    text: str
    pause: Pause
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as a newsreader says it, with where every word came from.

    Attributes
    ----------
    spoken
        The words to say, NFC and lower case; ``, . ! ? ;`` stand only where the voice rests.
    words
        The same words by source stretch, in source order.
    warnings
        The places where the reading was guessed.
    phrases
        The same words cut into the units a voice is given.
    """

    spoken: str
    words: tuple[Word, ...]
    warnings: tuple[Doubt, ...]
    phrases: tuple[Phrase, ...]
