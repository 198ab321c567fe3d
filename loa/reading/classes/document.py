"""Numbers of official documents: 163/KH-UBND, 49/2024/NĐ-CP, 01-KL/TW, 43/2019/QH14.

The make-up of a code is Nghị định 30/2020/NĐ-CP, phụ lục I and III (number, year, type, issuing body) and, for the
party, Hướng dẫn 36-HD/VPTW 2018. The signs are silent, the number keeps its leading zero, codes are said in full.
"""

# ruff: noqa: PLR0911 - one return a reading
# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.letters import spell
from loa.reading.numerals import cardinal, padded, year
from loa.reading.pattern import Pattern
from loa.reading.style import DocumentCodes
from loa.reading.tables import ABBREVIATIONS, SENSES

_LETTERS = "A-ZĐƯÂÊÔƠĂ"
_CODE = rf"[{_LETTERS}][{_LETTERS}a-zđư&]{{0,11}}\d{{0,2}}(?:(?:[-/.&]| - |, ?|-\n)[{_LETTERS}][{_LETTERS}a-zđư&]{{0,11}}\d{{0,2}}(?!\w)){{0,4}}(?!\w)"
_NUMBERED = Pattern(
    rf"(?P<number>\d{{1,6}}[a-zđ]?)(?:/(?P<year>(?:19|20)\d\d))?(?: ?[/-] ?|(?=[A-ZĐ]{{2}}[/-]))(?P<code>{_CODE})"
)
_UNNUMBERED = Pattern(rf"\.{{0,20}}[/]\s?(?P<code>{_CODE})")

