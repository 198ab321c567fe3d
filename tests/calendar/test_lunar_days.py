"""Lunar days that come again, and what they are called."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.calendar import LunarDate, lunar_date, lunar_days, lunar_words, solar_date, year_name

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


def iso(found: list[date]) -> list[str]:
    """Return days as text."""
    return [day.isoformat() for day in found]


class TestDaysThatComeAgain:
    def test_every_month_and_the_leap_month_too(self) -> None:
        """Rằm of every month of 2025 comes in the leap month 6 as well: thirteen times."""
        found = lunar_days(date(2025, 1, 29), date(2026, 2, 16), month=None, day=15)
        assert len(found) == 13
        assert iso(found)[5:7] == ["2025-07-09", "2025-08-08"]

    def test_a_yearly_day_is_kept_in_the_regular_month(self) -> None:
        """Rằm tháng Sáu 2025 is kept once, in the regular month; the leap month only where it is asked for."""
        year = date(2025, 1, 1), date(2025, 12, 31)
        assert iso(lunar_days(*year, month=6, day=15)) == ["2025-07-09"]
        assert iso(lunar_days(*year, month=6, day=15, in_leap_months=True)) == ["2025-07-09", "2025-08-08"]
        lunar_year = date(2025, 1, 29), date(2026, 2, 16)
        assert len(lunar_days(*lunar_year, month=None, day=15, in_leap_months=False)) == 12

    def test_days_everybody_knows(self) -> None:
        """Giỗ Tổ, ông Công ông Táo, giao thừa: the days of the almanacs, 30 Chạp falling back to 29."""
        span = date(2025, 1, 1), date(2028, 1, 31)
        assert iso(lunar_days(*span, month=3, day=10)) == ["2025-04-07", "2026-04-26", "2027-04-16"]
        assert iso(lunar_days(*span, month=12, day=23)) == ["2025-01-22", "2026-02-10", "2027-01-30", "2028-01-19"]
        assert iso(lunar_days(*span, month=12, day=30)) == ["2025-01-28", "2026-02-16", "2027-02-05", "2028-01-25"]

    def test_both_ends_are_included(self) -> None:
        """A day that falls on the first or last day asked for is there; one outside is not; an empty span has none."""
        tet = date(2026, 2, 17)
        day = timedelta(days=1)
        assert lunar_days(tet, tet, month=1, day=1) == [tet]
        assert lunar_days(tet - day, tet - day, month=1, day=1) == []
        assert lunar_days(tet + day, tet + day, month=1, day=1) == []
        assert lunar_days(tet + day, tet - day, month=None, day=1) == []

    @given(days, st.integers(0, 800), st.sampled_from([None, 1, 4, 11, 12]), st.integers(1, 30))
    def test_it_agrees_with_a_look_at_every_day(self, first: date, span: int, month: int | None, day: int) -> None:
        """The days found are those that a search day by day finds."""
        last = min(first + timedelta(days=span), date(2199, 12, 30))
        slow = []
        for one in (first + timedelta(days=offset) for offset in range((last - first).days + 1)):
            today, tomorrow = lunar_date(one), lunar_date(one + timedelta(days=1))
            on_it = today.day == day or (today.day < day and tomorrow.day == 1)
            if on_it and (month is None or (today.month == month and not today.leap)):
                slow.append(one)
        assert lunar_days(first, last, month=month, day=day) == slow

    @pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (1, 31), (None, 31)])
    def test_what_cannot_be_is_refused(self, month: int | None, day: int) -> None:
        """A month or day that no lunar year has is an error, not an empty answer."""
        with pytest.raises(ValueError, match="there is no day"):
            lunar_days(date(2026, 1, 1), date(2026, 1, 2), month=month, day=day)

    def test_the_range_ends_with_an_error(self) -> None:
        """Days after 2199 are refused, not left out without a word."""
        with pytest.raises(ValueError, match="lunar"):
            lunar_days(date(2199, 1, 1), date(2200, 12, 31), month=1, day=1)


class TestNames:
    @pytest.mark.parametrize(
        ("month", "day", "leap", "words"),
        [
            (1, 1, False, "mùng một tháng Giêng"),
            (7, 15, False, "rằm tháng Bảy"),
            (12, 23, False, "23 tháng Chạp"),
            (3, 10, False, "mùng mười tháng Ba"),
            (4, 4, False, "mùng bốn tháng Tư"),
            (11, 11, False, "11 tháng Mười Một"),
            (6, 15, True, "rằm tháng Sáu nhuận"),
        ],
    )
    def test_words(self, month: int, day: int, leap: bool, words: str) -> None:
        """A lunar date is shown as people say it."""
        assert lunar_words(LunarDate(year=2025, month=month, leap=leap, day=day)) == words

    def test_year_names(self) -> None:
        """The can-chi names of years are those of the almanacs, sixty different ones."""
        known = {
            1968: "Mậu Thân",
            1984: "Giáp Tý",
            2024: "Giáp Thìn",
            2025: "Ất Tỵ",
            2026: "Bính Ngọ",
            2027: "Đinh Mùi",
        }
        assert {year: year_name(year) for year in known} == known
        assert len({year_name(year) for year in range(1960, 2020)}) == 60

    @given(days)
    def test_words_tell_days_apart(self, day: date) -> None:
        """Two days of one lunar year never have the same words."""
        other = day + timedelta(days=30) if day.year < 2199 else day - timedelta(days=30)
        if lunar_date(day).year == lunar_date(other).year:
            assert lunar_words(lunar_date(day)) != lunar_words(lunar_date(other))
        assert solar_date(lunar_date(day)) == day
