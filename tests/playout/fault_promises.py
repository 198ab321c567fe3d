"""What must hold after any morning of faults, held against the listener's notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from loa.ledger import AsRun, Outcome, Reason, RowKind, as_run
from loa.playout.part import RATE
from loa.timetable import AfterOutage, IfInterrupted
from tests.playout.fault_days import QUIET, FaultDay, slots
from tests.playout.small_station import ZONE

POLICY = {one.name: one for one in slots()}
KILL_S = 1.6  # what a killed process may not have noted: a second, and a turn of the loop
DEAD = {Reason.STATION_KILLED, Reason.POWER_CUT}


def broken_promises(day: FaultDay) -> Iterator[str]:
    """Yield a sentence for each promise that does not hold."""
    day.ledger.verify()
    records = list(as_run(day.ledger.rows()))
    yield from _one_outcome(day, records)
    for record in records:
        yield from _as_heard(day, record)
        yield from _once(day, record)
        yield from _by_its_policy(day, record)
        yield from _not_in_quiet_hours(day, record)
    known = {record.key for record in records}
    yield from (f"heard without a plan: {part}" for part in day.heard.began if part.rpartition("#")[0] not in known)
    yield from day.silenced[:1]
    yield from _nothing_withheld(day, {record.key: record for record in records})


def _one_outcome(day: FaultDay, records: list[AsRun]) -> Iterator[str]:
    for kind in (RowKind.CLOSED, RowKind.STARTED):
        counts = Counter(row.broadcast for row in day.ledger.rows(kinds=[kind]))
        yield from (f"{key} has {count} {kind} rows" for key, count in counts.items() if count > 1)
    now = day.clock.now()
    for record in records:
        if record.outcome is None and record.planned_at + timedelta(seconds=2400) < now:
            yield f"{record.key} has no outcome"


def _as_heard(day: FaultDay, record: AsRun) -> Iterator[str]:
    """Yield where the ledger says otherwise than the loudspeaker."""
    heard_s = day.heard.seconds(record.key)
    tolerance_s = KILL_S if record.reason in DEAD else 0.06
    if record.outcome is not None and abs(record.played_s - heard_s) > tolerance_s:
        yield f"{record.key} {record.reason}: {record.played_s} s by the ledger, {heard_s:.2f} s heard"
    if record.outcome is Outcome.AIRED and heard_s < record.planned_s - 0.06:
        yield f"{record.key} is called aired: {heard_s:.2f} of {record.planned_s} s"
    if record.outcome in {Outcome.MISSED, Outcome.CANCELLED} and heard_s > tolerance_s:
        yield f"{record.key} is called {record.outcome}: {heard_s:.2f} s were heard"


def _once(day: FaultDay, record: AsRun) -> Iterator[str]:
    policy = POLICY.get(record.slot)
    names = [item["name"] for item in record.planned_items]
    if (policy is not None and policy.if_interrupted is IfInterrupted.RESTART) or len(names) > len(set(names)):
        return  # it may begin again; or the same bulletin was queued twice
    if day.heard.twice_s(record.key) > 0.06:
        yield f"{record.key}: {day.heard.twice_s(record.key):.2f} s were heard twice"


def _by_its_policy(day: FaultDay, record: AsRun) -> Iterator[str]:
    policy = POLICY.get(record.slot)
    parts = day.heard.of(record.key)
    if policy is None or not parts:
        return
    began = datetime.fromtimestamp(day.heard.began[parts[0]][0], ZONE)
    late_s = (began - record.planned_at).total_seconds()
    latest_s = record.planned_s if policy.after_outage is AfterOutage.JOIN else policy.late_s
    busy_s = 75.0  # it may have waited, its files open, for what was on the air, and for an emergency over that
    stepped = day.stepped(day.heard.began[parts[0]][1], within_s=busy_s + 10)
    if late_s > max(latest_s, policy.late_s) + busy_s and not stepped:
        yield f"{record.key} began {late_s:.0f} s late; {policy.late_s} are allowed"
    if not day.step_mono_s and not day.alive_at(record.planned_at):
        if policy.after_outage is AfterOutage.SKIP:
            yield f"{record.key} began, though the station was off at its time, and its slot says skip"
        place_s = _place_s(day, record, parts[0])
        if policy.after_outage is AfterOutage.JOIN and not late_s - busy_s <= place_s <= late_s + 2:
            yield f"{record.key} joined at {place_s:.0f} s, {late_s:.0f} s late"
    if late_s < -1 and not stepped:
        yield f"{record.key} began {-late_s:.0f} s early"


def _place_s(day: FaultDay, record: AsRun, part_id: str) -> float:
    """Return where in the broadcast a part begins."""
    sound = day.heard.parts[part_id].sound
    before = 0.0
    for item in record.planned_items:
        if sound.path == day.paths.get(item["name"]):
            return before + sound.from_frame / RATE
        before += item["length_s"]
    return before


def _not_in_quiet_hours(day: FaultDay, record: AsRun) -> Iterator[str]:
    parts = day.heard.of(record.key)
    if record.priority == "emergency" or not parts:
        return
    began = datetime.fromtimestamp(day.heard.began[parts[0]][0] + 0.05, ZONE)  # a start is placed by the sample
    stepped = day.stepped(day.heard.began[parts[0]][1], within_s=10)
    if QUIET[0] <= began.time() < QUIET[1] and not stepped:
        yield f"{record.key} began in quiet hours, at {began:%H:%M:%S}"


def _nothing_withheld(day: FaultDay, records: dict[str, AsRun]) -> Iterator[str]:
    """Yield what might have begun in a long silence and has no reason not to."""
    for owed in day.owed:
        record = records.get(owed.key)
        if record is None:
            yield f"{owed.key} was never planned, and nothing was on the air at {owed.at:%H:%M:%S}"
            continue
        excused = record.outcome is not None and (
            record.reason
            in {
                Reason.STOPPED_BY_OPERATOR,
                Reason.TIMETABLE_CHANGED,
                Reason.OVERLAP,
                Reason.STATION_STOPPED,
                Reason.QUIET_HOURS,
                *DEAD,
            }
        )
        if not excused and not (day.step_mono_s and record.outcome):
            yield f"{owed.key} was withheld at {owed.at:%H:%M:%S}: {record.outcome} {record.reason}"
