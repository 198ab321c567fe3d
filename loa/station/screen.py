"""What an operator sees of a running station: a line for each ledger row that tells something new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from loa.language import translate as _
from loa.ledger import Ledger, Row, RowKind, closing_sentence
from loa.station.alarms import AlarmKind, words_of


class Screen:
    """Shows new rows of the ledger.

    Parameters
    ----------
    ledger
        Whose rows.
    say
        Shows one line.
    """

    def __init__(self, ledger: Ledger, say: Callable[[str], None]) -> None:
        self._ledger = ledger
        self._say = say
        last = ledger.last()
        self._shown_seq = last.seq if last else 0

    def show_new_rows(self, zone: tzinfo) -> None:
        """Show what has been written since the last look. Raises LedgerFailed."""
        last = self._ledger.last()
        if last is None or last.seq <= self._shown_seq:
            return
        for row in self._ledger.rows(after_seq=self._shown_seq):
            line = describe(row, self._title_of(row))
            if line:
                self._say(f"{datetime.fromisoformat(row.at).astimezone(zone):%H:%M:%S}  {line}")
            self._shown_seq = row.seq

    def _title_of(self, row: Row) -> str:
        """Return the title of the broadcast that `row` belongs to, with its planned time."""
        if row.broadcast is None:
            return ""
        for planned in self._ledger.rows(kinds=[RowKind.PLANNED], broadcasts=[row.broadcast]):
            at = datetime.fromisoformat(planned.data["planned_at"])
            return f"{planned.data['title']} ({at:%H:%M %d/%m})"
        return row.broadcast


def describe(row: Row, title: str) -> str:
    """Return one line about what a ledger row tells the operator, or nothing where it tells nothing new."""
    data = row.data
    lines = {
        RowKind.STARTED: lambda: _("On the air: {title}").format(title=title),
        RowKind.CLOSED: lambda: f"{title}: {closing_sentence(data)}",
        RowKind.INTERRUPTED: lambda: _("Interrupted: {title}").format(title=title),
        RowKind.RESUMED: lambda: _("Goes on: {title}").format(title=title),
        RowKind.OUTPUT_LOST: lambda: _("The sound device is gone: {error}").format(error=data["error"]),
        RowKind.OUTPUT_BACK: lambda: _("On the air through the sound device “{name}”.").format(name=data["output"]),
        RowKind.CLOCK_STEP: lambda: _("The clock was set by {seconds:+.1f} seconds.").format(seconds=data["step_s"]),
        RowKind.ALARM: lambda: _("ALARM: {words}").format(words=words_of(AlarmKind(data["alarm"]), data["detail"])),
        RowKind.ALARM_OVER: lambda: _("The alarm is over: {words}").format(
            words=words_of(AlarmKind(data["alarm"]), "")
        ),
        RowKind.AMPLIFIER: lambda: _amplifier_line(data),
        RowKind.ALL_CLEAR: lambda: _("ALL-CLEAR, by order of {person}.").format(person=data["authoriser"]),
        RowKind.EMERGENCY: lambda: _("EMERGENCY, by order of {person}: {title}").format(
            person=data["authoriser"], title=title
        ),
    }
    line = lines.get(row.kind)
    return line() if line else ""


def _amplifier_line(data: Mapping[str, Any]) -> str:
    if data["error"]:
        return _("The amplifier could not be switched: {error}").format(error=data["error"])
    return _("The amplifier is on.") if data["on"] else _("The amplifier is off.")
