"""What a report shows in its tables: hashed when it is made, and compared with what a Word file shows today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from loa.reports.blocks import Content, Table

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first cell that shows something else: its table by its first column titles, row from 1, both texts."""

    table: str
    row: int
    shown: str
    expected: str


def tables_in(content: Content) -> list[Table]:
    """Return every table of a report, in order; charts and words are none."""
    own = [block for section in content.sections for block in section.blocks if isinstance(block, Table)]
    return [*own, *(annex.table for annex in content.annexes)]


def tables_sha256(content: Content) -> str:
    """Return the SHA-256 over the texts of all tables, 64 hex digits."""
    texts = [[list(_head(table)), *map(list, _rows(table))] for table in tables_in(content)]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def compared_with_word(content: Content, file: Path) -> tuple[int, Difference | None]:
    """Return how many tables of `content` the Word document `file` shows, and the first cell that differs, or None.

    A table that the document does not show is passed over: the office's template may leave it out. Cells that the
    report leaves empty for the office to fill in may hold anything.
    """
    shown = list(_tables_of_word(file))
    compared = 0
    for table in tables_in(content):
        head = _normal(_head(table))
        place = next((number for number, rows in enumerate(shown) if rows and rows[0] == head), None)
        if place is None:
            continue
        compared += 1
        found = _difference(table, shown.pop(place)[1:])
        if found is not None:
            return compared, found
    return compared, None


def _difference(table: Table, shown: Sequence[Row]) -> Difference | None:
    expected = [_normal(row) for row in _rows(table)]
    name = ", ".join(_head(table)[:3])
    for number, row in enumerate(expected, start=1):
        own = shown[number - 1] if number <= len(shown) else ()
        for place, text in enumerate(row):
            seen = own[place] if place < len(own) else ""
            if text and text != seen:
                return Difference(table=name, row=number, shown=seen, expected=text)
    if len(shown) > len(expected):
        extra = " | ".join(shown[len(expected)])
        return Difference(table=name, row=len(expected) + 1, shown=extra, expected="")
    return None


def _tables_of_word(file: Path) -> Iterator[list[Row]]:
    import docx
    from docx.oxml.ns import qn

    for table in docx.Document(str(file)).element.body.iter(qn("w:tbl")):
        yield [_normal(tuple(_text(cell) for cell in row.iter(qn("w:tc")))) for row in table.iter(qn("w:tr"))]


def _text(cell: object) -> str:
    from docx.oxml.ns import qn

    breaks = {qn("w:br"), qn("w:p"), qn("w:tab")}
    parts: list[str] = []
    for one in cell.iter():  # type: ignore[attr-defined]
        if one.tag == qn("w:t"):
            parts.append(one.text or "")
        elif one.tag in breaks:
            parts.append(" ")
    return "".join(parts)


def _head(table: Table) -> Row:
    return tuple(column.title for column in table.columns)


def _rows(table: Table) -> list[Row]:
    return [tuple(row) for row in (*table.rows, *table.totals)]


def _normal(row: Row) -> Row:
    from loa.reports.docx_blocks import printable

    return tuple(" ".join(printable(text).split()) for text in row)
