"""Quantities and ranges of quantities, shared by the classes that count something.

Vietnamese groups thousands with dots (or spaces) and writes a decimal comma (Nghị định 30/2020, TCVN); two comma
groups (1,500,000) can only be the English way of grouping.
"""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

from loa.reading.advice import Advice
from loa.reading.here import Amount, Guess, Here
from loa.reading.numerals import DIGITS, cardinal, digits, fraction_digits, padded
from loa.reading.pattern import Pattern
from loa.reading.style import ReadingStyle

QUANTITY = (
    r"(?:[1-9]\d{0,2}(?:\.\d{3}){1,11}(?!\d)(?:,\d{1,9}(?![\d,]))?"
    r"|[1-9]\d{0,2}(?: \d{3}){1,11}(?![\d.,/]\d|\d|[-/:hg]\d|/)(?:,\d{1,9})?"
    r"|\d{1,3}(?:,\d{3}){2,11}(?!\d)(?:\.\d{1,9}(?!\d))?"
    r"|\d{1,3}(?:,\d{3}){1,11}\.\d{1,9}(?!\d)"
    r"|\d{1,36}(?:[.,]\d{1,18}(?![\d]|[.,/]\d))?)"
)
_JOINED = Pattern(
    rf"(?P<low>{QUANTITY})(?P<sign>%|°C|°)?(?:(?P<sep> ?(?:-|÷|~) ?|\.{{2,3}}| ?[x×] ?)(?P<high>{QUANTITY})(?![\d/]|[.,]\d))?"
)
_GROUPED_DOTS = Pattern(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,(\d+))?")
_GROUPED_SPACES = Pattern(r"[1-9]\d{0,2}(?: \d{3})+(?:,(\d+))?")
_GROUPED_COMMAS = Pattern(r"\d{1,3}(?:,\d{3})+(?:\.(\d+))?")
_ROUND_THOUSAND = Pattern(r"[1-9]\d{0,2},000")
_DOTTED = Pattern(r"\d+\.(?:\d{1,2}|\d{4,})")
_POINTED = Pattern(r"(\d+)([.,])(\d+)")

_PADDED_AFTER = frozenset(
    [
        "số",
        "đề án",
        "mã",
        "phòng",
        "tờ",
        "thửa",
        "lô",
        "mã số",
        "nghị quyết",
        "quyết định",
        "chỉ thị",
        "kế hoạch",
        "thông tư",
        "công văn",
        "dự án",
        "ký hiệu",
        "tổ đội",
    ]
)


def amount_at(here: Here) -> Amount | None:
    """Return the amount that begins at the place, a range where two quantities are joined."""
    if here.weighed is None or here.weighed[0] != here.at:
        here.weighed = (here.at, _amount_at(here))
    return here.weighed[1]


def _amount_at(here: Here) -> Amount | None:
    match = _JOINED.match(here.text, here.at)
    if match is None:
        return None
    low, sign, high = match["low"], match["sign"] or "", match["high"] or ""
    if not high:
        return Amount(quantity(low, here), match.end("low"), low, "", "", doubt_about(low, here))
    joint = " nhân " if match["sep"].strip() in {"x", "×"} else " đến "
    unit = {"%": " phần trăm", "°C": " độ xê", "°": " độ"}.get(sign, "")
    text = quantity(low, here) + unit + joint + quantity(high, here)
    return Amount(text, match.end(), low, high, sign, doubt_about(low, here))


def quantity(text: str, here: Here, point: str = "phẩy") -> str:
    """Return the words of one quantity as written, with its grouping and its decimal comma or point."""
    if text.isdecimal():
        return whole_number(text, here)
    style = here.style
    for grouped in (_GROUPED_DOTS, _GROUPED_SPACES, _GROUPED_COMMAS):
        match = grouped.fullmatch(text)
        if match is not None and (grouped is not _GROUPED_COMMAS or text.count(",") > 1 or "." in text):
            whole = text[: match.start(1) - 1] if match[1] else text
            spoken = cardinal("".join(char for char in whole if char.isdecimal()), style)
            return f"{spoken} phẩy {fraction_digits(match[1], style)}" if match[1] else spoken
    pointed = _POINTED.fullmatch(text)
    if pointed is not None:
        word = "phẩy" if pointed[2] == "," else point
        return f"{cardinal(pointed[1], style)} {word} {fraction_digits(pointed[3], style)}"
    return whole_number(text, here)


def whole_number(text: str, here: Here) -> str:
    """Return a number without signs; a leading zero is spoken in document numbers and named schemes."""
    if text[0] != "0" or len(text) == 1:
        return cardinal(text, here.style)
    if len(text) > 4:
        return digits(text)
    if text.startswith("00") or here.follows(_PADDED_AFTER):
        return padded(text, here.style)
    return cardinal(text, here.style)


def doubt_about(text: str, here: Here) -> Guess | None:
    """Return the doubt that the writing of one quantity leaves, if any."""
    if text.isdecimal():
        return None
    style: ReadingStyle = here.style
    if _ROUND_THOUSAND.fullmatch(text):
        bare = text.replace(",", "")
        return Guess((quantity(text, here), cardinal(bare, style)), Advice.DECIMAL_OR_GROUPS)
    if _DOTTED.fullmatch(text):
        whole, part = text.split(".")
        said = f"{cardinal(whole, style)} phẩy {fraction_digits(part, style)}"
        return Guess((said, said.replace(" phẩy ", " chấm ")), Advice.POINT)
    if text.count(" ") == 1:
        first, second = text.split(" ")
        return Guess(
            (
                quantity(text, here),
                f"{DIGITS[0] if not first else cardinal(first, style)}, {cardinal(second[:3], style)}",
            ),
            Advice.SPACED_GROUPS,
        )
    return None
