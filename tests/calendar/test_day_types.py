"""What kind of day it is: the calendar's word, the operator's, and which of them counts."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.calendar import DayType, DayTypes, LocalCalendar, PublicHolidays, is_tet, kept_on, read_local_calendar, tet
from loa.calendar.local_file import AssignedDay

BARE = DayTypes(LocalCalendar())
TODAY = date(2026, 6, 10)


def assigned(day: date, *types: DayType) -> DayTypes:
    """Return the types of a commune that assigned `types` to `day`."""
    lines = tuple((one, AssignedDay(name=f"vì {one}", line=number)) for number, one in enumerate(types, 1))
    return DayTypes(LocalCalendar(day_types={day: lines}))


class TestTheCalendarsWord:
    @pytest.mark.parametrize(
        ("written", "expected", "reason"),
        [
            ("2026-02-15", DayType.NORMAL, ""),
            ("2026-02-16", DayType.TET, "29 tháng Chạp"),
            ("2026-02-17", DayType.TET, "mùng một tháng Giêng"),
            ("2026-02-20", DayType.TET, "mùng bốn tháng Giêng"),
            ("2026-02-21", DayType.NORMAL, ""),
            ("2024-02-09", DayType.TET, "30 tháng Chạp"),
            ("2024-02-08", DayType.HOLIDAY, "29 Tết"),
            ("2027-02-10", DayType.HOLIDAY, "Mùng năm Tết Nguyên Đán"),
            ("2026-04-26", DayType.HOLIDAY, "Ngày Giỗ Tổ Hùng Vương"),
            ("2026-11-23", DayType.NORMAL, ""),
            ("2150-01-29", DayType.TET, "mùng một tháng Giêng"),
        ],
    )
    def test_without_a_file(self, written: str, expected: DayType, reason: str) -> None:
        """Tết comes from the lunar date, holidays from the law, each with its reason; all else is normal."""
        found = BARE.why(date.fromisoformat(written))
        assert (found.type, found.reason, found.line) == (expected, reason, None)

    def test_tet_has_five_days_and_each_is_a_holiday(self) -> None:
        """From the last day of Chạp to mùng bốn, in every year: days that the law gives."""
        holidays = PublicHolidays(LocalCalendar())
        for year in range(2020, 2199):
            around = [tet(year) + timedelta(days=offset) for offset in range(-5, 10)]
            days = [day for day in around if is_tet(day)]
            assert days == [kept_on(year - 1, 12, 30) + timedelta(days=offset) for offset in range(5)]
            assert all(holidays.is_holiday(day) for day in days)


class TestTheOperatorsWord:
    @pytest.mark.parametrize("pair", list(itertools.combinations(DayType, 2)), ids="-".join)
    def test_the_heavier_type_counts(self, pair: tuple[DayType, DayType]) -> None:
        """Mourning before exam before Tết before holiday before normal, in whichever order they stand in the file."""
        assert assigned(TODAY, *pair).day_type(TODAY) is pair[1]
        assert assigned(TODAY, *reversed(pair)).day_type(TODAY) is pair[1]

    def test_it_adds_to_the_calendar(self) -> None:
        """Mourning on Tết is mourning; a village's holiday over Tết leaves Tết what it is."""
        first = tet(2026)
        assert assigned(first, DayType.MOURNING).day_type(first) is DayType.MOURNING
        assert assigned(first, DayType.HOLIDAY).day_type(first) is DayType.TET

    def test_normal_takes_the_calendars_word_away(self) -> None:
        """``type: normal`` makes a day of Tết or a holiday a day like any other; what else is assigned stays."""
        first = tet(2026)
        assert assigned(first, DayType.NORMAL).day_type(first) is DayType.NORMAL
        assert assigned(first, DayType.NORMAL, DayType.EXAM).day_type(first) is DayType.EXAM
        assert assigned(date(2026, 5, 1), DayType.NORMAL).day_type(date(2026, 5, 1)) is DayType.NORMAL

    def test_it_says_why(self) -> None:
        """The reason is the operator's, with the line of the file."""
        found = assigned(TODAY, DayType.HOLIDAY, DayType.MOURNING).why(TODAY)
        assert (found.type, found.reason, found.line) == (DayType.MOURNING, "vì mourning", 2)

    def test_other_days_keep_theirs(self) -> None:
        """An assigned day changes no other."""
        assert assigned(TODAY, DayType.MOURNING).day_type(TODAY + timedelta(days=1)) is DayType.NORMAL

    def test_days_off_are_holidays(self, tmp_path: Path) -> None:
        """A day off of the local file is a holiday with its line; a working day is normal."""
        path = tmp_path / "x.yaml"
        path.write_text(
            "days_off:\n- {date: 10/06/2026, name: Hội làng}\nworking_days:\n- {date: 01/05/2026, name: Làm bù}\n",
            encoding="utf-8",
        )
        local, findings = read_local_calendar(path, file="x.yaml")
        assert not findings
        found = DayTypes(local).why(TODAY)
        assert (found.type, found.reason, found.line) == (DayType.HOLIDAY, "Hội làng", 2)
        assert DayTypes(local).day_type(date(2026, 5, 1)) is DayType.NORMAL

    @given(
        st.dates(min_value=date(2000, 1, 1), max_value=date(2199, 12, 31)),
        st.lists(st.sampled_from(list(DayType)), max_size=4),
    )
    def test_more_words_never_make_a_day_lighter(self, day: date, types: list[DayType]) -> None:
        """Without ``normal``, a day is at least what the calendar and each assignment make it."""
        rank = list(DayType).index
        found = assigned(day, *types).day_type(day)
        expected = [*types, *([] if DayType.NORMAL in types else [BARE.day_type(day)])]
        assert rank(found) == max(map(rank, expected))
