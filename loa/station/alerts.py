"""Alerting: which alarms a person is told of, and when; and the thread that tells them, while the station plays on."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from loa.clock import Clock
from loa.equipment import AlertSettings
from loa.language import translate as _
from loa.station.alarms import Alarm, AlarmKind, Change, words_of
from loa.station.alert_channels import Channel, Message

APART_S = 60.0  # between two messages: a storm of alarms is one message
FIRST_WAIT_S = 15.0
LONGEST_WAIT_S = 600.0
MOST_WAITING = 50  # lines that are kept while nothing can be sent


class Alerting:
    """Decides what a person is told. Pure: time and alarms are given to it.

    Parameters
    ----------
    settings
        How long trouble must last, how often it is told again.
    known
        Alarms that stood when the station went off: told already.
    mono_s
        The time.
    """

    def __init__(self, settings: AlertSettings, known: Sequence[Alarm], mono_s: float) -> None:
        self._hold_s = settings.hold_s
        self._remind_s = settings.remind_hours * 3600
        self._told_s: dict[AlarmKind, float] = {alarm.kind: mono_s for alarm in known}
        self._over: list[Change] = []
        self._last_s = float("-inf")

    def look(self, raised: Sequence[Alarm], changes: Sequence[Change], mono_s: float) -> list[tuple[Alarm, bool]]:
        """Return the alarms to tell a person of now, each with whether it is over; none in most cases."""
        self._over += [change for change in changes if change.over and change.alarm.kind in self._told_s]
        due = [alarm for alarm in raised if self._is_due(alarm, mono_s)]
        if not (due or self._over) or mono_s - self._last_s < APART_S:
            return []
        self._last_s = mono_s
        told = [(change.alarm, True) for change in self._over] + [(alarm, False) for alarm in due]
        for change in self._over:
            self._told_s.pop(change.alarm.kind, None)
        self._over = []
        self._told_s |= {alarm.kind: mono_s for alarm in due}
        return told

    def _is_due(self, alarm: Alarm, mono_s: float) -> bool:
        told_s = self._told_s.get(alarm.kind)
        if told_s is None:
            return mono_s - alarm.seen_mono_s >= self._hold_s
        return self._remind_s > 0 and mono_s - told_s >= self._remind_s


def message_of(told: Sequence[tuple[Alarm, bool]], station: str, zone: tzinfo) -> Message:
    """Return the words for a person."""
    lines = [station]
    values: list[dict[str, Any]] = []
    for alarm, over in told:
        at = alarm.since.astimezone(zone)
        since = _("since {when}").format(when=f"{at:%H:%M %d/%m/%Y}")
        words = words_of(alarm.kind, alarm.detail)
        lines.append(_("OVER: {words} [{since}]").format(words=words, since=since) if over else f"{words} [{since}]")
        values.append(alarm.as_json() | {"over": over})
    return Message(station=station, text="\n".join(lines) + "\n", alarms=tuple(values))


@dataclass(slots=True)
class _Way:
    channel: Channel
    waiting: deque[Message] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))
    failures: int = 0
    next_s: float = 0.0


class AlertThread:
    """Sends messages by every way, each until it has arrived; what waits is sent as one message.

    Parameters
    ----------
    channels
        The ways.
    clock
        The machine's.
    say
        Shows the operator one line, from the thread.
    """

    def __init__(self, channels: Sequence[Channel], clock: Clock, say: Callable[[str], None]) -> None:
        self._ways = [_Way(channel) for channel in channels]
        self._clock = clock
        self._say = say
        self._wake = threading.Event()
        self._ended = False
        self._thread: threading.Thread | None = None

    def send(self, message: Message) -> None:
        """Send `message` as soon as may be. Never waits."""
        for way in self._ways:
            way.waiting.append(message)
        if self._ways and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="loa-alerts", daemon=True)
            self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """Let the thread end; what could not be sent is lost (it is in the ledger)."""
        self._ended = True
        self._wake.set()

    def _run(self) -> None:
        while not self._ended:
            self._wake.clear()
            for way in self._ways:
                self._try(way)
            waits = [way.next_s - self._clock.monotonic() for way in self._ways if way.waiting]
            self._clock.wait(self._wake, max(0.05, min(waits, default=3600.0)))

    def _try(self, way: _Way) -> None:
        if not way.waiting or self._clock.monotonic() < way.next_s:
            return
        waiting = [way.waiting.popleft() for _one in range(len(way.waiting))]
        error = way.channel.send(_as_one(waiting))
        if not error:
            way.failures = 0
            return
        way.waiting.extendleft(reversed(waiting))
        if not way.failures:
            self._say(
                _("The alert could not be sent by {way}: {why}. It is tried again.").format(
                    way=way.channel.name, why=error
                )
            )
        way.next_s = self._clock.monotonic() + min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**way.failures)
        way.failures += 1


def _as_one(messages: Sequence[Message]) -> Message:
    first, *others = messages
    lines = first.text + "".join(one.text.partition("\n")[2] for one in others)
    alarms = tuple(alarm for one in messages for alarm in one.alarms)
    return Message(station=first.station, text=lines, alarms=alarms)
