"""What the ledger says beside broadcasts: approvals, who ordered emergencies, faults and when they were over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from loa.ledger import Row, RowKind, instant_from_text

CLOCK_STEP_FROM_S = 1.0  # less is the everyday work of a time server
EVENT_KINDS = (
    RowKind.APPROVED,
    RowKind.WITHDRAWN,
    RowKind.EMERGENCY,
    RowKind.OUTPUT_LOST,
    RowKind.OUTPUT_BACK,
    RowKind.STATION_UP,
    RowKind.STATION_DOWN,
    RowKind.CLOCK_STEP,
)
"""Kinds of rows that `events` reads; it passes over all others."""


class FaultKind(StrEnum):
    """What went wrong: the sound device was gone, the machine or the program ended unasked, the clock jumped."""

    OUTPUT = "output"
    SUDDEN_STOP = "sudden-stop"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An approval, or its withdrawal, with the row that holds it; `why` is given for a withdrawal alone."""

    row: int
    at: datetime
    approved: bool
    bulletin: str
    title: str
    person: str
    text_hash: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something went wrong.

    Attributes
    ----------
    began_at
        When it was noticed; after a sudden stop, when the station came back.
    over_at
        When it was over; None while it lasts, and where nothing had to be repaired.
    detail
        What the system said, or the seconds the clock was set by.
    rows
        Ledger rows it was drawn from.
    """

    kind: FaultKind
    began_at: datetime
    over_at: datetime | None
    detail: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What happened in a period beside broadcasts; `authorisers` names who ordered an emergency, by its key."""

    decisions: tuple[Decision, ...] = ()
    faults: tuple[Fault, ...] = ()
    authorisers: Mapping[str, str] = field(default_factory=dict)

    def faults_of(self, kind: FaultKind) -> tuple[Fault, ...]:
        """Return the faults of one kind."""
        return tuple(fault for fault in self.faults if fault.kind is kind)


def events(rows: Iterable[Row]) -> Events:
    """Return what `rows`, in order, tell; rows of other kinds are passed over."""
    decisions: list[Decision] = []
    authorisers: dict[str, str] = {}
    faults = _Faults()
    for row in rows:
        if row.kind in {RowKind.APPROVED, RowKind.WITHDRAWN}:
            decisions.append(_decision(row))
        elif row.kind is RowKind.EMERGENCY and row.broadcast:
            authorisers[row.broadcast] = str(row.data.get("authoriser", ""))
        else:
            faults.take(row)
    return Events(decisions=tuple(decisions), faults=tuple(faults.found), authorisers=authorisers)


def _decision(row: Row) -> Decision:
    data = row.data
    return Decision(
        row=row.seq,
        at=instant_from_text(row.at),
        approved=row.kind is RowKind.APPROVED,
        bulletin=data["bulletin"],
        title=data.get("title", "") or data["bulletin"],
        person=data.get("person", ""),
        text_hash=data.get("text_hash", ""),
        why=data.get("why", ""),
    )


class _Faults:
    """Faults as rows tell them, begun and over."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self._up = False  # whether the last word on the station was that it is up

    def take(self, row: Row) -> None:
        """Take one row."""
        match row.kind:
            case RowKind.OUTPUT_LOST:
                self._add(row, FaultKind.OUTPUT, str(row.data.get("error", "")))
            case RowKind.OUTPUT_BACK:
                self._output_back(row)
            case RowKind.STATION_UP:
                if self._up:
                    self._add(row, FaultKind.SUDDEN_STOP, "", over=True)
                self._up = True
            case RowKind.STATION_DOWN:
                self._up = False
            case RowKind.CLOCK_STEP if abs(row.data["step_s"]) >= CLOCK_STEP_FROM_S:
                self._add(row, FaultKind.CLOCK, f"{row.data['step_s']:+.1f}")
            case _:
                pass

    def _add(self, row: Row, kind: FaultKind, detail: str, *, over: bool = False) -> None:
        at = instant_from_text(row.at)
        over_at = at if over else None
        self.found.append(Fault(kind=kind, began_at=at, over_at=over_at, detail=detail, rows=(row.seq,)))

    def _output_back(self, row: Row) -> None:
        for place, fault in enumerate(self.found):
            if fault.kind is FaultKind.OUTPUT and fault.over_at is None:
                values: dict[str, Any] = {"over_at": instant_from_text(row.at), "rows": (*fault.rows, row.seq)}
                self.found[place] = Fault(kind=fault.kind, began_at=fault.began_at, detail=fault.detail, **values)
