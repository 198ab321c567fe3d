"""What a start finds: broadcasts that a kill or a power cut broke, and slots that passed in the dark."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from loa.ledger import AsRun, Entry, Ledger, Outcome, Reason, RowKind, as_run, instant_from_text
from loa.playout.clock_watch import DOUBT_S
from loa.playout.material import Material
from loa.playout.progress import Progress
from loa.playout.run import closed_entry, planned_entry
from loa.timetable import AfterOutage, Broadcast

NOTED_EVERY_S = 1.5  # the player notes every second how far it is, a turn of the loop late at most
STATION_KINDS = (
    RowKind.STATION_UP,
    RowKind.STATION_DOWN,
    RowKind.PLANNED,
    RowKind.STARTED,
    RowKind.ITEM,
    RowKind.CLOSED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a start finds.

    Attributes
    ----------
    left
        The broadcasts that had been left without an outcome.
    entries
        Rows to be written about them, and about what passed in the dark.
    still_open
        Broadcasts that may still begin.
    """

    left: list[AsRun]
    entries: list[Entry]
    still_open: list[Broadcast]


def look_back(
    ledger: Ledger,
    progress: Progress | None,
    material: Material,
    *,
    now: datetime,
    since: datetime | None,
    same_boot: bool,
) -> Found:
    """Return what became of every broadcast while nobody looked. Raises LedgerFailed.

    Parameters
    ----------
    progress
        The last note of the player before, or None.
    since
        When the station was last seen alive, or None on its first start.
    same_boot
        Whether the machine has been running since.
    """
    left = unfinished(ledger)
    entries: list[Entry] = []
    still_open: list[Broadcast] = []
    broken = [record for record in left if record.on_air and not _never_begun(record, progress)]
    for record in broken:
        entries += broken_entry(record, progress, same_boot=same_boot)
    if since is not None:
        zone = material.zone
        if since > now:  # the clock was wrong then, or is now: what nobody had planned may still begin late
            since = now - timedelta(days=1)
            still_open += _late_ones(ledger, material, since=since, now=now)
            entries += [planned_entry(broadcast) for broadcast in still_open]
            since = now
        dark = material.plan(since.astimezone(zone).date(), now.astimezone(zone).date(), queue_from=since)
        known = ledger.having(RowKind.PLANNED, [broadcast.key for broadcast in dark])
        entries += dark_entries(dark, known, since=since, now=now)
        for broadcast in still_due(dark, known, since=since, now=now):
            entries.append(planned_entry(broadcast))
            still_open.append(broadcast)
    for record, planned in _planned_still([record for record in left if record not in broken], material):
        latest = record.planned_at if planned is None else latest_start(planned, outage=True)
        if latest < now:
            entries.append(closed_entry(record.key, Outcome.MISSED, Reason.STATION_OFF))
        elif planned is None:
            entries.append(closed_entry(record.key, Outcome.CANCELLED, Reason.TIMETABLE_CHANGED))
        else:
            still_open.append(planned)
    return Found(left=left, entries=entries, still_open=still_open)


def _late_ones(ledger: Ledger, material: Material, *, since: datetime, now: datetime) -> list[Broadcast]:
    zone = material.zone
    plan = material.plan(since.astimezone(zone).date(), now.astimezone(zone).date(), queue_from=now)
    known = ledger.having(RowKind.PLANNED, [broadcast.key for broadcast in plan])
    return still_due(plan, known, since=since, now=now)


def _never_begun(record: AsRun, progress: Progress | None) -> bool:
    """Return whether it is certain that nothing of `record` was heard: the process died before its first sample was due.

    A death within the last second before is called broken: better missed than heard twice.
    """
    if record.started_at is not None or record.items or progress is None or progress.key != record.key:
        return False
    seen_s = (record.planned_at - instant_from_text(progress.at)).total_seconds()
    return progress.played_s == 0 and seen_s > NOTED_EVERY_S


def _planned_still(left: list[AsRun], material: Material) -> list[tuple[AsRun, Broadcast | None]]:
    """Return each record with its broadcast in today's timetable, None where it is no longer in it."""
    if not left:
        return []
    days = [record.planned_at.astimezone(material.zone).date() for record in left]
    queue_from = min(record.planned_at for record in left)
    plan = material.plan(min(days), max(days), queue_from=queue_from)
    still = {broadcast.key: broadcast for broadcast in plan}
    return [(record, still.get(record.key)) for record in left]


def unfinished(ledger: Ledger) -> list[AsRun]:
    """Return every planned broadcast that has no outcome yet, in order of time. Raises LedgerFailed."""
    keys = ledger.without_outcome()
    rows = (row for start in range(0, len(keys), 500) for row in ledger.rows(broadcasts=keys[start : start + 500]))
    return list(as_run(rows))


def last_seen_alive(ledger: Ledger) -> datetime | None:
    """Return when the station itself last wrote to the ledger, or None on its first start."""
    rows = [row for row in (ledger.last(kind) for kind in STATION_KINDS) if row is not None]
    return max((instant_from_text(row.at) for row in rows), default=None)


def just_jumped_from(ledger: Ledger, now: datetime) -> datetime | None:
    """Return what the clock said before it jumped ahead, where that was minutes ago; None where it did not."""
    step = ledger.last(RowKind.CLOCK_STEP)
    if step is None or step.data["step_s"] <= 0:
        return None
    at = instant_from_text(step.at)
    recent = timedelta(0) <= now - at < timedelta(seconds=DOUBT_S)
    return at - timedelta(seconds=step.data["step_s"]) if recent else None


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
