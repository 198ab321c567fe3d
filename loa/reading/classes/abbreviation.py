"""Abbreviations: whole entries first, then by their parts, then letter by letter with a doubt.

An abbreviation of several meanings is decided by the words around it (``data/senses.tsv``). In a line of capitals
what can be a syllable is a word.
"""

# ruff: noqa: PLR0911 - one return a reading
# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.advice import Advice
from loa.reading.classes.document import code_words
from loa.reading.here import Guess, Here, Rule, Said
from loa.reading.letters import NAMES, is_syllable, spell
from loa.reading.numerals import cardinal, digits, month, ordinal, year
from loa.reading.tables import ABBREVIATIONS, COMPOUND_PATTERN, LOWER_ENTRIES, SENSES, Sense

_WORD = re.compile(r"[^\W\d_]{1,40}(?:'[^\W\d_]{1,20})?\.?")
_COMPOSED = re.compile(r"[A-ZĐƯ]{1,12}(?:[&/-][A-ZĐƯ]{1,12}){1,5}(?!\w)")
_NUMBERED = re.compile(
    r"((?!\d)[A-ZĐƯ][A-Za-zĐđ]{0,5})[.-]?(\d{1,4})(?:([A-Za-zĐđ]{1,2})(\d{0,3}))?(?![\w]|[.,]\d|/\d)"
)
_FORMULA = re.compile(r"(?=[A-Za-z]{0,4}\d)(?:[A-Z][a-z]?\d{0,3}){1,8}(?!\w)")
_FLU = re.compile(r"(?:A/)?H(\d{1,2})N(\d{1,2})(?!\w)")
_MONTH = re.compile(r"T\.?(1[0-2]|0?[1-9])[/-](\d{4})(?!\d|[/-])")
_CODED = re.compile(
    r"[A-ZĐ]{1,4}[\d.-]{0,3}\d[\d.-]{4,40}(?<=\d)(?!\w)|[A-Z]{2} \d(?: ?\d{2}){2}(?: ?\d{2,10}){1,3}(?!\w)"
)
_WEEKDAY = re.compile(r"T\.?([2-7])(?:[-–]T?([2-7]))?(?![\w]|[.,]\d)")
_ALARM = re.compile(r"BĐ ?(\d|I{1,3})(?!\w)")
_ETC = re.compile(r"v\.v\.{0,4}…?|v\.v…|vv(?:\.{2,3}|…)|vân vân\.{2,3}")
_NAME = re.compile(r" ?[A-ZĐÀ-ỸƠƯĂ0-9]")
_LINE_END = re.compile(r"\n|(?<=[^\W\d_]{3})[.!?] ")
_LINE = 400
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


def in_capitals(here: Here) -> bool:
    """Tell whether the line around is a heading in capitals: no small letter, and more than two words."""
    text, at = here.text, here.at
    start = max(here.sentence, text.rfind("\n", max(0, at - _LINE), at) + 1, at - _LINE)
    end = _LINE_END.search(text, at, at + _LINE)
    line = text[start : end.start() if end is not None else at + _LINE]
    return (
        line.isupper()
        and line.count(" ") > 1
        and sum(is_syllable(word.lower()) and len(word) > 1 for word in line.split()[:8]) > 1
    )


def _meant(senses: tuple[Sense, ...], here: Here, end: int) -> tuple[Sense, bool]:
    ahead = here.ahead(end).lstrip(" ")
    raw = here.ahead(end)
    for sense in senses:
        if sense.sure:
            return sense, True
        if sense.before and here.follows(sense.before):
            return sense, True
        if sense.after and any(
            raw.startswith(start) if start[0] in " ,-:" else ahead.startswith(start) for start in sense.after
        ):
            return sense, True
    return senses[-1], False


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
    parts = re.split(r"([&/-])", match[0])
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
    if in_capitals(here) and set(low) & set("aeiouyăâêôơư") and len(word) > 4:
        return None
    said = ABBREVIATIONS.get(low) or spell(word)
    return Said(end, said, "", Guess((said, low), Advice.UNKNOWN_ABBREVIATION)) if said else None


def _say_numbered(match: re.Match[str], here: Here) -> Said | None:
    word, number, letter, rest = match.groups()
    if match[0][len(word)] == "." and f"{word}." in SENSES:
        name = _meant(SENSES[f"{word}."], here, match.start(2))[0].spoken
    elif word in ABBREVIATIONS or (word in SENSES and len(word) > 1):
        name = ABBREVIATIONS.get(word) or _meant(SENSES[word], here, match.start(2))[0].spoken
    elif word.isupper():
        name = spell(word)
    else:
        return None
    said = f"{name} {cardinal(number, here.style)}"
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
    if not (
        here.follows(_WEEK_CUES)
        or match[2]
        or here.last_rule == "weekday"
        or ahead.startswith((", t", ",t", " và t", " đến t", " hằng tuần", " hàng tuần", " - t"))
    ):
        return None
    said = f"thứ {ordinal(match[1], here.style)}"
    if match[2]:
        said += f" đến thứ {ordinal(match[2], here.style)}"
    return Said(match.end(), said)


def _say_month(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), f"tháng {month(match[1], here.style)} năm {year(match[2], here.style)}")


def _say_coded(match: re.Match[str], here: Here) -> Said | None:
    if not here.near(_CODE_CUES, 4):
        return None
    parts = re.findall(r"\d+|[^\W\d_]+", match[0])
    return Said(match.end(), ", ".join(digits(part) if part.isdecimal() else spell(part) for part in parts))


def _say_alarm(match: re.Match[str], here: Here) -> Said | None:
    number = str(len(match[1])) if match[1][0] == "I" else match[1]
    return Said(match.end(), f"báo động {cardinal(number, here.style)}")


def _say_etc(match: re.Match[str], here: Here) -> Said | None:
    rest = here.text[match.end() : match.end() + 3].lstrip()
    return Said(match.end(), "vân vân", "." if rest[:1].isupper() or not rest else "")


ETC = Rule(name="abbreviation", pattern=_ETC, say=_say_etc)
COMPOUND = Rule(name="abbreviation", pattern=COMPOUND_PATTERN, say=_say_compound)
WORDS = (
    Rule(name="science", pattern=_FLU, say=_say_flu),
    Rule(name="telephone", pattern=_CODED, say=_say_coded),
    Rule(name="date", pattern=_MONTH, say=_say_month),
    Rule(name="weekday", pattern=_WEEKDAY, say=_say_weekday),
    Rule(name="abbreviation", pattern=_ALARM, say=_say_alarm),
    Rule(name="abbreviation", pattern=_COMPOSED, say=_say_composed),
    Rule(name="abbreviation", pattern=_NUMBERED, say=_say_numbered),
    Rule(name="science", pattern=_FORMULA, say=_say_formula),
    Rule(name="abbreviation", pattern=_WORD, say=_say_word),
)
