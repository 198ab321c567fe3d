"""Roads and places on them: QL14, ĐT.756, ĐT 741, ĐH.12, Km12+500."""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.here import Here, Rule, Said
from loa.reading.letters import spell
from loa.reading.numerals import cardinal
from loa.reading.pattern import Pattern

_ROAD = Pattern(r"(QL|ĐT|TL|HL|ĐH|ĐX|LTL|CT)([. -]?) ?(\d{1,4})([A-ZĐa-e]?)(\d?)(?!\w|[.,]\d|/)")
_CHAINAGE = Pattern(r"[Kk][Mm] ?(\d{1,4}) ?\+ ?(\d{1,3})(?!\d)")
_POST = Pattern(r"(?:Km|KM|km) ?(\d{1,4})(?![\d/]|[.,]\d)")

_NAMES = {
    "QL": "quốc lộ", "ĐT": "đường tỉnh", "TL": "tỉnh lộ", "HL": "hương lộ", "ĐH": "đường huyện", "ĐX": "đường xã",
    "LTL": "liên tỉnh lộ", "CT": "cao tốc",
}  # fmt: skip
_ROAD_CUES = frozenset(
    ["đường", "tuyến", "trên", "theo", "qua", "dọc", "từ", "đến", "nút giao", "ngã ba", "và", "giao"]
)


def _say_road(match: re.Match[str], here: Here) -> Said | None:
    kind, joint, number, letter, branch = match.groups()
    loose = joint in {" ", "-", ""} and kind in {"ĐH", "CT", "TL", "ĐX"}
    year = len(number) == 4
    if (number[0] == "0" and len(number) > 3) or (
        loose and (year or (joint == " " and not here.near(_ROAD_CUES, 3) and kind != "TL"))
    ):
        return None
    if kind == "ĐT" and joint == " " and year:
        return None
    name = _NAMES[kind].removeprefix("đường ") if here.word_before() == "đường" else _NAMES[kind]
    said = f"{name} {cardinal(number, here.style)}"
    if letter:
        said += f" {spell(letter)}"
    if branch:
        said += f" {cardinal(branch, here.style)}"
    return Said(match.end(), said)


def _say_chainage(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), f"ki lô mét {cardinal(match[1], here.style)} cộng {cardinal(match[2], here.style)}")


def _say_post(match: re.Match[str], here: Here) -> Said | None:
    return Said(match.end(), f"ki lô mét {cardinal(match[1], here.style)}")


RULES = (
    Rule(name="road", pattern=_ROAD, say=_say_road, shape=Pattern(r"(?:QL|ĐT|TL|HL|ĐH|ĐX|LTL|CT)[. \-\d]")),
    Rule(name="road", pattern=_CHAINAGE, say=_say_chainage, shape=Pattern(r"[Kk][Mm]")),
    Rule(name="road", pattern=_POST, say=_say_post, shape=Pattern(r"(?:Km|KM|km)[ \d]")),
)
