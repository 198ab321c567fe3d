"""The public holidays of Vietnam: what the law says, as the commune's own file corrects it.

The law is Article 112 of the Labour Code 2019 (45/2019/QH14): 1 January; five days of Tết; the tenth of the third lunar
month (Giỗ Tổ Hùng Vương); 30 April; 1 May; 2 September and one day beside it; and Article 111 on days off in lieu of
weekends (nghỉ bù); from 2026 also 24 November, Ngày Văn hóa Việt Nam (Resolution 80-NQ/TW). The `holidays` package keeps
it, with the working days swapped each year as far as they are known to it. After 2100 it knows no holiday at all and says
nothing: from then on the days that the law fixes are given here, without days in lieu and without the one beside
2 September.

What the package says lies in ``data/public_holidays.tsv`` (years 2000 to 2100), written by ``.ci/public_holidays.py`` and
held equal to the package by a test: the package itself loads every country of the world, a second or more on a small board.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from loa.calendar.local_file import LocalCalendar
from loa.calendar.lunar import CHAP, kept_on, lunar_date
from loa.errors import Finding, Severity
from loa.language import translate as _

TABLE = Path(__file__).with_name("data") / "public_holidays.tsv"
WORKED = "+"
_SATURDAY = 5
_FIXED = {
    (1, 1): "Tết Dương lịch",
    (4, 30): "Ngày Chiến thắng",
    (5, 1): "Ngày Quốc tế Lao động",
    (9, 2): "Quốc khánh",
    (11, 24): "Ngày Văn hóa Việt Nam",
}
_SINCE = {(11, 24): 2026}
_CALLED_29 = "29 Tết"  # what the package calls the day off before the eve, also where it is the 28th
_BESIDE_TET = "Nghỉ Tết Nguyên Đán"
_TET = (
    "Giao thừa Tết Nguyên Đán",
    "Tết Nguyên Đán",
    "Mùng hai Tết Nguyên Đán",
    "Mùng ba Tết Nguyên Đán",
    "Mùng bốn Tết Nguyên Đán",
)


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Which days are public holidays here.

    Parameters
    ----------
    local
        The commune's own file; it wins over the package.
    """

    local: LocalCalendar

    def name(self, day: date) -> str | None:
        """Return why `day` is a public holiday, in Vietnamese, or None where it is none."""
        if day in self.local.working_days:
            return None
        if day in self.local.days_off:
            return self.local.days_off[day].name
        return _of_year(day.year).holidays.get(day)

    def is_holiday(self, day: date) -> bool:
        """Return whether `day` is a public holiday, a day off in lieu or a swapped day off. A Sunday alone is not."""
        return self.name(day) is not None

    def is_working_day(self, day: date) -> bool:
        """Return whether offices work on `day`: Monday to Friday without holidays, and swapped working days."""
        if day in self.local.working_days:
            return True
        if self.is_holiday(day):
            return False
        return day.weekday() < _SATURDAY or day in _of_year(day.year).swapped_working_days


def check_working_days(local: LocalCalendar, *, file: str) -> tuple[Finding, ...]:
    """Return a warning for each working day of the local file that is one without it: most likely a date mistyped.

    Parameters
    ----------
    file
        The local file as the operator knows it.
    """
    by_law = PublicHolidays(LocalCalendar())
    return tuple(
        Finding(
            file=file,
            line=what.line,
            field="working_days",
            message=_("{day} is a working day anyway.").format(day=f"{day:%d/%m/%Y}"),
            advice=_("Check the date: only a Saturday, a Sunday or a public holiday needs to stand here."),
            severity=Severity.WARNING,
        )
        for day, what in local.working_days.items()
        if day.weekday() < _SATURDAY and not by_law.is_holiday(day)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    holidays: dict[date, str]
    swapped_working_days: frozenset[date]


@cache
def _of_year(year: int) -> _Year:
    known = _table().get(year)
    return known if known is not None else _Year(holidays=_by_law(year), swapped_working_days=frozenset())


@cache
def _table() -> dict[int, _Year]:
    holidays: dict[int, dict[date, str]] = {}
    worked: dict[int, set[date]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        written, name = line.split("\t")
        day = date.fromisoformat(written)
        if name == WORKED:
            worked.setdefault(day.year, set()).add(day)
        elif name == _CALLED_29 and lunar_date(day).day != 29:  # noqa: PLR2004 - as it says
            holidays.setdefault(day.year, {})[day] = _BESIDE_TET
        else:
            holidays.setdefault(day.year, {})[day] = name
    return {
        year: _Year(holidays=days, swapped_working_days=frozenset(worked.get(year, ())))
        for year, days in holidays.items()
    }


def _by_law(year: int) -> dict[date, str]:
    fixed = {
        date(year, month, day): name for (month, day), name in _FIXED.items() if year >= _SINCE.get((month, day), 0)
    }
    eve = kept_on(year - 1, CHAP, 30)
    days_of_tet = {eve + timedelta(days=offset): name for offset, name in enumerate(_TET)}
    return fixed | days_of_tet | {kept_on(year, 3, 10): "Ngày Giỗ Tổ Hùng Vương"}
