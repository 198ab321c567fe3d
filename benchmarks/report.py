"""How fast a report is drawn from ten years of log, and written in each format.

    python -m benchmarks.report [--rows N] [--annex N] [--folder DIR]

prints one JSON line for each figure: name, value, unit, baseline, ratio (value / baseline). Baselines in the same run:
folding the month's rows for the model; python-docx's own ``add_row`` for the annex in Word; reportlab, where it is
installed, for the annex in PDF.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import docx

from benchmarks.ledger import FIRST_DAY, ITEM, ZONE, fill, seconds, show
from loa.clock import VirtualClock
from loa.ledger import Ledger, RowKind, as_run, instant_text
from loa.reports import (
    ReportModel,
    ReportSubject,
    csv_report,
    docx_report,
    json_report,
    pdf_report,
    period_from_text,
    xlsx_report,
)
from loa.reports.content import content_of
from loa.station.report_drawing import draw

MADE_AT = datetime(2036, 1, 1, tzinfo=UTC)
SUBJECT = ReportSubject(
    station_name="Đài Truyền thanh xã Minh Đức",
    authority="Ủy ban nhân dân xã Minh Đức",
    superior_body="Ủy ban nhân dân huyện Hớn Quản",
    place="Minh Đức",
    document_code="BC-UBND",
    signer_title="TM. ỦY BAN NHÂN DÂN",
    signer_name="",
    recipients=("Lưu: VT",),
    topic_titles={"cchc": "Cải cách hành chính"},
    spotlight_topic="cchc",
    time_zone=ZONE,
)
WRITERS: dict[str, Callable[[ReportModel, Path], None]] = {
    "docx": docx_report.write,
    "xlsx": xlsx_report.write,
    "pdf": pdf_report.write,
    "csv": csv_report.write,
    "json": json_report.write,
}


def drawn(ledger: Ledger, period: str) -> ReportModel:
    """Return the model of a period, read from the ledger."""
    last = ledger.last()
    assert last is not None
    return draw(ledger, SUBJECT, period_from_text(period), made_at=MADE_AT, head=last.row_hash, rows=last.seq)


def month(ledger: Ledger, folder: Path, period: str) -> None:
    """Measure the model of one month out of ten years, each format, and all of them with the proof of the chain."""
    span = period_from_text(period)
    days = (span.first_day, span.last_day)
    fold_s = median(seconds(lambda: list(as_run(ledger.rows(planned=days)))) for _round in range(5))
    model_s = median(seconds(lambda: drawn(ledger, period)) for _round in range(5))
    model = drawn(ledger, period)
    show(f"report model of {period}, {len(model.lines)} broadcasts", model_s, "s", fold_s)
    whole_s = model_s
    for name, write in WRITERS.items():
        path = folder / f"report.{name}"
        first_s = seconds(lambda: write(model, path))  # noqa: B023 - called at once
        warm_s = median(seconds(lambda: write(model, path)) for _round in range(3))  # noqa: B023
        show(f"report of {period} as {name}", warm_s, "s", model_s)
        whole_s += first_s
    show(f"report of {period}, model and all formats, the first time", whole_s, "s", model_s)
    verify_s = seconds(ledger.verify)
    show("the same with the proof of the whole chain", whole_s + verify_s, "s", verify_s)


def long_annex(rows: int, folder: Path) -> None:
    """Measure an annex of many rows in PDF and in Word, beside what people would do with the libraries alone."""
    clock = VirtualClock(FIRST_DAY)
    with Ledger(folder / "long.sqlite", clock) as ledger:
        fill(ledger, clock, rows * 5)
        begin = datetime(2026, 10, 31, tzinfo=UTC)
        last = begin + timedelta(hours=3 * rows + 24)
        model = drawn(ledger, f"{begin:%Y-%m-%d}..{last:%Y-%m-%d}")
    table = content_of(model).annexes[0].table
    cells = [list(row) for row in table.rows]
    pdf_s = seconds(lambda: pdf_report.write(model, folder / "long.pdf"))
    show(f"report with an annex of {len(cells)} rows as pdf", pdf_s, "s", _reportlab(cells, folder) or pdf_s)
    docx_s = seconds(lambda: docx_report.write(model, folder / "long.docx"))
    sample = cells[: len(cells) // 10]
    plain_s = seconds(lambda: _add_rows(sample, folder)) * 10  # a tenth: the whole takes minutes
    show(f"report with an annex of {len(cells)} rows as docx, beside add_row", docx_s, "s", plain_s)


def _add_rows(cells: list[list[str]], folder: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=len(cells[0]))
    for row in cells:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(folder / "plain.docx"))


def _reportlab(cells: list[list[str]], folder: Path) -> float | None:
    try:
        from reportlab.platypus import LongTable, SimpleDocTemplate  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return None
    paper: Any = SimpleDocTemplate(str(folder / "plain.pdf"))
    return seconds(lambda: paper.build([LongTable(cells, repeatRows=1)]))


def add_approvals(ledger: Ledger) -> None:
    """Write a few approvals and a fault, so that no part of the report is empty."""
    for number in range(40):
        data = {
            "bulletin": f"tin-{number}",
            "title": ITEM["title"],
            "text_hash": "ab" * 32,
            "text": "",
            "person": "Lan",
        }
        ledger.append(RowKind.APPROVED, data)
    ledger.append(RowKind.OUTPUT_LOST, {"output": "default", "error": instant_text(MADE_AT)})


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=146_100, help="ten years of 40 rows a day")
    parser.add_argument("--annex", type=int, default=5000, help="rows of the long annex")
    parser.add_argument("--folder", type=Path, help="where to write: the disk to measure")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        clock = VirtualClock(FIRST_DAY)
        with Ledger(folder / "years.sqlite", clock) as ledger:
            fill(ledger, clock, arguments.rows)
            add_approvals(ledger)
            month(ledger, folder, "2031-11")
        long_annex(arguments.annex, folder)


if __name__ == "__main__":
    main()
