"""Amounts with a unit, of money or of anything else, and what they are for: 15kg, 120m3/s, 25.000-26.500đ/kg, $1.50.

The unit of a range stands once, after it. A slash after a unit is *một* (or the station's *mỗi*, *trên*).
"""

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.amount import amount_at, quantity
from loa.reading.here import Amount, Guess, Here, Rule, Said
from loa.reading.numerals import cardinal
from loa.reading.pattern import Pattern
from loa.reading.tables import ABBREVIATIONS, CURRENCIES, SENSES, UNITS

_FIGURE = Pattern(r"\d")
_UNIT = Pattern(r" ?(US\$|[$€£¥₫₩฿₹₽]|tr\.đ(?!\w)|[°o0º][CFK](?!\w)|°|%|‰|[A-Za-zµμΩđĐÀ-ỹ]{1,5}[23²³]?(?![\w²³]))")
_SCALE = Pattern(r" ?(nghìn|ngàn|triệu|tỷ|tỉ|trăm|tr|TR|k|K|Tr)(?![\w])(?: (nghìn|ngàn|triệu|tỷ|tỉ)(?!\w))?")
_SCALES = {"tr": "triệu", "TR": "triệu", "Tr": "triệu", "k": "nghìn", "K": "nghìn", "tỉ": "tỷ", "ngàn": "nghìn"}
_LONG_CURRENCY = Pattern(r" (đồng|đô la|đô|euro|won|USD|VNĐ|VND|EUR)(?!\w)")
_TRAILING_DONG = Pattern(r" ?\.?(?:đ|Đ|vnđ|VNĐ|VND)(?!\w)")
_PER = Pattern(r" ?/ ?(?!\d)([^\W\d_²³]{1,10}[23²³]?)(?![\w²³])")
_PER_SPAN = Pattern(r" ?/ ?(\d{1,3}) ?(?:h|giờ)(?!\w)")
_MIXED = Pattern(r"(\d{1,3})(tr|triệu|t|tỷ|tỉ|k|m|củ|kg|l|ha)(\d{1,3})(?![\w]|[.,]\d)")
_NOUN_PER = Pattern(r" ([^\W\d_²³]{1,7}(?: [^\W\d_²³]{1,7})?)/([^\W\d_²³]{1,7}[23²³]?)(?![\w/²³])")
_ANGLE = Pattern(r"(\d{1,3})° ?(\d{1,2})['′] ?(?:(\d{1,2}(?:[.,]\d{1,4})?)(?:\"|''|″))? ?([NSEWBĐT](?!\w))?")
_SIDE = Pattern(r" ?([NSEWBĐT])(?!\w)")
_BEFORE_SIGN = Pattern(r"(US\$|[$€£¥₫₩฿₹₽]) ?(?=\d)")
_SIZE = Pattern(r"(\d{1,4}(?:,\d{1,3})?)(m|cm|mm|km)? ?[x×] ?(?=\d)")

_TIMES = Pattern(r"[xX](?= ?\d)")
_NOUN = 8
"""Length of the noun or unit between two factors, at most."""
_PLACE = Pattern(r"(\d{1,3}[.,]\d{1,4}) ?([NSEWBĐ])(?![\w]|[.]\w)")
_PLACES = frozenset({"vị trí", "tâm", "tọa độ", "vĩ độ", "kinh độ", "bão", "atnđ"})
_BETWEEN = 3
_CLASS_FIGURES = 2
_SIDES = {
    "N": ("vĩ", "bắc"),
    "B": ("vĩ", "bắc"),
    "S": ("vĩ", "nam"),
    "E": ("kinh", "đông"),
    "Đ": ("kinh", "đông"),
    "W": ("kinh", "tây"),
}
_LORRIES = frozenset({"tải", "xe", "xe tải", "trọng tải", "tải trọng", "cẩu"})
_LETTER_UNITS = frozenset(["A", "V", "K", "N", "J", "L", "T", "W", "v", "w", "s", "g"])
_CLASSES = frozenset(
    [
        "lớp",
        "tổ",
        "số",
        "nhà",
        "khối",
        "điều",
        "khoản",
        "tuyến",
        "xe",
        "ấp",
        "lô",
        "khu",
        "điểm",
        "dãy",
        "phòng",
        "đội",
        "thôn",
        "số nhà",
        "tầng",
    ]
)
_ELECTRIC = frozenset(
    [
        "dòng",
        "điện",
        "cường độ",
        "ampe",
        "ổn áp",
        "áp",
        "công suất",
        "bóng",
        "đèn",
        "nguồn",
        "pin",
        "aptomat",
        "điện áp",
        "cầu chì",
    ]
)
_DIRECTIONS = {"N": "bắc", "S": "nam", "E": "đông", "W": "tây", "B": "bắc", "Đ": "đông", "T": "tây"}
_MIXED_NAMES = {
    "tr": "triệu",
    "triệu": "triệu",
    "t": "tỷ",
    "tỷ": "tỷ",
    "tỉ": "tỷ",
    "k": "nghìn",
    "m": "mét",
    "kg": "ki lô gam",
    "l": "lít",
    "ha": "héc ta",
    "củ": "triệu",
}
_SMALLER = {"triệu": " nghìn", "tỷ": " triệu", "nghìn": ""}


