"""Dates: 24/3/2023, 2023-03-24, 01.07.2024, 28-29/6, 20/3, 3/2023, Quốc khánh 2-9.

Days 1 to 10 take *mùng*, April is *tháng tư*. A pair d/m without a year is a date after the words of `_CUES`, or
where both parts fit and no noun of share follows; the class `fraction` has the rest.
"""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.numerals import cardinal, month, year
from loa.reading.style import EarlyDays, ReadingStyle

_FULL = re.compile(
    r"(\d{1,2})(?: ?([/.-]) ?)(\d{1,2})(?: ?\2 ?)(\d{4}|\d{2})(?!\d|[/,.]\d|-(?!\d{1,2}[/.-]\d)\d|/[A-ZĐ])"
)
_FULL_RANGE = re.compile(r"(\d{1,2})(?:/(\d{1,2}))? ?[-] ?(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/]|[,.]\d)")
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)")
_MONTHS = re.compile(r"(\d{1,2})(?: ?- ?(\d{1,2}))? ?[/-] ?(\d{4})(?![\d]|[/.,-]\d|/?-?[A-ZĐ])")
_SHORT = re.compile(r"(\d{1,2})/(\d{1,2})(?![\d]|[/.,]\d|%|[a-zA-Z])")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})(?![\d]|[/.,-]\d|%)")
_WRITTEN_DAY = re.compile(r"(\d{1,2})(?= tháng| (?:âm|dương) lịch| Tháng)")
_YEARS = re.compile(r"((?:1[5-9]|20)\d\d)(s?)(?:(?: ?[-/] ?)((?:1[5-9]|20)\d\d))?(?![\d]|[.,/-]\d|/)")

_LONG_MONTH = 31
_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CUES = frozenset(
    [
        "ngày",
        "sáng",
        "trưa",
        "chiều",
        "tối",
        "đêm",
        "lễ",
        "trước",
        "đến",
        "hôm",
        "nghỉ",
        "tết",
        "dịp",
        "kỷ niệm",
        "quốc khánh",
        "hạn",
        "phụ nữ",
        "lao động",
        "nhà giáo",
        "thương binh",
        "liệt sĩ",
        "thành lập",
        "tức",
        "nay",
        "qua",
        "nhân",
        "mừng",
        "sinh",
        "giỗ",
        "giỗ tổ",
        "hùng vương",
        "từ",
        "vào",
        "kể từ",
        "thiếu nhi",
        "nhi",
        "sĩ",
        "tới",
        "mai",
        "thứ hai",
        "thứ ba",
        "thứ tư",
        "thứ năm",
        "thứ sáu",
        "thứ bảy",
        "chủ nhật",
        "cn",
        "thứ 2",
        "thứ 3",
        "thứ 4",
        "thứ 5",
        "thứ 6",
        "thứ 7",
        "giáo",
        "rạng sáng",
        "ngay",
        "gia đình",
        "phòng không",
        "giải phóng",
        "khánh",
        "niệm",
        "thầy thuốc",
        "báo chí",
        "âm lịch",
        "sau",
        "giờ",
        "phút",
        "ngày:",
        "hết",
        "chào mừng",
        "năm",
        "lập",
        "việt nam",
    ]
)
_NOT_DATES = frozenset(
    [
        "bậc",
        "thứ",
        "hạng",
        "xếp",
        "đạt",
        "tỷ",
        "tỉ",
        "tỷ lệ",
        "tỉ lệ",
        "điểm",
        "huyết áp",
        "số",
        "nhà",
        "số nhà",
        "hẻm",
        "ngõ",
        "kiệt",
        "ngách",
        "chiếm",
        "khoảng",
        "gần",
        "hơn",
        "có",
        "bỏ",
        "được",
        "còn",
        "đã",
        "cho",
        "giảm",
        "tăng",
        "bằng",
        "trong",
        "với",
        "loại",
        "trên",
        "mất",
        "uống",
        "chỉ",
        "tổng",
        "đủ",
        "gồm",
        "nhịp",
        "tờ",
        "thửa",
        "tuyến",
        "phân số",
        "thứ hạng",
        "trúng",
        "tán thành",
        "thương tật",
        "hạng thương binh",
    ]
)
_NUMBERED_BY_YEAR = frozenset(
    ["quý", "kỳ", "tuần", "đợt", "số", "vụ", "lần", "quí", "học kỳ", "q", "đợt tuyển quân", "khóa"]
)
_HOLIDAYS = frozenset(
    {(2, 9), (30, 4), (1, 5), (8, 3), (20, 11), (27, 7), (19, 5), (3, 2), (26, 3), (22, 12), (20, 10), (1, 6), (27, 2),
     (21, 6), (9, 1), (15, 10), (19, 8), (13, 10), (14, 10), (28, 6), (10, 3), (7, 5), (6, 1), (23, 11), (18, 11)}
)  # fmt: skip
_HOLIDAY_CUES = frozenset(
    [
        "quốc khánh",
        "lễ",
        "kỷ niệm",
        "mừng",
        "dịp",
        "lao động",
        "phụ nữ",
        "giáo",
        "sĩ",
        "nhi",
        "ngày",
        "sáng",
        "chiều",
        "tối",
        "đêm",
        "trưa",
        "khánh",
        "nhân",
        "và",
        "báo chí",
        "nam",
        "lập",
    ]
)
_AROUND_THE_CLOCK_IS_NOT = frozenset(["ngày", "sáng", "chiều", "tối", "đêm", "trước", "đến", "từ", "lễ", "hôm", "hạn"])
_OF_DAY = ("âm lịch", "dương lịch", "âl", "hằng năm", "hàng năm", "vừa qua", "tới", "năm nay", "này", "năm ")


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
    if len(of_year) == 2 and (sign != "/" or not here.near(_CUES, 3)):
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
    if first_month is None and (int(first) >= int(last) or here.follows(_NOT_DATES)):
        return None
    opening = date_words(first, first_month, here.style) if first_month else day_word(first, here.style)
    return Said(match.end(), f"{opening} đến {date_words(last, last_month, here.style, of_year or '')}")


