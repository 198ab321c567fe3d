"""The report as JSON: every figure, every broadcast, the words, and what binds it to the ledger."""

from __future__ import annotations

import json
from pathlib import Path

from loa.files import write_text
from loa.reports.as_json import report_json
from loa.reports.model import ReportModel
from loa.reports.seal import seal_of


def write(model: ReportModel, path: Path) -> None:
    """Write `model` to `path`, atomically. Raises OSError."""
    values = report_json(model) | {"seal": seal_of(model).text()}
    write_text(path, json.dumps(values, ensure_ascii=False, indent=1) + "\n")
