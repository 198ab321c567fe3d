"""Signs: pauses, words (& và, ≥ lớn hơn hoặc bằng), minus, silent Markdown; what cannot be said is reported."""

# ruff: noqa: PLR0911 - one return a reading

from __future__ import annotations

import re
import unicodedata

from loa.reading.advice import Advice
from loa.reading.classes.measure import per_words
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.pattern import Pattern
from loa.reading.prepare import UNREADABLE

_ANY = Pattern(r"(?s:.)")
_MINUS = Pattern(r"[-−](?=\d)")
_SAME_KIND = Pattern(r".*?(?<![A-ZĐ])([A-ZĐ]{1,4})\.?\d{1,4} ?- ?\1\.?\d")
_TWO_RATINGS = Pattern(r".*\d(?:V|kV|A|W|kW|Hz)-\d+ ?(?:V|kV|A|W|kW|Hz|MHz|kHz)(?!\w)")
_FOR_ONE = Pattern(r"1 [^\W\d_]")
_DASH = Pattern(r"-{1,80}>?")
_LETTERS = Pattern(r"[^\W\d_]+")
_FOREIGN = Pattern(r"[^\s\x00-\x7e\u00c0-\u1ef9…•]{1,200}")

_PAUSES = {"(": ",", ")": ",", "[": ",", "]": ",", "{": ",", "}": ",", ":": ",", ",": ",", ";": ";", "•": ",", "|": ",",
           ".": ".", "!": "!", "?": "?", "…": ",", "/": ",", "→": ",", "⇒": ","}  # fmt: skip
_WORDS = {
    "&": "và", "%": "phần trăm", "‰": "phần nghìn", "=": "bằng", "<": "nhỏ hơn", ">": "lớn hơn", "≤": "nhỏ hơn hoặc bằng",
    "≥": "lớn hơn hoặc bằng", "±": "cộng trừ", "×": "nhân", "÷": "chia", "°": "độ", "@": "a còng", "$": "đô la", "€": "ơ rô",
    "£": "bảng", "¥": "yên", "₫": "đồng", "½": "một phần hai", "¼": "một phần tư", "¾": "ba phần tư", "⅓": "một phần ba",
    "⅔": "hai phần ba", "²": "bình phương", "³": "lập phương", "≈": "khoảng", "≠": "khác", "^": "mũ", "∞": "vô cùng", "√": "căn",
}  # fmt: skip
_COUNTED_WORDS = frozenset(
    ["thứ", "tháng", "ngày", "năm", "lớp", "điều", "khoản", "quý", "tuần", "ấp", "thôn", "tổ", "cấp", "giờ"]
)
_RATED = frozenset(
    [
        "đồng",
        "triệu",
        "nghìn",
        "tỷ",
        "tấn",
        "tạ",
        "km",
        "mg",
        "lần",
        "lít",
        "người",
        "suất",
        "buổi",
        "kg",
        "vnđ",
        "usd",
        "m3",
        "kwh",
        "tr.đ",
        "trđ",
        "đ",
    ]
)
_SHARERS = frozenset(
    [
        "hộ",
        "người",
        "tháng",
        "năm",
        "ngày",
        "ha",
        "lần",
        "suất",
        "lượt",
        "em",
        "cháu",
        "căn",
        "con",
        "cây",
        "bao",
        "tuần",
        "giờ",
        "vụ",
        "khẩu",
        "gia",
        "học",
        "xã",
        "ấp",
        "đội",
        "trường",
    ]
)
_NEAR = 20
_AMOUNTS = frozenset(
    {"time", "date", "measure", "money", "cardinal", "ordinal", "roman", "weekday", "road", "list", "fraction"}
)


def _say_minus(match: re.Match[str], here: Here) -> Said | None:
    previous = here.text[here.at - 1 : here.at]
    if previous.isalnum() or previous in {")", "%", "°"}:
        return None
    before = here.word_before()
    if before and before[-1].isdecimal():
        return None
    return Said(match.end(), "âm")


def _say_dash(match: re.Match[str], here: Here) -> Said | None:
    text, end = here.text, match.end()
    joins = here.last_rule in _AMOUNTS and here.at - here.last_end <= 1
    rest = text[end : end + 12].lstrip(" ").lower()
    if (
        joins
        and match[0] == "-"
        and not _two_ratings(text, here.at)
        and (
            rest[:1].isdecimal()
            or (rest[:1] in "$€£¥+-" and rest[1:2].isdecimal())
            or rest.split(" ")[0] in _COUNTED_WORDS
            or rest.startswith(("dưới ", "trên ", "hơn "))
        )
    ):
        return Said(end, "đến")
    if joins and here.last_rule in {"weekday", "road"} and re.match(r"t[2-7]|cn|ql|đt", rest):
        return Said(end, "đến")
    if _SAME_KIND.match(f"{text[max(0, here.at - 8) : here.at]}-{text[end : end + 8]}") is not None:
        return Said(end, "đến")
    glued = text[here.at - 1 : here.at].isalnum() and text[end : end + 1].isalnum()
    return Said(end, "", "" if glued else ",")