def _named(word: str) -> str:
    """Return a unit or a thing counted in words; an exponent that makes no unit is left out."""
    for written in (word, word.lower(), word.lower().rstrip("23²³")):
        said = UNITS.get(written) or ABBREVIATIONS.get(written)
        if said:
            return said
    return word.lower().rstrip("23²³")


def per_words(here: Here, end: int) -> tuple[str, int]:
    """Return what an amount is for, ``/hộ`` → một hộ, from `end`, and where that ends."""
    said = ""
    span = _PER_SPAN.match(here.text, end)
    if span is not None:
        return f" trên {cardinal(span[1], here.style)} giờ", span.end()
    for _turn in range(3):
        match = _PER.match(here.text, end)
        if match is None or (
            match[1].isupper() and match[1] not in ABBREVIATIONS and match[1] not in SENSES and match[1] not in UNITS
        ):
            break
        word = match[1]
        if word[-1] in "23²³" and word not in UNITS:
            break
        name = SENSES[word][-1].spoken if word in SENSES and word not in UNITS else _named(word)
        said += f" {here.style.per} {name}"
        end = match.end()
    return said, end


def _letter_unit(here: Here, end: int, written: str, amount: Amount) -> bool:
    if written not in _LETTER_UNITS or here.text[end : end + 1] == " ":
        return written in _LETTER_UNITS and here.text[end : end + 1] == " " and not here.near(_CLASSES, 1)
    if written == "T":
        return here.near(_LORRIES, 3)
    if written in "VvWwsLg":
        return not here.follows(_CLASSES)
    return here.near(_ELECTRIC, 4) or "," in amount.low


def _money(here: Here, spoken: str, match: re.Match[str], low: str) -> Said:
    currency = CURRENCIES[match[1]]
    per, end = per_words(here, match.end())
    if not currency.hundredth and re.fullmatch(r"[1-9]\d{0,2},000", low) and "đến" not in spoken:
        grouped = cardinal(low.replace(",", ""), here.style)
        weighed = (f"{grouped} {currency.name}", f"{spoken} {currency.name}")
        return Said(end, weighed[0] + per, "", Guess(weighed, Advice.DECIMAL_OR_GROUPS))
    cents = re.fullmatch(r"(.+)[.,](\d\d)", low)
    if cents is not None and currency.hundredth and cents[2] != "00" and "đến" not in spoken:
        whole = quantity(cents[1], here)
        if whole == "không":
            return Said(end, f"{spoken} {currency.name}{per}")
        spoken = f"{whole} {currency.name} {cardinal(cents[2], here.style)} {currency.hundredth}"
        return Said(end, spoken + per)
    return Said(end, f"{spoken} {currency.name}{per}")


def _say_amount(_match: re.Match[str], here: Here) -> Said | None:
    amount = amount_at(here)
    if amount is None:
        return None
    spoken, end = amount.spoken, amount.end
    scale = _SCALE.match(here.text, end)
    if scale is not None and not (scale[1] in "kK" and here.text[end] == " "):
        spoken += f" {_name(scale[1], here)}" + (f" {_name(scale[2], here)}" if scale[2] else "")
        end = scale.end()
        money = _LONG_CURRENCY.match(here.text, end) or _TRAILING_DONG.match(here.text, end)
        if money is not None:
            name = money[0].strip(" .")
            spoken += f" {CURRENCIES[name].name}"
            end = money.end()
        per, end = per_words(here, end)
        return Said(end, spoken + per, "", amount.guess)
    unit = _UNIT.match(here.text, end)
    if unit is not None:
        said = _with_unit(here, amount, unit)
        if said is not None:
            return said
    noun = _NOUN_PER.match(here.text, end)
    if noun is not None and not noun[1].isupper():
        name = _named(noun[2])
        counted = " ".join(_named(word) for word in noun[1].split())
        return Said(noun.end(), f"{spoken} {counted} {here.style.per} {name}", "", amount.guess)
    return None


def _name(scale: str, here: Here) -> str:
    name = _SCALES.get(scale, scale)
    return here.style.thousand.value if name == "nghìn" else name


