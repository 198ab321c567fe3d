# ruff: noqa: INP001
"""Make the report's Word template anew: ``python .ci/report_template.py`` (a developer's tool; loa never imports it).

Writes ``loa/reports/templates/bao-cao.docx``: fonts, styles, head, foot, page numbers of Decree 30/2020/NĐ-CP, annex I,
with the placeholders that `loa.reports.docx_report` fills. The office edits a copy of it in Word.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
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
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FILE = Path(__file__).resolve().parents[1] / "loa" / "reports" / "templates" / "bao-cao.docx"
FONT = "Times New Roman"
BODY_PT = 14
LEFT_CM, RIGHT_CM = 6.6, 9.9
MOTTO_CM, WITHIN_CM = 6.9, 9.5


def main() -> None:
    """Write the template."""
    document = new_document()
    number_pages(document.sections[0], mark_first=False)
    add_head(document)
    document.add_paragraph("{{p noi_dung }}", style="Loa Body")
    add_signature(document)
    annex = landscape_section(document)
    number_pages(annex, mark_first=True)
    document.add_paragraph("{{p phu_luc }}")
    about = document.core_properties
    about.title, about.author, about.comments = "Báo cáo của đài truyền thanh", "loa", ""
    about.created = about.modified = datetime(2026, 1, 1, tzinfo=UTC)
    FILE.parent.mkdir(exist_ok=True)
    document.save(str(FILE))


# -------------------------------------------------------------------------------------------------- styles and pages


def new_document() -> WordDocument:
    """Return an empty A4 document with the styles that reports use."""
    document = Document()
    defaults = cast("Any", document.styles.element).find(qn("w:docDefaults"))
    for fonts in defaults.iter(qn("w:rFonts")):
        name_fonts(fonts)
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), "vi-VN")
        language.set(qn("w:eastAsia"), "vi-VN")
    plain = add_style(document, "Normal", BODY_PT)
    plain.paragraph_format.space_after = plain.paragraph_format.space_before = Pt(0)
    plain.paragraph_format.line_spacing = 1.0
    add_style(document, "Loa Body", BODY_PT).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for name in ("Heading 1", "Heading 2"):
        add_style(document, name, BODY_PT, bold=True).paragraph_format.keep_with_next = True
    for name in ("Loa Body", "Heading 1", "Heading 2"):
        layout = cast("ParagraphStyle", document.styles[name]).paragraph_format
        layout.first_line_indent = Cm(1.27)
        layout.space_before, layout.space_after = Pt(6), Pt(3)
        layout.line_spacing = 1.1
    caption = add_style(document, "Loa Caption", 12, bold=True).paragraph_format
    caption.alignment, caption.space_before, caption.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(6), Pt(3)
    add_style(document, "Loa Table", 12)
    add_style(document, "Loa Annex Table", 11)
    add_style(document, "Loa Annex Title", 14, bold=True).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    note = add_style(document, "Loa Annex Note", 14, italic=True).paragraph_format
    note.alignment, note.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(8)
    for name in ("Loa Rule Authority", "Loa Rule Motto", "Loa Rule Title"):
        add_rule_style(document, name)
    page(document.sections[0], landscape=False)
    return document


def add_style(
    document: WordDocument, name: str, size_pt: float, *, bold: bool = False, italic: bool = False
) -> ParagraphStyle:
    """Return the style `name`, made where there is none, in black and in our font for every script."""
    styles = document.styles
    if name in styles:
        style = cast("ParagraphStyle", styles[name])
    else:
        style = cast("ParagraphStyle", styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
        style.base_style = styles["Normal"]
    style.font.name = FONT
    style.font.size = Pt(size_pt)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    name_fonts(properties.get_or_add_rFonts())
    complex_size = properties.find(qn("w:szCs"))
    if complex_size is None:
        complex_size = OxmlElement("w:szCs")
        properties.find(qn("w:sz")).addnext(complex_size)
    complex_size.set(qn("w:val"), str(int(size_pt * 2)))
    return style


def add_rule_style(document: WordDocument, name: str) -> None:
    """Add the style of an empty paragraph that is a solid rule."""
    style = add_style(document, name, 4)
    style.paragraph_format.line_spacing = Pt(4)
    style.paragraph_format.space_before = Pt(3)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    style.element.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def name_fonts(fonts: Any) -> None:
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


def number_pages(section: Section, *, mark_first: bool) -> None:
    """Put page numbers in the middle of the top margin, but on the first page; a rehearsal's mark below them."""
    section.different_first_page_header_footer = True
    first, others = section.first_page_header.paragraphs[0], section.header.paragraphs[0]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    others._p.append(field)  # noqa: SLF001 - python-docx has no fields
    for paragraph in (first, others):
        paragraph.style = "Normal"
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    headers = [section.header, *([section.first_page_header] if mark_first else [])]
    for header in headers:
        header.add_paragraph("{%p if dau_dien_tap %}")
        centred(header.add_paragraph(), "{{ dau_dien_tap }}", size_pt=10, bold=True)
        header.add_paragraph("{%p endif %}")


