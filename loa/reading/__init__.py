"""Written Vietnamese to the words a newsreader says. Pure, thread-safe, standard library only."""

from __future__ import annotations

from loa.reading.lexicon import Lexicon
from loa.reading.model import Doubt, Pause, Phrase, Reading, Word
from loa.reading.reader import read, read_aloud
from loa.reading.style import ReadingStyle

__all__ = ["Doubt", "Lexicon", "Pause", "Phrase", "Reading", "ReadingStyle", "Word", "read", "read_aloud"]
