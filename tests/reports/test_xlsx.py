"""The Excel workbook, read back with openpyxl: cached totals, formulas, print set-up, no text run as a formula."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from loa.language import translate as _
from loa.ledger import Outcome
from loa.reports import Result, write_xlsx
from loa.reports.wording import rehearsal_mark
from tests.reports.golden_files import assert_golden
from tests.reports.synthetic import MonthRows, full_month, golden_month, item, local

SHEETS = ("Summary", "By topic", "Day by day", "Broadcasts list", "Items list")
BY_HAND = ("Other channels", "Entries by hand")
TOPICS = ("Cải cách hành chính", "Chính sách, pháp luật", "Y tế, sức khỏe", "Phòng, chống thiên tai", "Thông báo")


def shown(book: Any) -> list[Any]:
    """Return the sheets that a person sees: all but the hidden one with the seal."""
    assert book["loa"].sheet_state == "veryHidden"
    return [sheet for sheet in book if sheet.title != "loa"]


def names(*sheets: str) -> list[str]:
    return [_(name) for name in sheets]


def written(model: Any, folder: Path) -> Path:
    path = folder / "report.xlsx"
    write_xlsx(model, path)
    assert [one.name for one in folder.iterdir()] == ["report.xlsx"], "no temporary file is left"
    return path


def text_of(path: Path, *, values: bool) -> str:
    lines: list[str] = []
    for sheet in shown(openpyxl.load_workbook(path, data_only=values)):
        lines.append(f"# {sheet.title}")
        for row in sheet.iter_rows(values_only=True):
            cells = ["" if cell is None else f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row]
            lines.append(" | ".join(cells).rstrip(" |"))
    return "\n".join(lines) + "\n"


def test_the_workbook_says_what_it_said_when_last_looked_at(report: Any, tmp_path: Path) -> None:
    """No cell and no formula changes without somebody seeing it."""
    path = written(report(golden_month()), tmp_path)
    assert_golden("november.xlsx.txt", text_of(path, values=True) + text_of(path, values=False))


def test_cached_totals_are_the_models(report: Any, tmp_path: Path) -> None:
    """A viewer that does not recalculate shows the model's figures."""
    model = report(golden_month())
    book = openpyxl.load_workbook(written(model, tmp_path), data_only=True)
    topics = (TOPICS[0], TOPICS[2], TOPICS[3], "la", "Without a topic")
    assert [sheet.title for sheet in shown(book)] == [*names(*SHEETS, *BY_HAND, "Royalties"), *topics]
    rows = [[cell.value for cell in row] for row in book[_("Summary")].iter_rows(min_row=5, max_row=12, max_col=4)]
    for row, result in zip(rows, Result, strict=False):
        one = model.results[result]
        assert row[1:] == [one.count, pytest.approx(one.planned_s / 60), pytest.approx(one.played_s / 60)]
    assert rows[6][1] == model.total.count
    assert rows[7][3] == pytest.approx(model.heard.played_s / 60)


def test_sheets_print_and_filter(report: Any, tmp_path: Path) -> None:
    """Frozen head, filters on the lists, A4 across, the head on every printed page, nothing wider than the page."""
    book = openpyxl.load_workbook(written(report(full_month()), tmp_path))
    for place, sheet in enumerate(shown(book)):
        assert sheet.freeze_panes == "A5"
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.page_setup.fitToWidth in (1, None)
        if place >= 2:
            assert sheet.auto_filter.ref.startswith("A4:")
            assert sheet.print_title_rows == "$4:$4"
    long = book[_("Items list")]
    heights = {long.row_dimensions[row].height for row in range(5, 20)}
    assert max(heights) > 30, "a wrapped title has a row high enough for it"


def test_a_month_without_entries_by_hand_has_no_sheet_for_them(report: Any, tmp_path: Path) -> None:
    """Where nothing was written by hand, the workbook is as it was before there were such entries."""
    book = openpyxl.load_workbook(written(report(full_month()), tmp_path))
    assert [sheet.title for sheet in shown(book)] == [*names(*SHEETS, "Royalties"), *TOPICS, "Lời xướng của đài"]


def test_text_is_never_a_formula(report: Any, tmp_path: Path) -> None:
    """A title that begins like a formula, a number or a link stays the text it is."""
    month = MonthRows()
    titles = ("=1+1", "+84", "@SUM(1)", "https://example.com", "{=2}", "0123")
    for day, title in enumerate(titles, start=1):
        items = (item("x", 10.0, title=title, author=title),)
        month.broadcast(local(day, 5, 30), outcome=Outcome.AIRED, title=title, note=title, items=items)
    book = openpyxl.load_workbook(written(report(month), tmp_path))
    for name, column in (("Broadcasts list", 9), ("Items list", 4), ("Items list", 8)):
        cells = [book[_(name)].cell(row, column) for row in range(5, 5 + len(titles))]
        assert [cell.value for cell in cells] == list(titles)
        assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_a_rehearsal_is_marked_on_every_sheet(report: Any, tmp_path: Path) -> None:
    """The mark stands on each sheet and on each printed page."""
    book = openpyxl.load_workbook(written(report(golden_month(), rehearsal=True), tmp_path))
    for sheet in shown(book):
        assert sheet["A2"].value == rehearsal_mark()
        assert "REHEARSAL" in sheet.oddHeader.right.text


def test_an_empty_month_is_a_workbook(report: Any, tmp_path: Path) -> None:
    """No broadcasts: nought everywhere, no broken reference."""
    book = openpyxl.load_workbook(written(report(MonthRows()), tmp_path), data_only=True)
    assert book[_("Summary")]["B11"].value == 0


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is missing: sudo apt install libreoffice-calc-nogui"
)
def test_formulas_find_what_was_cached(report: Any, tmp_path: Path) -> None:
    """With the cached values taken out, a spreadsheet program computes the same totals."""
    path = written(report(golden_month()), tmp_path)
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            target.writestr(name, re.sub(r"(</f>)<v>[^<]*</v>", r"\1", content))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    sheets = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    command = ["soffice", profile, "--headless", "--convert-to", sheets, "--outdir", str(tmp_path), str(bare)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    cached = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    compared = 0
    for sheet in formulas:
        with (tmp_path / f"bare-{sheet.title}.csv").open(encoding="utf-8", newline="") as opened:
            computed = list(csv.reader(opened))
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    expected = cached[sheet.title].cell(cell.row, cell.column).value
                    found = computed[cell.row - 1][cell.column - 1]
                    value = float(found.rstrip("%")) / (100 if found.endswith("%") else 1)
                    assert value == pytest.approx(expected), cell.coordinate
                    compared += 1
    assert compared > 60
