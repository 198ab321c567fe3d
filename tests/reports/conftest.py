"""Reports in the source language, so that no test rests on the wording of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from loa.reports import ReportModel, period_from_text, period_report
from loa.reports.events import events
from tests.reports.synthetic import HEAD, SUBJECT, ZONE, MonthRows


@pytest.fixture(autouse=True)
def source_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOA_LANGUAGE", "en")


@pytest.fixture
def report() -> Callable[..., ReportModel]:
    """Return a maker of the report of November 2026."""

    def made(month: MonthRows, **changed: Any) -> ReportModel:
        asked: dict[str, Any] = {
            "period": period_from_text("2026-11"),
            "events": events(month.rows),
            "subject": SUBJECT,
            "made_at": datetime(2026, 11, 29, 5, 31, tzinfo=ZONE),
            "ledger_head": HEAD,
            "ledger_rows": len(month.rows),
            "rehearsal": False,
        }
        return period_report(month.records, by_hand=month.plays, **(asked | changed))

    return made
