"""Anchors: signed statements of how many rows the ledger had and what its head was.

Each stands in the chain as an ``anchor`` row, and as a line of ``anchors.jsonl`` beside the ledger: a chain that was cut
off, or rebuilt, no longer fits the lines. The first 16 digits of a head go on stamped paper.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loa.files import sync_folder
from loa.ledger.rows import canonical_json
from loa.ledger.station_key import StationKey, fingerprint, signature_fits

ANCHOR_FILE = "anchors.jsonl"
HEAD_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One signed statement.

    Attributes
    ----------
    rows, head
        The ledger had so many rows, and this was the hash of the last.
    purpose
        ``day``, ``station-down``, ``report``, or what the caller says.
    about
        Plain values that are signed along: a report's period and the hash of its figures.
    public_key, signature
        Hex digits: 64 and 128.
    """

    rows: int
    head: str
    purpose: str
    about: Mapping[str, Any] = field(default_factory=dict)
    public_key: str
    signature: str

    @property
    def short_head(self) -> str:
        """The digits that are printed on paper."""
        return self.head[:HEAD_DIGITS]

    @property
    def fingerprint(self) -> str:
        """By what people compare the key: 16 hex digits."""
        return fingerprint(self.public_key)

    @property
    def holds(self) -> bool:
        """Whether the signature is of this statement, by this key."""
        return signature_fits(
            self.public_key, self.signature, _statement(self.rows, self.head, self.purpose, self.about)
        )

    def row_data(self) -> dict[str, Any]:
        """Return the data of the ``anchor`` row."""
        return {
            "purpose": self.purpose,
            "about": dict(self.about),
            "rows": self.rows,
            "head": self.head,
            "fingerprint": self.fingerprint,
            "signature": self.signature,
        }

    def line(self) -> str:
        """Return the line of ``anchors.jsonl``."""
        return canonical_json(self.row_data() | {"public_key": self.public_key})


def _statement(rows: int, head: str, purpose: str, about: Mapping[str, Any]) -> dict[str, Any]:
    return {"rows": rows, "head": head, "purpose": purpose, "about": dict(about)}


def signed(key: StationKey, *, rows: int, head: str, purpose: str, about: Mapping[str, Any]) -> Anchor:
    """Return the anchor of a ledger with so many rows and this head."""
    return Anchor(
        rows=rows,
        head=head,
        purpose=purpose,
        about=about,
        public_key=key.public_key,
        signature=key.sign(_statement(rows, head, purpose, about)),
    )


def anchor_of(data: Mapping[str, Any], public_key: str) -> Anchor:
    """Return the anchor in the data of an ``anchor`` row or a line. Raises KeyError where it is none."""
    return Anchor(
        rows=data["rows"],
        head=data["head"],
        purpose=data["purpose"],
        about=data["about"],
        public_key=public_key,
        signature=data["signature"],
    )


def write_lines(folder: Path, anchors: Sequence[Anchor]) -> None:
    """Write those of `anchors` (all in the chain) that are not in ``anchors.jsonl`` at its end, durably.

    What a power cut left of a line without its end is no line; it is taken away. Raises OSError.
    """
    path = folder / ANCHOR_FILE
    is_new = not path.exists()
    with path.open("ab+") as file:
        file.seek(0)
        whole, end, broken = file.read().rpartition(b"\n")
        if broken:
            file.truncate(len(whole) + len(end))
        there = set(whole.split(b"\n"))
        for line in (one.line().encode() for one in anchors):
            if line not in there:
                file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync_folder(folder)


def lines(folder: Path) -> Iterator[tuple[int, Anchor | None]]:
    """Yield the lines of ``anchors.jsonl`` with their numbers; None for one that is no anchor, or not what was signed.

    A last line that a power cut broke, without its line end, is passed over; blank lines too. Raises OSError.
    """
    path = folder / ANCHOR_FILE
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if line.strip():
            anchor = _from_line(line)
            if anchor is not None or line.endswith("\n"):
                yield number, anchor


def _from_line(line: str) -> Anchor | None:
    try:
        data = json.loads(line)
        anchor = anchor_of(data, data["public_key"])
    except (ValueError, KeyError, TypeError):
        return None
    return anchor if anchor.holds else None
