"""Personal data in a text that thousands will hear: a hint to the editor, never a refusal. Pure.

What is looked for: mobile numbers (10 digits since 2018, beginning with 03, 05, 07, 08 or 09), citizen numbers (12 digits: three of
the province, one of century and sex, two of the year; Circular 59/2021/TT-BCA) and the old identity numbers (9 digits).
Offices' lines (02…), hotlines (1800, 1900) and emergency numbers are meant to be heard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from loa.language import translate as _

_APART = r"[ .\-]?"
_MOBILE = re.compile(rf"(?<![\w.,/-])(?:\+84{_APART}|0)[35789](?:{_APART}[0-9]){{8}}(?![0-9])")
_CITIZEN = re.compile(rf"(?<![\w.,/-])0(?:{_APART}[0-9]){{11}}(?![0-9])")
_OLD_IDENTITY = re.compile(rf"(?<![\w.,/-])[0-9](?:{_APART}[0-9]){{8}}(?![0-9])")
_NAMED = re.compile(r"CCCD|CMND|CMTND|căn cước|chứng minh|định danh|giấy tờ tùy thân", re.IGNORECASE)
_LOOK_BACK = 60  # characters: the same sentence, as a rule
_LAST_PROVINCE = 96


class PersonalData(StrEnum):
    """What was found."""

    MOBILE = "mobile"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A stretch of a text that may be somebody's own.

    Attributes
    ----------
    start, end
        Half-open span of the text.
    written
        The text of the span.
    """

    kind: PersonalData
    start: int
    end: int
    written: str

    @property
    def sentence(self) -> str:
        """What the editor is told."""
        if self.kind is PersonalData.IDENTITY:
            return _("“{text}” looks like a citizen's identity number. Leave it out; nobody needs to hear it.").format(
                text=self.written
            )
        return _(
            "“{text}” looks like a private mobile number. Does its owner agree? An office's number is better."
        ).format(text=self.written)


def personal_data(text: str) -> list[Hint]:
    """Return every stretch of `text` that looks like personal data, in order."""
    found = [_hint(PersonalData.IDENTITY, match) for match in _CITIZEN.finditer(text) if _is_citizen(match[0])]
    found += [
        _hint(PersonalData.IDENTITY, match)
        for match in _OLD_IDENTITY.finditer(text)
        if _NAMED.search(text, max(0, match.start() - _LOOK_BACK), match.start())
    ]
    found += [_hint(PersonalData.MOBILE, match) for match in _MOBILE.finditer(text)]
    taken: list[Hint] = []
    for hint in sorted(found, key=lambda one: (one.start, -one.end)):
        if not taken or hint.start >= taken[-1].end:
            taken.append(hint)
    return taken


def _is_citizen(written: str) -> bool:
    digits = re.sub(r"[^0-9]", "", written)
    return 1 <= int(digits[:3]) <= _LAST_PROVINCE and digits[3] in "0123"


def _hint(kind: PersonalData, match: re.Match[str]) -> Hint:
    return Hint(kind=kind, start=match.start(), end=match.end(), written=match[0])
