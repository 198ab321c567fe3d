"""The station's state in the operator's words: clock, loudspeaker, network, disk, and what wants a person."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from loa.language import translate as _
from loa.station.console_address import own_addresses

LOW_MB = 1024


class Condition:
    """Puts words to the states of a station.

    Parameters
    ----------
    folder
        The station's folder: its disk is looked at.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def in_words(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return `state` with what the panel shows of it."""
        alarms = [state.get("trouble", ""), *state.get("timetable_mistakes", ())]
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
            "clock": {"words": _clock(state)},
            "output_words": output if heard else _("NONE: nobody hears it"),
            "network_words": _("connected") if own_addresses() else _("not connected"),
            "disk_words": disk,
            "idle_words": _("Nothing is on the air."),
            "alarm_words": [alarm for alarm in alarms if alarm],
        }


def _when(instant: str, state: dict[str, Any]) -> str:
    zone = datetime.fromisoformat(state["at"]).tzinfo if "at" in state else None
    return f"{datetime.fromisoformat(instant).astimezone(zone):%H:%M %d/%m}"


def _clock(state: dict[str, Any]) -> str:
    at = f"{datetime.fromisoformat(state['at']):%H:%M:%S}" if "at" in state else "–"
    synchronised = state.get("clock_synchronised")
    if synchronised is None:
        return at
    return (
        _("{time}, set by the network").format(time=at)
        if synchronised
        else _("{time}, not set by the network").format(time=at)
    )