def _say_iso(match: re.Match[str], here: Here) -> Said | None:
    of_year, _sign, of_month, day = match.groups()
    if not is_day(day, of_month) or not 1000 <= int(of_year) <= 2999:
        return None
    lead = "" if here.word_before() == "ngày" else "ngày "
    return Said(match.end(), lead + date_words(day, of_month, here.style, of_year))


def _say_months(match: re.Match[str], here: Here) -> Said | None:
    first, last, of_year = match.groups()
    if not 1000 <= int(of_year) <= 2999 or (not 1 <= int(first) <= 12 and here.word_before() not in _NUMBERED_BY_YEAR):
        return None
    before = here.word_before()
    tail = f" năm {year(of_year, here.style)}"
    if before in _NUMBERED_BY_YEAR:
        said = cardinal(first, here.style)
        return Said(match.end(), (f"{said} đến {cardinal(last, here.style)}" if last else said) + tail)
    if last and not 1 <= int(last) <= 12:
        return None
    said = ("" if before == "tháng" else "tháng ") + month(first, here.style)
    if last:
        said += f" đến tháng {month(last, here.style)}"
    return Said(match.end(), said + tail)


def _dated(here: Here, end: int) -> bool | None:
    """Tell whether d/m is a date: True and False where the neighbours decide, None where they do not."""
    ahead = here.ahead(end)
    if here.last_rule == "date" and end - here.last_end < 14 and not here.follows(_NOT_DATES):
        return True
    if here.follows(_CUES) and not here.near(frozenset({"thứ hạng", "điểm"}), 2):
        return True
    if ahead.lstrip(" ,(").startswith(_OF_DAY):
        return True
    if here.follows(_NOT_DATES):
        return False
    return None


def _say_short(match: re.Match[str], here: Here) -> Said | None:
    day, of_month = match.groups()
    if not is_day(day, of_month):
        return None
    if match[0] == "24/7" and not here.follows(_AROUND_THE_CLOCK_IS_NOT):
        return None
    dated = _dated(here, match.end())
    from loa.reading.classes.fraction import fraction_words, share_follows, stands_alone

    if dated is False or (dated is not True and share_follows(here, match.end())):
        return None
    if int(day) <= 12 and stands_alone(here, match.end()):
        return None
    if dated and share_follows(here, match.end()) and not here.follows(frozenset({"ngày", "sáng", "chiều", "tối"})):
        return None
    said = date_words(day, of_month, here.style)
    guess = None if dated else Guess((said, fraction_words(day, of_month, here.style)), Advice.DATE_OR_FRACTION)
    return Said(match.end(), said, "", guess)


def _say_dashed(match: re.Match[str], here: Here) -> Said | None:
    day, of_month = match.groups()
    pair = (int(day), int(of_month))
    if not is_day(day, of_month):
        return None
    if here.last_rule == "time" and here.text[here.at - 1] == "/":
        return Said(match.end(), "ngày " + date_words(day, of_month, here.style))
    if not here.near(_HOLIDAY_CUES, 2):
        return None
    said = date_words(day, of_month, here.style)
    if pair in _HOLIDAYS and not here.near(frozenset({"từ"}), 2):
        return Said(match.end(), said)
    span = f"{cardinal(day, here.style)} đến {cardinal(of_month, here.style)}"
    if here.word_before() in {"ngày", "sáng", "chiều", "tối", "đêm", "trưa"}:
        later = pair[0] < pair[1] and here.word_before() == "ngày"
        weighed = (span, said) if later else (said, span)
        return Said(match.end(), weighed[0], "", Guess(weighed, Advice.DATE_OR_RANGE))
    return None


def _say_written_day(match: re.Match[str], here: Here) -> Said | None:
    before = here.word_before()
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
        lead = "" if here.near(frozenset({"thập niên", "những năm", "thập kỷ", "niên"}), 2) else "những năm "
        return Said(match.end(), lead + said)
    if not match[3]:
        return Said(match.end(), said) if here.word_before() == "năm" else None
    return Said(match.end(), f"{said} đến {year(match[3], here.style)}")


RULES = tuple(
    Rule(name="date", pattern=pattern, say=say, then=then)
    for pattern, say, then in (
        (_ISO, _say_iso, "-/."),
        (_FULL, _say_full, "/.- "),
        (_FULL_RANGE, _say_range, "/- "),
        (_MONTHS, _say_months, "/- "),
        (_SHORT, _say_short, "/"),
        (_DASHED, _say_dashed, "-"),
        (_WRITTEN_DAY, _say_written_day, " "),
        (_YEARS, _say_years, ""),
    )
)
