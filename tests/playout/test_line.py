"""What the station remembers of a player's line: enough for the next player, never more than was heard."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.playout.health import OutputHealth
from loa.playout.line import Line
from loa.playout.part import RATE, Began, Ended, Event, Part, Sound
from loa.playout.wire import (
    Progress,
    State,
    event_from,
    event_values,
    line,
    message_from,
    part_from,
    part_values,
    state_from,
    state_values,
)

PARTS = [Part(part_id=name, sound=Sound(path=None, frames=10 * RATE)) for name in "abc"]


def playing(line: Line, *, sent_s: float, heard_s: float, at_s: float, lost_s: float = 0.0) -> None:
    """Let the player tell that part a has come so far."""
    frames = {"sent_frames": sent_s, "lost_frames": lost_s, "heard_frames": heard_s}
    line.note({"a": Progress(**{name: round(s * RATE) for name, s in frames.items()}, at_s=at_s)})


def begun() -> Line:
    """Return a line whose first part has begun."""
    line = Line()
    line.add(PARTS)
    line.take(Began(part_id="a", wall_s=0, mono_s=100.0))
    return line


def test_the_next_player_goes_on_where_the_dead_one_was_heard_to_its_end() -> None:
    """The first part goes on from what was heard, with the instant at which the next frame was due; the rest waits."""
    line = begun()
    playing(line, sent_s=2.2, heard_s=2.0, at_s=102.0)
    first, *waiting = line.left_behind(102.1)
    assert first == (
        PARTS[0],
        Progress(sent_frames=round(2.1 * RATE), lost_frames=0, heard_frames=round(2.1 * RATE), at_s=102.1),
    )
    assert waiting == [(PARTS[1], None), (PARTS[2], None)]


def test_a_player_that_hung_was_heard_to_the_end_of_its_buffer() -> None:
    """What it had sent was played; the next frame was due then, however late anybody noticed."""
    line = begun()
    playing(line, sent_s=2.2, heard_s=2.0, at_s=102.0)
    progress = line.left_behind(103.5)[0][1]
    assert progress is not None
    assert progress.sent_frames == round(2.2 * RATE)
    assert progress.at_s == pytest.approx(102.2)


def test_what_was_being_cut_has_ended_and_is_not_played_again() -> None:
    """An emergency met a dying player: what it cut is told as cut, with what was heard of it."""
    line = begun()
    playing(line, sent_s=2.2, heard_s=2.0, at_s=102.0)
    line.cut(frozenset("ab"))
    assert line.heard_frames(102.0) == {}
    assert [part.part_id for part, _progress in line.left_behind(102.1)] == ["c"]
    ended = [event for event in line.events if isinstance(event, Ended)]
    assert [(one.part_id, one.sent_frames, one.cut) for one in ended] == [
        ("a", round(2.1 * RATE), True),
        ("b", 0, True),
    ]


def test_what_a_dead_player_says_late_is_nobodys() -> None:
    """An end that comes after the end is not told twice."""
    line = begun()
    end = Ended(part_id="a", sent_frames=1, lost_frames=0, mono_s=101.0, cut=False)
    line.take(end)
    line.take(end)
    assert [type(event) for event in line.events] == [Began, Ended]


@given(sent_s=st.floats(0, 10), heard_s=st.floats(0, 10), later_s=st.floats(-5, 5), lost_s=st.floats(0, 3))
def test_nothing_is_called_heard_that_was_not_sent(
    sent_s: float, heard_s: float, later_s: float, lost_s: float
) -> None:
    """Whatever a player last said and however long ago."""
    line = begun()
    playing(line, sent_s=sent_s, heard_s=min(heard_s, sent_s), at_s=100.0, lost_s=lost_s)
    heard = line.heard_frames(100.0 + later_s)["a"]
    assert 0 <= heard <= round(sent_s * RATE)
    progress = line.left_behind(100.0 + later_s)[0][1]
    assert progress is not None
    assert progress.sent_frames == heard


EVENTS: list[Event] = [
    Began(part_id="a\n“b”", wall_s=1.5, mono_s=2.5),
    Ended(part_id="a", sent_frames=1, lost_frames=2, mono_s=3.25, cut=True),
]


def test_what_goes_over_the_pipe_comes_out_as_it_went_in() -> None:
    """Parts, places, events and states: values, not objects, whatever the titles are."""
    progress = Progress(sent_frames=1, lost_frames=2, heard_frames=1, at_s=0.1)
    state = State(device="loa “1”", trouble="", open=True, health=OutputHealth(frames=5), playing={"a": progress})
    for part in PARTS:
        assert part_from(json.loads(json.dumps(part_values(part, progress)))) == (part, progress)
    for event in EVENTS:
        assert event_from(message_from(line(event_values(event)))) == event
    assert state_from(message_from(line(state_values(state)))) == state


@pytest.mark.parametrize("rubbish", [b"\xff\n", b"{}\n", b"[1]\n", b"3\n", b'{"tell": "state"', b"\n", b"null\n"])
def test_rubbish_is_never_a_message(rubbish: bytes) -> None:
    """Half a line, another language, another JSON: refused with an error that the reader knows."""
    with pytest.raises((ValueError, TypeError)):
        message_from(rubbish)
