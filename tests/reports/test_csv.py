"""The table of comma-separated values: every broadcast once, and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.ledger import Outcome
from loa.reports import csv_report
from loa.reports.csv_report import guarded
from tests.reports.golden_files import assert_golden
from tests.reports.synthetic import MonthRows, golden_month, local


def test_the_table_is_as_last_looked_at(report: Any, tmp_path: Path) -> None:
    """No column and no value changes without somebody seeing it."""
    csv_report.write(report(golden_month()), tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "spreadsheets take it for UTF-8"
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert_golden("november.csv", raw.decode("utf-8-sig").replace("\r\n", "\n"))


@pytest.mark.parametrize("title", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("x")', 'a"b,c\nd'])
def test_a_title_is_never_a_formula(report: Any, tmp_path: Path, title: str) -> None:
    """What a person wrote is read back as text that no spreadsheet computes, and nothing of it is lost."""
    month = MonthRows()
    month.broadcast(local(2, 5, 30), outcome=Outcome.MISSED, title=title, note=title)
    csv_report.write(report(month), tmp_path / "a.csv")
    (row,) = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"), newline=""))
    for cell in (row["title"], row["note"]):
        assert cell.removeprefix("'") == title
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text())
def test_guarding_loses_nothing(text: str) -> None:
    """Only an apostrophe is put before it, only where it is needed."""
    assert guarded(text) in {text, f"'{text}"}
    assert guarded(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}
