"""Text as people paste it, made uniform before it is read, with the way back to the source.

Composed letters (NFC), one kind of space, quote and hyphen, new tone placement (hoà → hòa), digits 0-9. Characters
nobody can say (other scripts, emoji, control characters) stay in, for the grammar to report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from loa.reading.pattern import Pattern

_USUAL = "\\n !-~À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ°²³%…€£¥₫±×÷•–—"
_UNUSUAL = Pattern(f"[^{_USUAL}]|[ \\n]\\n|[–—]")
_CLUSTER = Pattern(r"\r\n|(?s:.)[\u0300-\u036f]{0,8}")

_SAME_WIDTH = {
    **dict.fromkeys(
        "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
    ),
    **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
    "\r\n": "\n",
    **dict.fromkeys("‘’‚‛′ʼ´`", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―", "-"),
    **dict.fromkeys("●▪◦‣∙⁃■□◆▶►➢➤✓✔·", "•"),
    **dict.fromkeys("º˚", "°"),
    "，": ",",
    "。": ".",
    "、": ",",
    "ð": "đ",
    "Ð": "Đ",
}
_WIDER = {"℃": "°C", "℉": "°F", "№": "số ", "㎡": "m²", "㎥": "m³", "™": "", "®": "", "©": ""}
_RAISED = Pattern("[⁰¹²³⁴-⁹]")
UNREADABLE = "\ufffd"
"""Stands for a letter or digit of another script, one for one; the grammar reports it."""
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\xad\ufe0e\ufe0f\u200e\u200f")

_TONED = Pattern(r"(?:[oO][àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]|(?<![qQ])[uU][ỳýỷỹỵỲÝỶỸỴ])(?![^\W\d_])")
_OLD_PLACES = {"a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
_TONED_FIRST = {"o": "òóỏõọ", "u": "ùúủũụ"}


def _moved_tones() -> dict[str, str]:
    moved: dict[str, str] = {}
    for first, last in (("o", "a"), ("o", "e"), ("u", "y")):
        for old, new in zip(_OLD_PLACES[last], _TONED_FIRST[first], strict=True):
            for left, right, new_left, new_right in (
                (first, old, new, last),
                (first.upper(), old.upper(), new.upper(), last.upper()),
                (first.upper(), old, new.upper(), last),
            ):
                moved[left + right] = new_left + new_right
    return moved


_MOVED = _moved_tones()


class Prepared(NamedTuple):
    """Text ready to be read.

    ``origin[i]`` is the place in the source of character ``i`` of `text` (one more entry for the end), or None
    where places are the same.
    """

    text: str
    origin: Sequence[int] | None


def prepare(source: str) -> Prepared:
    """Return `source` made uniform; linear time, any string."""
    text, origin = source, None
    if _UNUSUAL.search(source) is not None:
        text, origin = _rewritten(source)
    return Prepared(with_new_tones(text), origin)


def with_new_tones(text: str) -> str:
    """Return `text` with the tones of oa, oe, uy where schools now put them: hoà → hòa."""
    return _TONED.sub(_with_new_tone, text)


def _with_new_tone(match: re.Match[str]) -> str:
    return _MOVED.get(match[0], match[0])


def _rewritten(source: str) -> tuple[str, list[int]]:
    parts: list[str] = []
    origin: list[int] = []
    known: dict[str, str] = {}
    for match in _CLUSTER.finditer(source):
        cluster = match[0]
        part = known.get(cluster)
        if part is None:
            part = known[cluster] = _uniform(cluster)
        parts.append(part)
        origin.extend([match.start()] * len(part))
    origin.append(len(source))
    return "".join(parts), origin


def _uniform(cluster: str) -> str:
    if cluster in _SAME_WIDTH:
        return _SAME_WIDTH[cluster]
    if cluster in _WIDER:
        return _WIDER[cluster]
    if cluster in _INVISIBLE:
        return ""
    composed = unicodedata.normalize("NFC", cluster)
    if len(composed) == 1 and _UNUSUAL.match(composed) is None:
        return composed
    return "".join(_plain(char) for char in composed if char not in _INVISIBLE)


def _plain(char: str) -> str:
    if char in _SAME_WIDTH:
        return _SAME_WIDTH[char]
    if char.isdecimal():
        return str(int(char))
    wide = unicodedata.normalize("NFKC", char)
    if "\u2044" in wide:
        return " " + wide.replace("\u2044", "/")
    if unicodedata.category(char) in {"No", "Nl"} and wide.isalnum() and wide.isascii() and not _RAISED.match(char):
        return wide
    if len(wide) == 1 and wide != char and wide.isascii() and char not in "²³¹":
        return wide
    latin = char <= "\u024f" or "\u1ea0" <= char <= "\u1ef9"
    readable = not char.isalnum() or latin or _RAISED.match(char) is not None
    return char if len(char.lower()) == 1 and readable else UNREADABLE
