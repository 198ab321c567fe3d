"""What Vietnamese people call lunar years, months and days. These names are the same in every language of the screens."""

from __future__ import annotations

from loa.calendar.lunar import LunarDate

STEMS = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
BRANCHES = ("Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi")
MONTHS = ("Giêng", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Chạp")
EARLY_DAYS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
FULL_MOON = 15

_FIRST_GIAP_TY = 4  # the year 4 began a cycle of sixty


def year_name(year: int) -> str:
    """Return the can-chi name of a lunar year: 2026 is Bính Ngọ, 2027 Đinh Mùi."""
    since = year - _FIRST_GIAP_TY
    return f"{STEMS[since % len(STEMS)]} {BRANCHES[since % len(BRANCHES)]}"


def month_name(month: int, *, leap: bool = False) -> str:
    """Return the name of a lunar month: "tháng Giêng", "tháng Sáu nhuận", "tháng Chạp"."""
    return f"tháng {MONTHS[month - 1]}" + (" nhuận" if leap else "")


def lunar_words(lunar: LunarDate) -> str:
    """Return a lunar date without its year, as it is said: "mùng một tháng Giêng", "rằm tháng Bảy", "23 tháng Chạp"."""
    if lunar.day <= len(EARLY_DAYS):
        day = f"mùng {EARLY_DAYS[lunar.day - 1]}"
    else:
        day = "rằm" if lunar.day == FULL_MOON else str(lunar.day)
    return f"{day} {month_name(lunar.month, leap=lunar.leap)}"
