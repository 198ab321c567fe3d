"""The Word template: the office's own is used, and a broken one is refused with the placeholder that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest

from loa.errors import InputRefused
from loa.reports import docx_report
from loa.reports.docx_template import SHIPPED
from tests.reports.synthetic import full_month, golden_month


def template(folder: Path, *paragraphs: str) -> Path:
    """Return a template of these paragraphs, as an office would type them."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    path = folder / "report-template.docx"
    document.save(str(path))
    return path


def written(model: Any, path: Path, used: Path) -> str:
    docx_report.write(model, path, used)
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_offices_own_template_is_filled(report: Any, tmp_path: Path) -> None:
    """Sections can stand in any order, figures inside sentences; a template without our styles works too."""
    used = template(
        tmp_path,
        "{{ co_quan }} – {{ trich_yeu }}",
        "CCHC: {{ so(\u201ctopics.cchc.minutes\u201d) }} minutes, {{ so('broadcasts.heard.count') }} broadcasts",
        "{{p khong_phat }}",
        "{{p ket_qua_chung }}",
        "{%p for noi in noi_nhan %}",
        "{{ noi }}",
        "{%p endfor %}",
        "{{p phu_luc }}",
    )
    said = written(report(golden_month()), tmp_path / "a.docx", used)
    assert "CCHC: 4,5 minutes, 5 broadcasts" in said
    assert said.index("II. BROADCASTS MISSED") < said.index("I. RESULTS OF BROADCASTING", said.index("Emergency"))
    assert "- Lưu: VT, Đài Truyền thanh xã." in said
    assert "LIST OF BROADCASTS" in said
    assert "{{" not in said


def test_the_shipped_template_is_what_its_maker_makes(tmp_path: Path) -> None:
    """The file that is shipped is the one that .ci/report_template.py writes: nobody edited it by hand."""
    import runpy

    maker = runpy.run_path(str(Path(__file__).parents[2] / ".ci" / "report_template.py"))
    maker["main"].__globals__["FILE"] = tmp_path / "made.docx"
    maker["main"]()
    made, shipped = docx.Document(str(tmp_path / "made.docx")), docx.Document(str(SHIPPED))
    assert made.element.xml == shipped.element.xml
    assert made.styles.element.xml == shipped.styles.element.xml


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ co_quna }}", ["co_quna", "co_quan"]),
        ("{{ co_quna }} {{ tieu_de }}", ["co_quna", "tieu_de"]),
        ("{{ co_quan", ["co_quan"]),
        ("Số: {{ co_quan }", ["co_quan"]),
        ("{% if co_quan %}", ["co_quan"]),
        ("{{ so('topics.nothing.minutes') }}", ["topics.nothing.minutes"]),
        ("{{ noi_dung }}", ["noi_dung", "{{p noi_dung }}"]),
        ("{{ co_quan.__class__.__mro__ }}", ["__class__"]),
        ("{{ 1 / 0 }}", ["zero"]),
    ],
)
def test_a_broken_template_names_its_placeholder(report: Any, tmp_path: Path, text: str, said: list[str]) -> None:
    """The operator learns which placeholder is wrong, and no file is written."""
    used = template(tmp_path, text)
    with pytest.raises(InputRefused) as refused:
        docx_report.write(report(golden_month()), tmp_path / "a.docx", used)
    for words in said:
        assert words in refused.value.message
    assert refused.value.findings[0].file == "report-template.docx"
    assert refused.value.findings[0].advice
    assert not (tmp_path / "a.docx").exists()


@pytest.mark.parametrize("content", [b"", b"no document", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old word"])
def test_what_is_no_word_document_is_refused(report: Any, tmp_path: Path, content: bytes) -> None:
    """An old .doc, an empty or a broken file: the operator learns what to save it as."""
    used = tmp_path / "report-template.docx"
    used.write_bytes(content)
    with pytest.raises(InputRefused, match="docx"):
        docx_report.write(report(golden_month()), tmp_path / "a.docx", used)


def test_a_busy_annex_stays_quick(report: Any, tmp_path: Path) -> None:
    """Rows are parsed once, not moved one by one: a report of 90 broadcasts has them all."""
    said = written(report(full_month()), tmp_path / "a.docx", SHIPPED)
    assert said.count("Chuyên mục Cải cách hành chính") >= 30
