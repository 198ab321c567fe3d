"""``danh-sach.txt``: what lies on the stick, for the person who plays it, and the mark of which files are loa's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loa.language import translate as _

LIST_FILE = "danh-sach.txt"
MARK = "[loa-export]"
SHORT_HASH = 16
_OWN_FILE = re.compile(r"^([0-9]{2,}-[a-z0-9-]+\.mp3)(?:\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """One file of an export.

    Attributes
    ----------
    name
        ``01-nhac-hieu.mp3``.
    title, length_s
        What it is and how long, in seconds.
    approved_by, text_hash
        Who approved which text; empty for tunes and for the whole programme.
    """

    name: str
    title: str
    length_s: float
    approved_by: str
    text_hash: str


def list_text(*, heading: str, files: Sequence[ListedFile], left_out: Sequence[str], made_at: datetime) -> str:
    """Return the list as Notepad shows it: line ends of Windows. The first of `files` is the whole programme."""
    wide = max(len(one.name) for one in files) + 2
    total = _("Length of the whole programme: {length}. Written at {time}.")
    lines = [heading, total.format(length=_length(files[0].length_s), time=f"{made_at:%H:%M %d/%m/%Y}"), ""]
    for one in files:
        lines.append(f"{one.name:{wide}}{_length(one.length_s):>8}  {one.title}")
        if one.text_hash:
            approved = _("Approved by {person}; text {hash}").format(
                person=one.approved_by, hash=one.text_hash[:SHORT_HASH]
            )
            lines.append(" " * (wide + 10) + approved)
    if left_out:
        lines += ["", _("Left out:"), *(f"- {one}" for one in left_out)]
    lines += ["", _("The next export into this folder replaces the files listed here and touches no others."), MARK]
    return "".join(f"{line}\r\n" for line in lines)


def files_listed(path: Path) -> frozenset[str] | None:
    """Return the files that an earlier export listed in `path`; None where there is no list of ours. Raises OSError."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except FileNotFoundError:
        return None
    return frozenset(_OWN_FILE.findall(text)) if MARK in text.splitlines() else None


def _length(seconds: float) -> str:
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
