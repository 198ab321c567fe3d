"""Fractions, shares and ratios: 1/2 diện tích (một phần hai), 7/7 thanh niên (bảy trên bảy), tỷ lệ 1/2.000.

*phần* is for a share of one whole, *trên* for so many out of so many, a rank, a score out of ten, a house number.
"""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.amount import quantity
from loa.reading.here import Here, Rule, Said
from loa.reading.letters import spell
from loa.reading.numerals import cardinal
from loa.reading.pattern import Pattern
from loa.reading.style import ReadingStyle
from loa.reading.tables import UNITS

_NUMBER = r"\d{1,3}(?:\.\d{3})+|\d{1,9}"
_FRACTION = Pattern(rf"(?:(\d{{1,4}}) {{1,2}})?({_NUMBER})/({_NUMBER})(?![\d]|[/,.]\d)([A-ZĐa-z](?!\w))?")
_UNIT = Pattern(r" ?([A-Za-z%]{1,3}[23²³]?)(?!\w)")
_MOST_PARTS = 10
"""With a unit, a share of up to ten parts is *phần* (1/2 ha), more is so many out of so many (310/355ha)."""
_DECIMALS = Pattern(r"(\d{1,6},\d{1,3})/(\d{1,6}(?:,\d{1,3})?)(?![\d/]|[.,]\d)(?:( ?[A-Za-z%]{1,3}[23²³]?)(?!\w))?")
_RATIO = Pattern(r"(\d{1,4}) ?: ?(\d{1,3}(?:\.\d{3})+|\d{1,7})(?![\d]|[:.,]\d)")
_SLASHES = Pattern(r"(\d{1,5}[A-ZĐ]?)((?:/\d{1,5}[A-ZĐ]?){1,6})(?!\w)")

_SENTENCE_END = Pattern(r"\s*(?:[.!?]|$)")
_SHARES = (
    "diện tích", "số ", "dân số", "tổng", "quãng", "chiều", "sản lượng", "thời gian", "khối lượng", "đường", "ruộng",
    "lượng", "thu nhập", "quân số", "giá", "mức", "thế kỷ", "cốc", "thìa", "muỗng", "bình", "bao", "tiền", "vốn", "cả",
    "nhiệm kỳ", "ngân sách", "dân ", "đất", "cái", "trọng lượng", "năng suất", "công suất", "dung tích", "quỹ", "phần",
    "lít", "kg", "mét", "km", "ly", "chén", "viên", "liều", "giờ", "ngày", "tháng", "thời lượng", "quả", "đồng",
)  # fmt: skip
_COUNTED = (
    "thanh niên", "đại biểu", "hộ", "thôn", "ấp", "xã", "trường", "người", "chỉ tiêu", "tiêu chí", "phiếu", "đồng chí",
    "đảng viên", "chi bộ", "huyện", "tỉnh", "học sinh", "em", "sản phẩm", "tuyến", "cụm", "loa", "hồ sơ", "nội dung",
    "nhiệm vụ", "khu", "tổ", "đơn vị", "thành viên", "cán bộ", "hội viên", "đoàn", "câu", "điểm", "mẫu", "ca ", "phường",
    "lớp", "trạm", "công trình", "ý kiến", "cơ quan", "cử tri", "cơ sở", "doanh nghiệp", "căn", "bệnh nhân",
    "nhà", "con ", "cây", "chiếc", "trẻ", "xóm", "bản", "làng", "buôn", "thửa", "ubnd", "thị", "thí sinh", "giáo viên", "phụ nữ",
    "nam", "nữ", "bộ", "kế hoạch", "dự án", "vụ", "bàn", "phòng", "hạng mục", "nước", "sở", "lượt", "tàu", "xe", "thủ tục",
    "cầu", "hội", "chốt", "thẻ", "thị trấn", "bị cáo", "quận", "chị", "ông", "bà", "hợp", "kiến nghị", "lỗi", "môn", "trận",
)  # fmt: skip
_HOUSES = frozenset(
    ["số nhà", "nhà số", "nhà", "hẻm", "ngõ", "kiệt", "ngách", "địa chỉ", "đ/c", "số", "hẻm số", "ngõ số", "thửa", "tờ"]
)


