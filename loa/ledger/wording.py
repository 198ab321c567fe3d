"""Outcomes and reasons in the operator's words: one wording for screens, logs and reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loa.language import translate as _
from loa.ledger.rows import Outcome, Reason


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


def closing_sentence(data: Mapping[str, Any]) -> str:
    """Return the sentence of a CLOSED row's data: outcome, reason, seconds and note."""
    sentence = f"{outcome_name(Outcome(data['outcome']))}, {reason_sentence(Reason(data['reason']))}"
    if data["played_s"]:
        sentence += _(" ({seconds:.0f} seconds)").format(seconds=data["played_s"])
    return f"{sentence}. {data['note']}".rstrip()
