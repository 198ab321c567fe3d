"""Public holidays are those of the law on Vietnam's lunar dates, and the commune's own file wins."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from loa.calendar import LocalCalendar, PublicHolidays, check_working_days, kept_on, read_local_calendar, tet
from loa.errors import Severity

DAY = timedelta(days=1)
LAW = PublicHolidays(LocalCalendar())


def statutory(year: int) -> set[date]:
    """Return the days that Article 112 of the Labour Code 2019 names, lunar dates by our own calendar."""
    fixed = {date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)}
    five_of_tet = {tet(year) + offset * DAY for offset in range(-1, 4)}
    return fixed | five_of_tet | {kept_on(year, 3, 10)}


def whole_year(year: int) -> list[date]:
    """Return every day of `year`."""
    first = date(year, 1, 1)
    return [first + offset * DAY for offset in range((date(year + 1, 1, 1) - first).days)]


@pytest.fixture
def own(tmp_path: Path) -> PublicHolidays:
    """Return the holidays of a commune with a file of its own."""
    path = tmp_path / "ngay-dac-biet.yaml"
    path.write_text(
        "days_off:\n  - date: 20/11/2026\n    name: Hội làng\n  - date: 01/05/2026\n    name: Nghỉ theo xã\n"
        "working_days:\n  - date: [24/11/2026, 05/12/2026]\n    name: Làm bù\n",
        encoding="utf-8",
    )
    local, findings = read_local_calendar(path, file="ngay-dac-biet.yaml")
    assert not findings
    return PublicHolidays(local)


def test_the_table_says_what_the_package_says() -> None:
    """A newer package knows of newly swapped days: then type python .ci/public_holidays.py and look at what changed."""
    spec = importlib.util.spec_from_file_location("tool", Path(__file__).parents[2] / ".ci" / "public_holidays.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.TABLE.read_text(encoding="utf-8") == tool.table()


def test_a_station_does_not_load_the_package() -> None:
    """It takes a second or more on a small board."""
    program = (
        "import sys, datetime; from loa.calendar import DayTypes, LocalCalendar;"
        "DayTypes(LocalCalendar()).day_type(datetime.date(2026, 9, 2)); sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


class TestTheLaw:
    @pytest.mark.parametrize("year", range(2020, 2200))
    def test_every_day_of_the_law_is_a_holiday(self, year: int) -> None:
        """Tết's five days, Giỗ Tổ and the fixed days are holidays in every year, also after 2100."""
        assert [day for day in statutory(year) if not LAW.is_holiday(day)] == []

    @pytest.mark.parametrize("year", range(2021, 2051))
    def test_nothing_else_is_but_what_the_law_adds(self, year: int) -> None:
        """What the package adds: one day beside 2 September, 24 November from 2026, weekdays in lieu or swapped."""
        holidays = {day for day in whole_year(year) if LAW.is_holiday(day)}
        beside = holidays & {date(year, 9, 1), date(year, 9, 3)}
        assert beside
        culture_day = {date(year, 11, 24)} if year >= 2026 else set()
        assert culture_day <= holidays
        in_lieu = holidays - statutory(year) - beside - culture_day
        assert [day for day in in_lieu if day.weekday() >= 5] == []
        weekend = [day for day in holidays if day.weekday() >= 5]
        assert len(in_lieu) <= len(weekend) + 1  # one swapped day a year at most

    def test_the_years_that_were(self) -> None:
        """2023 to 2026 are as the government announced them, with lieu and swapped days."""
        for written in [
            "2023-01-02",
            "2023-05-02",
            "2023-05-03",
            "2023-09-01",
            "2023-09-04",
            "2024-04-29",
            "2024-09-03",
            "2025-05-02",
            "2026-08-31",
        ]:
            assert LAW.is_holiday(date.fromisoformat(written)), written
        assert not LAW.is_holiday(date(2026, 8, 30))
        assert LAW.is_working_day(date(2026, 8, 22))
        assert LAW.is_working_day(date(2019, 1, 5))  # for 31 December 2018, across the turn of the year
        assert not LAW.is_working_day(date(2026, 8, 29))
        assert LAW.is_working_day(date(2026, 8, 28))

    def test_a_sunday_is_no_holiday(self) -> None:
        """A weekend alone is neither a holiday nor worked."""
        assert not LAW.is_holiday(date(2026, 11, 22))
        assert not LAW.is_working_day(date(2026, 11, 22))

    def test_names_do_not_follow_the_process_locale(self) -> None:
        """Names are Vietnamese in an English and in a Thai process alike."""
        code = (
            "from datetime import date; from loa.calendar import *;"
            "print(ascii([PublicHolidays(LocalCalendar()).name(date(y, 9, 2)) for y in (2026, 2150)]))"
        )
        for language in ("en_US.UTF-8", "th_TH.UTF-8"):
            environment = os.environ | {"LANG": language, "LANGUAGE": language, "LC_ALL": language}
            done = subprocess.run(
                [sys.executable, "-c", code],
                env=environment,
                cwd=Path(__file__).parents[2],
                check=True,
                capture_output=True,
                timeout=60,
            )
            assert done.stdout.decode("ascii").strip() == ascii(["Quốc khánh", "Quốc khánh"])

    def test_the_package_is_loaded_late(self) -> None:
        """Importing the room costs nothing of the second that the package takes."""
        code = "import loa.calendar, sys; print('holidays' in sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True, capture_output=True, timeout=60
        )
        assert done.stdout.strip() == b"False"


class TestTheCommune:
    def test_its_file_wins(self, own: PublicHolidays) -> None:
        """Days off are added or renamed, working days taken away, weekends worked; other days stay."""
        assert own.name(date(2026, 11, 20)) == "Hội làng"
        assert own.name(date(2026, 5, 1)) == "Nghỉ theo xã"
        assert LAW.is_holiday(date(2026, 11, 24))
        assert not own.is_holiday(date(2026, 11, 24))
        assert own.is_working_day(date(2026, 11, 24))
        assert own.is_working_day(date(2026, 12, 5))
        assert not own.is_working_day(date(2026, 11, 20))
        assert own.name(date(2026, 4, 30)) == "Ngày Chiến thắng"

    @pytest.mark.usefixtures("english")
    def test_a_working_day_that_is_one_anyway_is_a_warning(self, tmp_path: Path) -> None:
        """The Friday before the Saturday that was meant is named with its line; Saturdays and holidays are not."""
        path = tmp_path / "x.yaml"
        text = "working_days:\n- date: [05/12/2026, 04/12/2026, 24/11/2026, 22/08/2026]\n  name: Làm bù\n"
        path.write_text(text, encoding="utf-8")
        local, findings = read_local_calendar(path, file="x.yaml")
        assert not findings
        (doubt,) = check_working_days(local, file="x.yaml")
        assert (doubt.line, doubt.severity) == (2, Severity.WARNING)
        assert doubt.message == "04/12/2026 is a working day anyway."
