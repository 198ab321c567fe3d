"""The panel's words about the station's condition: what is wrong is said, since when, in local time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loa.clock import VirtualClock
from loa.console.condition import Condition

STATE: dict[str, Any] = {
    "at": "2026-11-23T08:00:05+07:00",
    "next": [{"key": "k", "title": "Buổi chiều", "planned_at": "2026-11-23T17:30:00+07:00"}],
    "emergencies": [{"title": "Lũ", "authoriser": "Chủ tịch", "said": 2, "next_at": "2026-11-23T01:15:00Z"}],
    "alarms": [{"alarm": "silence", "since": "2026-11-23T00:58:00Z", "detail": "", "text": "Loa im."}],
    "output": "USB Audio",
    "heard": True,
    "trouble": "",
    "timetable_mistakes": ["tuan.yaml, line 3: mistake"],
}

pytestmark = pytest.mark.usefixtures("english")


def test_a_state_is_put_into_words(tmp_path: Path, clock: VirtualClock) -> None:
    """Times are local, whatever zone they come in; alarms and mistakes stand together; the disk is looked at."""
    words = Condition(tmp_path, clock).in_words(STATE)
    assert words["next"][0]["when_words"] == "17:30 23/11"
    assert words["emergencies"][0]["next_words"] == "08:15 23/11"
    assert words["alarm_words"] == ["tuan.yaml, line 3: mistake", "since 07:58 23/11: Loa im."]
    assert words["output_words"] == "USB Audio"
    assert words["clock"]["words"].startswith("08:00:05")
    assert words["disk_words"].endswith("GB free")


def test_nobody_hears_it_is_said_so(tmp_path: Path, clock: VirtualClock) -> None:
    """Where the sound only goes to files, the panel says that nobody hears it."""
    assert "nobody" in Condition(tmp_path, clock).in_words(STATE | {"heard": False})["output_words"]


def test_a_state_of_a_station_that_says_little_is_shown(tmp_path: Path, clock: VirtualClock) -> None:
    """A station of another version leaves things out: the panel shows the rest."""
    words = Condition(tmp_path, clock).in_words({})
    assert words["next"] == words["alarm_words"] == words["emergencies"] == []
