"""Numbers as Vietnamese words.

Rules: *mốt* for a final 1 and *lăm* for a final 5 after a ten, *tư* for a final 4 after *mươi*, *linh* for an
empty tens place, *không trăm* for an empty hundreds place inside a number; groups of three are *nghìn*, *triệu*,
*tỷ*, and above a *tỷ* the three names start again (*một nghìn tỷ*).
"""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

from functools import lru_cache

from loa.reading.style import ReadingStyle, Years

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LONGEST = 18
"""A longer row of digits is no quantity a listener can follow; it is read digit by digit."""


def digits(text: str) -> str:
    """Return every digit of `text` as a word, other characters skipped: ``113`` → một một ba."""
    return " ".join(DIGITS[int(char)] for char in text if char.isdecimal())


@lru_cache(maxsize=4096)
def cardinal(text: str, style: ReadingStyle) -> str:
    """Return the quantity written by the digits of `text`, leading zeros dropped: ``02`` → hai."""
    text = text.lstrip("0") or "0"
    if len(text) > LONGEST:
        return digits(text)
    return _billions(text, style)


def _billions(text: str, style: ReadingStyle) -> str:
    if len(text) <= 9:
        return _millions(text, style, inside=False)
    head, tail = text[:-9], text[-9:]
    spoken = _billions(head, style) + " tỷ"
    return spoken if not int(tail) else f"{spoken} {_millions(tail, style, inside=True)}"


def _millions(text: str, style: ReadingStyle, *, inside: bool) -> str:
    text = text.zfill(9)
    parts: list[str] = []
    for group, name in ((text[:3], " triệu"), (text[3:6], f" {style.thousand.value}"), (text[6:], "")):
        if group != "000":
            parts.append(_hundreds(group, style, inside=inside or bool(parts)) + name)
    return " ".join(parts) or DIGITS[0]


def _hundreds(group: str, style: ReadingStyle, *, inside: bool) -> str:
    hundred, ten, one = (int(char) for char in group)
    parts: list[str] = []
    if hundred or inside:
        parts.append(f"{DIGITS[hundred]} trăm")
    if ten:
        parts.append(_tens(ten, one, style))
    elif one:
        parts.append(f"{style.zero_tens.value} {DIGITS[one]}" if parts else DIGITS[one])
    return " ".join(parts)


def _tens(ten: int, one: int, style: ReadingStyle) -> str:
    head = "mười" if ten == 1 else f"{DIGITS[ten]} mươi"
    if not one:
        return head
    if one == 5:
        return f"{head} lăm"
    if ten > 1 and one == 1:
        return f"{head} mốt"
    if ten > 1 and one == 4:
        return f"{head} {style.four_after_tens.value}"
    return f"{head} {DIGITS[one]}"


def padded(text: str, style: ReadingStyle) -> str:
    """Return a number with its leading zeros spoken, as document numbers are: ``09`` → không chín."""
    bare = text.lstrip("0")
    zeros = [DIGITS[0]] * (len(text) - len(bare))
    return " ".join([*zeros, cardinal(bare, style)] if bare else zeros)


def fraction_digits(text: str, style: ReadingStyle) -> str:
    """Return the digits after a decimal comma: two as a number (phẩy mười hai), else one by one."""
    if len(text) == 2 and text[0] != "0" and text != "10":
        return cardinal(text, style)
    return digits(text)


def year(text: str, style: ReadingStyle) -> str:
    """Return the number of a year, in full or digit by digit as the station chose."""
    return digits(text) if style.years is Years.SHORT else cardinal(text, style)


def ordinal(text: str, style: ReadingStyle) -> str:
    """Return the number said after *thứ*: nhất, tư, otherwise the cardinal."""
    bare = text.lstrip("0")
    return {"1": "nhất", "4": "tư"}.get(bare) or cardinal(text, style)


def month(text: str, style: ReadingStyle) -> str:
    """Return the number said after *tháng*: tư for April, otherwise the cardinal."""
    return "tư" if text.lstrip("0") == "4" else cardinal(text, style)
