"""The lunar calendar is Vietnam's: the published dates, an independent sky, and the laws every calendar keeps."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.calendar import LunarDate, kept_on, leap_month, lunar_date, month_length, solar_date, tet
from loa.calendar.astronomy import delta_t_s, julian_day, new_moon, sun_longitude, sun_reaches, vietnam_ordinal
from loa.calendar.lunar_year import FIRST_YEAR, LAST_YEAR, months_of
from tests.calendar.sky_oracle import lunar_days_from_the_sky

TET = [
    "1968-01-29",
    "1969-02-16",
    "1985-01-21",
    "2007-02-17",
    "2025-01-29",
    "2026-02-17",
    "2027-02-06",
    "2028-01-26",
    "2029-02-13",
    "2030-02-02",
    "2031-01-23",
    "2033-01-31",
    "2034-02-19",
    "2053-02-18",
]
LEAP = {1985: 2, 1987: 7, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11, 2036: 6}

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


def lunar(year: int, month: int, day: int, *, leap: bool = False) -> LunarDate:
    """Return a lunar date in the order it is written."""
    return LunarDate(year=year, month=month, leap=leap, day=day)


class TestPublishedDates:
    @pytest.mark.parametrize("written", TET)
    def test_tet(self, written: str) -> None:
        """Tết falls on Vietnam's day, not on China's, in the years where the two differ as well."""
        day = date.fromisoformat(written)
        assert tet(day.year) == day
        assert lunar_date(day) == lunar(day.year, 1, 1)

    def test_leap_months(self) -> None:
        """The leap months are those of the almanacs; the years between have none."""
        assert {year: leap_month(year) for year in LEAP} == LEAP
        assert [year for year in range(2020, 2037) if leap_month(year)] == [2020, 2023, 2025, 2028, 2031, 2033, 2036]

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("2054-05-07", lunar(2054, 3, 30)),
            ("2062-04-09", lunar(2062, 2, 30)),
            ("2033-12-22", lunar(2033, 11, 1, leap=True)),
            ("2026-11-23", lunar(2026, 10, 15)),
            ("2026-04-26", lunar(2026, 3, 10)),
            ("2027-01-30", lunar(2026, 12, 23)),
        ],
    )
    def test_days(self, written: str, expected: LunarDate) -> None:
        """Days that a few minutes decide, and days that everybody knows."""
        day = date.fromisoformat(written)
        assert lunar_date(day) == expected
        assert solar_date(expected) == day


class TestTheSky:
    def test_every_day_agrees_with_an_independent_sky(self) -> None:
        """Every day of 1968-2053, and on to 2198, is the day that PyEphem's moon and sun give by the calendar's rule."""
        seen = 0
        for day, expected in lunar_days_from_the_sky(1967, 2198):
            if day >= date(1968, 1, 1):
                ours = lunar_date(day)
                assert (ours.year, ours.month, ours.leap, ours.day) == expected, day
                seen += 1
        assert seen > 365.24 * 230

    def test_the_months_that_seconds_decide_are_known(self) -> None:
        """From 1968 on, only these months begin with a new moon within 60 s of midnight."""
        near = {}
        for month in [month for year in range(1968, LAST_YEAR + 1) for month in months_of(year)]:
            number = round((month.first - date(2000, 1, 6).toordinal()) / 29.530588861)
            for midnight in (month.first, month.first + 1):
                away_s = (new_moon(number) + 7 / 24 - julian_day(midnight)) * 86400
                if abs(away_s) < 60:
                    near[date.fromordinal(month.first).isoformat()] = round(away_s)
        assert near == {
            "2054-05-08": 23,
            "2077-11-15": -10,
            "2085-10-18": -28,
            "2150-05-26": -32,
            "2175-01-22": -24,
        }

    def test_no_major_term_is_decided_by_seconds(self) -> None:
        """From 1968 on, no major term within 500 s of a midnight at which a month begins: leap months are sure."""
        starts = {month.first for year in range(1968, LAST_YEAR + 1) for month in months_of(year)}
        for number in range(12 * (LAST_YEAR - 1968)):
            near = julian_day(date(1968, 3, 20).toordinal()) + number * 365.2422 / 12
            local = sun_reaches(number * 30 % 360, near=near) + 7 / 24
            midnight = round(local - julian_day(0))
            assert midnight not in starts or abs(local - julian_day(midnight)) * 86400 > 500

    def test_the_sun_is_where_the_almanac_has_it(self) -> None:
        """Meeus, example 25.b (1992-10-13): 199.906 degrees; and the solstice of 2020 at 10:02 UTC."""
        assert sun_longitude(2448908.5) == pytest.approx(199 + 54 / 60 + 21.818 / 3600, abs=1 / 3600)
        solstice = sun_reaches(270, near=julian_day(date(2020, 12, 1).toordinal()))
        assert (solstice - julian_day(date(2020, 12, 21).toordinal())) * 24 == pytest.approx(10 + 2.3 / 60, abs=0.02)

    def test_the_moon_is_new_when_the_almanac_says(self) -> None:
        """Meeus, example 49.a (k = -283): JDE 2443192.65118, 18 February 1977."""
        instant = new_moon(-283)
        assert instant + delta_t_s(instant) / 86400 == pytest.approx(2443192.65118, abs=2e-5)
        assert date.fromordinal(vietnam_ordinal(instant)) == date(1977, 2, 18)


class TestLaws:
    @given(days)
    def test_there_and_back(self, day: date) -> None:
        """A day's lunar date leads back to the day."""
        assert solar_date(lunar_date(day)) == day

    @given(days.filter(lambda day: day < date(2199, 12, 31)))
    def test_days_follow_each_other(self, day: date) -> None:
        """The next day is the next of the month, or mùng một after the month's last; and it compares as later."""
        today, tomorrow = lunar_date(day), lunar_date(day + timedelta(days=1))
        assert today < tomorrow
        if tomorrow.day == 1:
            assert today.day == month_length(today.year, today.month, leap=today.leap)
        else:
            assert (tomorrow.year, tomorrow.month, tomorrow.leap) == (today.year, today.month, today.leap)
            assert tomorrow.day == today.day + 1

    def test_years_are_whole(self) -> None:
        """Each year has months 1 to 12 in order, at most one leap month after its namesake, each of 29 or 30 days."""
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            months = months_of(year)
            assert [month.number for month in months if not month.leap] == list(range(1, 13))
            assert {month.length for month in months} == {29, 30}
            leap = [place for place, month in enumerate(months) if month.leap]
            assert len(leap) == len(months) - 12 <= 1
            assert all(months[place - 1].number == months[place].number for place in leap)
            if year < LAST_YEAR:
                assert date.fromordinal(months[-1].first + months[-1].length) == tet(year + 1)

    def test_tet_is_between_20_january_and_21_february(self) -> None:
        """Tết of 1900-2199 keeps to its season."""
        assert {(1, 19) < (tet(year).month, tet(year).day) < (2, 22) for year in range(1900, 2200)} == {True}


