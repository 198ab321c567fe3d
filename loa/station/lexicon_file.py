"""``lexicon.yaml``: how names, people and abbreviations are said at this station; and its style of reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from loa.checked_yaml import Findings, Scalar, parse, read_text
from loa.errors import Finding
from loa.language import translate as _
from loa.reading import Lexicon, Reading, ReadingStyle, read
from loa.reading.style import DocumentCodes, EarlyDays, FourAfterTens, Thousand, Years, ZeroTens
from loa.speech_settings import ReadingSettings
from loa.station.folder import StationFolder

LEXICON_FILE = "lexicon.yaml"


@dataclass(frozen=True, slots=True)
class WayOfReading:
    """A station's lexicon and style: what decides, with the text, what is said.

    Attributes
    ----------
    entries
        Written form and spoken words, in file order.
    """

    entries: tuple[tuple[str, str], ...] = ()
    style: ReadingStyle = field(default_factory=ReadingStyle)

    def read(self, text: str) -> Reading:
        """Return how `text` is read aloud at this station."""
        return _read(text, self)


@lru_cache(maxsize=4096)
def _read(text: str, way: WayOfReading) -> Reading:
    return read(text, style=way.style, lexicon=_lexicon(way.entries))


@lru_cache(maxsize=4)
def _lexicon(entries: tuple[tuple[str, str], ...]) -> Lexicon | None:
    return Lexicon(dict(entries)) if entries else None


def reading_style(settings: ReadingSettings) -> ReadingStyle:
    """Return the reading room's style for the words in ``station.yaml``."""
    return ReadingStyle(
        thousand=Thousand(settings.thousand),
        four_after_tens=FourAfterTens(settings.four_after_tens),
        zero_tens=ZeroTens(settings.zero_tens),
        years=Years(settings.years),
        documents=DocumentCodes(settings.documents),
        early_days=EarlyDays("" if settings.early_days == "none" else settings.early_days),
        per=settings.per,
    )


def read_lexicon(folder: StationFolder) -> tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]]:
    """Read ``lexicon.yaml``; a station without one has an empty lexicon.

    Returns
    -------
    tuple of pairs
        The entries that hold; a wrong one does not spoil the others.
    tuple of Finding
        Every mistake with its line.
    """
    path = folder.root / LEXICON_FILE
    if not path.exists():
        return (), ()
    findings = Findings(LEXICON_FILE)
    text = read_text(path, findings)
    mapping = None if text is None else parse(text, findings)
    entries: list[tuple[str, str]] = []
    for written, (line, node) in mapping.entries.items() if mapping else ():
        if not isinstance(node, Scalar):
            findings.add(
                _("“{name}” needs a text.").format(name=written),
                _("Write it as “name: text”."),
                line=line,
                name=written,
            )
            continue
        try:
            Lexicon({written: node.text})
        except ValueError as error:
            findings.add(str(error), "", line=line, name=written)
        else:
            entries.append((written, node.text))
    return tuple(entries), tuple(findings.found)
