"""The Word document: layout of Decree 30/2020/NĐ-CP, and what it says, read back with python-docx."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from loa.language import translate as _
from loa.ledger import Outcome, Reason
from loa.reports import write_docx
from loa.reports.wording import rehearsal_mark
from tests.reports.golden_files import assert_golden
from tests.reports.synthetic import HEAD, SUBJECT, MonthRows, full_month, golden_month, local


def written(model: Any, folder: Path) -> Document:
    path = folder / "report.docx"
    write_docx(model, path)
    assert [one.name for one in folder.iterdir()] == ["report.docx"], "no temporary file is left"
    return docx.Document(str(path))


def text_of(document: Document) -> str:
    """Return what the document says, a line for each paragraph and each table row."""
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += [" | ".join(cell.text.replace("\n", " / ") for cell in row.cells) for row in block.rows]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def test_the_document_says_what_it_said_when_last_looked_at(report: Any, tmp_path: Path) -> None:
    """No sentence and no cell changes without somebody seeing it."""
    assert_golden("november.docx.txt", text_of(written(report(golden_month()), tmp_path)))


def test_pages_margins_and_page_numbers(report: Any, tmp_path: Path) -> None:
    """A4 portrait with an A4 landscape annex, decree margins, own numbers from 1, none on a first page."""
    portrait, annex, royalties = written(report(golden_month()), tmp_path).sections
    assert royalties.header.is_linked_to_previous or royalties.header._element.findall(f".//{qn('w:fldSimple')}")
    assert (portrait.orientation, annex.orientation) == (WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE)
    for section, size in ((portrait, (21.0, 29.7)), (annex, (29.7, 21.0))):
        assert section.page_width is not None
        assert section.page_height is not None
        assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == size
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(margin.mm) for margin in margins if margin is not None] == [20, 20, 30, 15]
        assert section.different_first_page_header_footer
        fields = section.header._element.findall(f".//{qn('w:fldSimple')}")
        assert [field.get(qn("w:instr")) for field in fields] == ["PAGE"]
        assert section.header.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert not section.first_page_header._element.findall(f".//{qn('w:fldSimple')}")
    for section in (annex, royalties):
        numbering = section._sectPr.find(qn("w:pgNumType"))
        assert numbering is not None
        assert numbering.get(qn("w:start")) == "1"


def test_one_typeface_for_every_script(report: Any, tmp_path: Path) -> None:
    """Times New Roman is named for Latin, East Asian and complex scripts, and no theme font can win over it."""
    written(report(golden_month()), tmp_path)
    with zipfile.ZipFile(tmp_path / "report.docx") as archive:
        styles, body = archive.read("word/styles.xml").decode(), archive.read("word/document.xml").decode()
    document = docx.Document(str(tmp_path / "report.docx"))
    used = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    for name in used | {"Loa Table", "Loa Annex Table"}:
        fonts = document.styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
        assert not [key for key in fonts.attrib if key.lower().endswith("theme")]
    defaults = styles[styles.index("<w:docDefaults>") : styles.index("</w:docDefaults>")]
    assert "Theme" not in defaults
    assert "w:rFonts" not in body
    assert "{{" not in body
    assert "{%" not in body


def test_head_and_foot(report: Any, tmp_path: Path) -> None:
    """Bodies, national heading, empty number, place and date; the text ends ./.; recipients and signer close it."""
    document = written(report(golden_month()), tmp_path)
    head, numbered = document.tables[:2]
    foot = next(
        table
        for table in document.tables
        if _("Recipients:") in table.cell(0, 0).text or "Nơi nhận:" in table.cell(0, 0).text
    )
    assert head.cell(0, 0).text.startswith("ỦY BAN NHÂN DÂN\nHUYỆN HỚN QUẢN\nỦY BAN NHÂN DÂN\nXÃ MINH ĐỨC")
    assert _("SOCIALIST REPUBLIC OF VIET NAM") in head.cell(0, 1).text
    assert numbered.cell(0, 0).text.replace("\u00a0", "").endswith("/BC-UBND")
    assert "29" in numbered.cell(0, 1).text
    assert all(run.italic for run in numbered.cell(0, 1).paragraphs[0].runs)
    styles = [paragraph.style.name for cell in head.rows[0].cells for paragraph in cell.paragraphs if paragraph.style]
    assert [name for name in styles if name.startswith("Loa Rule")] == ["Loa Rule Authority", "Loa Rule Motto"]
    body = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    last = next(text for text in reversed(body) if text.endswith("./."))
    assert SUBJECT.authority in last
    assert sum(text.endswith("./.") for text in body) == 1
    assert "- Lưu: VT, Đài Truyền thanh xã." in foot.cell(0, 0).text
    assert foot.cell(0, 0).text.count(";") == len(SUBJECT.recipients) - 1
    assert foot.cell(0, 1).text.startswith("TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH")
    assert foot.cell(0, 1).text.endswith("Nguyễn Thị Mẫu")


def test_body_type(report: Any, tmp_path: Path) -> None:
    """Body text is justified, 14 points, its first line indented 1.27 cm."""
    document = written(report(golden_month()), tmp_path)
    style: Any = document.styles["Loa Body"]
    layout = style.paragraph_format
    assert layout.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert round(layout.first_line_indent.cm, 2) == 1.27
    assert (style.font.size.pt, layout.space_before.pt) == (14, 6)


def test_the_ledger_is_anchored_on_the_paper(report: Any, tmp_path: Path) -> None:
    """Sixteen digits of the head and the number of rows stand in the closing lines, not more digits."""
    model = report(golden_month(), ledger_rows=146_100)
    said = text_of(written(model, tmp_path))
    closing = said[said.index(_("V. WHAT THE FIGURES REST ON")) : said.index("./.")]
    assert HEAD[:16] in closing
    assert HEAD[:17] not in closing
    assert "146.100" in closing


def test_tables_repeat_their_head_and_fix_their_widths(report: Any, tmp_path: Path) -> None:
    """Every ruled table repeats its header row, splits no row, and has the same widths on grid and cells."""
    document = written(report(full_month()), tmp_path)
    ruled = [table for table in document.tables if table._tbl.tblPr.find(qn("w:tblBorders")) is not None]
    assert len(ruled) == 7
    for table in ruled:
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
        grid = [column.width for column in table.columns]
        for row in table.rows:
            assert [cell.width for cell in row.cells] == grid
            assert row._tr.find(f".//{qn('w:cantSplit')}") is not None
        wide_cm = sum(width.cm for width in grid if width is not None)
        assert wide_cm <= 16.55 or table in ruled[-2:]
        assert wide_cm <= 25.25
    assert len(ruled[-2].rows) == 1 + 90 + 1


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_rehearsal_is_marked_on_every_page(report: Any, tmp_path: Path, rehearsal: bool) -> None:
    """A rehearsal's report cannot pass for evidence, whichever page is shown; a real one carries no mark."""
    document = written(report(golden_month(), rehearsal=rehearsal), tmp_path)
    portrait, annex, *_others = document.sections
    first_page = [paragraph.text for paragraph in document.paragraphs[:4]]
    pages = [
        first_page,
        [paragraph.text for paragraph in portrait.header.paragraphs],
        [paragraph.text for paragraph in annex.first_page_header.paragraphs],
        [paragraph.text for paragraph in annex.header.paragraphs],
    ]
    assert [rehearsal_mark() in page for page in pages] == [rehearsal] * 4


