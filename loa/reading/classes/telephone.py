"""Numbers said figure by figure: telephones, hotlines, 113/114/115, accounts, identity and tax numbers, IP addresses."""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.here import Here, Rule, Said
from loa.reading.numerals import digits
from loa.reading.pattern import Pattern

_INTERNATIONAL = Pattern(r"\(?\+ ?(\d{1,3})\)?((?:[ .-]{0,2}\(?\d{1,11}\)?){1,6})(?!\w)")
_NEXT_NUMBER = Pattern(r"[ -](?=0\d{2})")
_COUNTRY = Pattern(r"\+84(?![\d ])")
_GROUPED = Pattern(r"\(?0\d{1,4}\)?(?:(?:[ .-]| - (?!0))\d{1,8}){1,7}(?!\d|/(?!0\d{2})|[.,]\d)")
_WHOLE = Pattern(r"0\d{8,10}(?!\d|[.,]\d|/[A-Z])")
_DOTTED = Pattern(r"\d{1,8}(?:\.\d{1,8}){1,6}(?![\d/]|[.,]\d)")
_QUANTITY = Pattern(r"[1-9]\d{0,2}(?:\.\d{3})+")
_EXTENSION = Pattern(r"\d{2,5}(?![\d/%]|[.,]\d)")
_HOTLINE = Pattern(r"(?:1[89]00)(?:[ .-]?\d{2,6}){1,2}(?![\d/]|[.,]\d)")
_CALLED = Pattern(r"\d{3,11}(?:[ .-]\d{2,5}){0,3}(?![\d/%]|[.,]\d)")
_EMERGENCY = Pattern(r"(?:11[1-9]|1022|1080|1[89]00)(?![\d/%]|[.,:]\d)")
_CODE = Pattern(r"\d{4,36}(?:[ -]\d{3,6}){0,4}(?![\d/]|[.,]\d)")
_ADDRESS = Pattern(r"\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_RUN = Pattern(r"\d{37,}")

_PHONE = frozenset(
    [
        "gọi",
        "điện thoại",
        "đt",
        "sđt",
        "hotline",
        "đường dây nóng",
        "số điện thoại",
        "zalo",
        "di động",
        "tổng đài",
        "fax",
        "tel",
        "gọi số",
        "nóng",
        "thoại",
        "số máy",
        "đtdđ",
        "whatsapp",
        "viber",
        "điện thoại:",
        "đt:",
        "sđt:",
        "liên hệ",
        "alo",
        "bấm",
        "nhắn tin",
        "nhắn",
        "đầu số",
        "phone",
        "mobile",
        "gọi tới",
    ]
)
_CALL = frozenset(
    [
        "gọi",
        "tổng đài",
        "báo",
        "hotline",
        "nóng",
        "cấp cứu",
        "cảnh sát",
        "cứu hỏa",
        "công an",
        "chữa cháy",
        "điện thoại",
        "liên hệ",
        "gọi số",
        "số máy",
        "đầu số",
        "bấm",
        "gọi điện",
        "hoặc",
        "cứu nạn",
        "y tế",
        "pccc",
        "zalo",
        "thoại",
        "trẻ em",
        "đường dây",
    ]
)
_CODES = frozenset(
    [
        "tài khoản",
        "stk",
        "cccd",
        "căn cước",
        "mã số",
        "mã",
        "mst",
        "mã số thuế",
        "seri",
        "imei",
        "cmnd",
        "mã hồ sơ",
        "otp",
        "pin",
        "số tài khoản",
        "thuế",
        "khoản",
        "mã pin",
        "mật khẩu",
        "sổ",
        "số thẻ",
        "số sổ",
        "bhxh",
        "bhyt",
        "số bhxh",
        "biên lai",
        "mã bưu chính",
        "bưu chính",
        "mã hồ",
        "tk",
        "số hiệu",
        "hộ chiếu",
    ]
)
_BOARD = Pattern(r"\d{3}(?!\d|[.,/]\d)")
_EXTENSIONS = frozenset({"máy lẻ", "số lẻ", "máy nhánh", "số nhánh", "ext", "số nội bộ", "nội bộ", "số máy lẻ"})
_BOARDS = frozenset({"ban chỉ đạo", "bcđ", "chỉ đạo"})
_DATE = Pattern(r"\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d\d(?!\d)")
_SEPARATORS = Pattern(r"[^\d]+")


def _said(text: str) -> str:
    return ", ".join(digits(part) for part in _SEPARATORS.split(text) if part)


def _say_international(match: re.Match[str], _here: Here) -> Said | None:
    if sum(char.isdecimal() for char in match[0]) < 9:
        return None
    return Said(match.end(), f"cộng {digits(match[1])}, {_said(match[2])}")


def _say_grouped(match: re.Match[str], here: Here) -> Said | None:
    count = sum(char.isdecimal() for char in match[0])
    if _DATE.match(match[0]):
        return None
    for next_number in _NEXT_NUMBER.finditer(match[0]):
        first = match[0][: next_number.start()]
        if 9 <= sum(char.isdecimal() for char in first) <= 11 and count > 12:
            return Said(here.at + len(first), _said(first))
    if not 9 <= count <= 12 and not (here.near(_PHONE, 4) and count >= 7):
        return None
    return Said(match.end(), _said(match[0]))


def _say_plain(match: re.Match[str], _here: Here) -> Said | None:
    return Said(match.end(), _said(match[0]))


def _say_called(match: re.Match[str], here: Here) -> Said | None:
    count = sum(char.isdecimal() for char in match[0])
    if match[0].startswith(("1800", "1900")) and 8 <= count <= 10:
        return Said(match.end(), _said(match[0]))
    if here.last_rule == "telephone" and here.at - here.last_end <= 8 and 7 <= count <= 12:
        return Said(match.end(), _said(match[0]))
    if (
        not here.near(_PHONE, 4)
        or (count < 7 and not here.follows(_PHONE))
        or here.ahead(match.end()).startswith((" hộ", " người", " đồng"))
    ):
        return None
    return Said(match.end(), _said(match[0]))


def _say_emergency(match: re.Match[str], here: Here) -> Said | None:
    follows = here.near(_CALL, 3) or (here.last_rule == "telephone" and here.at - here.last_end <= 24)
    counted = here.ahead(match.end()).startswith(
        (" hộ", " người", " triệu", " đồng", " ca", " trường", " vụ", " cán bộ")
    )
    return Said(match.end(), digits(match[0])) if follows and not counted else None


def _say_code(match: re.Match[str], here: Here) -> Said | None:
    zero = match[0][0] == "0" and match[0][:5].isdecimal() and len(match[0]) > 5
    if not zero and not here.near(_CODES, 4):
        return None
    return Said(match.end(), _said(match[0]))


def _say_board(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), digits(match[0])) if here.follows(_BOARDS) else None


