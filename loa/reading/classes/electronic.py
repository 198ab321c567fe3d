"""Mail and web addresses, hashtags, file names: dichvucong.gov.vn, lan@gmail.com."""

# ruff: noqa: PLR2004 - figures of the calendar, the clock and the rules of writing say best what they are

from __future__ import annotations

import re

from loa.reading.here import Here, Rule, Said
from loa.reading.letters import is_syllable, spell
from loa.reading.numerals import cardinal, digits
from loa.reading.pattern import Pattern
from loa.reading.tables import HOSTS

_MAIL = Pattern(r"[\w+-][\w.+-]{0,63}+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_ENDS = "vn|com|net|org|edu|gov|info|io|me|asia|xyz|biz|tv|us|uk|fr|jp|cn|la|kh"
_WEB = Pattern(
    rf"(?:https?://)(?:[\w%-]{{1,64}}[./?=&#:-]{{0,3}}){{1,30}}|(?:www\.)?(?:[\w-]{{1,64}}\.){{1,6}}(?:{_ENDS})(?!\w)(?::\d{{1,5}})?(?:/[\w.%?=&#-]{{1,64}}){{0,12}}/?"
)
_END_SIGNS = ".,:;?!-"
_PIECES = Pattern(r"\d+|[^\W\d_]+|[^\w\s]|_")
_SIGNS = {
    ".": "chấm", "@": "a còng", "/": "gạch chéo", "-": "gạch ngang", "_": "gạch dưới", ":": "hai chấm", "+": "cộng",
    "?": "hỏi", "=": "bằng", "&": "và", "#": "thăng", "%": "phần trăm",
}  # fmt: skip
_SPELL_MOST = 4


def address_words(text: str, here: Here) -> str:
    """Return an address piece by piece: known words, signs by name, short consonant rows letter by letter."""
    spoken: list[str] = []
    for match in _PIECES.finditer(text.lower()):
        piece = match[0]
        if piece in _SIGNS:
            spoken.append(_SIGNS[piece])
        elif piece[0].isdecimal():
            spoken.append(digits(piece) if len(piece) > 2 or piece[0] == "0" else cardinal(piece, here.style))
        elif piece in HOSTS:
            spoken.append(HOSTS[piece])
        elif len(piece) <= _SPELL_MOST and (not is_syllable(piece) or set(piece) <= set("ivx")):
            spoken.append(spell(piece) or piece)
        elif piece[0].isalpha():
            spoken.append(piece)
    return " ".join(spoken)


def _say_address(match: re.Match[str], here: Here) -> Said | None:
    written = match[0].rstrip(_END_SIGNS)
    said = address_words(re.sub(r"^https?://", "", written).rstrip("/"), here)
    return Said(here.at + len(written), said) if said else None


RULES = (
    Rule(name="electronic", pattern=_MAIL, say=_say_address, shape=Pattern(r"[\w+-][\w.+@-]"), needs="@"),
    Rule(
        name="electronic",
        pattern=_WEB,
        say=_say_address,
        shape=Pattern(r"https?:|[^\W_]{1,13}[.\-_\d]|[^\W_]{11}|\d+[^\W\d_]{3}|[_-]"),
    ),
)
