"""Dates without a year: 20/3, Quốc khánh 2-9, ngày 5.6.

A pair d/m is a date after the words of `DATE_CUES`, or where both parts fit and no noun of share follows; the class
`fraction` has the rest. A pair d-m is a range, but for the days that everyone knows.
"""

# ruff: noqa: PLR0911 - one return a reading
# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.classes.date import date_words, is_day
from loa.reading.classes.date_cues import DATE_CUES, HOLIDAY_CUES, HOLIDAYS, NOT_DATES, PARTS_OF_DAY
from loa.reading.classes.fraction import fraction_words, share_follows, stands_alone
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.numerals import cardinal
from loa.reading.pattern import Pattern

_POINTED = Pattern(r"(\d{1,2})\.(\d{1,2})(?![\d%]|[.,/-]\d| ?(?:triệu|tỷ|nghìn))")
_SHORT = Pattern(r"(\d{1,2})/(\d{1,2})(?![\d]|[/.,]\d|%|[a-zA-Z])")
_DASHED = Pattern(r"(\d{1,2})-(\d{1,2})(?![\d]|[/.,-]\d|%)")
_ALSO = 5
"""What stands between two of a kind, at most: `` và ``, ``, ``."""
_SCORES = frozenset(["tỉ số", "tỷ số", "thắng", "thua", "hòa", "dẫn", "hiệp"])
_COUNTED = frozenset(
    ["khối", "cấp", "tổ", "nhóm", "lớp", "bậc", "khoảng", "độ", "trẻ", "loại", "tuần", "ấp", "thôn", "từ", "đội"]
)
_SCHOOL_OPENS = (5, 9)
_AROUND_THE_CLOCK_IS_NOT = frozenset(["ngày", "sáng", "chiều", "tối", "đêm", "trước", "đến", "từ", "lễ", "hôm", "hạn"])
_OF_DAY = ("âm lịch", "dương lịch", "âl", "hằng năm", "hàng năm", "vừa qua", "tới", "năm nay", "này", "năm ")


def _dated(here: Here, end: int) -> bool | None:
    """Tell whether d/m is a date: True and False where the neighbours decide, None where they do not."""
    ahead = here.ahead(end)
    if here.last_rule == "fraction" and here.at - here.last_end <= _ALSO:
        return False
    if here.last_rule == "date" and end - here.last_end < 14 and not here.follows(NOT_DATES):
        return True
    if here.follows(DATE_CUES) and not here.near(frozenset({"thứ hạng", "điểm"}), 2):
        return True
    if ahead.lstrip(" ,(").startswith(_OF_DAY):
        return True
    if here.follows(NOT_DATES) and not here.near(frozenset({"dân số"}), 2):
        return False
    return True if here.near(frozenset({"ngày"}), 4) and not here.near(NOT_DATES, 3) else None


def _say_short(match: re.Match[str], here: Here) -> Said | None:
    day, of_month = match.groups()
    if not is_day(day, of_month):
        return None
    if match[0] == "24/7" and not here.follows(_AROUND_THE_CLOCK_IS_NOT):
        return None
    dated = _dated(here, match.end())
    if dated is False or (dated is not True and share_follows(here, match.end())):
        return None
    if int(day) <= 12 and stands_alone(here, match.end()):
        return None
    if dated and share_follows(here, match.end()) and not here.follows(frozenset({"ngày", "sáng", "chiều", "tối"})):
        return None
    said = date_words(day, of_month, here.style)
    guess = None if dated else Guess((said, fraction_words(day, of_month, here.style)), Advice.DATE_OR_FRACTION)
    return Said(match.end(), said, "", guess)


def _span(match: re.Match[str], here: Here) -> str:
    return f"{cardinal(match[1], here.style)} đến {cardinal(match[2], here.style)}"


def _date_or_range(said: str, match: re.Match[str], here: Here) -> Guess:
    return Guess((said, _span(match, here)), Advice.DATE_OR_RANGE)


def _say_dashed(match: re.Match[str], here: Here) -> Said | None:
    day, of_month = match.groups()
    pair = (int(day), int(of_month))
    if not is_day(day, of_month):
        return None
    if here.last_rule == "time" and here.text[here.at - 1] == "/":
        return Said(match.end(), "ngày " + date_words(day, of_month, here.style))
    said = date_words(day, of_month, here.style)
    if pair == _SCHOOL_OPENS and here.near(frozenset({"khai giảng", "khai trường", "tựu trường"}), 5):
        return Said(match.end(), said)
    if pair in HOLIDAYS and pair[0] > pair[1] and not here.near(_SCORES, 7) and not share_follows(here, match.end()):
        return Said(match.end(), said, "", None if here.near(HOLIDAY_CUES, 2) else _date_or_range(said, match, here))
    if not here.near(HOLIDAY_CUES, 2) or here.follows(_COUNTED):
        return None
    if pair in HOLIDAYS and not here.near(frozenset({"từ"}), 2):
        return Said(match.end(), said)
    span = _span(match, here)
    if here.word_before() in {"ngày", "sáng", "chiều", "tối", "đêm", "trưa"}:
        later = pair[0] < pair[1] and here.word_before() == "ngày"
        weighed = (span, said) if later else (said, span)
        return Said(match.end(), weighed[0], "", Guess(weighed, Advice.DATE_OR_RANGE))
    return None


def _say_pointed(match: re.Match[str], here: Here) -> Said | None:
    if here.word_before() not in PARTS_OF_DAY or not is_day(match[1], match[2]):
        return None
    return Said(match.end(), date_words(match[1], match[2], here.style))


RULES = tuple(
    Rule(name="date", pattern=pattern, say=say, shape=Pattern(shape))
    for pattern, say, shape in (
        (_SHORT, _say_short, r"\d{1,2}/\d"),
        (_POINTED, _say_pointed, r"\d{1,2}\.\d"),
        (_DASHED, _say_dashed, r"\d{1,2}-\d"),
    )
)