def _say_country(match: re.Match[str], _here: Here) -> Said | None:
    return Said(match.end(), f"cộng {digits(match[0])}")


def _say_dotted(match: re.Match[str], here: Here) -> Said | None:
    if _QUANTITY.fullmatch(match[0]) is not None or match[0].count(".") < 2 or not here.near(_CODES, 4):
        return None
    return Said(match.end(), _said(match[0]))


def _say_extension(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), digits(match[0])) if here.follows(_EXTENSIONS) else None


def _say_address(match: re.Match[str], here: Here) -> Said | None:
    if not here.near(frozenset({"ip", "địa chỉ"}), 3) and all(len(part) == 3 for part in match[0].split(".")[1:]):
        return None
    return Said(match.end(), " chấm ".join(digits(part) for part in match[0].split(".")))


SIGNS = (
    Rule(name="telephone", pattern=_COUNTRY, say=_say_country, shape=Pattern(r"\+")),
    Rule(name="telephone", pattern=_INTERNATIONAL, say=_say_international, shape=Pattern(r"\(?\+")),
    Rule(name="telephone", pattern=_GROUPED, say=_say_grouped, shape=Pattern(r"\(0")),
)
FIGURES = tuple(
    Rule(name="telephone", pattern=pattern, say=say, shape=Pattern(shape))
    for pattern, say, shape in (
        (_RUN, _say_plain, r"\d{13}"),
        (_DOTTED, _say_dotted, r"\d{1,8}\.\d"),
        (_EXTENSION, _say_extension, r"\d{2,5}(?!\d)"),
        (_ADDRESS, _say_address, r"\d{1,3}\.\d"),
        (_WHOLE, _say_plain, r"0\d{8}"),
        (_GROUPED, _say_grouped, r"0\d{1,4}\)?[ .-]"),
        (_HOTLINE, _say_called, r"1900"),
        (_EMERGENCY, _say_emergency, r"11\d|1\d{3}"),
        (_CODE, _say_code, r"\d{4}"),
        (_CALLED, _say_called, r"\d{3}"),
        (_BOARD, _say_board, r"\d{3}(?!\d)"),
    )
)
