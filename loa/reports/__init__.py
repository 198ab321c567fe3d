"""The reports room: ledger records → one report model, laid out as DOCX and XLSX by Decree 30/2020/NĐ-CP."""

from __future__ import annotations

from pathlib import Path

from loa.reports.as_json import report_json
from loa.reports.drawing import period_report
from loa.reports.figures import Result
from loa.reports.model import BroadcastLine, Edited, ReportModel
from loa.reports.period import ReportPeriod, period_from_text
from loa.reports.subject import ReportSubject

__all__ = [
    "BroadcastLine",
    "Edited",
    "ReportModel",
    "ReportPeriod",
    "ReportSubject",
    "Result",
    "period_from_text",
    "period_report",
    "report_json",
    "write_docx",
    "write_xlsx",
]


def write_docx(model: ReportModel, path: Path) -> None:
    """Write `model` to `path` as a Word document, atomically. Raises OSError; `path` is then untouched."""
    from loa.reports.docx_report import write

    write(model, path)


def write_xlsx(model: ReportModel, path: Path) -> None:
    """Write `model` to `path` as an Excel workbook, atomically. Raises OSError; `path` is then untouched."""
    from loa.reports.xlsx_report import write

    write(model, path)