def _two_ratings(text: str, at: int) -> bool:
    """Tell whether two ratings of one device stand here, 220V-50Hz, which is no range."""
    around = text[max(0, at - 6) : at + 9]
    found = _TWO_RATINGS.match(around)
    return found is not None and text[at - 1 : at] != found[0][-1]


def _say_any(match: re.Match[str], here: Here) -> Said | None:
    char, end = match[0], match.end()
    text = here.text
    if char in _PAUSES:
        return _say_pause(char, here)
    if char == "+":
        if text[end : end + 1] == " " and here.opens():
            return Said(end, "", ",")
        return Said(end, "cộng" if here.before or text[end : end + 1].isdecimal() else "")
    if char == "~":
        return Said(end, "khoảng" if text[end : end + 2].strip()[:1].isdecimal() else "")
    if char in "²³" and not here.before:
        return Said(end, "")
    if char in _WORDS:
        spoken = _WORDS[char]
        return Said(end, spoken, "", None if char in "&%°₫=½¼¾" else Guess((spoken,), Advice.SIGN))
    if char == "#" and text[end : end + 1].isalpha() and not text[here.at - 1 : here.at].isalnum():
        return Said(end, "thăng")
    if char in "\"'*_#`\\":
        return Said(end, "")
    return None


def _say_pause(char: str, here: Here) -> Said:
    text, end = here.text, here.at + 1
    before, after = text[here.at - 1 : here.at], text[end : end + 1]
    if char == "." and after == ".":
        while text[end : end + 1] == ".":
            end += 1
        rest = text[end : end + 3].lstrip()
        return Said(end, "", "." if rest[:1].isupper() or not rest else ",")
    if char == "…":
        rest = text[end : end + 3].lstrip()
        return Said(end, "", "." if rest[:1].isupper() or not rest else ",")
    if char == "." and after.isalnum():
        return Said(end, "", "." if after.isupper() and before.islower() else "")
    if char == "/" and before.isalnum() and here.text[here.at - 2 : end + 3].lower() == "và/hoặ":
        return Said(end, "")
    if char == "/" and _FOR_ONE.match(text, end) is not None and before.isalpha() and _rated(here, end):
        return Said(end, "trên" if here.style.per == "trên" else "")
    if char == "/" and after.isalpha() and _rated(here, end):
        said, end = per_words(here, here.at)
        return Said(max(end, here.at + 1), said.strip() or here.style.per)
    if char == "/" and text[end : end + 4].lower() == "hoặc":
        return Said(end, "")
    return Said(end, "", _PAUSES[char])


def _rated(here: Here, end: int) -> bool:
    """Tell whether the slash after an amount of something says what for: 10kg gạo/hộ."""
    if here.word_before() in _RATED:
        return True
    counted = any(char.isdecimal() for char in here.text[max(here.sentence, here.at - _NEAR) : here.at])
    return counted and _first_word(here.ahead(end)) in _SHARERS


def _first_word(text: str) -> str:
    match = _LETTERS.search(text)
    return match[0] if match is not None else ""


def _say_foreign(match: re.Match[str], _here: Here) -> Said | None:
    char = match[0][0]
    if char == UNREADABLE:
        return Said(match.end(), "", "", Guess(("",), Advice.OTHER_SCRIPT))
    if char in _WORDS or char in _PAUSES:
        return None
    return Said(match.end(), "", "", Guess(("",), Advice.OTHER_SCRIPT if char.isalpha() else Advice.SIGN))


def _say_unreadable(match: re.Match[str], _here: Here) -> Said | None:
    control = unicodedata.category(match[0]) in {"Cc", "Cf", "Co", "Cn", "Cs"}
    return Said(match.end(), "", "", Guess(("",), Advice.CONTROL if control else Advice.SIGN))


RULES = (
    Rule(name="negative", pattern=_MINUS, say=_say_minus, shape=Pattern(r"[-−]\d")),
    Rule(name="sign", pattern=_DASH, say=_say_dash, shape=Pattern(r"-")),
    Rule(name="sign", pattern=_ANY, say=_say_any),
    Rule(name="sign", pattern=_FOREIGN, say=_say_foreign),
    Rule(name="sign", pattern=_ANY, say=_say_unreadable),
)
