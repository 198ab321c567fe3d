"""Roman numerals: khóa XII, quý IV/2023, lần thứ I (nhất), thế kỷ XIX-XX, lower case after *thứ*."""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.capitals import in_capitals
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.letters import NAMES
from loa.reading.numerals import DIGITS, cardinal, ordinal, year
from loa.reading.pattern import Pattern

_BUILD = r"(?=[MDCLXVI])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ROMAN = Pattern(
    rf"({_BUILD})(?: ?(?:-|,) ?({_BUILD})(?!\w))?(?:([a-e])(?!\w))?(?:[/-](\d{{4}})(?!\d))?(?![^\W_]|'[^\W\d_]|&|[/-][A-ZĐ])"
)
_LOWER = Pattern(_BUILD + r"(?![^\W\d_]|'[^\W\d_])", re.IGNORECASE)

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
_SYLLABLES = frozenset({"xi", "vi", "mi", "di", "li", "ci"})
_AFTER_ORDINALS = frozenset(
    ["", "của", "và", "về", "là", "được", "diễn", "năm", "tại", "đã", "này", "nhiệm", "khóa", "ngày"]
)
_SURE_CUES = frozenset(
    ["khóa", "kỳ", "thứ", "cấp", "quý", "chương", "phần", "mục", "kỷ", "hạng", "lần", "giai đoạn", "phụ lục"]
)
_SPELLED_ON = frozenset((*DIGITS, "mười", "meo", *(name.split()[0] for name in NAMES.values())))
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
    if first in {"VI", "DI", "LI", "MI", "XI"} and not last and _goes_on_as_word(here, end):
        return None
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


def _goes_on_as_word(here: Here, end: int) -> bool:
    """Tell whether VI is a word in capitals (VI PHẠM), not six (KHÓA VI)."""
    if here.ahead(end).startswith(
        (" phạm", " rút", " khuẩn", " sinh", " ta min", " mạch", " mô", " bằng", " chuyển", " dời")
    ):
        return True
    return not here.follows(_SURE_CUES) and in_capitals(here)


def _next_word(here: Here, end: int) -> str:
    ahead = here.ahead(end)
    return ahead.lstrip().split(" ")[0].rstrip(",.;:!?") if ahead[:1] == " " else ""


def _say_lower(match: re.Match[str], here: Here) -> Said | None:
    cues = _LOWER_CUES if len(match[0]) > 1 else _SINGLE_CUES
    if not match[0] or not here.follows(cues):
        return None
    if len(match[0]) == 1 and match[0] not in "ivxIVX":
        return None
    if match[0] in _SYLLABLES and _next_word(here, match.end()) not in _AFTER_ORDINALS:
        return None
    follows = _next_word(here, match.end())
    if len(match[0]) == 1 and (follows in _SPELLED_ON or len(follows) == 1):
        return None
    say = ordinal if here.word_before() == "thứ" else cardinal
    return Said(match.end(), say(str(value(match[0].upper())), here.style))


ROMAN = Rule(name="roman", pattern=_ROMAN, say=_say_roman, shape=Pattern(r"[MDCLXVI]+[a-e]?(?![^\W\d_])"))
LOWER = Rule(name="roman", pattern=_LOWER, say=_say_lower, shape=Pattern(r"[mdclxviMDCLXVI]+(?![^\W\d_])"))
