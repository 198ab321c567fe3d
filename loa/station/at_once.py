"""Broadcasts that no timetable asks for: the station check of a first start, and emergencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loa.bulletins import Priority
from loa.sound import FinishedAudio
from loa.timetable import Broadcast, ItemKind, PlannedItem, Shelf, broadcast_key, planned_bulletin

EMERGENCY_SLOT = "emergency"
CHECK_SLOT = "station-check"
LATE_S = 60.0


def station_check(bulletin: str, shelf: Shelf, now: datetime) -> Broadcast:
    """Return the broadcast of the station check `bulletin` at aware local time `now`."""
    item = planned_bulletin(bulletin, shelf, now.date())
    return _broadcast(CHECK_SLOT, broadcast_key(CHECK_SLOT, now), item, Priority.NORMAL, now)


def emergency_broadcast(request: Mapping[str, Any], audio: FinishedAudio | None, now: datetime) -> Broadcast:
    """Return the broadcast of an emergency at aware local time `now`.

    Parameters
    ----------
    request
        What was asked: item, title, topic, genre, text_hash, authoriser, audio_key.
    audio
        Its finished audio, or None where the store has lost it.
    """
    item = PlannedItem(
        kind=ItemKind.BULLETIN,
        name=request["item"],
        title=request["title"],
        topic=request["topic"],
        genre=request["genre"],
        language="vi",
        author=request["authoriser"],
        text_hash=request["text_hash"],
        approved_by=request["authoriser"],
        length_s=audio.cue_sheet.length_s if audio else 0.0,
    )
    key = f"{broadcast_key(EMERGENCY_SLOT, now)}-{request['audio_key'][:6]}"
    return _broadcast(EMERGENCY_SLOT, key, item, Priority.EMERGENCY, now)


def _broadcast(slot: str, key: str, item: PlannedItem, priority: Priority, now: datetime) -> Broadcast:
    return Broadcast(
        key=key,
        slot=slot,
        programme=slot,
        title=item.title or item.name,
        planned_at=now,
        priority=priority,
        late_s=LATE_S,
        items=(item,),
    )
