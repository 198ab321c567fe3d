"""Sessions: broadcasts that follow each other closely, as a listener counts them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from loa.ledger import AsRun

SESSION_GAP = timedelta(minutes=10)  # broadcasts that follow each other closer than this are one session


def sessions_of(records: Iterable[AsRun]) -> dict[str, int]:
    """Return the number of the session of each broadcast that loudspeakers played, by key.

    A session is what a listener takes for one: broadcasts that follow each other within `SESSION_GAP`.
    """
    heard = sorted((one for one in records if one.heard and one.played_s > 0 and one.outcome is not None), key=_began)
    numbers: dict[str, int] = {}
    number, until = 0, None
    for record in heard:
        if until is None or _began(record) - until > SESSION_GAP:
            number += 1
        numbers[record.key] = number
        ended = record.ended_at or _began(record) + timedelta(seconds=record.played_s)
        until = ended if until is None else max(until, ended)
    return numbers


def _began(record: AsRun) -> datetime:
    return record.started_at or record.planned_at
