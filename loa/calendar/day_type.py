"""The kinds of day a station knows."""

from __future__ import annotations

from enum import StrEnum


class DayType(StrEnum):
    """What kind of day it is; of two kinds on one day, the later in this list counts.

    NORMAL
        A day like any other.
    HOLIDAY
        A public holiday (Labour Code 2019, Article 112, with the days off in lieu and the swapped days).
    TET
        Lunar New Year.
    EXAM
        Exam week: nothing that disturbs.
    MOURNING
        State mourning: no music and no entertainment (Decree 105/2012/NĐ-CP).
    """

    NORMAL = "normal"
    HOLIDAY = "holiday"
    TET = "tet"
    EXAM = "exam"
    MOURNING = "mourning"
