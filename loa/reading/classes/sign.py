"""Signs: pauses, words (& và, ≥ lớn hơn hoặc bằng), minus, silent Markdown; what cannot be said is reported."""

# ruff: noqa: PLR0911 - one return a reading

from __future__ import annotations

import re
import unicodedata

from loa.reading.advice import Advice
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.prepare import UNREADABLE

_ANY = re.compile(r"(?s:.)")
_MINUS = re.compile(r"[-−](?=\d)")
_DASH = re.compile(r"-{1,80}>?")
_FOREIGN = re.compile(r"[^\s\x00-\x7e\u00c0-\u1ef9…•]{1,200}")

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
    glued = text[here.at - 1 : here.at].isalnum() and text[end : end + 1].isalnum()
    return Said(end, "", "" if glued else ",")


def _say_any(match: re.Match[str], here: Here) -> Said | None:
    char, end = match[0], match.end()
    text = here.text
    if char in _PAUSES:
        return _say_pause(char, here)
    if char == "+":
        if text[end : end + 1] == " " and here.opens():
            return Said(end, "", ",")
        return Said(end, "cộng" if here.before else "")
    if char == "~":
        return Said(end, "khoảng" if text[end : end + 2].strip()[:1].isdecimal() else "")
    if char in "²³" and not here.before:
        return Said(end, "")
    if char in _WORDS:
        spoken = _WORDS[char]
        return Said(end, spoken, "", None if char in "&%°₫=½¼¾" else Guess((spoken,), Advice.SIGN))
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
    if char == "/" and after.isalpha() and _rated(here, end):
        return Said(end, here.style.per)
    if char == "/" and text[end : end + 4].lower() == "hoặc":
        return Said(end, "")
    return Said(end, "", _PAUSES[char])


def _rated(here: Here, end: int) -> bool:
    """Tell whether the slash after an amount of something says what for: 10kg gạo/hộ."""
    if here.word_before() in _RATED:
        return True
    counted = any(word[0].isdecimal() for word in here.before[-4:])
    return counted and re.match(r"[^\W\d_]+", here.ahead(end) + " ")[0] in _SHARERS  # type: ignore[index]


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
    Rule(name="negative", pattern=_MINUS, say=_say_minus),
    Rule(name="sign", pattern=_DASH, say=_say_dash),
    Rule(name="sign", pattern=_ANY, say=_say_any),
    Rule(name="sign", pattern=_FOREIGN, say=_say_foreign),
    Rule(name="sign", pattern=_ANY, say=_say_unreadable),
)
