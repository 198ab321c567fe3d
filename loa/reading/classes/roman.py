"""Roman numerals: khóa XII, quý IV/2023, lần thứ I (nhất), thế kỷ XIX-XX, lower case after *thứ*."""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.numerals import DIGITS, cardinal, ordinal, year

_BUILD = r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ROMAN = re.compile(
    rf"({_BUILD})(?: ?(?:-|,) ?({_BUILD})(?!\w))?(?:([a-e])(?!\w))?(?:[/-](\d{{4}})(?!\d))?(?![^\W_]|'[^\W\d_]|&|[/-][A-ZĐ])"
)
_LOWER = re.compile(_BUILD + r"(?![\w'])", re.IGNORECASE)

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_CUES = frozenset(
    [
        "khóa",
        "khoá",
        "giải",
        "quý",
        "quí",
        "cấp",
        "thứ",
        "kỷ",
        "đại hội",
        "chương",
        "phần",
        "mục",
        "phụ lục",
        "loại",
        "hạng",
        "vùng",
        "quân khu",
        "khu",
        "bậc",
        "nhóm",
        "kỳ",
        "tập",
        "điều",
        "hội nghị",
        "lần",
        "nhà nước",
        "hội",
        "độ",
        "giai đoạn",
        "đợt",
        "vòng",
        "bảng",
        "thể",
        "ngạch",
        "quyển",
        "kì",
        "huân chương",
        "tw",
        "trung ương",
        "khối",
        "đoạn",
        "tuần",
        "lục",
        "i",
        "ii",
        "iii",
        "v",
        "số",
        "và",
        "đến",
        "chiến",
        "khóa họp",
        "elizabeth",
        "louis",
        "charles",
        "henry",
        "george",
        "pháp",
        "kỷ",
        "lực lượng",
        "tuổi",
        "nhiệm kỳ",
        "tiểu học",
    ]
)
_SPELLED_ON = frozenset((*DIGITS, "mười", "i", "vê", "ích", "xê", "lờ", "đê", "em"))
"""What follows an i that was spelled out, not a numeral."""
_SINGLE_CUES = frozenset({"thứ", "chương"})
_LOWER_CUES = frozenset(["thứ", "kỷ", "chương", "thế kỷ", "khóa", "quý", "quí", "mục", "phần"])


def value(roman: str) -> int:
    """Return the value of a Roman numeral in capitals."""
    total = 0
    for char, after in zip(roman, roman[1:] + " ", strict=True):
        step = _VALUES[char]
        total += -step if _VALUES.get(after, 0) > step else step
    return total


def _say_roman(match: re.Match[str], here: Here) -> Said | None:
    first, last, letter, of_year = match.groups()
    text, end = here.text, match.end()
    cued = here.follows(_CUES) or (here.last_rule == "roman" and here.at - here.last_end < 6)
    marker = here.opens() and text[end : end + 1] in {".", ")"} and text[end + 1 : end + 2] in {" ", ""}
    plain = len(first) > 1 and not set(first) - set("IVX")
    if not (cued or marker or plain or of_year) or not first:
        return None
    say = ordinal if here.word_before() == "thứ" else cardinal
    said = say(str(value(first)), here.style)
    if here.word_before() == "giải":
        said = {1: "nhất", 2: "nhì"}.get(value(first), said)
    if last:
        said += (" đến " if "-" in match[0] else ", ") + cardinal(str(value(last)), here.style)
    if letter:
        said += f" {letter}"
    if of_year:
        said += f" năm {year(of_year, here.style)}"
    guess = None
    if not (cued or marker or of_year) and len(first) < 3:
        guess = Guess((said,), Advice.ROMAN_OR_LETTER)
    return Said(end, said, "", guess)


def _say_lower(match: re.Match[str], here: Here) -> Said | None:
    cues = _LOWER_CUES if len(match[0]) > 1 else _SINGLE_CUES
    if not match[0] or not here.follows(cues):
        return None
    if len(match[0]) == 1 and here.ahead(match.end()).lstrip().split(" ")[0].rstrip(",.") in _SPELLED_ON:
        return None
    say = ordinal if here.word_before() == "thứ" else cardinal
    return Said(match.end(), say(str(value(match[0].upper())), here.style))


ROMAN = Rule(name="roman", pattern=_ROMAN, say=_say_roman)
LOWER = Rule(name="roman", pattern=_LOWER, say=_say_lower)
