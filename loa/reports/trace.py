"""Every figure of a report under a stable name, with the ledger rows behind it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from loa.ledger import AsRun, AsRunItem
from loa.reports.events import FaultKind, Verdict
from loa.reports.figures import (
    NO_TOPIC,
    GroupFigures,
    Items,
    ItemTally,
    Punctuality,
    Tally,
    ended_items,
    is_bulletin,
    is_emergency,
    source_of,
    topic_of,
    was_cut,
)
from loa.reports.model import BroadcastLine, ReportModel
from loa.reports.sessions import sessions_of

Value = int | float | str
_MINUTES_DIGITS, _SHARE_DIGITS = 4, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure.

    Attributes
    ----------
    name
        Such as ``topics.cchc.minutes``: stable, the same in every report.
    value
        A number: minutes with four decimals, shares from 0 to 1; or a text, for a whole broadcast.
    rows
        Numbers of the ledger rows it was drawn from, in order.
    """

    name: str
    value: Value
    rows: tuple[int, ...]


def figures(model: ReportModel) -> dict[str, Figure]:
    """Return every figure of `model` by its name, in the order of the report."""
    found = [
        *_broadcasts(model),
        *_groups(model),
        *_punctuality(model),
        *_by_hand(model),
        *_events(model),
        *_days(model),
        *_royalties(model),
        *_targets(model),
        *_lines(model),
    ]
    return {figure.name: figure for figure in found}


def figures_sha256(model: ReportModel) -> str:
    """Return the SHA-256 over every name and value, 64 hex digits: equal where the figures are."""
    values = {name: figure.value for name, figure in figures(model).items()}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _minutes(seconds: float) -> float:
    return round(seconds / 60, _MINUTES_DIGITS)


def _rows(records: Iterable[AsRun]) -> tuple[int, ...]:
    return tuple(sorted(row for record in records for row in record.rows))


def _tally(name: str, one: Tally, records: Iterable[AsRun]) -> Iterator[Figure]:
    rows = _rows(records)
    yield Figure(name=f"{name}.count", value=one.count, rows=rows)
    yield Figure(name=f"{name}.planned_minutes", value=_minutes(one.planned_s), rows=rows)
    yield Figure(name=f"{name}.minutes", value=_minutes(one.played_s), rows=rows)


def _broadcasts(model: ReportModel) -> Iterator[Figure]:
    records = [line.record for line in model.lines]
    yield from _tally("broadcasts.planned", model.total, records)
    heard = {"aired", "partial"}
    yield from _tally("broadcasts.heard", model.heard, [o.record for o in model.lines if o.result.value in heard])
    out = {"cancelled", "to-come"}
    yield from _tally("broadcasts.due", model.due, [o.record for o in model.lines if o.result.value not in out])
    for result, one in model.results.items():
        own = [line.record for line in model.lines if line.result is result]
        yield from _tally(f"broadcasts.{result.value}", one, own)
    sessions = sessions_of(records)
    rows = _rows(record for record in records if record.key in sessions)
    yield Figure(name="sessions.count", value=model.sessions, rows=rows)
    for reason in model.reasons:
        own = [o.record for o in model.lines if o.result is reason.result and o.record.reason is reason.reason]
        name = f"reasons.{reason.result.value}.{reason.reason.value}.count"
        yield Figure(name=name, value=reason.count, rows=_rows(own))


def _groups(model: ReportModel) -> Iterator[Figure]:
    items = list(ended_items(line.record for line in model.lines))
    said = [(record, item) for record, item in items if is_bulletin(item)]
    sound = [(record, item) for record, item in items if not is_bulletin(item)]
    played = [(record, item) for record, item in said if item.played_s > 0]
    sorted_by: tuple[tuple[str, tuple[GroupFigures, ...], Items, Callable[[AsRunItem], str]], ...] = (
        ("topics", model.topics, said, topic_of),
        ("genres", model.genres, said, lambda item: item.genre),
        ("languages", model.languages, said, lambda item: item.language),
        ("sources", model.sources, played, source_of),
    )
    for name, groups, among, key_of in sorted_by:
        by_key: dict[str, list[tuple[AsRun, AsRunItem]]] = {}
        for record, item in among:
            by_key.setdefault(key_of(item) or NO_TOPIC, []).append((record, item))
        for one in groups:
            yield from _group(f"{name}.{one.key}", one, by_key.get(one.key, ()))
    for name, one, own in (("bulletins", model.bulletins, said), ("sound", model.sound, sound)):
        yield from _group(name, one, own)
    yield from _group("items", model.items, items)
    if model.spotlight is not None:
        for share in ("count_share", "played_share", "file_only_count_share", "file_only_played_share"):
            value = getattr(model.spotlight, share)
            if value is not None:
                heard = not share.startswith("file_only")
                rows = tuple(sorted(item.row for record, item in said if record.heard is heard))
                yield Figure(name=f"spotlight.{share}", value=round(value, _SHARE_DIGITS), rows=rows)


def _group(name: str, one: GroupFigures, items: Items) -> Iterator[Figure]:
    for prefix, tally, heard in (("", one.heard, True), ("file_only.", one.file_only, False)):
        own = [item for record, item in items if record.heard is heard and item.played_s > 0]
        yield from _items(f"{name}.{prefix}", tally, own)
    silent = tuple(sorted(item.row for _record, item in items if item.played_s <= 0))
    yield Figure(name=f"{name}.not_aired", value=one.not_aired, rows=silent)
    heard_rows = tuple(sorted(item.row for record, item in items if record.heard and item.played_s > 0))
    yield Figure(name=f"{name}.broadcasts", value=one.broadcasts, rows=heard_rows)
    yield Figure(name=f"{name}.sessions", value=one.sessions, rows=heard_rows)