_TYPES = {
    "NQ": "nghị quyết", "QĐ": "quyết định", "QyĐ": "quy định", "CT": "chỉ thị", "QC": "quy chế", "TC": "thông cáo",
    "TB": "thông báo", "HD": "hướng dẫn", "CTr": "chương trình", "CTR": "chương trình", "KH": "kế hoạch",
    "PA": "phương án", "ĐA": "đề án", "DA": "dự án", "BC": "báo cáo", "BB": "biên bản", "TTr": "tờ trình",
    "TTR": "tờ trình", "HĐ": "hợp đồng", "CĐ": "công điện", "GM": "giấy mời", "KL": "kết luận", "TT": "thông tư",
    "TTLT": "thông tư liên tịch", "NĐ": "nghị định", "L": "luật", "LCT": "lệnh chủ tịch nước", "PL": "pháp lệnh",
    "CV": "công văn", "QCPH": "quy chế phối hợp", "CTHĐ": "chương trình hành động", "CTrHĐ": "chương trình hành động",
    "QCVN": "quy chuẩn việt nam", "TCVN": "tiêu chuẩn việt nam", "VBHN": "văn bản hợp nhất", "GP": "giấy phép",
    "GGT": "giấy giới thiệu", "GUQ": "giấy ủy quyền", "ĐK": "đăng ký", "TM": "thư mời", "UBND": "ủy ban nhân dân",
    "QH": "quốc hội", "SY": "sao y", "NQLT": "nghị quyết liên tịch",
    "HDLN": "hướng dẫn liên ngành", "HDLT": "hướng dẫn liên tịch",
    "KHPH": "kế hoạch phối hợp", "CTPH": "chương trình phối hợp", "QĐKT": "quyết định khen thưởng", "ĐAPT": "đề án",
}  # fmt: skip
_BODIES = {
    "CP": "chính phủ", "TTg": "thủ tướng", "TTG": "thủ tướng", "CTN": "chủ tịch nước", "BTC": "bộ tài chính",
    "BCT": "bộ công thương", "TW": "trung ương", "TƯ": "trung ương", "T.Ư": "trung ương", "TU": "tỉnh ủy",
    "HU": "huyện ủy", "QU": "quận ủy", "ĐU": "đảng ủy", "ThU": "thành ủy", "BCĐ": "ban chỉ đạo", "BCH": "ban chỉ huy", "BTV": "ban thường vụ",
    "BTG": "ban tuyên giáo", "HĐND": "hội đồng nhân dân", "UBND": "ủy ban nhân dân", "VX": "văn xã",
    "NC": "nội chính", "KT": "kinh tế", "TH": "tổng hợp", "NN": "nông nghiệp", "KTN": "kinh tế ngành",
    "NNTN": "nông nghiệp tài nguyên", "CN": "công nghiệp", "XD": "xây dựng", "TN": "tài nguyên", "NV": "nội vụ",
    "TP": "tư pháp", "VP": "văn phòng", "MTTQ": "mặt trận tổ quốc", "CB": "chi bộ", "ĐTN": "đoàn thanh niên",
    "HPN": "hội phụ nữ", "HND": "hội nông dân", "BXD": "bộ xây dựng", "TLĐ": "tổng liên đoàn", "ĐCT": "đoàn chủ tịch",
    "CAX": "công an xã", "CAH": "công an huyện", "CAT": "công an tỉnh", "TTPVHCC": "trung tâm phục vụ hành chính công",
    "BHXH": "bảo hiểm xã hội", "NHNN": "ngân hàng nhà nước", "TANDTC": "tòa án nhân dân tối cao", "BCS": "ban cán sự",
    "HĐTP": "hội đồng thẩm phán", "VHTT": "văn hóa thông tin", "VHXH": "văn hóa xã hội", "LĐ": "lao động",
    "BVHTT": "bộ văn hóa thông tin", "BNN": "bộ nông nghiệp", "SNN": "sở nông nghiệp", "PNV": "phòng nội vụ",
    "PVHTT": "phòng văn hóa và thông tin", "PTCKH": "phòng tài chính, kế hoạch", "PGDĐT": "phòng giáo dục và đào tạo",
    "HT": "hội trường", "CTUBND": "chủ tịch ủy ban nhân dân", "TCT": "tổ công tác", "ĐKT": "đoàn kiểm tra",
}  # fmt: skip
_CUES = frozenset(
    [
        "số",
        "quyết định",
        "kế hoạch",
        "nghị quyết",
        "nghị định",
        "thông tư",
        "công văn",
        "chỉ thị",
        "thông báo",
        "báo cáo",
        "tờ trình",
        "kết luận",
        "hướng dẫn",
        "chương trình",
        "luật",
        "công điện",
        "giấy mời",
        "quy định",
        "qđ",
        "kh",
        "nq",
        "nđ",
        "tt",
        "cv",
        "đề án",
        "quy chế",
        "văn bản",
        "lệnh",
        "pháp lệnh",
        "thông tri",
        "biên bản",
        "hợp đồng",
        "quyết định,",
        "ct",
        "tb",
        "bc",
        "kl",
        "hd",
        "và",
        "ký hiệu",
        "hiệu",
        "thông báo,",
        "phương án",
        "giấy phép",
    ]
)
_PARTY = Pattern(r"(BTC|BTG|BTGDV|BDV|BTV|BCH|BCĐ)(TW|TƯ|TU|HU|ĐU|ThU|QU)")
_PARTY_BOARDS = {
    "BTC": "ban tổ chức", "BTG": "ban tuyên giáo", "BTGDV": "ban tuyên giáo và dân vận", "BDV": "ban dân vận",
    "BTV": "ban thường vụ", "BCH": "ban chấp hành", "BCĐ": "ban chỉ đạo",
}  # fmt: skip
_NAMED_BEFORE = {
    "QĐ": ("quy định",), "CT": ("chương trình",), "QC": ("quy chuẩn",), "HĐ": ("hội đồng",), "TT": ("tờ trình", "thông tri"),
    "TB": ("thư báo",), "ĐA": ("đồ án",), "KH": ("kế hoạch",), "QyĐ": ("quy định",), "BC": ("bản cam kết",),
}  # fmt: skip
"""Other types that a code can stand for; taken where the words before the number name one."""
_CONGRESS = Pattern(r"(QH|UBTVQH|HĐND)(\d{1,2})")
_PARTS = Pattern(r"[-/. ,\n]+")


