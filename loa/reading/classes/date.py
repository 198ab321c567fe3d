"""Dates with a year or a month in words: 24/3/2023, 2023-03-24, 01.07.2024, 28-29/6/2024, 3/2023, 1990s.

Days 1 to 10 take *mùng*, April is *tháng tư*. Dates without a year are in `day`.
"""


# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.classes.date_cues import DATE_CUES, NOT_DATES, NUMBERED_BY_YEAR
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.numerals import cardinal, month, year
from loa.reading.pattern import Pattern
from loa.reading.style import EarlyDays, ReadingStyle

_FULL = Pattern(r"(\d{1,2})(?: ?([/.-]) ?)(\d{1,2})(?: ?\2 ?)(\d{4}|\d{2})(?!\d|[/,.]\d|-(?!\d{1,2}[/.-]\d)\d|/[A-ZĐ])")
_FULL_RANGE = Pattern(r"(\d{1,2})(?:/(\d{1,2}))? ?[-] ?(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/]|[,.]\d)")
_ISO = Pattern(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)")
_HOUR_FOLLOWS = Pattern(r"T(?=\d\d:\d\d)")
_MONTHS = Pattern(r"(\d{1,2})(?: ?- ?(\d{1,2}))? ?[/-] ?(\d{4})(?![\d]|[/.,-]\d|/?-?[A-ZĐ])")
_WRITTEN_DAY = Pattern(r"(\d{1,2})(?= tháng| (?:âm|dương) lịch| Tháng| (?:hằng|hàng) tháng|[.,;)!?]*(?: |\n|$))")
_ALONE = Pattern(r"\d{1,2}(?:[.,;)!?]|$)")
_EACH = frozenset({"mỗi", "một", "hằng", "hàng", "số", "của", "nửa"})
_YEARS = Pattern(r"((?:1[5-9]|20)\d\d)(s?)(?:(?: ?[-/] ?)((?:1[5-9]|20)\d\d))?(?![\d]|[.,/-]\d|/)")
_LONG_MONTH = 31
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day_word(day: str, style: ReadingStyle) -> str:
    """Return a day of the month: ``04`` → mùng bốn, ``24`` → hai mươi tư."""
    said = cardinal(day, style)
    early = 1 <= int(day) <= 10 and style.early_days is not EarlyDays.NONE
    return f"{style.early_days.value} {said}" if early else said


def is_day(day: str, of_month: str) -> bool:
    """Tell whether such a day can be; 29 February can."""
    return 1 <= int(of_month) <= 12 and 1 <= int(day) <= _DAYS[int(of_month)]


def date_words(day: str, of_month: str, style: ReadingStyle, of_year: str = "") -> str:
    """Return a date in words; a year of two figures is taken as one near ours."""
    said = f"{day_word(day, style)} tháng {month(of_month, style)}"
    if len(of_year) == 2:
        of_year = ("20" if int(of_year) < 50 else "19") + of_year
    return f"{said} năm {year(of_year, style)}" if of_year else said


def _say_full(match: re.Match[str], here: Here) -> Said | None:
    day, sign, of_month, of_year = match.groups()
    if len(of_year) == 2 and (sign != "/" or not here.near(DATE_CUES, 3)):
        return None
    if is_day(day, of_month):
        return Said(match.end(), date_words(day, of_month, here.style, of_year))
    if sign != "/" or len(of_year) == 2:
        return None
    said = " trên ".join(cardinal(part, here.style) for part in (day, of_month, of_year))
    return Said(match.end(), said, "", Guess((said,), Advice.IMPOSSIBLE_DATE))


def _say_range(match: re.Match[str], here: Here) -> Said | None:
    first, first_month, last, last_month, of_year = match.groups()
    if not is_day(last, last_month) or not is_day(first, first_month or last_month):
        return None
    if first_month is None and (int(first) >= int(last) or here.follows(NOT_DATES)):
        return None
    opening = date_words(first, first_month, here.style) if first_month else day_word(first, here.style)
    return Said(match.end(), f"{opening} đến {date_words(last, last_month, here.style, of_year or '')}")


