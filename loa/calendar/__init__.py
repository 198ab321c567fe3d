"""The calendar room: dates in; lunar dates, public holidays and day types out. Pure but for reading one local file."""

from __future__ import annotations

from loa.calendar.day_type import DayType
from loa.calendar.day_types import DayTypes, TypedDay, is_tet
from loa.calendar.local_file import CALENDAR_FILE, LocalCalendar, read_local_calendar
from loa.calendar.lunar import LunarDate, kept_on, leap_month, lunar_date, month_length, solar_date, tet
from loa.calendar.lunar_days import lunar_days
from loa.calendar.lunar_names import lunar_words, year_name
from loa.calendar.public_holidays import PublicHolidays, check_working_days

__all__ = [
    "CALENDAR_FILE",
    "DayType",
    "DayTypes",
    "LocalCalendar",
    "LunarDate",
    "PublicHolidays",
    "TypedDay",
    "check_working_days",
    "is_tet",
    "kept_on",
    "leap_month",
    "lunar_date",
    "lunar_days",
    "lunar_words",
    "month_length",
    "read_local_calendar",
    "solar_date",
    "tet",
    "year_name",
]
