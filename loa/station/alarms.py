"""Alarms: what is wrong at the station, since when, and in words what to do. Pure: time and findings are given to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from loa.language import translate as _
from loa.ledger import Entry, Row, RowKind, instant_from_text, instant_text

GONE_FOR_S = 60.0  # what comes back within a minute is the same trouble


class AlarmKind(StrEnum):
    """What can be wrong."""

    SILENCE = "silence"
    CLIPPING = "clipping"
    DROPOUTS = "dropouts"
    OUTPUT = "output"
    STUCK = "stuck"
    DISK = "disk"
    CLOCK = "clock"
    CLOCK_BATTERY = "clock-battery"
    LEDGER = "ledger"
    AMPLIFIER = "amplifier"


HOLDS_S: Mapping[AlarmKind, float] = {
    AlarmKind.OUTPUT: 5.0,
    AlarmKind.CLOCK: 86_400.0,  # days without the internet are nothing new: a clock drifts a second or two a day
    AlarmKind.DISK: 120.0,
    AlarmKind.LEDGER: 1.0,
}
"""How long a finding must last before it is an alarm, in seconds; 0 where a watcher has waited already."""


def words_of(kind: AlarmKind, detail: str) -> str:
    """Return what is wrong and what to do, for a person."""
    sentence = {
        AlarmKind.SILENCE: _("A broadcast is on the air, but its sound is silence. Look at cables and bulletin."),
        AlarmKind.CLIPPING: _("The sound is distorted: it is louder than the device takes. Type: loa render --again"),
        AlarmKind.DROPOUTS: _(
            "The sound is broken up: the machine is too slow. Close other programs, or raise latency_s."
        ),
        AlarmKind.OUTPUT: _(
            "The sound device is lost: nobody hears the station. Look at plug and power, type: loa doctor"
        ),
        AlarmKind.STUCK: _("The sound stands still. Restart the station; as a service it restarts by itself."),
        AlarmKind.DISK: _("The disk is nearly full. Delete what is not needed, such as old recordings in output."),
        AlarmKind.CLOCK: _("The clock has not been set by the network for a day. Compare it with a telephone."),
        AlarmKind.CLOCK_BATTERY: _(
            "The clock of the machine went back: its battery is empty. Set the clock, replace it."
        ),
        AlarmKind.LEDGER: _("The ledger cannot be written; rows are kept in a journal. Look at disk and folder log."),
        AlarmKind.AMPLIFIER: _(
            "The amplifier could not be switched. Switch it by hand; look at the program in station.yaml."
        ),
    }[kind]
    return f"{sentence} ({detail})" if detail else sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that is wrong.

    Attributes
    ----------
    since
        Aware time at which it was first seen.
    seen_mono_s, last_mono_s
        Monotonic times of the first and of the last finding.
    raised
        It has lasted long enough, and has its row.
    """

    kind: AlarmKind
    since: datetime
    detail: str
    seen_mono_s: float
    last_mono_s: float
    raised: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain values for `loa status`."""
        words = words_of(self.kind, self.detail)
        return {"alarm": self.kind.value, "since": instant_text(self.since), "detail": self.detail, "text": words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An alarm that begins, or is over."""

    alarm: Alarm
    over: bool
    lasted_s: float = 0.0

    @property
    def entry(self) -> Entry:
        """Its row."""
        data: dict[str, Any] = {"alarm": self.alarm.kind.value, "since": instant_text(self.alarm.since)}
        if self.over:
            return Entry(kind=RowKind.ALARM_OVER, data=data | {"lasted_s": round(self.lasted_s, 1)})
        return Entry(kind=RowKind.ALARM, data=data | {"detail": self.alarm.detail})


class Alarms:
    """The alarms in force: what is found must last to become one, and be gone for a while to be over.

    Parameters
    ----------
    rows
        The ledger's ALARM and ALARM_OVER rows: an alarm that stood when the station went off still stands.
    now, mono_s
        The time.
    """

    def __init__(self, rows: Iterable[Row], now: datetime, mono_s: float) -> None:
        self._alarms: dict[AlarmKind, Alarm] = {}
        for row in rows:
            if row.data["alarm"] not in set(AlarmKind):  # of another version
                continue
            kind = AlarmKind(row.data["alarm"])
            self._alarms.pop(kind, None)
            if row.kind is RowKind.ALARM:
                since = min(instant_from_text(row.data["since"]), now)
                self._alarms[kind] = Alarm(
                    kind=kind,
                    since=since,
                    detail=row.data["detail"],
                    seen_mono_s=mono_s - (now - since).total_seconds(),
                    last_mono_s=mono_s,
                    raised=True,
                )

    def look(self, found: Mapping[AlarmKind, str], now: datetime, mono_s: float) -> list[Change]:
        """Take up what is wrong now, with a detail each; return what begins and what is over."""
        changes: list[Change] = []
        for kind, detail in found.items():
            fresh = Alarm(kind=kind, since=now, detail=detail, seen_mono_s=mono_s, last_mono_s=mono_s)
            alarm = replace(self._alarms.get(kind, fresh), last_mono_s=mono_s)
            if not alarm.raised:
                alarm = replace(alarm, detail=detail)
                if mono_s - alarm.seen_mono_s >= HOLDS_S.get(kind, 0.0):
                    alarm = replace(alarm, raised=True)
                    changes.append(Change(alarm=alarm, over=False))
            self._alarms[kind] = alarm
        for kind, alarm in list(self._alarms.items()):
            gone_s = mono_s - alarm.last_mono_s
            if kind not in found and (gone_s >= GONE_FOR_S or not alarm.raised):
                del self._alarms[kind]
                if alarm.raised:
                    changes.append(Change(alarm=alarm, over=True, lasted_s=alarm.last_mono_s - alarm.seen_mono_s))
        return changes

    @property
    def raised(self) -> list[Alarm]:
        """The alarms, the oldest first."""
        return sorted((one for one in self._alarms.values() if one.raised), key=lambda one: one.seen_mono_s)
