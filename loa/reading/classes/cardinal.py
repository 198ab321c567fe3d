"""Numbers that stand alone: lists (mức độ 3,4), ordinals (thứ 4), months, ranges (cấp 6-7), letters behind (12A1)."""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.amount import amount_at, whole_number
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.letters import spell
from loa.reading.numerals import cardinal, month, ordinal
from loa.reading.pattern import Pattern

_FIGURE = Pattern(r"\d")
_LIST = Pattern(r"\d{1,3}(?:,\d{1,3}){1,20}(?![\d.%]|,\d)")
_WEEK = Pattern(r"[2-7](?:, ?[2-7]){1,5}(?: và [2-7])?(?![\d/%]|[.,]\d)")
_LETTERED = Pattern(r"(\d{1,4})([A-ZĐa-eđ]{1,2})(?:[./-]?(\d{1,3}))?(?!\w)")
_GENERATION = Pattern(r"([2-9])G(?!\w)")
_DIMENSION = Pattern(r"(\d)D(?!\w)")
_DIGITS = Pattern(r"(\d{1,2})(?: ?- ?(\d{1,2}))?(?![\d/%]|[.,]\d)")
_VERSION = Pattern(r"\d{1,4}(?:\.\d{1,4}){1,6}(?!\d)")

_LISTED = frozenset(
    [
        "mức độ",
        "thôn",
        "thứ",
        "ấp",
        "tổ",
        "khu phố",
        "khu",
        "lớp",
        "điều",
        "khoản",
        "tuần",
        "nhóm",
        "đội",
        "cấp",
        "ngày",
        "tháng",
        "quý",
        "phường",
        "quận",
        "khối",
        "bậc",
        "kp",
        "mục",
        "các",
        "cụm",
        "chương",
        "tiết",
        "tập",
        "trang",
        "bảng",
        "mẫu",
        "hạng",
        "loại",
        "bài",
        "phần",
        "số",
        "xóm",
        "vòng",
        "đợt",
        "kỳ",
        "bước",
        "tờ",
        "thửa",
        "cột",
        "dòng",
        "câu",
    ]
)
_ORDINALS = frozenset({"thứ"})
_MOST_GOALS = 30
_BEFORE_RANGE = frozenset({"từ", "khoảng", "ngày", "tháng", "năm", "giờ", "tối", "đêm"})
_LONG = 8
_DAY_NAMES = {"2": "hai", "3": "ba", "4": "tư", "5": "năm", "6": "sáu", "7": "bảy"}


def _say_list(match: re.Match[str], here: Here) -> Said | None:
    parts = match[0].split(",")
    if len(parts) == 2 and not here.follows(_LISTED):
        return None
    if len(parts) == 2 and here.ahead(match.end()).startswith((" tỷ", " triệu", " điểm", " phần trăm", "%")):
        return None
    if all(len(part) == 3 for part in parts[1:]) and not here.follows(_LISTED):
        return None
    if here.text[match.end() : match.end() + 1].isalpha():
        return None
    kind = here.word_before()
    say = ordinal if kind == "thứ" else month if kind == "tháng" else cardinal
    return Said(match.end(), ", ".join(say(part, here.style) for part in parts))


def _say_week(match: re.Match[str], here: Here) -> Said | None:
    if here.word_before() != "thứ":
        return None
    said = re.sub(r"\d", lambda day: _DAY_NAMES[day[0]], match[0])
    return Said(match.end(), said.replace(", ", ",").replace(",", ", "))


def _say_named(match: re.Match[str], here: Here) -> Said | None:
    kind = here.word_before()
    first, last = match.groups()
    if kind == "thứ":
        said = ordinal(first, here.style)
        return Said(match.end(), f"{said} đến thứ {ordinal(last, here.style)}" if last else said)
    if kind == "tháng" and int(first) <= 12:
        said = month(first, here.style)
        return Said(match.end(), f"{said} đến tháng {month(last, here.style)}" if last else said)
    return None


def _say_lettered(match: re.Match[str], here: Here) -> Said | None:
    number, letters, rest = match.groups()
    if len(letters) > 1 and not letters.isupper():
        return None
    said = f"{whole_number(number, here)} {spell(letters) if letters.isupper() else letters}"
    return Said(match.end(), f"{said} {cardinal(rest, here.style)}" if rest else said)


def _say_generation(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), f"{cardinal(match[1], here.style)} gờ")


def _say_dimension(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), f"{cardinal(match[1], here.style)} đê")


def _say_version(match: re.Match[str], here: Here) -> Said | None:
    parts = match[0].split(".")
    if len(parts) < 3 or all(len(part) == 3 for part in parts[1:]):
        return None
    return Said(match.end(), " chấm ".join(cardinal(part, here.style) for part in parts))


def _say_number(_match: re.Match[str], here: Here) -> Said | None:
    amount = amount_at(here)
    if amount is None:
        return None
    guess, spoken = amount.guess, amount.spoken
    if guess is not None and guess.advice is Advice.POINT:
        spoken = guess.considered[1]
        guess = Guess((spoken, guess.considered[0]), Advice.POINT)
    if amount.low.isdecimal() and len(amount.low) >= _LONG and amount.low[0] != "0":
        guess = Guess((spoken,), Advice.NUMBER_OR_CODE)
    if amount.high.isdecimal() and amount.low.isdecimal() and int(amount.low) >= int(amount.high):
        said = f"{cardinal(amount.low, here.style)} {cardinal(amount.high, here.style)}"
        small = int(amount.low) <= _MOST_GOALS and "đến" in spoken and not here.follows(_BEFORE_RANGE)
        spoken, other = (said, spoken) if small else (spoken, said)
        guess = Guess((spoken, other), Advice.RANGE_OR_SCORE)
    return Said(amount.end, spoken, "", guess)


LISTS = (
    Rule(name="list", pattern=_WEEK, say=_say_week, shape=Pattern(r"\d,")),
    Rule(name="list", pattern=_LIST, say=_say_list, shape=Pattern(r"\d{1,3},\d")),
    Rule(name="version", pattern=_VERSION, say=_say_version, shape=Pattern(r"\d{1,4}\.\d")),
    Rule(name="ordinal", pattern=_DIGITS, say=_say_named, shape=Pattern(r"\d{1,2}(?!\d)")),
)
REST = (
    Rule(name="abbreviation", pattern=_GENERATION, say=_say_generation, shape=Pattern(r"\dG")),
    Rule(name="abbreviation", pattern=_DIMENSION, say=_say_dimension, shape=Pattern(r"\dD")),
    Rule(name="cardinal", pattern=_LETTERED, say=_say_lettered, shape=Pattern(r"\d{1,4}[A-ZĐa-eđ]")),
    Rule(name="cardinal", pattern=_FIGURE, say=_say_number),
)