def _items(name: str, tally: ItemTally, own: list[AsRunItem]) -> Iterator[Figure]:
    rows = tuple(sorted(item.row for item in own))
    yield Figure(name=f"{name}count", value=tally.count, rows=rows)
    cut = tuple(sorted(item.row for item in own if was_cut(item)))
    yield Figure(name=f"{name}cut", value=tally.cut, rows=cut)
    yield Figure(name=f"{name}minutes", value=_minutes(tally.played_s), rows=rows)


def _punctuality(model: ReportModel) -> Iterator[Figure]:
    both: tuple[tuple[str, Punctuality | None, bool], ...] = (
        ("punctuality", model.punctuality, True),
        ("file_only_punctuality", model.file_only_punctuality, False),
    )
    for name, one, heard in both:
        if one is None:
            continue
        measured = [
            record
            for record in (line.record for line in model.lines)
            if record.heard is heard and record.started_at and record.outcome and not is_emergency(record)
        ]
        for measure, value in asdict(one).items():
            yield Figure(name=f"{name}.{measure}", value=round(value, _MINUTES_DIGITS), rows=_rows(measured))


def _by_hand(model: ReportModel) -> Iterator[Figure]:
    if model.by_hand is None:
        return
    for channel in model.by_hand.channels:
        rows = tuple(play.row for play in model.by_hand.plays if play.channel is channel.channel)
        yield Figure(name=f"channels.{channel.channel.value}.times", value=channel.times, rows=rows)
        yield Figure(name=f"channels.{channel.channel.value}.minutes", value=_minutes(channel.played_s), rows=rows)
    for topic in model.by_hand.topics:
        plays = model.by_hand.plays
        rows = tuple(play.row for play in plays if any(item.topic == topic.key for item in play.items))
        yield Figure(name=f"channels.topics.{topic.key or NO_TOPIC}.times", value=topic.times, rows=rows)


def _events(model: ReportModel) -> Iterator[Figure]:
    for verdict in Verdict:
        rows = tuple(one.row for one in model.events.decided(verdict))
        yield Figure(name=f"decisions.{verdict.value}.count", value=len(rows), rows=rows)
    for kind in FaultKind:
        faults = model.events.faults_of(kind)
        rows = tuple(row for fault in faults for row in fault.rows)
        yield Figure(name=f"faults.{kind.value}.count", value=len(faults), rows=rows)
    yield Figure(name="failures.count", value=len(model.failures), rows=_rows(line.record for line in model.failures))
    made_good = [line.record for line in model.failures if model.follow_ups[line.record.key].complete]
    yield Figure(name="failures.made_good.count", value=len(made_good), rows=_rows(made_good))
    emergencies = [line.record for line in model.emergencies]
    yield Figure(name="emergencies.count", value=len(emergencies), rows=_rows(emergencies))


def _days(model: ReportModel) -> Iterator[Figure]:
    by_day: dict[str, list[AsRun]] = {}
    for line in model.lines:
        by_day.setdefault(f"{line.record.planned_at.astimezone(model.subject.time_zone).date()}", []).append(
            line.record
        )
    for one in model.days:
        rows = _rows(by_day.get(f"{one.day}", ()))
        for measure, value in (
            ("due", one.due),
            ("aired", one.aired),
            ("partial", one.partial),
            ("missed", one.missed),
            ("minutes", _minutes(one.played_s)),
        ):
            yield Figure(name=f"days.{one.day}.{measure}", value=value, rows=rows)


def _royalties(model: ReportModel) -> Iterator[Figure]:
    for number, one in enumerate(model.royalties, start=1):
        for measure, value in (
            ("works", one.works),
            ("plays", one.plays),
            ("work_minutes", _minutes(one.work_s)),
            ("minutes", _minutes(one.played_s)),
        ):
            yield Figure(name=f"royalties.{number}.{measure}", value=value, rows=tuple(sorted(one.rows)))


def _targets(model: ReportModel) -> Iterator[Figure]:
    items = [(record, item) for record, item in ended_items(line.record for line in model.lines) if record.heard]
    for number, target in enumerate(model.targets, start=1):
        rows = tuple(
            item.row
            for _record, item in items
            if is_bulletin(item)
            and item.played_s > 0
            and target.topic in {"", item.topic}
            and target.genre in {"", item.genre}
        )
        for one in target.measures:
            for said, value in (("wanted", one.wanted), ("done", one.done), ("missing", one.missing)):
                own = () if said == "wanted" else rows
                yield Figure(name=f"targets.{number}.{one.measure}.{said}", value=round(value, 4), rows=own)


def _lines(model: ReportModel) -> Iterator[Figure]:
    for line in model.lines:
        yield Figure(name=f"lines.{line.number}", value=_line(line), rows=line.record.rows)


def _line(line: BroadcastLine) -> str:
    """Return all that the annex says of one broadcast."""
    record = line.record
    said = [
        record.key,
        line.result.value,
        record.reason.value if record.reason else "",
        f"{record.planned_s:.3f}",
        f"{record.played_s:.3f}",
        record.started_at.isoformat() if record.started_at else "",
        record.ended_at.isoformat() if record.ended_at else "",
        record.title,
        record.note,
    ]
    return " | ".join(said)
