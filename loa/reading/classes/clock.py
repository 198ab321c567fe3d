"""Hours and durations: 7h30, 17g30, 07:30:15, 14 giờ 00 phút, 5p00s, UTC+7.

A minute below ten is *không hai phút*; zero minutes are silent (7h00 = bảy giờ).
"""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.numerals import cardinal, digits
from loa.reading.pattern import Pattern

_CLOCK = Pattern(
    r"(\d{1,3})(?: ?[hHg]:? ?| ?giờ |:)(\d{2})(?:(?:[:'p′]| ?phút )(\d{2})(?:s|\"|''| ?giây)?(?!\d))?"
    r"(?:'|p(?!\w)|ph(?!\w)| ?phút)?(?!\d|[:.,/]\d)( ?(?:AM|PM|am|pm|SA|CH)(?!\w))?"
)
_HOUR = Pattern(r"(\d{1,3})(?: ?- ?(\d{1,3}))? ?([hHg])(?![\w/²³])")
_HALF_DAY = Pattern(r"(\d{1,2})( ?(?:AM|PM|am|pm|SA|CH)(?!\w))")
_MINUTES = Pattern(r"(\d{1,3})(?: ?(?:p|ph|phút) ?|['′])(\d{1,2})(?:s|''|\"| ?giây)(?!\w)")
_SHORT_MINUTES = Pattern(r"(\d{1,3})(?:p|ph|')(?!\w)")
_ZONE = Pattern(r"(UTC|GMT)(?: ?([+-]) ?(\d{1,2})(?::?(\d{2}))?)?(?!\w)")

_GRAM_CUES = frozenset(
    [
        "nặng",
        "cân",
        "gam",
        "gói",
        "muối",
        "đường",
        "thuốc",
        "trộn",
        "hòa",
        "cho",
        "pha",
        "lượng",
        "bột",
        "mì",
        "liều",
        "rải",
        "bón",
        "hộp",
        "hũ",
    ]
)
_HOUR_CUES = frozenset(
    ["lúc", "từ", "đến", "khoảng", "vào", "sáng", "chiều", "tối", "trước", "sau", "trưa", "đêm", "hồi", "tới", "qua"]
)
_CLASS_CUES = frozenset(["lớp", "khối", "phòng", "tổ"])
_DAY_FOLLOWS = (" ngày", " sáng", " chiều", " tối", " trưa", " hôm", " thứ", ", ngày", " cùng ngày", " hằng ngày")
_SCALE = frozenset(["tỷ lệ", "tỉ lệ", "tỷ số", "tỉ số", "thắng", "thua", "hòa", "dẫn", "lệ", "số"])
_NOON = 12


def _minute(text: str, here: Here) -> str:
    if text[0] == "0":
        return digits(text)
    return cardinal(text, here.style)


def _say_clock(match: re.Match[str], here: Here) -> Said | None:
    hour, minute, second, half = match.groups()
    colon = match[0][len(hour)] == ":"
    if int(minute) > 59 or (second and int(second) > 59) or (colon and (int(hour) > 24 or here.near(_SCALE, 3))):
        return None
    if match[0][len(hour) :].lstrip().startswith("g") and (int(hour) > 24):
        return None
    said = f"{cardinal(hour, here.style)} giờ"
    if minute != "00" or (second and second != "00"):
        said += f" {_minute(minute, here)} phút"
    if second and second != "00":
        said += f" {_minute(second, here)} giây"
    if half:
        said += _half_words(hour, half)
    return Said(match.end(), said)


def _half_words(hour: str, half: str) -> str:
    if half.strip().lower() in {"am", "sa"}:
        return " sáng"
    return " trưa" if int(hour) == _NOON else " chiều" if int(hour) < 6 else " tối"


def _say_half_day(match: re.Match[str], here: Here) -> Said | None:
    if not 1 <= int(match[1]) <= _NOON:
        return None
    return Said(match.end(), f"{cardinal(match[1], here.style)} giờ{_half_words(match[1], match[2])}")


def _say_hour(match: re.Match[str], here: Here) -> Said | None:
    first, last, unit = match.groups()
    guess = None
    if unit == "H" and (int(last or first) > 24 or here.near(_CLASS_CUES, 1)):
        return None
    if unit == "g":
        told = here.near(_HOUR_CUES, 2) or here.ahead(match.end()).startswith(_DAY_FOLLOWS)
        if here.near(_GRAM_CUES, 4) or int(last or first) > 24 or not told:
            return None
        guess = Guess((f"{cardinal(first, here.style)} giờ", f"{cardinal(first, here.style)} gam"), Advice.HOUR_OR_GRAM)
    said = cardinal(first, here.style) + (f" đến {cardinal(last, here.style)}" if last else "")
    return Said(match.end(), f"{said} giờ", "", guess)


def _say_minutes(match: re.Match[str], here: Here) -> Said | None:
    said = f"{cardinal(match[1], here.style)} phút"
    if match[2].strip("0"):
        said += f" {_minute(match[2], here)} giây"
    return Said(match.end(), said)


def _say_short_minutes(match: re.Match[str], here: Here) -> Said | None:
    if match[0][-1] == "'" and here.text.count("'", here.at, match.end() + 1) > 1:
        return None
    return Said(match.end(), f"{cardinal(match[1], here.style)} phút")


def _say_zone(match: re.Match[str], here: Here) -> Said | None:
    name, sign, hours, minutes = match.groups()
    said = "u tê xê" if name == "UTC" else "gờ mờ tê"
    if hours:
        said += f" {'cộng' if sign == '+' else 'trừ'} {cardinal(hours, here.style)}"
        if minutes and minutes != "00":
            said += f" giờ {cardinal(minutes, here.style)}"
    return Said(match.end(), said)


FIGURES = (
    Rule(name="time", pattern=_HALF_DAY, say=_say_half_day, shape=Pattern(r"\d{1,2} ?[APapSC][MmAH]")),
    Rule(name="time", pattern=_CLOCK, say=_say_clock, shape=Pattern(r"\d{1,3}(?: ?[hHg]|:)")),
    Rule(name="time", pattern=_MINUTES, say=_say_minutes, shape=Pattern(r"\d{1,3}(?: ?p|['′])")),
    Rule(name="time", pattern=_HOUR, say=_say_hour, shape=Pattern(r"\d{1,3} ?[hHg-]")),
    Rule(name="time", pattern=_SHORT_MINUTES, say=_say_short_minutes, shape=Pattern(r"\d{1,3}[p']")),
)
ZONE = Rule(name="time", pattern=_ZONE, say=_say_zone, shape=Pattern(r"UTC|GMT"))
