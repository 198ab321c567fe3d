"""What a start finds: broadcasts that a kill or a power cut broke, and slots that passed in the dark."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from loa.ledger import AsRun, Entry, Ledger, Outcome, Reason, RowKind, as_run, instant_from_text
from loa.playout.progress import Progress
from loa.playout.run import closed_entry, planned_entry
from loa.timetable import AfterOutage, Broadcast

STATION_KINDS = (
    RowKind.STATION_UP,
    RowKind.STATION_DOWN,
    RowKind.PLANNED,
    RowKind.STARTED,
    RowKind.ITEM,
    RowKind.CLOSED,
)


def unfinished(ledger: Ledger) -> list[AsRun]:
    """Return every planned broadcast that has no outcome yet, in order of time. Raises LedgerFailed."""
    keys = ledger.without_outcome()
    rows = (row for start in range(0, len(keys), 500) for row in ledger.rows(broadcasts=keys[start : start + 500]))
    return list(as_run(rows))


def last_seen_alive(ledger: Ledger) -> datetime | None:
    """Return when the station itself last wrote to the ledger, or None on its first start."""
    rows = [row for row in (ledger.last(kind) for kind in STATION_KINDS) if row is not None]
    return max((instant_from_text(row.at) for row in rows), default=None)


def broken_entry(record: AsRun, progress: Progress | None, *, same_boot: bool) -> list[Entry]:
    """Return the rows that close a broadcast which was on the air when the process died.

    Parameters
    ----------
    record
        A record with an intent and no outcome.
    progress
        The last note of the player, or None.
    same_boot
        Whether the machine has been running since: else the power was cut or the machine restarted.
    """
    reason = Reason.STATION_KILLED if same_boot else Reason.POWER_CUT
    entries: list[Entry] = []
    played_s = max(sum(item.played_s for item in record.items), record.interrupted_s)
    ended_at: datetime | None = None
    if progress is not None and progress.key == record.key:
        ended_at = instant_from_text(progress.at)
        if progress.played_s > played_s:
            entries += _broken_item(record, progress, progress.played_s - played_s)
            played_s = progress.played_s
    if played_s <= 0:
        return [closed_entry(record.key, Outcome.MISSED, reason)]
    return [
        *entries,
        closed_entry(record.key, Outcome.PARTIAL, reason, played_s=played_s, ended_at=ended_at),
    ]


def _broken_item(record: AsRun, progress: Progress, played_s: float) -> list[Entry]:
    if progress.item >= len(record.planned_items):
        return []
    planned = record.planned_items[progress.item]
    names = ("kind", "title", "topic", "genre", "language", "author", "text_hash", "approved_by", "queue_id")
    started_at = instant_from_text(progress.at) - timedelta(seconds=progress.item_played_s)
    data = {name: planned[name] for name in names} | {
        "item": planned["name"],
        "problem": "",
        "voice": progress.voice,
        "audio_sha256": progress.audio_sha256,
        "started_at": started_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "planned_s": planned["length_s"],
        "played_s": round(played_s, 3),
        "lost_s": 0.0,
    }
    return [Entry(kind=RowKind.ITEM, broadcast=record.key, data=data)]


def still_due(
    broadcasts: Iterable[Broadcast], known: Collection[str], *, since: datetime, now: datetime
) -> list[Broadcast]:
    """Return the broadcasts that nobody had planned yet, whose time has passed but which may still begin late."""
    return [
        broadcast
        for broadcast in broadcasts
        if broadcast.key not in known and since < broadcast.planned_at <= now <= latest_start(broadcast, outage=True)
    ]


def latest_start(broadcast: Broadcast, *, outage: bool) -> datetime:
    """Return until when `broadcast` may still begin.

    Parameters
    ----------
    outage
        Whether the station was off at its time: then its slot says what becomes of it.
    """
    if outage and broadcast.after_outage is AfterOutage.SKIP:
        return broadcast.planned_at
    if outage and broadcast.after_outage is AfterOutage.JOIN:
        return broadcast.planned_end
    return broadcast.planned_at + timedelta(seconds=broadcast.late_s)


def dark_entries(
    broadcasts: Iterable[Broadcast],
    known: Collection[str],
    *,
    since: datetime,
    now: datetime,
    reason: Reason = Reason.STATION_OFF,
) -> list[Entry]:
    """Return the rows for slots that came and went unseen and that nobody had planned yet.

    Parameters
    ----------
    broadcasts
        The plan of the days from `since` to `now`.
    known
        Keys that the ledger already has.
    reason
        Why nobody saw them: the station was off, or the clock was set past them.
    """
    entries: list[Entry] = []
    for broadcast in broadcasts:
        passed = latest_start(broadcast, outage=True) < now
        if broadcast.key not in known and broadcast.planned_at > since and passed:
            entries.append(planned_entry(broadcast))
            entries.append(closed_entry(broadcast.key, Outcome.MISSED, reason))
    return entries
