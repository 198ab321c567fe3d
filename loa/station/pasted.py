"""Text pasted from Word or a web page: HTML in, the plain Markdown of a bulletin out. Styles go, lists and paragraphs stay."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

MOST_CHARACTERS = 2_000_000
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "ul", "ol", "table", "blockquote", "pre"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DROPPED = frozenset({"style", "script", "head", "title", "xml", "template", "noscript", "iframe", "object", "svg"})
_VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "col", "wbr", "source", "area", "base", "embed"})
_NUMBER = re.compile(r"[0-9]{1,3}[.)]")
_DECLARATION = re.compile(r"<!--.*?-->|<!\[?[^<>]*>|<!--.*", re.DOTALL)  # html.parser raises AssertionError at odd ones
_UNCLOSED = re.compile(
    r"<(?![^<>]*>)|<(?=!)"
)  # no tag: many of them take html.parser time that grows with their square
_SPACE = re.compile(r"[ \t\r\n\f\u00a0\u2007\u202f]+")


def text_from_html(html: str) -> str:
    """Return the text of pasted `html` as the body of a bulletin: paragraphs apart, ``-`` or ``1.`` before members of lists.

    Anything that is HTML, or is not, is taken: broken markup loses its markup, not its words. What is longer than
    `MOST_CHARACTERS` is cut there.
    """
    markup = _DECLARATION.sub("", unicodedata.normalize("NFC", html[:MOST_CHARACTERS]))
    parser = _Paster()
    parser.feed(_UNCLOSED.sub("&lt;", markup))
    parser.close()
    return parser.text()


class _Paster(HTMLParser):
    """Collects lines; a line knows whether it is a member of a list, a heading or a row of a table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[tuple[str, str]] = []  # kind (“”, “list”, “row”) and text
        self._kind = ""
        self._prefix = ""
        self._words: list[str] = []
        self._lists: list[int | None] = []  # None for bullets, else the number of the last member
        self._dropped = 0
        self._ignoring: list[str] = []  # tags open inside Word's own bullet
        self._bullet: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a list, or something to be dropped."""
        if tag in _DROPPED:
            self._dropped += 1
        elif self._dropped:
            return
        elif self._ignoring or "mso-list:ignore" in (dict(attrs).get("style") or "").lower().replace(" ", ""):
            if tag not in _VOID:
                self._ignoring.append(tag)
        elif tag == "br":
            self._words.append("\n")
        elif tag in {"td", "th"} and self._kind == "row" and any(map(str.strip, self._words)):
            self._words.append(", ")
        elif tag in _BLOCKS:
            self._begin(tag, dict(attrs))

    def _begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        if self._kind == "row" and tag not in {"tr", "table"}:
            return  # paragraphs inside a cell
        inside_member = tag in {"p", "div"} and self._kind == "list" and not any(map(str.strip, self._words))
        if inside_member:
            return
        self._flush()
        if tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._member()
        elif tag == "tr":
            self._kind = "row"
        elif tag in _HEADINGS:
            self._prefix = "## "
        elif "msolistparagraph" in (attributes.get("class") or "").lower():
            self._kind, self._prefix = "list", "- "

    def _member(self) -> None:
        self._kind, self._prefix = "list", "- "
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            self._prefix = f"{self._lists[-1]}. "

    def handle_endtag(self, tag: str) -> None:
        """End a block, a list, or something to be dropped."""
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif self._ignoring:
            if tag in self._ignoring:
                while self._ignoring.pop() != tag:
                    pass
                if not self._ignoring:
                    self._take_bullet()
        elif tag in {"ul", "ol"}:
            self._flush()
            if self._lists:
                self._lists.pop()
        elif tag in _BLOCKS and not (self._kind == "row" and tag not in {"tr", "table"}):
            self._flush()

    def _take_bullet(self) -> None:
        """Keep Word's own number before a member of a list; its bullets are signs of a symbol font."""
        mark = "".join(self._bullet).strip()
        self._bullet.clear()
        self._kind = "list"
        self._prefix = f"{mark.replace(')', '.')} " if _NUMBER.fullmatch(mark) else "- "

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._dropped:
            return
        (self._bullet if self._ignoring else self._words).append(_SPACE.sub(" ", data))

    def _flush(self) -> None:
        lines = [_SPACE.sub(" ", line).strip() for line in "".join(self._words).split("\n")]
        text = "\n".join(line for line in lines if line)
        if text:
            self._blocks.append((self._kind, self._prefix + text))
        self._words.clear()
        self._kind = self._prefix = ""

    def text(self) -> str:
        """Return everything, paragraphs with an empty line between them, members of one list without."""
        self._flush()
        parts: list[str] = []
        for number, (kind, text) in enumerate(self._blocks):
            if number:
                parts.append("\n" if kind and kind == self._blocks[number - 1][0] else "\n\n")
            parts.append(text)
        return "".join(one for part in parts for one in part if one == "\n" or one.isprintable())
