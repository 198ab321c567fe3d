"""Outcomes and reasons in the operator's words: one wording for screens, logs and reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loa.language import translate as _
from loa.ledger.rows import Outcome, Reason, Row, RowKind


def outcome_name(outcome: Outcome) -> str:
    """Return the outcome in a word or two."""
    return {
        Outcome.AIRED: _("aired in full"),
        Outcome.PARTIAL: _("aired in part"),
        Outcome.MISSED: _("not aired"),
        Outcome.CANCELLED: _("cancelled"),
    }[outcome]


def reason_sentence(reason: Reason) -> str:
    """Return why a broadcast ended as it did, as words that follow a colon."""
    return {
        Reason.AS_PLANNED: _("as planned"),
        Reason.STARTED_LATE: _("started late"),
        Reason.STATION_OFF: _("the station was off"),
        Reason.STATION_KILLED: _("the program was ended by force"),
        Reason.POWER_CUT: _("power cut, or the machine restarted"),
        Reason.STATION_STOPPED: _("the station was shut down"),
        Reason.STOPPED_BY_OPERATOR: _("stopped by hand"),
        Reason.EMERGENCY: _("gave way to an emergency bulletin"),
        Reason.INTERRUPTED: _("gave way to another broadcast"),
        Reason.RESUMED: _("interrupted, then resumed"),
        Reason.JOINED: _("joined in progress after the station was off"),
        Reason.OVERLAP: _("another broadcast was still on the air"),
        Reason.TOO_LATE: _("its latest start had passed"),
        Reason.QUIET_HOURS: _("quiet hours had begun before it could begin"),
        Reason.NOTHING_TO_AIR: _("no bulletin was ready to air"),
        Reason.ITEM_MISSING: _("some items could not air"),
        Reason.OUTPUT_LOST: _("the sound device was lost"),
        Reason.CLOCK_STEP: _("the clock was set past it"),
        Reason.TIMETABLE_CHANGED: _("the timetable was changed"),
    }[reason]


def kind_name(kind: RowKind) -> str:
    """Return what a row of this kind tells, in a few words."""
    return {
        RowKind.STATION_UP: _("station on"),
        RowKind.STATION_DOWN: _("station off"),
        RowKind.PLANNED: _("planned"),
        RowKind.INTENT: _("about to air"),
        RowKind.STARTED: _("began to air"),
        RowKind.ITEM: _("item"),
        RowKind.INTERRUPTED: _("interrupted"),
        RowKind.RESUMED: _("resumed"),
        RowKind.CLOSED: _("outcome"),
        RowKind.APPROVED: _("approved"),
        RowKind.WITHDRAWN: _("approval withdrawn"),
        RowKind.RETURNED: _("returned to its author"),
        RowKind.EDITED: _("edited"),
        RowKind.QUEUED: _("put into the queue"),
        RowKind.UNQUEUED: _("taken out of the queue"),
        RowKind.EMERGENCY: _("emergency"),
        RowKind.ALL_CLEAR: _("all-clear"),
        RowKind.TIMETABLE: _("timetable on the air"),
        RowKind.OUTPUT_LOST: _("sound device lost"),
        RowKind.OUTPUT_BACK: _("sound device back"),
        RowKind.CLOCK_STEP: _("clock set"),
        RowKind.ALARM: _("alarm"),
        RowKind.ALARM_OVER: _("alarm over"),
        RowKind.AMPLIFIER: _("amplifier"),
        RowKind.MANUAL: _("written by hand"),
        RowKind.ACTION: _("action in the console"),
        RowKind.CORRECTION: _("correction"),
        RowKind.STATION_KEY: _("station's key"),
        RowKind.ANCHOR: _("signed"),
        RowKind.JOURNAL: _("taken over from the journal"),
        RowKind.RESTORED: _("put back from the copy"),
        RowKind.NARRATIVE: _("words of a report edited"),
    }[kind]


_TOLD = (
    "title", "item", "bulletin", "what", "action", "alarm", "person", "authoriser", "text", "why", "note", "detail",
    "error", "output", "version", "changed", "step_s", "rows", "purpose", "fingerprint",
)  # fmt: skip


def row_sentence(row: Row) -> str:
    """Return in one line what a row says: its outcome, or what it names, by whom and why."""
    if row.kind is RowKind.CLOSED:
        return closing_sentence(row.data)
    said = [_plain(row.data[name]) for name in _TOLD if row.data.get(name)]
    if row.kind is RowKind.CORRECTION:
        said.insert(0, _("row {row}").format(row=row.data["row"]))
    return "; ".join(said)


def _plain(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(text.split())


def closing_sentence(data: Mapping[str, Any]) -> str:
    """Return the sentence of a CLOSED row's data: outcome, reason, seconds and note."""
    sentence = f"{outcome_name(Outcome(data['outcome']))}, {reason_sentence(Reason(data['reason']))}"
    if data["played_s"]:
        sentence += _(" ({seconds:.0f} seconds)").format(seconds=data["played_s"])
    return f"{sentence}. {data['note']}".rstrip()
