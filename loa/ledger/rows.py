"""What one row of the ledger is, how it is written down, and how rows are chained.

A row never changes. Its hash is the SHA-256 of the canonical JSON of everything in it, with the hash of the row
before: changing, dropping or moving any row breaks every later hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

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
    QUEUED = "queued"
    UNQUEUED = "unqueued"
    EMERGENCY = "emergency"
    TIMETABLE = "timetable"
    OUTPUT_LOST = "output-lost"
    OUTPUT_BACK = "output-back"
    CLOCK_STEP = "clock-step"
    MANUAL = "manual"
    ACTION = "action"


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
    """

    seq: int
    at: str
    kind: RowKind
    broadcast: str | None
    data: Mapping[str, Any]
    previous_hash: str
    row_hash: str

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
        }


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys, no spaces, letters as they are: one text for one value.

    Raises
    ------
    ValueError
        A number is NaN or infinite.
    TypeError
        A value is not plain JSON.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def row_hash(*, seq: int, at: str, kind: str, broadcast: str | None, data_json: str, previous_hash: str) -> str:
    """Return the chain hash of a row: SHA-256 over canonical JSON of its head and its data text."""
    head = canonical_json([seq, at, kind, broadcast, previous_hash])
    return hashlib.sha256(f"{head}\n{data_json}".encode()).hexdigest()


def instant_text(at: datetime) -> str:
    """Return an aware time as UTC text that sorts by time: ``2026-11-23T05:30:00.000000Z``."""
    if at.tzinfo is None:
        raise ValueError("a ledger time must be aware")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant_from_text(text: str) -> datetime:
    """Return the aware UTC time that `instant_text` wrote. Raises ValueError on anything else."""
    return datetime.fromisoformat(text)
