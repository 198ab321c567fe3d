"""Periods: what may be written, which days that is, how it is called."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.errors import InputRefused
from loa.reports import period_from_text


@pytest.mark.parametrize(
    ("text", "first", "last", "title"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30), "month 11 of 2026"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month 2 of 2024"),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), "month 12 of 2026"),
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22), "week 47 of 2026"),
        ("2027-W01", date(2027, 1, 4), date(2027, 1, 10), "week 1 of 2027"),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), "week 53 of 2026"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "quarter I of 2026"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "quarter IV of 2026"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "the year 2026"),
        ("2026-11-01..2026-11-15", date(2026, 11, 1), date(2026, 11, 15), "the days from 01/11/2026 to 15/11/2026"),
        ("2026-11-05..2026-11-05", date(2026, 11, 5), date(2026, 11, 5), "the days from 05/11/2026 to 05/11/2026"),
    ],
)
def test_periods_are_what_people_call_them(text: str, first: date, last: date, title: str) -> None:
    """Each way of writing a period names these days and no others, and reads so."""
    period = period_from_text(text)
    assert (period.first_day, period.last_day, period.title, period.name) == (first, last, title, text)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-13", "2026-00", "2026-1", "11-2026", "", "2026-11-01", "0000-01", "9999-12", "２０２６-11"),
        *("2026-W00", "2026-W54", "2027-W53", "2026-W7", "2026-Q0", "2026-Q5", "2026-q4", "26", "20266"),
        *("2026-11-15..2026-11-01", "2026-11-01..2026-11-31", "2000-01-01..2026-01-01", "2026-11-01..", "../../x"),
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    """It is refused with what to write instead, never taken for another."""
    with pytest.raises(InputRefused) as refused:
        period_from_text(text)
    for example in ("2026-11", "2026-W47", "2026-Q4", "2026-11-01..2026-11-15"):
        assert example in refused.value.findings[0].advice


@given(st.dates(date(1900, 1, 8), date(9998, 12, 1)))
def test_every_day_lies_in_its_periods(day: date) -> None:
    """Week, month, quarter and year of a day hold it; the months of a year have its days, none twice."""
    year, week, _day = day.isocalendar()
    for text in (f"{day:%Y-%m}", f"{year:04}-W{week:02}", f"{day:%Y}-Q{(day.month + 2) // 3}", f"{day:%Y}"):
        period = period_from_text(text)
        assert period.first_day <= day <= period.last_day
    months = [period_from_text(f"{day:%Y}-{month:02}") for month in range(1, 13)]
    assert all(a.last_day + timedelta(days=1) == b.first_day for a, b in pairwise(months))
