"""Numbers, days and dates are written as an official Vietnamese document writes them."""

from __future__ import annotations

from datetime import date

import pytest

from loa.language import translate as _
from loa.reports.wording import day_text, minutes, number, official_day, percent, place_and_day


@pytest.mark.parametrize(
    ("day", "written_day", "written_month"),
    [
        (date(2026, 1, 5), "05", "01"),
        (date(2026, 2, 9), "09", "02"),
        (date(2026, 2, 10), "10", "02"),
        (date(2026, 3, 1), "01", "3"),
        (date(2026, 6, 30), "30", "6"),
        (date(2026, 9, 9), "09", "9"),
        (date(2026, 10, 1), "01", "10"),
        (date(2026, 12, 31), "31", "12"),
    ],
)
def test_zeros_stand_before_small_days_and_months_1_and_2(day: date, written_day: str, written_month: str) -> None:
    """Decree 30/2020/NĐ-CP, annex I: a zero before days under 10 and before months 1 and 2 alone."""
    said = {"day": written_day, "month": written_month, "year": 2026}
    expected = _("{place}, day {day} month {month} year {year}").format(place="Minh Đức", **said)
    assert place_and_day("Minh Đức", day) == expected
    assert official_day(day) == _("day {day} month {month} year {year}").format(**said)


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (1234.5, 1, "1.234,5"),
        (0.05, 1, "0,1"),
        (-0.01, 1, "0,0"),
        (-2.25, 1, "-2,3"),
        (1234567, 0, "1.234.567"),
        (2.5, 0, "3"),
        (1e-7, 1, "0,0"),
    ],
)
def test_numbers_are_vietnamese(value: float, digits: int, written: str) -> None:
    """A point parts thousands, a comma the decimals."""
    assert number(value, digits) == written


def test_lengths_shares_and_days() -> None:
    """One style each: minutes with one decimal, per cent with one decimal, dd/mm/yyyy."""
    assert minutes(74070.0) == "1.234,5"
    assert (percent(0.4567), percent(None)) == ("45,7%", "–")
    assert day_text(date(2026, 1, 5)) == "05/01/2026"
