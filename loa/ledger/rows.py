"""What one row of the ledger is, how it is written down, and how rows are chained.

A row never changes. Its hash covers everything in it and the hash of the row before: changing, dropping or moving any
row breaks every later hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from json.encoder import encode_basestring as _quoted
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from loa.clock import Clock

FIRST_PREVIOUS_HASH = "0" * 64


class RowKind(StrEnum):
    """What a row tells.

    One broadcast has, in this order: PLANNED (again where the plan for it changed), INTENT, STARTED, one ITEM for
    each item that left the device, and exactly one CLOSED; between them INTERRUPTED and RESUMED where another cut in.
    """

    STATION_UP = "station-up"
    STATION_DOWN = "station-down"
    PLANNED = "planned"
    INTENT = "intent"
    STARTED = "started"
    ITEM = "item"
    INTERRUPTED = "interrupted"
    RESUMED = "resumed"
    CLOSED = "closed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    EDITED = "edited"
    QUEUED = "queued"
    UNQUEUED = "unqueued"
    EMERGENCY = "emergency"
    ALL_CLEAR = "all-clear"
    TIMETABLE = "timetable"
    OUTPUT_LOST = "output-lost"
    OUTPUT_BACK = "output-back"
    CLOCK_STEP = "clock-step"
    ALARM = "alarm"
    ALARM_OVER = "alarm-over"
    AMPLIFIER = "amplifier"
    MANUAL = "manual"
    ACTION = "action"
    CORRECTION = "correction"
    NARRATIVE = "narrative"
    STATION_KEY = "station-key"
    ANCHOR = "anchor"
    JOURNAL = "journal"
    RESTORED = "restored"


class Outcome(StrEnum):
    """How a planned broadcast ended."""

    AIRED = "aired"
    PARTIAL = "partial"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a broadcast ended as it did."""

    AS_PLANNED = "as-planned"
    STARTED_LATE = "started-late"
    STATION_OFF = "station-off"
    STATION_KILLED = "station-killed"
    POWER_CUT = "power-cut"
    STATION_STOPPED = "station-stopped"
    STOPPED_BY_OPERATOR = "stopped-by-operator"
    EMERGENCY = "emergency"
    INTERRUPTED = "interrupted"
    RESUMED = "resumed"
    JOINED = "joined"
    OVERLAP = "overlap"
    TOO_LATE = "too-late"
    QUIET_HOURS = "quiet-hours"
    NOTHING_TO_AIR = "nothing-to-air"
    ITEM_MISSING = "item-missing"
    OUTPUT_LOST = "output-lost"
    CLOCK_STEP = "clock-step"
    TIMETABLE_CHANGED = "timetable-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, as stored.

    Attributes
    ----------
    seq
        Number of the row, from 1 without gaps.
    at
        When it was written: UTC, ISO 8601 with microseconds and ``Z``.
    kind
        What it tells.
    broadcast
        Key of the broadcast it belongs to, or None.
    data
        Plain values (JSON); seconds in fields ending in ``_s``.
    previous_hash, row_hash
        The chain, 64 hex digits each.
    clock
        What the machine's clocks said beside `at`: ``local_at`` (the station's local time with its offset),
        ``monotonic_s``, ``boot_id``, ``synchronised`` (true, false, or null where unknown). None in rows written by
        loa 0.1.0.
    """

    seq: int
    at: str
    kind: RowKind
    broadcast: str | None
    data: Mapping[str, Any]
    previous_hash: str
    row_hash: str
    clock: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain values for ``--json`` and export."""
        return {
            "seq": self.seq,
            "at": self.at,
            "kind": self.kind.value,
            "broadcast": self.broadcast,
            "data": dict(self.data),
            "previous_hash": self.previous_hash,
            "row_hash": self.row_hash,
            "clock": None if self.clock is None else dict(self.clock),
        }


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys, no spaces, letters as they are: one text for one value.

    Raises
    ------
    ValueError
        A number is NaN or infinite.
    TypeError
        A value is not plain JSON.
    """
    return _ENCODER.encode(value)


def row_hash(
    *, seq: int, at: str, kind: str, broadcast: str | None, data_json: str, previous_hash: str, clock_json: str | None
) -> str:
    """Return the chain hash of a row.

    It is the SHA-256 of the canonical JSON of ``[seq, at, kind, broadcast, previous_hash]``, a line break and the data
    text; in rows that say what the clocks were, another line break and that text. No JSON text has a line break in it.
    """
    key = "null" if broadcast is None else _quoted(broadcast)  # written out: as canonical_json would, in half the time
    text = f"[{seq},{_quoted(at)},{_quoted(kind)},{key},{_quoted(previous_hash)}]\n{data_json}"
    if clock_json is not None:
        text = f"{text}\n{clock_json}"
    return hashlib.sha256(text.encode()).hexdigest()


def clock_json(clock: Clock, at: datetime, zone: ZoneInfo) -> str:
    """Return the canonical JSON of what the clocks say beside `at`: see `Row.clock`."""
    return canonical_json(
        {
            "local_at": at.astimezone(zone).isoformat(timespec="microseconds"),
            "monotonic_s": round(clock.monotonic(), 6),
            "boot_id": clock.boot_id,
            "synchronised": clock.synchronised(),
        }
    )


class Stored(NamedTuple):
    """A row as it stands in the file, unchecked."""

    seq: int
    at: str
    kind: str
    broadcast: str | None
    data: str
    previous_hash: str
    row_hash: str
    clock: str | None

    def hash_as(self, seq: int) -> str:
        """Return its hash, were `seq` its number."""
        return row_hash(
            seq=seq,
            at=self.at,
            kind=self.kind,
            broadcast=self.broadcast,
            data_json=self.data,
            previous_hash=self.previous_hash,
            clock_json=self.clock,
        )

    def fits(self, seq: int) -> bool:
        """Return whether its hash is that of a row with this number."""
        try:
            return self.hash_as(seq) == self.row_hash
        except (TypeError, ValueError):  # a value of another type, or no text at all: no row of ours
            return False


def chained(
    seq: int,
    previous_hash: str,
    *,
    at: str,
    kind: RowKind,
    broadcast: str | None,
    data_json: str,
    clock_json: str | None,
) -> Stored:
    """Return the row with this content that follows the row whose hash is `previous_hash`."""
    row = Stored(seq, at, kind.value, broadcast, data_json, previous_hash, "", clock_json)
    return row._replace(row_hash=row.hash_as(seq))


def instant_text(at: datetime) -> str:
    """Return an aware time as UTC text that sorts by time: ``2026-11-23T05:30:00.000000Z``."""
    if at.tzinfo is None:
        raise ValueError("a ledger time must be aware")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant_from_text(text: str) -> datetime:
    """Return the aware UTC time that `instant_text` wrote. Raises ValueError on anything else."""
    return datetime.fromisoformat(text)
