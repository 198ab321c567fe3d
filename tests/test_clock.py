"""Time is an argument: the virtual clock does what tests and rehearsals ask of it, the system clock what Python does."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from loa.clock import Clock, SystemClock, VirtualClock

START = datetime(2026, 11, 23, 5, 0, tzinfo=timezone(timedelta(hours=7)))


def test_wall_time_is_aware_and_utc() -> None:
    """Both clocks give aware UTC, whatever zone they were started in."""
    clocks: list[Clock] = [SystemClock(), VirtualClock(START)]
    for clock in clocks:
        assert clock.now().tzinfo is UTC
    assert VirtualClock(START).now() == START


def test_a_naive_start_is_refused() -> None:
    """A clock is never started at a time without a zone."""
    with pytest.raises(ValueError, match="aware"):
        VirtualClock(START.replace(tzinfo=None))


def test_a_virtual_clock_moves_only_when_told() -> None:
    """Waiting and sleeping move both clocks; nothing else does."""
    clock = VirtualClock(START)
    clock.sleep(2.5)
    assert not clock.wait(threading.Event(), 1.5)
    assert (clock.now() - START, clock.monotonic()) == (timedelta(seconds=4), 4.0)
    assert clock.now() == clock.now()


def test_an_event_that_is_set_is_not_waited_for() -> None:
    """Waiting for what has happened takes no time."""
    clock, event = VirtualClock(START), threading.Event()
    event.set()
    assert clock.wait(event, 60)
    assert clock.monotonic() == 0.0


@pytest.mark.parametrize("step_s", [3600.0, -3600.0])
def test_the_wall_clock_jumps_alone(step_s: float) -> None:
    """A step of the wall clock, forwards or back, leaves the monotonic clock where it is."""
    clock = VirtualClock(START)
    clock.advance(10)
    clock.step_wall(step_s)
    assert clock.monotonic() == 10.0
    assert clock.now() == START + timedelta(seconds=10 + step_s)


def test_monotonic_time_never_goes_back() -> None:
    """Advancing by a negative time is refused."""
    with pytest.raises(ValueError, match="backwards"):
        VirtualClock(START).advance(-1)


def test_the_system_clock_waits_no_longer_than_asked() -> None:
    """A set event is seen at once; monotonic time does not go back."""
    clock, event = SystemClock(), threading.Event()
    before = clock.monotonic()
    assert not clock.wait(event, 0.001)
    event.set()
    assert clock.wait(event, 60)
    clock.sleep(0)
    assert clock.monotonic() >= before
