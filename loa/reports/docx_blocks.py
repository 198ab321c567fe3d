"""Blocks of a report as WordprocessingML, written at once as XML: rows by the thousand, widths on grid and cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from xml.sax.saxutils import escape

from loa.language import translate as _
from loa.reports.blocks import (
    PORTRAIT_CM,
    Align,
    Anchor,
    Annex,
    Bar,
    Bars,
    Block,
    Heading,
    HeatCell,
    HeatMap,
    Paragraph,
    Table,
)

_TWIPS_PER_CM = 1440 / 2.54
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LABEL_CM, _SAID_CM, _UNITS = 5.0, 1.9, 60
_GREYS = ("FFFFFF", "E6E6E6", "CFCFCF", "B5B5B5", "999999")
_MONTH_NAME_CM = 1.6
_QR_CM = 2.6


class Style(StrEnum):
    """Paragraph styles that the template has, by their names in Word: the office restyles them there."""

    BODY = "Loa Body"
    SECTION = "Heading 1"
    PART = "Heading 2"
    CAPTION = "Loa Caption"
    TABLE = "Loa Table"
    ANNEX_TABLE = "Loa Annex Table"
    ANNEX_TITLE = "Loa Annex Title"
    ANNEX_NOTE = "Loa Annex Note"


def printable(text: str) -> str:
    """Return `text` without the characters that XML, and so Word, cannot hold."""
    return _UNPRINTABLE.sub("", text)


class BlockWriter:
    """Writes blocks as XML for one document.

    Parameters
    ----------
    style_ids
        The document's style id for each `Style` that it has; a style it lacks is left out, so that Word takes its own.
    picture
        Puts the PNG of a QR code into the document and returns the XML of its run: text and width in centimetres.
    """

    def __init__(self, style_ids: Mapping[Style, str], picture: Callable[[str, float], str]) -> None:
        self._ids = style_ids
        self._picture = picture

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Return `blocks` as sibling elements."""
        return "".join(self._block(block) for block in blocks)

    def annex(self, annex: Annex, belongs_to: str) -> str:
        """Return name, title, the report it belongs to, and the table."""
        return (
            self.paragraph(annex.name, Style.ANNEX_TITLE)
            + self.paragraph(annex.title, Style.ANNEX_TITLE)
            + self.paragraph(belongs_to, Style.ANNEX_NOTE)
            + self.table(annex.table, Style.ANNEX_TABLE)
        )

    def paragraph(self, text: str, style: Style, *, keep: bool = False) -> str:
        """Return one paragraph."""
        kept = "<w:keepNext/>" if keep else ""
        return f"<w:p><w:pPr>{self._style(style)}{kept}</w:pPr><w:r>{_text(text)}</w:r></w:p>"

    def _block(self, block: Block) -> str:  # noqa: PLR0911 - one for each kind of block
        match block:
            case Heading(level=1):
                return self.paragraph(block.text, Style.SECTION)
            case Heading(level=2):
                return self.paragraph(block.text, Style.PART)
            case Heading():
                return self.paragraph(block.text, Style.CAPTION, keep=True)
            case Paragraph():
                return self.paragraph(block.text, Style.BODY, keep=block.keep)
            case Table():
                return self.table(block, Style.TABLE)
            case Bars():
                return self._bars(block)
            case HeatMap():
                return self._heat_map(block)
            case Anchor():
                return self._anchor(block)

    def _style(self, style: Style) -> str:
        return f'<w:pStyle w:val="{self._ids[style]}"/>' if style in self._ids else ""

    # ------------------------------------------------------------------ tables

    def table(self, table: Table, style: Style) -> str:
        """Return a ruled table whose header stands on every page, and the short paragraph that parts it from what follows."""
        widths = [_twips(column.width_cm) for column in table.columns]
        aligns = [column.align for column in table.columns]
        head = self._row(
            [column.title for column in table.columns], [Align.CENTRE] * len(widths), widths, style, "header"
        )
        body = "".join(self._row(row, aligns, widths, style, "body") for row in table.rows)
        foot = "".join(self._row(row, aligns, widths, style, "total") for row in table.totals)
        return _table(widths, head + body + foot, ruled=True) + _SPACER

    def _row(
        self, texts: Sequence[str], aligns: Sequence[Align], widths: Sequence[int], style: Style, part: str
    ) -> str:
        bold = "" if part == "body" else "<w:rPr><w:b/></w:rPr>"
        repeat = "<w:tblHeader/>" if part == "header" else ""
        keep = "<w:keepNext/>" if part == "header" else ""
        named = self._style(style)
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr>{named}{keep}<w:spacing w:before="20" w:after="20"/>'
            f'<w:jc w:val="{align}"/></w:pPr><w:r>{bold}{_text(text)}</w:r></w:p></w:tc>'
            for text, align, width in zip(texts, aligns, widths, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{cells}</w:tr>"

    # ------------------------------------------------------------------ charts, as tables: they need no picture and no font

    def _bars(self, chart: Bars) -> str:
        """Return a bar to a row: a grid of units, of which the bar covers its share."""
        unit = _twips((PORTRAIT_CM - _LABEL_CM - _SAID_CM) / _UNITS)
        widths = [_twips(_LABEL_CM), *[unit] * _UNITS, _twips(_SAID_CM)]
        return _table(widths, "".join(self._bar(bar, unit) for bar in chart.bars), ruled=False) + _SPACER

    def _bar(self, bar: Bar, unit: int) -> str:
        filled = min(_UNITS, max(1 if bar.share > 0 else 0, round(_UNITS * bar.share)))
        fill = "333333" if bar.marked else "8C8C8C"
        cells = self._cell(bar.label, _twips(_LABEL_CM), Align.RIGHT)
        if filled:
            cells += self._cell("", unit * filled, Align.LEFT, span=filled, fill=fill)
        if filled < _UNITS:
            cells += self._cell("", unit * (_UNITS - filled), Align.LEFT, span=_UNITS - filled)
        cells += self._cell(bar.said, _twips(_SAID_CM), Align.RIGHT)
        gap = '<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="50" w:hRule="exact"/></w:trPr>'
        gap += self._cell("", _twips(PORTRAIT_CM), Align.LEFT, span=_UNITS + 2, tiny=True) + "</w:tr>"
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>{gap}"

    def _heat_map(self, chart: HeatMap) -> str:
        named = _MONTH_NAME_CM if chart.names else 0.0
        day_width = _twips((PORTRAIT_CM - named) / len(chart.head))
        widths = [_twips(named)] * bool(chart.names) + [day_width] * len(chart.head)
        cells = self._cell("", widths[0], Align.CENTRE) * bool(chart.names)
        cells += "".join(self._cell(name, day_width, Align.CENTRE, small=bool(chart.names)) for name in chart.head)
        rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"]
        for place, row in enumerate(chart.rows):
            cells = self._cell(chart.names[place], widths[0], Align.CENTRE) if chart.names else ""
            cells += "".join(self._day(one, day_width) for one in row)
            rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
        return _table(widths, "".join(rows), ruled=True) + _SPACER

    def _day(self, day: HeatCell, width: int) -> str:
        fill = "" if day.level is None else _GREYS[day.level]
        return self._cell("\n".join(day.lines), width, Align.CENTRE, fill=fill)

    def _anchor(self, anchor: Anchor) -> str:
        """Return the QR code with the lines beside it."""
        widths = [_twips(_QR_CM + 0.6), _twips(PORTRAIT_CM - _QR_CM - 0.6)]
        picture = f"<w:p><w:pPr>{self._style(Style.TABLE)}</w:pPr>{self._picture(anchor.code, _QR_CM)}</w:p>"
        row = f'<w:tc><w:tcPr><w:tcW w:w="{widths[0]}" w:type="dxa"/></w:tcPr>{picture}</w:tc>'
        row += self._cell("\n".join(anchor.lines), widths[1], Align.LEFT)
        return _table(widths, f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>", ruled=False) + _SPACER

    def _cell(
        self,
        text: str,
        width: int,
        align: Align,
        *,
        span: int = 1,
        fill: str = "",
        tiny: bool = False,
        small: bool = False,
    ) -> str:
        spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        size = 2 if tiny else 14 if small else 20
        type_ = f'<w:rPr><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        spacing = '<w:spacing w:before="0" w:after="0"/>' + ('<w:ind w:left="-60" w:right="-60"/>' if small else "")
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{shade}<w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr>{self._style(Style.TABLE)}<w:keepNext/>{spacing}<w:jc w:val="{align}"/>{type_}</w:pPr>'
            f"<w:r>{type_}{_text(text)}</w:r></w:p></w:tc>"
        )


def belongs_to(code: str, day: str, authority: str) -> str:
    """Return the line under an annex's title that names its report."""
    return _("(With report no. {gap}/{code} of {day}, {authority})").format(
        gap="\u00a0" * 6, code=code, day=day, authority=authority
    )


_SPACER = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'


def _table(widths: Sequence[int], rows: str, *, ruled: bool) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    borders = f"<w:tblBorders>{sides}</w:tblBorders>" if ruled else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>{borders}'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _twips(centimetres: float) -> int:
    return round(centimetres * _TWIPS_PER_CM)


def _text(text: str) -> str:
    lines = escape(printable(text)).replace("\u00ad", "</w:t><w:softHyphen/><w:t>").split("\n")
    return "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
