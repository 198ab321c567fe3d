"""Broadcasts that no timetable asks for: the station check of a first start, emergencies, and their all-clear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loa.bulletins import Priority
from loa.language import translate as _
from loa.playout.standing import Repeats
from loa.sound import AudioStore, FinishedAudio
from loa.sound.attention import ITEM as TONE
from loa.timetable import Broadcast, ItemKind, PlannedItem, Shelf, broadcast_key, planned_bulletin

EMERGENCY_SLOT = "emergency"
ALL_CLEAR_SLOT = "all-clear"
CHECK_SLOT = "station-check"
LATE_S = 60.0


def station_check(bulletin: str, shelf: Shelf, now: datetime) -> Broadcast:
    """Return the broadcast of the station check `bulletin` at aware local time `now`."""
    item = planned_bulletin(bulletin, shelf, now.date())
    return _broadcast(CHECK_SLOT, broadcast_key(CHECK_SLOT, now), (item,), Priority.NORMAL, now)


def emergency_broadcast(
    request: Mapping[str, Any], store: AudioStore, now: datetime, slot: str = EMERGENCY_SLOT
) -> tuple[Broadcast, dict[str, FinishedAudio]]:
    """Return the broadcast of an emergency, or of the all-clear, at aware local time `now`, and its finished audio.

    Parameters
    ----------
    request
        What was asked: item, title, topic, genre, text_hash, authoriser, audio_key, and perhaps tone_key.
    store
        Where its audio lies; what the store has lost is not in the answer.
    """
    audio = {TONE: store.find(request.get("tone_key", "")), request["item"]: store.find(request["audio_key"])}
    found = {name: one for name, one in audio.items() if one is not None}
    words = PlannedItem(
        kind=ItemKind.BULLETIN,
        name=request["item"],
        title=request["title"],
        topic=request["topic"],
        genre=request["genre"],
        language="vi",
        author=request["authoriser"],
        text_hash=request["text_hash"],
        approved_by=request["authoriser"],
        length_s=_length_s(found.get(request["item"])),
    )
    tone = PlannedItem(kind=ItemKind.AUDIO, name=TONE, title=_("Attention tone"), length_s=_length_s(found.get(TONE)))
    key = f"{broadcast_key(slot, now)}-{request['audio_key'][:6]}"
    items = (tone, words) if TONE in found else (words,)
    return _broadcast(slot, key, items, Priority.EMERGENCY, now), found


def asked_repeats(request: Mapping[str, Any]) -> Repeats | None:
    """Return how often the emergency of `request` is to be said; None: once."""
    asked = request.get("repeats")
    if asked is None:
        return None
    return Repeats(every_s=asked["every_s"], until=datetime.fromisoformat(asked["until"]), times=asked["times"])


def _length_s(audio: FinishedAudio | None) -> float:
    return audio.cue_sheet.length_s if audio else 0.0


def _broadcast(slot: str, key: str, items: tuple[PlannedItem, ...], priority: Priority, now: datetime) -> Broadcast:
    return Broadcast(
        key=key,
        slot=slot,
        programme=slot,
        title=items[-1].title or items[-1].name,
        planned_at=now,
        priority=priority,
        late_s=LATE_S,
        items=items,
    )