class TestEdges:
    def test_a_day_that_does_not_exist_is_refused(self) -> None:
        """A lunar date is checked as it is built: day, month, leap month and year."""
        assert month_length(2026, 12) == 29
        for wrong in (
            {"year": 2026, "month": 12, "day": 30},
            {"year": 2026, "month": 1, "day": 0},
            {"year": 2026, "month": 13, "day": 1},
            {"year": 2026, "month": 6, "day": 1, "leap": True},
            {"year": 1898, "month": 6, "day": 1},
            {"year": 2200, "month": 6, "day": 1},
        ):
            with pytest.raises(ValueError, match="lunar"):
                LunarDate(**wrong)  # type: ignore[arg-type] # the table mixes fields

    def test_the_range_ends_with_an_error(self) -> None:
        """The first and last lunar day lead back to themselves; one day further is refused, not guessed."""
        first, last = tet(FIRST_YEAR), kept_on(LAST_YEAR, 12, 30)
        assert solar_date(lunar_date(first)) == first < date(1900, 1, 1)
        assert solar_date(lunar_date(last)) == last > date(2199, 12, 31)
        for outside in (first - timedelta(days=1), last + timedelta(days=1), date(1, 1, 1), date(9999, 12, 31)):
            with pytest.raises(ValueError, match="lunar"):
                lunar_date(outside)
        for year in (FIRST_YEAR - 1, LAST_YEAR + 1):
            with pytest.raises(ValueError, match="lunar years are known from 1899 to 2199"):
                tet(year)

    def test_30_chap_falls_back_to_29(self) -> None:
        """30 Chạp is New Year's Eve in every year, also in the eight in a row, Tết 2025 to 2032, that have no 30th."""
        assert [year for year in range(2020, 2036) if month_length(year, 12) == 29] == [2021, *range(2024, 2032)]
        for year in range(2020, 2060):
            assert kept_on(year, 12, 30) == tet(year + 1) - timedelta(days=1)
        assert kept_on(2026, 12, 29) == kept_on(2026, 12, 30)
        for wrong in (0, 31):
            with pytest.raises(ValueError, match="no day"):
                kept_on(2026, 12, wrong)

    def test_a_year_of_days_takes_under_5_ms(self) -> None:
        """Planning asks for many days: 365 lunar dates in under 5 ms once the year is known (best of ten)."""
        year = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
        taken = []
        for _ in range(10):
            start = time.perf_counter()
            for day in year:
                lunar_date(day)
            taken.append(time.perf_counter() - start)
        assert min(taken) < 0.005