def _say_iso(match: re.Match[str], here: Here) -> Said | None:
    of_year, _sign, of_month, day = match.groups()
    if not is_day(day, of_month) or not 1000 <= int(of_year) <= 2999:
        return None
    lead = "" if here.word_before() == "ngày" else "ngày "
    end = match.end()
    if _HOUR_FOLLOWS.match(here.text, end) is not None:  # ISO 8601 parts day and hour with a T
        end += 1
    return Said(end, lead + date_words(day, of_month, here.style, of_year))


def _say_months(match: re.Match[str], here: Here) -> Said | None:
    first, last, of_year = match.groups()
    if not 1000 <= int(of_year) <= 2999 or (not 1 <= int(first) <= 12 and here.word_before() not in NUMBERED_BY_YEAR):
        return None
    before = here.word_before()
    tail = f" năm {year(of_year, here.style)}"
    if before in NUMBERED_BY_YEAR:
        said = cardinal(first, here.style)
        return Said(match.end(), (f"{said} đến {cardinal(last, here.style)}" if last else said) + tail)
    if last and not 1 <= int(last) <= 12:
        return None
    said = ("" if before == "tháng" else "tháng ") + month(first, here.style)
    if last:
        said += f" đến tháng {month(last, here.style)}"
    return Said(match.end(), said + tail)


def _month_follows(match: re.Match[str], here: Here) -> bool:
    return here.ahead(match.end()).startswith((" tháng", " âm lịch", " dương lịch", " hằng tháng", " hàng tháng"))


def _ends_a_date(match: re.Match[str], here: Here) -> bool:
    """Tell whether a day of the month ends here, *trước ngày 10*, and not a count, *mỗi ngày 2*."""
    return _ALONE.match(here.text, match.start()) is not None and not _EACH.intersection(here.before[-2:-1])


def _say_written_day(match: re.Match[str], here: Here) -> Said | None:
    before = here.word_before()
    if not _month_follows(match, here) and (before != "ngày" or not _ends_a_date(match, here)):
        return None
    if before in {"mùng", "mồng"} or not 1 <= int(match[1]) <= _LONG_MONTH:
        return None
    if before in {"ngày", "hôm", "sáng", "chiều", "tối", "đến", "từ", "đêm", "trưa"}:
        return Said(match.end(), day_word(match[1], here.style))
    return None


def _say_years(match: re.Match[str], here: Here) -> Said | None:
    if match[2] and match[3]:
        return None
    said = (
        year(match[1], here.style)
        if here.follows(frozenset({"năm", "đoạn", "giai đoạn", "kỳ", "học"}))
        else cardinal(match[1], here.style)
    )
    if match[2]:
        lead = "" if here.near(frozenset({"thập niên", "những năm", "thập kỷ", "niên", "năm"}), 2) else "những năm "
        return Said(match.end(), lead + said)
    if not match[3]:
        return Said(match.end(), said) if here.word_before() == "năm" else None
    return Said(match.end(), f"{said} đến {year(match[3], here.style)}")


RULES = tuple(
    Rule(name="date", pattern=pattern, say=say, shape=Pattern(shape))
    for pattern, say, shape in (
        (_ISO, _say_iso, r"\d{4}[-/.]\d"),
        (_FULL, _say_full, r"\d{1,2} ?[/.-]"),
        (_FULL_RANGE, _say_range, r"\d{1,2}(?:/| ?-)"),
        (_MONTHS, _say_months, r"\d{1,2} ?[/-]"),
        (_WRITTEN_DAY, _say_written_day, r"\d{1,2}(?: [tTâÂdDhH]|[.,;)!?]|$)"),
        (_YEARS, _say_years, r"[129]\d{3}(?!\d)"),
    )
)