# ---------------------------------------------------------------------------------------------------- head and foot


def add_head(document: WordDocument) -> None:
    """Add bodies and number on the left, national heading and date on the right, then name and title."""
    left, right = columns(document)
    left.paragraphs[0].add_run("{%p if co_quan_cap_tren %}")
    centred(left.add_paragraph(), "{{ co_quan_cap_tren }}", size_pt=12)
    left.add_paragraph("{%p endif %}")
    centred(left.add_paragraph(), "{{ co_quan }}", size_pt=12, bold=True)
    left.add_paragraph(style="Loa Rule Authority")
    centred(right.paragraphs[0], "{{ quoc_hieu }}", size_pt=12, bold=True)
    centred(right.add_paragraph(), "{{ tieu_ngu }}", size_pt=13, bold=True)
    motto = right.add_paragraph(style="Loa Rule Motto").paragraph_format
    motto.left_indent = motto.right_indent = Cm((WITHIN_CM - MOTTO_CM) / 2)
    left, right = columns(document)
    left.paragraphs[0].paragraph_format.space_before = right.paragraphs[0].paragraph_format.space_before = Pt(4)
    centred(left.paragraphs[0], "{{ so_ky_hieu }}", size_pt=13)
    centred(right.paragraphs[0], "{{ dia_danh_ngay_thang }}", size_pt=13, italic=True)
    document.add_paragraph("{%p if dau_dien_tap %}")
    mark = centred(document.add_paragraph(), "{{ dau_dien_tap }}", size_pt=13, bold=True)
    mark.paragraph_format.space_before = Pt(12)
    document.add_paragraph("{%p endif %}")
    name = centred(document.add_paragraph(), "{{ loai_van_ban }}", size_pt=14, bold=True)
    name.paragraph_format.space_before = Pt(14)
    centred(document.add_paragraph(), "{{ trich_yeu }}", size_pt=14, bold=True)
    document.add_paragraph(style="Loa Rule Title")


def add_signature(document: WordDocument) -> None:
    """Add recipients on the left and the signer on the right, on one page."""
    space = document.add_paragraph().paragraph_format
    space.line_spacing, space.keep_with_next = Pt(10), True
    left, right = columns(document)
    add_run(left.paragraphs[0], "Nơi nhận:", size_pt=12, bold=True, italic=True)
    left.add_paragraph("{%p for noi in noi_nhan %}")
    add_run(left.add_paragraph(), "{{ noi }}", size_pt=11)
    left.add_paragraph("{%p endfor %}")
    centred(right.paragraphs[0], "{{ chuc_vu_ky }}", size_pt=14, bold=True)
    for _line in range(4):
        right.add_paragraph()
    centred(right.add_paragraph(), "{{ nguoi_ky }}", size_pt=14, bold=True)
    for cell in (left, right):
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def columns(document: WordDocument) -> tuple[_Cell, _Cell]:
    """Add a row of two cells without rules, and return them."""
    table: Table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for column, width_cm in zip(table.columns, (LEFT_CM, RIGHT_CM), strict=True):
        column.width = Cm(width_cm)
        for cell in column.cells:
            cell.width = Cm(width_cm)
    left, right = table.rows[0].cells
    return left, right


def add_run(paragraph: Paragraph, text: str, *, size_pt: float, bold: bool = False, italic: bool = False) -> None:
    """Add `text` to `paragraph`."""
    run = paragraph.add_run(text)
    run.bold, run.italic = bold or None, italic or None
    run.font.size = Pt(size_pt)


def centred(paragraph: Paragraph, text: str, *, size_pt: float, bold: bool = False, italic: bool = False) -> Paragraph:
    """Write `text` in the middle of `paragraph` and return it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_run(paragraph, text, size_pt=size_pt, bold=bold, italic=italic)
    return paragraph


if __name__ == "__main__":
    main()