def share_follows(here: Here, end: int) -> bool:
    """Tell whether a noun that one takes a share of, or counts, follows at `end`."""
    ahead = here.ahead(end).lstrip(" ")
    return ahead.startswith(_SHARES) or ahead.startswith(_COUNTED)


def stands_alone(here: Here, end: int) -> bool:
    """Tell whether the sentence is nothing but what ends at `end`."""
    return here.opens() and _SENTENCE_END.match(here.ahead(end)) is not None


def fraction_words(above: str, below: str, style: ReadingStyle) -> str:
    """Return a share of a whole: ``1/2`` → một phần hai, ``3/4`` → ba phần tư."""
    under = "tư" if below == "4" else cardinal(below.replace(".", ""), style)
    return f"{cardinal(above, style)} phần {under}"


def _say_fraction(match: re.Match[str], here: Here) -> Said | None:
    whole, above, below, letter = match.groups()
    style, above = here.style, above.replace(".", "")
    unit = _UNIT.match(here.text, match.end(3))
    if unit is not None and unit[1] in UNITS and not whole:
        return Said(unit.end(), f"{_of_unit(above, below.replace('.', ''), style)} {UNITS[unit[1]]}")
    if letter:
        said = f"{cardinal(above, style)} trên {cardinal(below.replace('.', ''), style)} {spell(letter)}"
        return None if whole else Said(match.end(), said)
    if whole:
        if int(above) >= int(below.replace(".", "")):
            return None
        return Said(match.end(), f"{cardinal(whole, style)} và {fraction_words(above, below, style)}")
    bare = below.replace(".", "")
    ahead = here.ahead(match.end()).lstrip(" ")
    alone = stands_alone(here, match.end())
    if bare != "0" and int(above) < int(bare) and (ahead.startswith(_SHARES) or alone) and not here.follows(_HOUSES):
        return Said(match.end(), fraction_words(above, below, style))
    return Said(match.end(), f"{cardinal(above, style)} trên {cardinal(bare, style)}")


def _of_unit(above: str, below: str, style: ReadingStyle) -> str:
    if int(above) < int(below) <= _MOST_PARTS:
        return fraction_words(above, below, style)
    return f"{cardinal(above, style)} trên {cardinal(below, style)}"


def _say_decimals(match: re.Match[str], here: Here) -> Said | None:
    above, below, unit = match.groups()
    said = f"{quantity(above, here)} trên {quantity(below, here)}"
    if unit and unit.strip() in UNITS:
        return Said(match.end(), f"{said} {UNITS[unit.strip()]}")
    return Said(match.end(2), said)


def _say_ratio(match: re.Match[str], here: Here) -> Said | None:
    if not here.near(frozenset({"tỷ lệ", "tỉ lệ", "pha", "lệ"}), 4):
        return None
    return Said(match.end(), f"{cardinal(match[1], here.style)} trên {cardinal(match[2].replace('.', ''), here.style)}")


def _say_slashes(match: re.Match[str], here: Here) -> Said | None:
    parts = [match[1], *match[2][1:].split("/")]
    if len(parts) == 2 and match[0][-1].isdecimal() and match[1][-1].isdecimal():
        return None
    spoken = []
    for part in parts:
        number = part.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZĐ")
        spoken.append(cardinal(number, here.style) + (f" {spell(part[len(number) :])}" if number != part else ""))
    return Said(match.end(), " trên ".join(spoken))


DECIMALS = Rule(name="fraction", pattern=_DECIMALS, say=_say_decimals, shape=Pattern(r"\d{1,6},\d"))
SLASHES = Rule(name="fraction", pattern=_SLASHES, say=_say_slashes, shape=Pattern(r"\d{1,5}[A-ZĐ]?/"))
FRACTION = Rule(name="fraction", pattern=_FRACTION, say=_say_fraction, shape=Pattern(r"\d{1,9}(?:/| +\d|\.\d)"))
RATIO = Rule(name="fraction", pattern=_RATIO, say=_say_ratio, shape=Pattern(r"\d{1,4} ?:"))
