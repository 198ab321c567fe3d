"""The station's state in the operator's words: clock, loudspeaker, network, disk, and what wants a person."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from loa.clock import Clock
from loa.language import translate as _
from loa.station.console_address import own_addresses

LOW_MB = 1024
ASK_CLOCK_EVERY_S = 60.0


class Condition:
    """Puts words to the states of a station.

    Parameters
    ----------
    folder
        The station's folder: its disk is looked at.
    clock
        The time, and whether the network keeps it right.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._synchronised: bool | None = None
        self._asked_s = float("-inf")

    def in_words(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return `state` with what the panel shows of it."""
        alarms = [state.get("trouble", ""), *state.get("timetable_mistakes", ())]
        alarms += [_alarm(one, state) for one in state.get("alarms", ())]
        free_mb = shutil.disk_usage(self._folder).free // 2**20
        disk = _("{free:.1f} GB free").format(free=free_mb / 1024)
        if free_mb < LOW_MB:
            alarms.append(_("The disk is nearly full: {disk}. Delete what is not needed.").format(disk=disk))
        heard = state.get("heard", False)
        output = state.get("output", "")
        return state | {
            "next": [coming | {"when_words": _when(coming["planned_at"], state)} for coming in state.get("next", ())],
            "emergencies": [
                one | {"next_words": _when(one["next_at"], state) if one["next_at"] else ""}
                for one in state.get("emergencies", ())
            ],
            "clock": {"words": self._clock_words(state)},
            "output_words": output if heard else _("NONE: nobody hears it"),
            "network_words": _("connected") if own_addresses() else _("not connected"),
            "disk_words": disk,
            "idle_words": _("Nothing is on the air."),
            "alarm_words": [alarm for alarm in alarms if alarm],
        }

    def _clock_words(self, state: dict[str, Any]) -> str:
        now_s = self._clock.monotonic()
        if now_s - self._asked_s > ASK_CLOCK_EVERY_S:
            self._asked_s, self._synchronised = now_s, self._clock.synchronised()
        at = f"{datetime.fromisoformat(state['at']):%H:%M:%S}" if "at" in state else "–"
        if self._synchronised is None:
            return at
        words = _("{time}, set by the network") if self._synchronised else _("{time}, not set by the network")
        return words.format(time=at)


def _when(instant: str, state: dict[str, Any]) -> str:
    return f"{_local(instant, state):%H:%M %d/%m}"


def _local(instant: str, state: dict[str, Any]) -> datetime:
    zone = datetime.fromisoformat(state["at"]).tzinfo if "at" in state else None
    return datetime.fromisoformat(instant).astimezone(zone)


def _alarm(alarm: dict[str, Any], state: dict[str, Any]) -> str:
    return _("since {time}: {words}").format(time=_when(alarm["since"], state), words=alarm["text"])