def _part(part: str, index: int, here: Here) -> str | None:
    congress = _CONGRESS.fullmatch(part)
    if congress is not None:
        body = {"QH": "quốc hội", "UBTVQH": "ủy ban thường vụ quốc hội", "HĐND": "hội đồng nhân dân"}[congress[1]]
        return f"{body} khóa {cardinal(congress[2], here.style)}"
    if index == 0:
        for named in _NAMED_BEFORE.get(part, ()):
            if here.near(frozenset({named}), 4):
                return named
    tables = (_TYPES, _BODIES, ABBREVIATIONS) if index == 0 else (_BODIES, ABBREVIATIONS, _TYPES)
    for table in tables:
        if part in table:
            return table[part]
    if part in SENSES:
        return SENSES[part][-1].spoken
    if part[:2] in {"BT", "BD"} and (party := _PARTY.fullmatch(part)) is not None:
        return f"{_PARTY_BOARDS[party[1]]} {_BODIES[party[2]]}"
    if part[:1] == "S" and "B" + part[1:] in ABBREVIATIONS:
        return "sở" + ABBREVIATIONS["B" + part[1:]].removeprefix("bộ")
    if "&" in part:
        halves = [_part(half, index, here) for half in part.split("&") if half]
        return " và ".join(half for half in halves if half) if all(halves) else None
    return joined_bodies(part)


def joined_bodies(part: str) -> str | None:
    """Return the words of a code written without a sign between two known ones: BCĐCCHC, HĐNVQS; None if it is not."""
    for cut in range(len(part) - 2, 2, -1):
        first, last = part[:cut], part[cut:]
        head = _BODIES.get(first) or ABBREVIATIONS.get(first)
        tail = _BODIES.get(last) or ABBREVIATIONS.get(last)
        if head and tail:
            return f"{head} {tail}"
    return None


def code_words(code: str, here: Here) -> tuple[str, bool]:
    """Return the words of a document code and whether every part of it was known."""
    sure = True
    spoken: list[str] = []
    for index, part in enumerate(_PARTS.split(code)):
        words = _part(part, index, here)
        if words is None:
            sure = False
            words = spell(part)
        spoken.append(words)
    first = _PARTS.split(code)[0]
    head = f"{spoken[0]}, " if first == "UBND" and len(spoken) > 1 else f"{spoken[0]} "
    return (head + ", ".join(spoken[1:])).strip(), sure


def _say_numbered(match: re.Match[str], here: Here) -> Said | None:
    code, number = match["code"], match["number"]
    first = _PARTS.split(code)[0]
    letters = sum(char.isalpha() for char in code)
    typed = first in _TYPES and (len(code) > len(first) or here.follows(_CUES)) and letters > 1
    if not (typed or match["year"] or (here.near(_CUES, 3) and letters > 1)) or (code[-1:].islower() and letters < 3):
        return None
    said = padded("".join(char for char in number if char.isdecimal()), here.style)
    if not number[-1].isdecimal():
        said += f" {number[-1]}"
    if match["year"]:
        said += f", năm {year(match['year'], here.style)}"
    words, sure = code_words(code, here)
    guess = None if sure else Guess((words,), Advice.UNKNOWN_ABBREVIATION)
    if here.style.documents is DocumentCodes.LEFT_OUT and here.near(_CUES, 3):
        return Said(match.end(), said, "", guess)
    return Said(match.end(), f"{said}, {words}", ",", guess)


def _say_unnumbered(match: re.Match[str], here: Here) -> Said | None:
    if not here.follows(frozenset({"số"})) and not here.opens():
        return None
    words, sure = code_words(match["code"], here)
    return Said(match.end(), words, ",", None if sure else Guess((words,), Advice.UNKNOWN_ABBREVIATION))


NUMBERED = Rule(
    name="document", pattern=_NUMBERED, say=_say_numbered, shape=Pattern(r"\d{1,6}[a-zđ]?(?: ?[/-]|[A-ZĐ]{2})")
)
UNNUMBERED = Rule(name="document", pattern=_UNNUMBERED, say=_say_unnumbered, shape=Pattern(r"[./]"))
