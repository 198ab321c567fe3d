"""Entries written by hand: folded from their rows, corrected by new rows, never a broadcast."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from loa.ledger import Channel, Ledger, RowKind, as_run, instant_text, manual_plays
from loa.ledger.manual import channel_name

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ITEM = {"item": "mot", "title": "Một", "topic": "tin", "text_hash": "ab", "approved_by": "Lan", "length_s": 60.0}


def data(**changed: Any) -> dict[str, Any]:
    return {
        "channel": "mobile",
        "place": "ấp 3",
        "at": instant_text(AT),
        "times": 3,
        "items": [ITEM],
        "person": "Hoa",
        "note": "",
        "corrects": None,
    } | changed


def test_an_entry_is_read_back_as_written(ledger: Ledger) -> None:
    """Channel, place, time, items, person; its length is that of all plays."""
    ledger.append(RowKind.MANUAL, data())
    (play,) = manual_plays(ledger.rows())
    assert (play.row, play.at, play.channel, play.place, play.times) == (1, AT, Channel.MOBILE, "ấp 3", 3)
    assert (play.items[0].item, play.person, play.counts, play.length_s) == ("mot", "Hoa", True, 180.0)
    assert play.as_json()["at"] == AT.isoformat()


def test_a_correction_takes_the_place_of_its_row(ledger: Ledger) -> None:
    """The old row stays in the ledger, in its place in the chain, and counts no more."""
    ledger.append(RowKind.MANUAL, data())
    ledger.append(RowKind.MANUAL, data(times=2, corrects=1))
    ledger.append(RowKind.MANUAL, data(times=0, corrects=2))
    plays = manual_plays(ledger.rows())
    assert [(play.row, play.corrected_by, play.counts) for play in plays] == [
        (1, 2, False),
        (2, 3, False),
        (3, None, False),
    ]
    assert ledger.verify().rows == 3


def test_an_entry_is_no_broadcast(ledger: Ledger) -> None:
    """The record of broadcasts does not see it."""
    ledger.append(RowKind.MANUAL, data())
    assert list(as_run(ledger.rows())) == []
    assert ledger.without_outcome() == []


def test_entries_are_in_order_of_what_they_tell(ledger: Ledger) -> None:
    """What happened first comes first, however late it was written down."""
    ledger.append(RowKind.MANUAL, data())
    ledger.append(RowKind.MANUAL, data(at=instant_text(AT.replace(day=1))))
    assert [play.row for play in manual_plays(ledger.rows())] == [2, 1]


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_has_a_name(channel: Channel) -> None:
    """No channel appears in a report as a bare code."""
    assert channel_name(channel)[0].isupper()
