"""What the ledger says beside broadcasts: approvals, who ordered emergencies, faults and when they were over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from loa.ledger import Row, RowKind, instant_from_text

CLOCK_STEP_FROM_S = 1.0  # less is the everyday work of a time server
EVENT_KINDS = (
    RowKind.APPROVED,
    RowKind.WITHDRAWN,
    RowKind.RETURNED,
    RowKind.EMERGENCY,
    RowKind.OUTPUT_LOST,
    RowKind.OUTPUT_BACK,
    RowKind.STATION_UP,
    RowKind.STATION_DOWN,
    RowKind.CLOCK_STEP,
    RowKind.ALARM,
    RowKind.ALARM_OVER,
    RowKind.AMPLIFIER,
    RowKind.JOURNAL,
    RowKind.RESTORED,
    RowKind.CORRECTION,
)
"""Kinds of rows that `events` reads; it passes over all others."""


_TOLD_BY_OTHER_ROWS = {"output", "amplifier", "ledger"}  # alarms of which each fault has rows of its own


class FaultKind(StrEnum):
    """What went wrong.

    OUTPUT
        The sound device was gone.
    SUDDEN_STOP
        The machine or the program ended unasked.
    CLOCK
        The clock jumped.
    ALARM
        A watcher of the station raised an alarm; its detail says what.
    AMPLIFIER
        The command that switches the amplifier failed.
    LEDGER
        The ledger could not be written for a while, or had to be restored.
    """

    OUTPUT = "output"
    SUDDEN_STOP = "sudden-stop"
    CLOCK = "clock"
    ALARM = "alarm"
    AMPLIFIER = "amplifier"
    LEDGER = "ledger"


class Verdict(StrEnum):
    """What was decided on a bulletin."""

    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision on a bulletin, with the row that holds it; `why` is not given for an approval."""

    row: int
    at: datetime
    verdict: Verdict
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
    """What happened in a period beside broadcasts.

    Attributes
    ----------
    authorisers
        Who ordered an emergency, by its key.
    corrections
        What people wrote later about a broadcast, by its key, in order.
    """

    decisions: tuple[Decision, ...] = ()
    faults: tuple[Fault, ...] = ()
    authorisers: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def decided(self, verdict: Verdict) -> tuple[Decision, ...]:
        """Return the decisions of one kind."""
        return tuple(one for one in self.decisions if one.verdict is verdict)

    def faults_of(self, kind: FaultKind) -> tuple[Fault, ...]:
        """Return the faults of one kind."""
        return tuple(fault for fault in self.faults if fault.kind is kind)


def alarm_by_itself(kind: str, detail: str) -> str:
    """Return an alarm as its row has it, for who knows no better words."""
    return detail or kind


def events(rows: Iterable[Row], alarm_words: Callable[[str, str], str] = alarm_by_itself) -> Events:
    """Return what `rows`, in order, tell; rows of other kinds are passed over.

    Parameters
    ----------
    alarm_words
        Returns what an alarm was, from its kind and its detail.
    """
    decisions: list[Decision] = []
    authorisers: dict[str, str] = {}
    corrections: dict[str, tuple[str, ...]] = {}
    faults = _Faults(alarm_words)
    for row in rows:
        match row.kind:
            case RowKind.APPROVED | RowKind.WITHDRAWN | RowKind.RETURNED:
                decisions.append(_decision(row))
            case RowKind.EMERGENCY if row.broadcast:
                authorisers[row.broadcast] = str(row.data.get("authoriser", ""))
            case RowKind.CORRECTION if row.broadcast:
                said = ". ".join(str(row.data[name]) for name in ("why", "note") if row.data.get(name))
                corrections[row.broadcast] = (*corrections.get(row.broadcast, ()), said)
            case _:
                faults.take(row)
    return Events(
        decisions=tuple(decisions),
        faults=tuple(faults.found),
        authorisers=authorisers,
        corrections=corrections,
    )


def _decision(row: Row) -> Decision:
    data = row.data
    return Decision(
        row=row.seq,
        at=instant_from_text(row.at),
        verdict=Verdict(row.kind.value),
        bulletin=data["bulletin"],
        title=data.get("title", "") or data["bulletin"],
        person=data.get("person", ""),
        text_hash=data.get("text_hash", ""),
        why=data.get("why", "") or data.get("note", ""),
    )


class _Faults:
    """Faults as rows tell them, begun and over."""

    def __init__(self, alarm_words: Callable[[str, str], str]) -> None:
        self._alarm_words = alarm_words
        self.found: list[Fault] = []
        self._alarms: dict[int, str] = {}  # kind of alarm by its row
        self._up = False  # whether the last word on the station was that it is up

    def take(self, row: Row) -> None:
        """Take one row."""
        match row.kind:
            case RowKind.OUTPUT_LOST:
                self._add(row, FaultKind.OUTPUT, str(row.data.get("error", "")))
            case RowKind.OUTPUT_BACK:
                self._over(row, FaultKind.OUTPUT, None)
            case RowKind.ALARM if row.data["alarm"] not in _TOLD_BY_OTHER_ROWS:
                self._alarms[row.seq] = str(row.data["alarm"])
                words = self._alarm_words(self._alarms[row.seq], str(row.data.get("detail", "")))
                self._add(row, FaultKind.ALARM, words)
            case RowKind.ALARM_OVER:
                self._over(row, FaultKind.ALARM, str(row.data.get("alarm", "")))
            case RowKind.AMPLIFIER if row.data.get("error"):
                self._add(row, FaultKind.AMPLIFIER, str(row.data["error"]))
            case RowKind.JOURNAL | RowKind.RESTORED:
                self._add(row, FaultKind.LEDGER, str(row.data.get("why", "")), over=True)
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

    def _over(self, row: Row, kind: FaultKind, alarm: str | None) -> None:
        """End every open fault of `kind`; of alarms only those called `alarm`."""
        over_at = instant_from_text(row.at)
        for place, fault in enumerate(self.found):
            same = fault.kind is kind and (alarm is None or self._alarms.get(fault.rows[0]) == alarm)
            if same and fault.over_at is None:
                self.found[place] = replace(fault, over_at=over_at, rows=(*fault.rows, row.seq))
