"""The broadcasts of a report as one table of comma-separated values, for other programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from loa.files import write_bytes
from loa.reports.model import BroadcastLine, ReportModel

_COLUMNS = (
    "number",
    "key",
    "planned_at",
    "started_at",
    "ended_at",
    "lateness_s",
    "planned_s",
    "played_s",
    "priority",
    "title",
    "result",
    "reason",
    "note",
    "output",
    "heard",
    "first_row",
    "last_row",
)
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(model: ReportModel, path: Path) -> None:
    """Write `model` to `path` as UTF-8 with its mark (spreadsheets want it), atomically. Raises OSError."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_row(line, model) for line in model.lines)
    write_bytes(path, b"\xef\xbb\xbf" + text.getvalue().encode(errors="replace"))


def _row(line: BroadcastLine, model: ReportModel) -> list[str | int | float]:
    record, zone = line.record, model.subject.time_zone
    started, ended = (at and at.astimezone(zone).isoformat() for at in (record.started_at, record.ended_at))
    return [
        line.number,
        guarded(record.key),
        record.planned_at.astimezone(zone).isoformat(),
        started or "",
        ended or "",
        record.lateness_s if record.started_at else "",
        record.planned_s,
        record.played_s,
        record.priority,
        guarded(record.title),
        line.result.value,
        record.reason.value if record.reason else "",
        guarded(record.note),
        guarded(record.output),
        "yes" if record.heard else "no",
        record.rows[0],
        record.rows[-1],
    ]


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: an apostrophe before one that looks like it."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
