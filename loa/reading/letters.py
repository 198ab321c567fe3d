"""Letters: their names when spelled out, and what can be a Vietnamese syllable."""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

from functools import lru_cache

from loa.reading.pattern import Pattern

NAMES = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "đê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép",
    "g": "gờ", "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "em", "n": "en", "o": "ô", "ô": "ô",
    "ơ": "ơ", "p": "pê", "q": "quy", "r": "rờ", "s": "ét", "t": "tê", "u": "u", "ư": "ư", "v": "vê", "w": "vê kép",
    "x": "ích", "y": "y", "z": "dét",
}  # fmt: skip
"""How newsreaders spell an abbreviation: OTP ô tê pê, SMS ét em ét, USB u ét bê (the convention's abbreviations)."""

_MARKS = str.maketrans(
    "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ",
    "aaaaaăăăăăâââââeeeeeêêêêêiiiiioooooôôôôôơơơơơuuuuuưưưưưyyyyy",
)
CAPITALS = "A-ZĐĂÂÊÔƠƯ" + "".join(
    char.upper() for char in "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
)
"""The capital letters of Vietnamese, for a character class; a range would take small letters with it."""
_ONSET = "(?:ngh|gh|ng|nh|ch|kh|ph|th|tr|gi|qu|[bcdđghklmnprstvx])?"
_NUCLEUS = "(?:uyê|uya|iê|yê|ươ|uô|uâ|uê|uơ|oa|oă|oe|oo|ia|ya|ua|ưa|uy|[aăâeêioôơuưy])"
_CODA = "(?:ch|ng|nh|[cmnptiouy])?"
_SYLLABLE = Pattern(_ONSET + _NUCLEUS + _CODA)


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Tell whether the lower-case `word` has the build of one Vietnamese syllable."""
    return len(word) <= 7 and _SYLLABLE.fullmatch(word.translate(_MARKS)) is not None


@lru_cache(maxsize=4096)
def spell(text: str) -> str:
    """Return the names of the letters of `text`, characters without a name skipped: ``OTP`` → ô tê pê."""
    return " ".join(NAMES[char] for char in text.lower().translate(_MARKS) if char in NAMES)