def _with_unit(here: Here, amount: Amount, unit: re.Match[str]) -> Said | None:
    written = unit[1]
    money = _LONG_CURRENCY.match(here.text, amount.end)
    if money is not None:
        return _money(here, amount.spoken, money, amount.high or amount.low)
    small = len(amount.low) <= _CLASS_FIGURES  # "lớp 9đ" is a name, "điểm, 200.000đ" is money
    if written in CURRENCIES and not (written in "đĐ" and small and here.near(_CLASSES, 1)):
        return _money(here, amount.spoken, unit, amount.high or amount.low)
    if written not in UNITS or (written in _LETTER_UNITS and not _letter_unit(here, amount.end, written, amount)):
        return None
    if written == "m" and here.text[unit.end() : unit.end() + 1].isdecimal():
        return None
    name = UNITS[written]
    side = _SIDE.match(here.text, unit.end()) if written == "°" else None
    if side is not None:
        return Said(side.end(), f"{amount.spoken} {name} {_DIRECTIONS[side[1]]}")
    per, end = per_words(here, unit.end())
    repeated = f" {name}" if amount.sign else ""
    spoken = (
        amount.spoken if not amount.sign or name in amount.spoken else amount.spoken.replace(" đến", f"{repeated} đến")
    )
    return Said(end, f"{spoken} {name}{per}", "", None if "phẩy" in spoken else amount.guess)


def _say_mixed(match: re.Match[str], here: Here) -> Said | None:
    if match[2] == "m" and match[3] in {"2", "3"}:
        return None
    name = _MIXED_NAMES[match[2]]
    first, rest = cardinal(match[1], here.style), match[3]
    if name in _SMALLER:
        value = rest.ljust(3, "0")
        return Said(
            match.end(),
            f"{first} {_name(name, here)} {cardinal(value, here.style)}{_SMALLER[name].replace('nghìn', here.style.thousand.value)}",
        )
    return Said(match.end(), f"{first} {name} {cardinal(rest, here.style)}")


def _say_angle(match: re.Match[str], here: Here) -> Said | None:
    degree, minute, second, direction = match.groups()
    said = f"{cardinal(degree, here.style)} độ {cardinal(minute, here.style)} phút"
    if second:
        said += f" {quantity(second.replace('.', ','), here)} giây"
    if direction:
        said += f" {_DIRECTIONS[direction]}"
    return Said(match.end(), said)


def _say_size(match: re.Match[str], here: Here) -> Said | None:
    unit = f" {UNITS[match[2]]}" if match[2] else ""
    return Said(match.end(), f"{quantity(match[1], here)}{unit} nhân")


def _say_before_sign(match: re.Match[str], here: Here) -> Said | None:
    at = here.at
    here.at = match.end()
    amount = amount_at(here)
    here.at = at
    if amount is None:
        return None
    currency = CURRENCIES[match[1]]
    low = amount.low
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", low):
        return Said(amount.end, f"{cardinal(low.replace(',', ''), here.style)} {currency.name}")
    scale = _SCALE.match(here.text, amount.end)
    if scale is not None:
        return Said(scale.end(), f"{amount.spoken} {_name(scale[1], here)} {currency.name}")
    cents = re.fullmatch(r"(.+)[.,](\d\d)", low)
    if cents is not None and not amount.high and currency.hundredth:
        whole = cardinal("".join(char for char in cents[1] if char.isdecimal()), here.style)
        said = f"{whole} {currency.name}"
        if int(cents[2]):
            part = f"{cardinal(cents[2], here.style)} {currency.hundredth}"
            said = part if cents[1] == "0" else f"{said} {part}"
        return Said(amount.end, said)
    per, end = per_words(here, amount.end)
    return Said(end, f"{amount.spoken} {currency.name}{per}")


def _say_times(match: re.Match[str], here: Here) -> Said | None:
    multiplied = here.last_rule in {"measure", "money", "cardinal"} and here.at - here.last_end <= _NOUN
    return Said(match.end(), "nhân") if multiplied else None


def _say_place(match: re.Match[str], here: Here) -> Said | None:
    if not here.near(_PLACES, 8) and not (here.last_rule == "measure" and here.at - here.last_end <= _BETWEEN):
        return None
    axis, side = _SIDES[match[2]]
    return Said(match.end(), f"{quantity(match[1].replace('.', ','), here)} độ {axis} {side}")


FIGURES = (
    Rule(name="measure", pattern=_PLACE, say=_say_place, shape=Pattern(r"\d{1,3}[.,]\d")),
    Rule(name="measure", pattern=_ANGLE, say=_say_angle, shape=Pattern(r"\d{1,3}°")),
    Rule(name="measure", pattern=_MIXED, say=_say_mixed, shape=Pattern(r"\d{1,3}(?:t|k|m|c|l|h)")),
    Rule(name="measure", pattern=_SIZE, say=_say_size, shape=Pattern(r"\d{1,4}(?:,\d|[ckm]?m| ?[x×])")),
    Rule(name="measure", pattern=_FIGURE, say=_say_amount),
)
TIMES = Rule(name="measure", pattern=_TIMES, say=_say_times, shape=Pattern("[xX]"))
SIGN = Rule(name="money", pattern=_BEFORE_SIGN, say=_say_before_sign, shape=Pattern(r"US\$|[$€£¥₫₩฿₹₽]"))
