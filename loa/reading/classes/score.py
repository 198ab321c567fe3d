"""Scores (tỉ số 2-1 = hai một) and fertiliser formulas or other rows of numbers (NPK 16-16-8)."""

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.numerals import cardinal
from loa.reading.pattern import Pattern

_SCORE = Pattern(r"(\d{1,3}) ?[-:] ?(\d{1,3})(?![\d/%]|[-.,:]\d)")
_ROW = Pattern(r"\d{1,4}(?: ?- ?\d{1,4}){2,7}(?![\d/]|[.,]\d)")

_MOST_GOALS = 30
_SCORES = frozenset(
    [
        "tỉ số",
        "tỷ số",
        "thắng",
        "thua",
        "hòa",
        "dẫn",
        "chung cuộc",
        "gỡ hòa",
        "tỉ",
        "hiệp",
        "hiệp 1",
        "hiệp 2",
        "trước",
        "đậm",
        "sát nút",
    ]
)
_SURE = frozenset(["tỉ số", "tỷ số", "thắng", "thua", "hòa", "dẫn", "thắng lợi", "hiệp"])
_COUNTED = (
    " trận",
    " ván",
    " bàn",
    " điểm",
    " hộ",
    " người",
    " lần",
    " ngày",
    " giờ",
    " phút",
    " triệu",
    " tấn",
    " tháng",
)


def _say_score(match: re.Match[str], here: Here) -> Said | None:
    if here.ahead(match.end()).startswith(_COUNTED) or not here.near(_SURE, 7):
        return None
    if not (here.near(_SCORES, 4) or here.last_rule == "score" or here.near(frozenset({"tỉ số", "tỷ số"}), 9)):
        return None
    if max(int(match[1]), int(match[2])) > _MOST_GOALS and not here.near(frozenset({"tỉ số", "tỷ số"}), 9):
        return None
    first, second = cardinal(match[1], here.style), cardinal(match[2], here.style)
    guess = None
    if not here.near(_SURE, 4):
        guess = Guess((f"{first} {second}", f"{first} đến {second}"), Advice.RANGE_OR_SCORE)
    return Said(match.end(), f"{first} {second}", "", guess)


def _say_row(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), " ".join(cardinal(part.strip(), here.style) for part in match[0].split("-")))


RULES = (
    Rule(name="score", pattern=_ROW, say=_say_row, shape=Pattern(r"\d{1,4} ?-")),
    Rule(name="score", pattern=_SCORE, say=_say_score, shape=Pattern(r"\d{1,3} ?[-:]")),
)
