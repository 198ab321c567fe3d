"""The report as an Excel workbook: totals are formulas over the two sheets that list broadcasts and items."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO

from loa.files import atomic_path
from loa.reports.model import ReportModel
from loa.reports.wording import report_title
from loa.reports.xlsx_by_hand import add_by_hand
from loa.reports.xlsx_lists import add_broadcasts, add_items, add_topic_sheets
from loa.reports.xlsx_more import add_days, add_events, add_royalties, add_targets
from loa.reports.xlsx_page import Formats
from loa.reports.xlsx_seal import add_seal
from loa.reports.xlsx_summary import add_summary, add_topics

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "in_memory": True,
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 11},
}


def write(model: ReportModel, path: Path) -> None:
    """Write `model` to `path`, atomically. Raises OSError."""
    with atomic_path(path) as temporary, temporary.open("wb") as opened:
        _write(model, opened)


def cells(model: ReportModel) -> dict[str, str]:
    """Return which figure (`loa.reports.trace`) each cell of the workbook shows: ``Tổng hợp!B5`` to its name."""
    return _write(model, io.BytesIO())


def _write(model: ReportModel, to: IO[bytes]) -> dict[str, str]:
    import xlsxwriter

    with xlsxwriter.Workbook(to, _OPTIONS) as workbook:
        made = model.made_at.astimezone(model.subject.time_zone).replace(tzinfo=None, microsecond=0)
        workbook.set_properties(
            {"title": " ".join(report_title(model).split()), "author": model.subject.station_name, "created": made}
        )
        formats = Formats(workbook)
        summary = add_summary(workbook, formats, model)
        add_targets(workbook, formats, model)
        topics = add_topics(workbook, formats, model)
        add_days(workbook, formats, model)
        broadcasts = add_broadcasts(workbook, formats, model)
        items = add_items(workbook, formats, model)
        add_by_hand(workbook, formats, model)
        add_royalties(workbook, formats, model)
        add_events(workbook, formats, model)
        add_topic_sheets(workbook, formats, model)
        add_seal(workbook, model)
        summary.fill(model, broadcasts)
        topics.fill(model, items)
    return formats.cells
