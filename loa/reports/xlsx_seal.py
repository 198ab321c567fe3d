"""The hidden sheet of the workbook that carries its seal, in pieces that a cell can hold."""

from __future__ import annotations

from typing import Any

from loa.reports.model import ReportModel
from loa.reports.seal import seal_of

SHEET_MARK = "loa-seal-"
_PIECE = 30_000  # a cell holds 32,767 letters


def add_seal(workbook: Any, model: ReportModel) -> None:
    """Add the sheet; spreadsheet programs do not offer to show it."""
    sheet = workbook.add_worksheet("loa")
    text = seal_of(model).text()
    for number, start in enumerate(range(0, len(text), _PIECE)):
        sheet.write_string(number, 0, f"{SHEET_MARK}{number}:{text[start : start + _PIECE]}")
    sheet.very_hidden()
