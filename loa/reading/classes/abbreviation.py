"""Abbreviations: whole entries first, then by their parts, then letter by letter with a doubt.

An abbreviation of several meanings is decided by the words around it (``data/senses.tsv``). In a line of capitals
what can be a syllable is a word.
"""

# ruff: noqa: PLR0911 - one return a reading
# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.capitals import in_capitals
from loa.reading.classes.document import code_words, joined_bodies
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.letters import CAPITALS, NAMES, is_syllable, spell
from loa.reading.numerals import cardinal, digits, month, ordinal, year
from loa.reading.pattern import Pattern
from loa.reading.tables import ABBREVIATIONS, COMPOUND_PATTERN, LOWER_ENTRIES, SENSES, Sense

_WORD = Pattern(r"[^\W\d_]{1,40}(?:'[^\W\d_]{1,20})?\.?")
_COMPOSED = Pattern(r"[A-ZĐƯ]{1,12}(?:[&/-][A-ZĐƯ]{1,12}){1,5}(?!\w)")
_JOINTS = Pattern(r"([&/-])")
_NUMBERED = Pattern(r"((?!\d)[A-ZĐƯ][A-Za-zĐđ]{0,5})[.-]?(\d{1,4})(?:([A-Za-zĐđ]{1,2})(\d{0,3}))?(?![\w]|[.,]\d|/\d)")
_FORMULA = Pattern(r"(?=[A-Za-z]{0,4}\d)(?:[A-Z][a-z]?\d{0,3}){1,8}(?!\w)")
_FLU = Pattern(r"(?:A/)?H(\d{1,2})N(\d{1,2})(?!\w)")
_MONTH = Pattern(r"T\.?(1[0-2]|0?[1-9])[/-](\d{4})(?!\d|[/-])")
_CODED = Pattern(
    r"[A-ZĐ]{1,4}[\d.-]{0,3}\d[\d.-]{4,40}(?<=\d)(?!\w)|[A-Z]{2} \d(?: ?\d{2}){2}(?: ?\d{2,10}){1,3}(?!\w)"
)
_LONE = Pattern(r"T(1[0-2]|[2-9])(?![\w]|[.,/-]\d)")
_INSIDE = frozenset(["trong", "cuối", "đầu", "giữa"])
_MONTH_CUES = frozenset(["trong", "cuối", "đầu", "giữa", "hết", "từ", "đến", "tháng", "quý", "kỳ", "lương"])
_WEEKDAY = Pattern(r"T\.?([2-7])(?:[-–]T?([2-7]))?(?![\w]|[.,]\d)")
_ALARM = Pattern(r"BĐ ?(\d|I{1,3})(?:(?: ?- ?| đến )(?:BĐ ?)?(\d|I{1,3}))?(?!\w)")
_ETC = Pattern(r"v\.v\.{0,4}…?|v\.v…|vv(?:\.{2,3}|…)|vân vân\.{2,3}")
_HOURS_FOLLOW = Pattern(r"(?: từ| lúc| vào|:)? ?\d{1,2} ?(?:[hg:]|giờ)| (?:sáng|chiều|tối)(?!\w)")
_DAYS = frozenset(
    ["t2", "t3", "t4", "t5", "t6", "t7", "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "cn"]
)
_DECIDED = Pattern(rf":| ?[\d{CAPITALS}]|[-/&][A-ZĐ]| số ")
_TITLED = Pattern(rf" [{CAPITALS}](?![{CAPITALS}])[^\W\d_]{{1,7}}(?!\w)")
_NAME = Pattern(rf" ?[{CAPITALS}0-9]")
_STORMS = frozenset({"bão", "cơn bão", "siêu bão", "áp thấp"})
_OF_TIME = frozenset({"weekday", "time"})
_NAMED_BY_LETTERS = frozenset({"mã", "ký hiệu", "mẫu", "số hiệu", "giống", "giống lúa", "model", "nhóm máu"})
_CODE_CUES = frozenset(
    ["mã", "mã số", "mã hồ", "số thẻ", "thẻ", "seri", "sổ", "bhyt", "bhxh", "số hồ", "hộ chiếu", "ký hiệu"]
)
_WEEK_CUES = frozenset(
    [
        "sáng",
        "chiều",
        "tối",
        "từ",
        "đến",
        "lịch",
        "cn",
        "và",
        "trưa",
        "hằng tuần",
        "các",
        "lúc",
        "hai",
        "ba",
        "tư",
        "năm",
        "sáu",
        "bảy",
    ]
)


def _meant(senses: tuple[Sense, ...], here: Here, end: int) -> tuple[Sense, bool]:
    raw = here.ahead(end)
    ahead = raw.lstrip(" .")
    for sense in senses:
        if sense.sure or (sense.usual and (len(senses) == 1 or _DECIDED.match(here.text, end) is not None)):
            return sense, True
        if sense.before and here.follows(sense.before):
            return sense, True
        if sense.name and _TITLED.match(here.text, end) is not None:
            return sense, True
        if ahead.startswith(sense.after) or raw.startswith(sense.after_sign):
            return sense, True
    for sense in senses:
        if sense.spoken == "chủ nhật" and here.last_rule in _OF_TIME:
            return sense, True
    return next((sense for sense in senses if sense.usual), senses[-1]), False


def _ambiguous(written: str, here: Here, end: int) -> Said:
    senses = SENSES[written]
    sense, sure = _meant(senses, here, end)
    others = tuple(dict.fromkeys(other.spoken for other in senses if other.spoken != sense.spoken))
    guess = None if sure else Guess((sense.spoken, *others), Advice.ABBREVIATION)
    return Said(end, sense.spoken, "", guess)


def _say_compound(match: re.Match[str], here: Here) -> Said | None:
    written = match[0]
    if written in SENSES:
        return _ambiguous(written, here, match.end())
    return Said(match.end(), ABBREVIATIONS[written])


def _say_composed(match: re.Match[str], here: Here) -> Said | None:
    parts = _JOINTS.split(match[0])
    names = parts[::2]
    if in_capitals(here) and all(is_syllable(name.lower()) for name in names):
        return None
    if not all(name in ABBREVIATIONS or name in SENSES for name in names):
        return None
    if here.follows(frozenset({"số"})) or (parts[1] != "&" and match[0] in {"QĐ-UBND", "NĐ-CP"}):
        return Said(match.end(), code_words(match[0], here)[0])
    said = ABBREVIATIONS.get(names[0]) or SENSES[names[0]][-1].spoken
    for sign, name in zip(parts[1::2], names[1:], strict=True):
        said += (" và " if sign == "&" else ", ") + (ABBREVIATIONS.get(name) or SENSES[name][-1].spoken)
    return Said(match.end(), said)


def _say_word(match: re.Match[str], here: Here) -> Said | None:
    dotted = match[0]
    word = dotted.rstrip(".")
    end = match.end() - (len(dotted) - len(word))
    low = word.lower()
    if word.islower() and word not in LOWER_ENTRIES:
        return None
    if here.text[here.at - 1 : here.at] == "+" and word.isupper():
        return Said(end, spell(word))
    heading = len(word) > 1 and word.isupper() and is_syllable(low) and in_capitals(here)
    if heading and (low not in {"tp", "tx"}):
        return Said(end, low)
    if dotted != word and here.text[match.end() : match.end() + 1] != "\n" and (_NAME.match(here.text, match.end())):
        if dotted in SENSES and (len(word) > 1 or here.text[match.end() + 1 : match.end() + 3].strip()):
            return _ambiguous(dotted, here, match.end())
        if dotted in ABBREVIATIONS:
            return Said(match.end(), ABBREVIATIONS[dotted])
    if word in SENSES:
        if len(word) == 1 and not here.ahead(end).lstrip()[:1].isdecimal():
            return Said(end, spell(word) if here.before and len(here.before[-1]) > 1 else low)
        return _ambiguous(word, here, end)
    if word in ABBREVIATIONS:
        return Said(end, ABBREVIATIONS[word])
    return _unknown(word, here, end)


def _unknown(word: str, here: Here, end: int) -> Said | None:
    low = word.lower()
    if len(word) == 1:
        return Said(end, NAMES.get(low, low)) if low in NAMES and word.isupper() and here.before else None
    if not word.isupper() or is_syllable(low) or "'" in word:
        return None
    if len(word) > 6 and any(is_syllable(low[:cut]) and is_syllable(low[cut:]) for cut in range(2, len(low) - 1)):
        return None
    if here.near(_STORMS, 5) and set(low) & set("aeiouy") and len(word) > 3:
        return Said(end, low, "", Guess((low, spell(word)), Advice.UNKNOWN_ABBREVIATION))
    if in_capitals(here) and set(low) & set("aeiouyăâêôơư") and len(word) > 4:
        return None
    joined = joined_bodies(word)
    if joined is not None:
        return Said(end, joined, "", Guess((joined, spell(word)), Advice.UNKNOWN_ABBREVIATION))
    said = ABBREVIATIONS.get(low) or spell(word)
    return Said(end, said, "", Guess((said, low), Advice.UNKNOWN_ABBREVIATION)) if said else None


def _say_numbered(match: re.Match[str], here: Here) -> Said | None:
    word, number, letter, rest = match.groups()
    if word.isupper() and here.follows(_NAMED_BY_LETTERS):
        name = spell(word)
    elif match[0][len(word)] == "." and f"{word}." in SENSES:
        name = _meant(SENSES[f"{word}."], here, match.start(2))[0].spoken
    elif word in ABBREVIATIONS or (word in SENSES and len(word) > 1):
        name = ABBREVIATIONS.get(word) or _meant(SENSES[word], here, match.start(2))[0].spoken
    elif word.isupper():
        name = spell(word)
    else:
        return None
    term = " khóa" if word in {"QH", "UBTVQH", "HĐND"} else ""
    said = f"{name}{term} {cardinal(number, here.style)}"
    if letter:
        said += f" {spell(letter)}" + (f" {cardinal(rest, here.style)}" if rest else "")
    return Said(match.end(), said)


def _say_formula(match: re.Match[str], here: Here) -> Said | None:
    if not any(char.isdecimal() for char in match[0]):
        return None
    parts = re.findall(r"\d+|[^\d]", match[0])
    return Said(
        match.end(), " ".join(cardinal(part, here.style) if part.isdecimal() else spell(part) for part in parts)
    )


def _say_flu(match: re.Match[str], here: Here) -> Said | None:
    lead = "a " if match[0][0] == "A" else ""
    return Said(match.end(), f"{lead}hát {cardinal(match[1], here.style)} nờ {cardinal(match[2], here.style)}")


def _say_weekday(match: re.Match[str], here: Here) -> Said | None:
    ahead = here.ahead(match.end())
    if here.follows(_INSIDE):
        return None
    if not (
        here.follows(_WEEK_CUES)
        or match[2]
        or here.last_rule == "weekday"
        or here.near(_DAYS, 12)
        or _HOURS_FOLLOW.match(ahead) is not None
        or ahead.startswith((", t", ",t", " và t", " đến t", " hằng tuần", " hàng tuần", " - t"))
    ):
        return None
    said = f"thứ {ordinal(match[1], here.style)}"
    if match[2]:
        said += f" đến thứ {ordinal(match[2], here.style)}"
    return Said(match.end(), said)


def _say_lone(match: re.Match[str], here: Here) -> Said | None:
    in_month = f"tháng {month(match[1], here.style)}"
    spelled = f"tê {cardinal(match[1], here.style)}"
    on_day = f"thứ {ordinal(match[1], here.style)}"
    if here.follows(_MONTH_CUES):
        weighed = (in_month, on_day, spelled) if len(match[1]) == 1 and match[1] < "8" else (in_month, spelled)
    elif len(match[1]) == 1 and match[1] < "8":
        weighed = (on_day, in_month, spelled)
    else:
        weighed = (spelled, in_month)
    return Said(match.end(), weighed[0], "", Guess(weighed, Advice.ABBREVIATION))


def _say_month(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), f"tháng {month(match[1], here.style)} năm {year(match[2], here.style)}")


