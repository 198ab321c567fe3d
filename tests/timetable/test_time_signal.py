"""The time signal: the two pieces say the minute in which they are heard."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.reading import read
from loa.timetable import ItemKind, Problem, Programme, ProgrammeItem, Shelf, Slot, Timetable, plan
from loa.timetable.time_signal import heard_at, piece_names, pieces, said

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LEAD = "Bây giờ là"


@given(st.times())
def test_every_minute_has_its_pieces(at: time) -> None:
    """What is rendered beforehand is enough at any time of day."""
    day = datetime(2026, 11, 23, tzinfo=ZONE)
    names = piece_names(LEAD, datetime.combine(day, at, ZONE))
    assert set(names) <= set(pieces(LEAD))
    other = piece_names(LEAD, day)
    assert tuple(heard_at(name, datetime.combine(day, at, ZONE)) for name in other) == names


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("05:00", "bây giờ là năm giờ đúng"),
        ("05:30", "bây giờ là năm giờ ba mươi phút"),
        ("17:05", "bây giờ là mười bảy giờ năm phút"),
        ("00:21", "bây giờ là không giờ hai mươi mốt phút"),
    ],
)
def test_it_says_the_time_as_a_newsreader_does(at: str, words: str) -> None:
    """Through the same reading as every bulletin."""
    names = piece_names(LEAD, datetime.combine(datetime(2026, 11, 23, tzinfo=ZONE), time.fromisoformat(at), ZONE))
    assert " ".join(read(said(name)).spoken.strip(" .,") for name in names) == words


def test_the_plan_says_the_time_at_which_the_item_comes(tmp_path: object) -> None:
    """A tune of 70 seconds before it: the minute after."""
    del tmp_path
    programme = Programme(
        name="p",
        title="p",
        items=(
            ProgrammeItem(kind=ItemKind.AUDIO, name="audio/nhac.flac"),
            ProgrammeItem(kind=ItemKind.TIME, name=LEAD),
        ),
    )
    timetable = Timetable(programmes={"p": programme}, slots={"s": Slot(name="s", programme="p", times=(time(5, 59),))})
    lengths = {"audio/nhac.flac": 70.0, **dict.fromkeys(pieces(LEAD), 1.0)}
    day = datetime(2026, 11, 23, tzinfo=ZONE).date()
    (broadcast,) = plan(timetable, Shelf(lengths_s=lengths), first_day=day, last_day=day, zone=ZONE)
    assert [(item.kind, item.name) for item in broadcast.items[1:]] == [
        (ItemKind.TIME, f"time/{LEAD}/06"),
        (ItemKind.TIME, "time/00"),
    ]
    assert broadcast.planned_end - broadcast.planned_at == timedelta(seconds=72)
    (unrendered,) = plan(timetable, Shelf(), first_day=day, last_day=day, zone=ZONE)
    assert {item.problem for item in unrendered.items[1:]} == {Problem.NOT_RENDERED}