def test_file_sound_is_said_plainly(report: Any, tmp_path: Path) -> None:
    """A row whose sound went to a file says so, and the columns of what was heard leave it out."""
    annex: Table = written(report(golden_month()), tmp_path).tables[-2]
    rows = [[cell.text for cell in row.cells] for row in annex.rows]
    filed = [row for row in rows if row[0] in {"9", "10"}]
    assert {row[8] for row in filed} == {_("To a file only, not heard")}
    assert rows[-1][7] == _("Of these over the loudspeakers")
    assert float(rows[-1][6].replace(",", ".")) < float(rows[-2][6].replace(",", "."))


def test_strange_text_cannot_break_the_document(report: Any, tmp_path: Path) -> None:
    """Angle brackets, control characters and half characters in a title leave a document that opens."""
    month = MonthRows()
    month.broadcast(
        local(2, 5, 30),
        outcome=Outcome.MISSED,
        reason=Reason.STATION_OFF,
        title="<b> & \x00\x0b\ud800 =1+1",
        note="a\nb",
    )
    annex = written(report(month), tmp_path).tables[-1]
    assert annex.cell(1, 7).text == "<b> &  =1+1"


def test_an_empty_month_is_a_report(report: Any, tmp_path: Path) -> None:
    """A month without broadcasts is reported as such."""
    assert _("No broadcast was planned in this period.") in text_of(written(report(MonthRows()), tmp_path))
