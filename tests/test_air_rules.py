"""When the loudspeakers may sound."""

from __future__ import annotations

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from loa.air_rules import AirRules


@given(st.times(), st.times(), st.times())
def test_quiet_hours_by_the_minute(start: time, end: time, at: time) -> None:
    """A span of quiet hours, past midnight too, holds its beginning and not its end."""
    if start == end:
        return
    steps = (at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6) - (
        start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6
    )
    length = (end.hour * 3600 + end.minute * 60 + end.second + end.microsecond / 1e6) - (
        start.hour * 3600 + start.minute * 60 + start.second + start.microsecond / 1e6
    )
    assert AirRules(quiet_hours=((start, end),)).quiet_at(at) == (steps % 86400 < length % 86400)