def _say_coded(match: re.Match[str], here: Here) -> Said | None:
    if not here.near(_CODE_CUES, 4):
        return None
    parts = re.findall(r"\d+|[^\W\d_]+", match[0])
    return Said(match.end(), ", ".join(digits(part) if part.isdecimal() else spell(part) for part in parts))


def _say_alarm(match: re.Match[str], here: Here) -> Said | None:
    numbers = [str(len(part)) if part[0] == "I" else part for part in match.groups() if part]
    return Said(match.end(), " đến ".join(f"báo động {cardinal(number, here.style)}" for number in numbers))


def _say_etc(match: re.Match[str], here: Here) -> Said | None:
    rest = here.text[match.end() : match.end() + 3].lstrip()
    return Said(match.end(), "vân vân", "." if rest[:1].isupper() or not rest else "")


ETC = Rule(name="abbreviation", pattern=_ETC, say=_say_etc, shape=Pattern(r"v"))
COMPOUND = Rule(name="abbreviation", pattern=COMPOUND_PATTERN, say=_say_compound)
WORDS = (
    Rule(name="science", pattern=_FLU, say=_say_flu, shape=Pattern(r"A/H|H\d")),
    Rule(name="telephone", pattern=_CODED, say=_say_coded, shape=Pattern(r"[A-ZĐ]{1,4}[\d. -]")),
    Rule(name="date", pattern=_MONTH, say=_say_month, shape=Pattern(r"T\.?\d")),
    Rule(name="weekday", pattern=_WEEKDAY, say=_say_weekday, shape=Pattern(r"T\.?\d")),
    Rule(name="weekday", pattern=_LONE, say=_say_lone, shape=Pattern(r"T\d")),
    Rule(name="abbreviation", pattern=_ALARM, say=_say_alarm, shape=Pattern(r"BĐ")),
    Rule(name="abbreviation", pattern=_COMPOSED, say=_say_composed, shape=Pattern(r"[A-ZĐƯ]+(?:[&/-]|(?<=\w{8}))")),
    Rule(name="abbreviation", pattern=_NUMBERED, say=_say_numbered, shape=Pattern(r"[A-ZĐƯ][A-Za-zĐđ]{0,5}[.-]?\d")),
    Rule(name="science", pattern=_FORMULA, say=_say_formula, shape=Pattern(r"[A-Z][A-Za-z]{0,3}\d")),
    Rule(name="abbreviation", pattern=_WORD, say=_say_word),
)
