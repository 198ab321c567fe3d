"""Tables in Word, written at once as XML: rows by the thousand, widths on grid and cells, header row on every page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.sax.saxutils import escape

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from loa.reports.docx_page import Style, printable

_TWIPS_PER_CM = 1440 / 2.54


class Align(StrEnum):
    """How the cells of a column are aligned; the header is always centred."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its header, its width in centimetres, and the alignment of its cells."""

    title: str
    width_cm: float
    align: Align = Align.LEFT


def add_table(
    document: WordDocument,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    style: Style = Style.TABLE,
    totals: Iterable[Sequence[str]] = (),
) -> None:
    """Add a ruled table, and the short paragraph that must part it from what follows.

    Parameters
    ----------
    rows
        One text for each column.
    totals
        Last rows, in bold.
    """
    style_id = document.styles[style].style_id
    widths = [round(column.width_cm * _TWIPS_PER_CM) for column in columns]
    head = _row([column.title for column in columns], [Align.CENTRE] * len(columns), widths, style_id, "header")
    aligns = [column.align for column in columns]
    body = [_row(row, aligns, widths, style_id, "body") for row in rows]
    foot = [_row(row, aligns, widths, style_id, "total") for row in totals]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    table = parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{''.join(body)}{''.join(foot)}</w:tbl>"
    )
    spacer = document.add_paragraph()
    spacer.paragraph_format.line_spacing = Pt(6)
    spacer._p.addprevious(table)  # noqa: SLF001 - the table stands before its spacer


def _row(texts: Sequence[str], aligns: Sequence[Align], widths: Sequence[int], style_id: str, part: str) -> str:
    bold = "" if part == "body" else "<w:rPr><w:b/></w:rPr>"
    repeat = "<w:tblHeader/>" if part == "header" else ""
    keep = "<w:keepNext/>" if part == "header" else ""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style_id}"/>{keep}<w:spacing w:before="20" w:after="20"/>'
        f'<w:jc w:val="{align}"/></w:pPr><w:r>{bold}{_text(text)}</w:r></w:p></w:tc>'
        for text, align, width in zip(texts, aligns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{cells}</w:tr>"


def _text(text: str) -> str:
    lines = escape(printable(text)).split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
