"""The Word document as another program lays it out: whole, on the pages it should have, in our letters."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdf
import pytest

from loa.reports import docx_report, pdf_report
from loa.reports.content import content_of
from tests.reports.synthetic import full_month

FONTS = Path(pdf_report.__file__).with_name("fonts")
FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<alias binding="same"><family>Times New Roman</family><prefer><family>Liberation Serif</family></prefer></alias>
</fontconfig>
"""


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def has_writer() -> bool:
    """Return whether LibreOffice is here with its part for texts: Calc alone cannot lay out a document."""
    program = shutil.which("soffice")
    if program is None:
        return False
    folder = Path(program).resolve().parent
    return sys.platform != "linux" or not (folder / "libsclo.so").exists() or (folder / "libswlo.so").exists()


@pytest.mark.skipif(not has_writer(), reason="LibreOffice is missing: sudo apt install libreoffice-writer-nogui")
def test_word_pages_are_whole(report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice lays it out with nothing lost: every cell is there, fonts embedded, pages numbered, signature not alone."""
    model = report(full_month())
    docx_report.write(model, tmp_path / "a.docx")
    config = tmp_path / "fonts.conf"
    config.write_text(FONTCONFIG.format(fonts=FONTS, cache=tmp_path / "cache"), encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=100)
    reader = pypdf.PdfReader(tmp_path / "a.pdf")
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) in range(9, 13)
    whole = squeezed("".join(pages))
    content = content_of(model)
    for annex in content.annexes:
        assert squeezed(annex.title) in whole
        for row in annex.table.rows:
            assert all(squeezed(cell) in whole for cell in row), row
    for section in content.sections:
        for block in section.blocks:
            assert squeezed(getattr(block, "text", "")) in whole
    first_annex = next(number for number, page in enumerate(pages) if "Annex I" in page)
    assert [page.split("\n")[0].strip() for page in pages[1:first_annex]] == [
        str(number) for number in range(2, first_annex + 1)
    ]
    (signed,) = [page for page in pages if "Nguyễn Thị Mẫu" in page]
    assert "./." in signed, "the signature never stands on a page of its own"
    for page in reader.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in (one.get_object() for one in fonts.values()):
            name = str(font["/BaseFont"])
            assert "LiberationSerif" in name
