"""Pages and type of an official document in Word: fonts, styles, paragraphs, rules, sections, page numbers.

Sizes and margins: Decree 30/2020/NĐ-CP, annex I.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, cast

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
BODY_PT = 14
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Style(StrEnum):
    """Paragraph styles of the document, so that the office can restyle it in Word."""

    PLAIN = "Normal"
    BODY = "Loa Body"
    SECTION = "Heading 1"
    PART = "Heading 2"
    TABLE = "Loa Table"
    ANNEX_TABLE = "Loa Annex Table"


def printable(text: str) -> str:
    """Return `text` without the characters that XML, and so Word, cannot hold."""
    return _UNPRINTABLE.sub("", text)


def new_document() -> WordDocument:
    """Return an empty A4 document with the styles of `Style`."""
    document = Document()
    defaults = cast("Any", document.styles.element).find(qn("w:docDefaults"))
    for fonts in defaults.iter(qn("w:rFonts")):
        _name_fonts(fonts)
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")
        language.set(qn("w:eastAsia"), "vi-VN")
    plain = _style(document, Style.PLAIN, BODY_PT)
    plain.paragraph_format.space_after = Pt(0)
    plain.paragraph_format.space_before = Pt(0)
    plain.paragraph_format.line_spacing = 1.0
    body = _style(document, Style.BODY, BODY_PT)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for style in (Style.SECTION, Style.PART):
        heading = _style(document, style, BODY_PT, bold=True)
        heading.paragraph_format.keep_with_next = True
    for style in (Style.BODY, Style.SECTION, Style.PART):
        layout = cast("ParagraphStyle", document.styles[style]).paragraph_format
        layout.first_line_indent = Cm(1.27)
        layout.space_before = Pt(6)
        layout.space_after = Pt(3)
        layout.line_spacing = 1.1
    _style(document, Style.TABLE, 12)
    _style(document, Style.ANNEX_TABLE, 11)
    section = document.sections[0]
    page(section, landscape=False)
    return document


def _style(document: WordDocument, name: Style, size_pt: float, *, bold: bool = False) -> ParagraphStyle:
    styles = document.styles
    if name in styles:
        style = cast("ParagraphStyle", styles[name])
    else:
        style = cast("ParagraphStyle", styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
        style.base_style = styles[Style.PLAIN]
    style.font.name = FONT
    style.font.size = Pt(size_pt)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    _name_fonts(properties.get_or_add_rFonts())
    complex_size = properties.find(qn("w:szCs"))
    if complex_size is None:
        complex_size = OxmlElement("w:szCs")
        properties.find(qn("w:sz")).addnext(complex_size)
    complex_size.set(qn("w:val"), str(int(size_pt * 2)))
    return style


def _name_fonts(fonts: Any) -> None:
    """Name the font for every script, and drop the theme's fonts, which would win over it."""
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
        fonts.attrib.pop(qn(f"w:{script}Theme"), None)
    fonts.attrib.pop(qn("w:cstheme"), None)


def page(section: Section, *, landscape: bool) -> None:
    """Make `section` A4 with the margins of the decree: 20 mm above and below, 30 mm left, 15 mm right."""
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    short, long = Cm(21), Cm(29.7)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.header_distance = section.footer_distance = Cm(1)


def landscape_section(document: WordDocument) -> Section:
    """Begin a landscape section on a new page, with page numbers of its own from 1, and return it."""
    section: Section = document.add_section(WD_SECTION.NEW_PAGE)
    page(section, landscape=True)
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:pgMar")).addnext(numbering)  # noqa: SLF001 - python-docx has no call for it
    section.header.is_linked_to_previous = False
    section.first_page_header.is_linked_to_previous = False
    return section


def number_pages(section: Section, *, mark: str, mark_first: bool) -> None:
    """Put page numbers in the middle of the top margin, but on the first page; `mark`, if any, below them.

    Parameters
    ----------
    mark_first
        Whether the mark stands on the first page too.
    """
    section.different_first_page_header_footer = True
    first, others = section.first_page_header.paragraphs[0], section.header.paragraphs[0]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    others._p.append(field)  # noqa: SLF001 - python-docx has no fields
    for paragraph in (first, others):
        paragraph.style = Style.PLAIN.value
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if mark and mark_first:
        add_run(first, mark, size_pt=10, bold=True)
    if mark:
        below = section.header.add_paragraph()
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        add_run(below, mark, size_pt=10, bold=True)


def add_run(
    paragraph: Paragraph, text: str, *, size_pt: float | None = None, bold: bool | None = None, italic: bool = False
) -> None:
    """Add `text` to `paragraph`; line ends in it become line breaks."""
    run = paragraph.add_run(printable(text))
    run.bold = bold
    run.italic = italic or None
    if size_pt is not None:
        run.font.size = Pt(size_pt)


def centred(paragraph: Paragraph, text: str, *, size_pt: float, bold: bool = False, italic: bool = False) -> Paragraph:
    """Write `text` in the middle of `paragraph` and return it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_run(paragraph, text, size_pt=size_pt, bold=bold, italic=italic)
    return paragraph


def rule(paragraph: Paragraph, *, length_cm: float, within_cm: float) -> None:
    """Make the empty `paragraph` a solid rule of `length_cm` in the middle of a column `within_cm` wide."""
    side = Cm(max(0.0, (within_cm - length_cm) / 2))
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    paragraph.paragraph_format.line_spacing = Pt(4)
    paragraph.paragraph_format.space_before = Pt(3)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
