"""A bulletin as an editor fills it in: plain texts, turned into the file ``scripts/NAME.md`` and back. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields
from typing import Any

from loa.bulletins import Bulletin, Genre, Priority, split_bulletin
from loa.checked_yaml import Findings, Scalar, parse
from loa.errors import Conflict
from loa.station.yaml_edit import with_field, without_field, written

LONGEST_NAME = 60
NAMELESS = "ban-tin"
FRONT_FIELDS = ("title", "topic", "genre", "author", "priority", "valid_from", "valid_until", "recording")
_TAKEN_BY_WINDOWS = re.compile(r"con|prn|aux|nul|(com|lpt)\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinDraft:
    """What stands in the fields of the editor, unchecked.

    Attributes
    ----------
    title, topic, genre, author, priority, valid_from, valid_until, recording
        Fields of the front matter, as typed; empty where left out.
    body
        The text.
    """

    title: str = ""
    topic: str = ""
    genre: str = Genre.NOTICE.value
    author: str = ""
    priority: str = Priority.NORMAL.value
    valid_from: str = ""
    valid_until: str = ""
    recording: str = ""
    body: str = ""

    @classmethod
    def of(cls, values: dict[str, Any]) -> BulletinDraft:
        """Return the draft with those of `values` that it has; line breaks are made those of a file."""
        own = {one.name for one in fields(cls)}
        return cls(**{name: str(value).replace("\r\n", "\n") for name, value in values.items() if name in own})

    def as_json(self) -> dict[str, str]:
        """Return plain values."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def draft_of(bulletin: Bulletin) -> BulletinDraft:
    """Return what an editor finds in the fields when opening `bulletin`."""
    return BulletinDraft(
        title=bulletin.title,
        topic=bulletin.topic,
        genre=bulletin.genre.value,
        author=bulletin.author,
        priority=bulletin.priority.value,
        valid_from=f"{bulletin.valid_from:%d/%m/%Y}" if bulletin.valid_from else "",
        valid_until=f"{bulletin.valid_until:%d/%m/%Y}" if bulletin.valid_until else "",
        recording=bulletin.recording,
        body=bulletin.body.strip("\n"),
    )


def draft_of_broken(text: str) -> BulletinDraft:
    """Return what can be read of a file with mistakes: its fields where they are plain, else all of it as the text."""
    parts = split_bulletin(text)
    mapping = None if parts is None else parse(parts[0], Findings(""))
    if parts is None or mapping is None:
        return BulletinDraft(body=text.strip("\n"))
    values = {name: node.text for name, (_line, node) in mapping.entries.items() if isinstance(node, Scalar)}
    return BulletinDraft.of(
        {name: values[name] for name in FRONT_FIELDS if name in values} | {"body": parts[1].strip("\n")}
    )


def file_text(draft: BulletinDraft, earlier: str | None = None) -> str:
    """Return the file for `draft`.

    Parameters
    ----------
    earlier
        What the file held: its comments and the fields that no editor shows (language, translations, voices) stay.
    """
    parts = None if earlier is None else split_bulletin(earlier.replace("\r\n", "\n"))
    values = {name: one_line(getattr(draft, name)) for name in FRONT_FIELDS}
    try:
        front = _edited(parts[0], values) if parts else _new(values)
    except Conflict:  # the front matter was broken: it is written anew
        front = _new(values)
    return f"---\n{front}\n---\n\n{_clean(draft.body)}\n"


def one_line(text: str) -> str:
    """Return `text` on one line, without invisible signs."""
    return "".join(one for one in " ".join(unicodedata.normalize("NFC", text).split()) if one.isprintable()).strip()


def _edited(front: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        front = with_field(front, [name], written(value)) if value else without_field(front, [name])
    return front.strip("\n")


def _new(values: dict[str, str]) -> str:
    return "\n".join(f"{name}: {written(value)}" for name, value in values.items() if value)


def _clean(body: str) -> str:
    """Return `body` without invisible signs and blanks at the ends of lines."""
    visible = "".join(one for one in unicodedata.normalize("NFC", body) if one == "\n" or one.isprintable())
    return "\n".join(line.rstrip() for line in visible.strip().split("\n"))


def name_for(title: str, taken: set[str] | frozenset[str] = frozenset()) -> str:
    """Return a name for a bulletin with this title that is not in `taken`: ``Tiêm chủng đợt 2`` → ``tiem-chung-dot-2``."""
    plain = unicodedata.normalize("NFKD", title.lower().replace("đ", "d"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if len(slug) > LONGEST_NAME:
        slug = slug[: LONGEST_NAME + 1].rpartition("-")[0] or slug[:LONGEST_NAME]
    if not slug or _TAKEN_BY_WINDOWS.fullmatch(slug):
        slug = f"{NAMELESS}-{slug}".strip("-")
    number, name = 1, slug
    while name in taken:
        number += 1
        name = f"{slug}-{number}"
    return name
