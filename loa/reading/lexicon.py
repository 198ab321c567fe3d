"""The station's own lexicon: how names are said here, above every rule of the grammar."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from loa.language import translate as _

_SPEAKABLE = re.compile(r"[^\W\d_]+(?:[ ,]+[^\W\d_]+)*")
MAX_WRITTEN = 80
"""Longest entry in characters; the scanner's look-ahead is bounded by it."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Entries of the station lexicon: written form to spoken words.

    Applied by whole word, with the capitals as written, longest first; overrides everything else.

    Parameters
    ----------
    entries
        ``{"S'tiêng": "xơ tiêng"}``. The spoken side is words only: no digits, no signs but a comma.

    Raises
    ------
    ValueError
        If an entry is empty, too long, or its spoken side cannot be spoken as it stands; the sentence is in the
        operator's language and names every bad entry.
    """

    entries: Mapping[str, str]
    spoken: Mapping[str, str] = field(init=False, repr=False, compare=False)
    pattern: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check every entry and compile the one pattern that finds them."""
        faults: list[str] = []
        spoken: dict[str, str] = {}
        for written, said in self.entries.items():
            fault = _fault(written, said)
            if fault:
                faults.append(fault)
            else:
                key = " ".join(unicodedata.normalize("NFC", written).split())
                spoken[key] = " ".join(unicodedata.normalize("NFC", said).lower().split())
        if faults:
            raise ValueError("\n".join(faults))
        object.__setattr__(self, "spoken", spoken)
        object.__setattr__(self, "pattern", _pattern(spoken))


def _fault(written: object, said: object) -> str | None:
    if not isinstance(written, str) or not isinstance(said, str):
        return _("The lexicon entry {written} must be words on both sides. Put both in quotation marks.").format(
            written=written
        )
    if not written.strip() or len(written) > MAX_WRITTEN:
        return _("The lexicon entry {written} is empty or too long. Write one to {most} characters.").format(
            written=repr(written), most=MAX_WRITTEN
        )
    if not _SPEAKABLE.fullmatch(unicodedata.normalize("NFC", said).strip()):
        return _(
            "The lexicon entry {written} is to be said as {said}, which holds figures or signs. Write it in words."
        ).format(written=written, said=repr(said))
    return None


def _pattern(spoken: Mapping[str, str]) -> re.Pattern[str] | None:
    if not spoken:
        return None
    longest_first = sorted(spoken, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(key) for key in longest_first) + r")(?!\w)")
