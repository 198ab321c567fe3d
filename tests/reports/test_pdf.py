"""The PDF: what it says, its fonts, the same bytes each time, and what happens where it cannot be made."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from loa.errors import Conflict
from loa.ledger import Outcome
from loa.reports import pdf_report
from loa.reports.docx_blocks import printable
from tests.reports.golden_files import assert_golden
from tests.reports.synthetic import MonthRows, full_month, golden_month, item, local

pytest.importorskip("typst", reason="typst has no wheel for this machine: PDF reports are made elsewhere")
LETTERS = "aăâeêioôơuưyđ"
VIETNAMESE = sorted(
    {
        unicodedata.normalize("NFC", form(letter + tone))
        for letter in LETTERS
        for tone in ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
        for form in (str.lower, str.upper)
        if letter != "đ" or not tone
    }
)


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_paper_says_what_it_said_when_last_looked_at(report: Any) -> None:
    """No sentence, no cell and no page changes without somebody seeing it."""
    said = pages(pdf_report.pdf_bytes(report(golden_month())))
    assert_golden("november.pdf.txt", "\n=== page ===\n".join(said) + "\n")


def test_the_same_report_is_the_same_file(report: Any) -> None:
    """Same ledger, same date: the same bytes; another date: others."""
    month = golden_month()
    first = pdf_report.pdf_bytes(report(month))
    assert pdf_report.pdf_bytes(report(month)) == first
    assert pdf_report.pdf_bytes(report(month, made_at=datetime(2026, 12, 2, tzinfo=UTC))) != first


def test_fonts_are_embedded_and_have_every_letter(report: Any) -> None:
    """Every font on the paper is ours and in the file, and all Vietnamese letters are read back from it."""
    assert len(VIETNAMESE) == 146
    month = MonthRows()
    letters = "".join(VIETNAMESE)
    month.broadcast(local(2, 5, 30), outcome=Outcome.MISSED, title=letters[:74], note=letters[74:])
    content = pdf_report.pdf_bytes(report(month))
    said = re.sub(r"\s", "", "".join(pages(content)))
    assert not [letter for letter in VIETNAMESE if letter not in unicodedata.normalize("NFC", said)]
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in (one.get_object() for one in fonts.values()):
            (inner,) = font["/DescendantFonts"]
            descriptor = inner.get_object()["/FontDescriptor"]
            assert "LiberationSerif" in descriptor["/FontName"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_pages_are_numbered_as_the_decree_says(report: Any) -> None:
    """No number on a first page, the others from 2; each annex begins anew."""
    said = [page.split("\n")[0].strip() for page in pages(pdf_report.pdf_bytes(report(full_month())))]
    body = said.index("Annex I")
    assert said[:body][1:] == [str(number) for number in range(2, body + 1)]
    assert not said[0].isdigit()
    after = said[body + 1 :]
    second = after.index("Annex II") if "Annex II" in after else len(after)
    assert after[:second] == [str(number) for number in range(2, second + 2)]


def test_a_long_title_wraps_and_nothing_is_cut(report: Any) -> None:
    """Every word of a title of 200 letters is on the paper."""
    title = "Hội nghị tổng kết công tác cải cách hành chính và chuyển đổi số " * 3
    month = MonthRows()
    month.broadcast(local(2, 5, 30), outcome=Outcome.MISSED, title=title.strip(), note="Nguyễn " * 30)
    said = words(" ".join(pages(pdf_report.pdf_bytes(report(month)))))
    assert said.count("chuyển đổi số") >= 6
    assert said.count("Nguyễn") >= 60


def test_a_quiet_month_is_short(report: Any) -> None:
    """Nothing planned: two pages and the annex, not more."""
    assert len(pages(pdf_report.pdf_bytes(report(MonthRows())))) <= 3


def test_strange_text_cannot_break_the_paper(report: Any) -> None:
    """Markup, control characters and half characters are text, or left out."""
    month = MonthRows()
    title = "#panic() *b* _i_ $x$ @a <b> & \x00\ud800 ]}"
    items = (item("x", 10.0, title=title, author=title),)
    month.broadcast(local(2, 5, 30), outcome=Outcome.AIRED, title=title, items=items)
    said = words("".join(pages(pdf_report.pdf_bytes(report(month)))))
    assert words(printable(title)).replace("  ", " ") in said


@pytest.mark.parametrize(("title", "archive"), [("Bản tin S'tiêng: Ƀri Ƭôm", True), ("Bản tin 📢🙂", False)])
def test_papers_are_for_archives_where_they_can_be(report: Any, title: str, archive: bool) -> None:
    """A report is PDF/A; a letter that no font of ours has costs that, never the report."""
    month = MonthRows()
    month.broadcast(local(2, 5, 30), outcome=Outcome.MISSED, title=title)
    content = pdf_report.pdf_bytes(report(month))
    metadata = pypdf.PdfReader(io.BytesIO(content)).xmp_metadata
    assert metadata is not None
    found = b"pdfaid:part" in metadata.stream.get_data()
    assert found is archive
    assert "Bản tin" in " ".join(pages(content))


def test_a_rehearsal_is_marked_on_every_page(report: Any) -> None:
    """A rehearsal's report cannot pass for evidence, whichever page is shown."""
    for rehearsal in (True, False):
        said = pages(pdf_report.pdf_bytes(report(full_month(), rehearsal=rehearsal)))
        assert all(("REHEARSAL" in page) is rehearsal for page in said)


def test_without_typst_the_operator_is_told(report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that typst does not know, the sentence says what to do instead; no file is left."""
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Conflict, match="DOCX"):
        pdf_report.write(report(golden_month()), tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())
