"""The report as an Excel workbook: totals are formulas over the two sheets that list broadcasts and items."""

from __future__ import annotations

from pathlib import Path

from loa.files import atomic_path
from loa.reports.model import ReportModel
from loa.reports.wording import report_title
from loa.reports.xlsx_by_hand import add_by_hand
from loa.reports.xlsx_lists import add_broadcasts, add_items
from loa.reports.xlsx_page import Formats
from loa.reports.xlsx_summary import add_summary, add_topics

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 11},
}


def write(model: ReportModel, path: Path) -> None:
    """Write `model` to `path`, atomically. Raises OSError."""
    import xlsxwriter

    with atomic_path(path) as temporary, xlsxwriter.Workbook(str(temporary), _OPTIONS) as workbook:
        made = model.made_at.astimezone(model.subject.time_zone).replace(tzinfo=None, microsecond=0)
        workbook.set_properties(
            {"title": " ".join(report_title(model).split()), "author": model.subject.station_name, "created": made}
        )
        formats = Formats(workbook)
        summary = add_summary(workbook, formats, model)
        topics = add_topics(workbook, formats, model)
        broadcasts = add_broadcasts(workbook, formats, model)
        items = add_items(workbook, formats, model)
        add_by_hand(workbook, formats, model)
        summary.fill(model, broadcasts)
        topics.fill(model, items)
