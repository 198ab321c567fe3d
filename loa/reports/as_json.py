"""The report model as plain values, for ``--json`` and for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from loa.ledger import AsRunItem
from loa.reports.model import BroadcastLine, ReportModel
from loa.reports.narrative import SECTIONS, paragraphs
from loa.reports.suggestions import suggestions


def report_json(model: ReportModel) -> dict[str, Any]:
    """Return `model` as plain values: seconds as numbers, days and times as ISO text in the station's time zone."""
    subject = model.subject
    return {
        "station": subject.station_name,
        "authority": subject.authority,
        "period": model.period.name,
        "kind": model.period.kind.value,
        "first_day": model.period.first_day.isoformat(),
        "last_day": model.period.last_day.isoformat(),
        "title": model.period.title,
        "made_at": model.made_at.astimezone(subject.time_zone).isoformat(),
        "rehearsal": model.rehearsal,
        "running": model.running,
        "ledger": {
            "head": model.ledger_head,
            "anchor": model.anchor,
            "rows": model.ledger_rows,
            "key": model.key_fingerprint,
        },
        "broadcasts": {
            "planned": asdict(model.total),
            "due": asdict(model.due),
            "heard": asdict(model.heard),
            **{result.value.replace("-", "_"): asdict(one) for result, one in model.results.items()},
        },
        "sessions": model.sessions,
        "reasons": [asdict(one) for one in model.reasons],
        "topics": [asdict(one) | {"title": subject.topic_titles.get(one.key, one.key)} for one in model.topics],
        "genres": [asdict(one) for one in model.genres],
        "languages": [asdict(one) for one in model.languages],
        "sources": [asdict(one) for one in model.sources],
        "bulletins": asdict(model.bulletins),
        "sound": asdict(model.sound),
        "items": asdict(model.items),
        "spotlight": model.spotlight and asdict(model.spotlight),
        "punctuality": model.punctuality and asdict(model.punctuality),
        "file_only_punctuality": model.file_only_punctuality and asdict(model.file_only_punctuality),
        "by_hand": _by_hand(model),
        "targets": [one.as_json() for one in model.targets],
        "days": [asdict(one) | {"day": one.day.isoformat()} for one in model.days],
        "royalties": [asdict(one) | {"titles": list(one.titles), "rows": list(one.rows)} for one in model.royalties],
        **_events(model),
        "narrative": {name: paragraphs(model, name) for name in SECTIONS},
        "edited": sorted(model.edited.paragraphs) if model.edited else [],
        "suggestions": suggestions(model),
        "failures": [_failure(line, model) for line in model.failures],
        "emergencies": [line.number for line in model.emergencies],
        "lines": [_line(line, model) for line in model.lines],
    }


def _events(model: ReportModel) -> dict[str, Any]:
    zone = model.subject.time_zone
    return {
        "decisions": [asdict(one) | {"at": one.at.astimezone(zone).isoformat()} for one in model.events.decisions],
        "faults": [
            asdict(one)
            | {
                "began_at": one.began_at.astimezone(zone).isoformat(),
                "over_at": one.over_at and one.over_at.astimezone(zone).isoformat(),
                "rows": list(one.rows),
            }
            for one in model.events.faults
        ],
        "authorisers": dict(model.events.authorisers),
    }


def _failure(line: BroadcastLine, model: ReportModel) -> dict[str, Any]:
    done = model.follow_ups[line.record.key]
    good = {name: {"at": at.isoformat(), "key": key} for name, (at, key) in done.made_good.items()}
    return {"number": line.number, "owed": list(done.owed), "made_good": good, "complete": done.complete}


def _by_hand(model: ReportModel) -> dict[str, Any]:
    by_hand = model.by_hand
    if by_hand is None:
        return {"channels": [], "topics": [], "entries": []}
    zone = model.subject.time_zone
    return {
        "channels": [asdict(one) | {"places": list(one.places)} for one in by_hand.channels],
        "topics": [asdict(one) for one in by_hand.topics],
        "entries": [play.as_json() | {"at": play.at.astimezone(zone).isoformat()} for play in by_hand.plays],
    }


def _line(line: BroadcastLine, model: ReportModel) -> dict[str, Any]:
    record, zone = line.record, model.subject.time_zone
    return {
        "number": line.number,
        "key": record.key,
        "title": record.title,
        "programme": record.programme,
        "priority": record.priority,
        "planned_at": record.planned_at.astimezone(zone).isoformat(),
        "started_at": record.started_at and record.started_at.astimezone(zone).isoformat(),
        "ended_at": record.ended_at and record.ended_at.astimezone(zone).isoformat(),
        "planned_s": record.planned_s,
        "played_s": record.played_s,
        "lateness_s": record.lateness_s if record.started_at else None,
        "result": line.result.value,
        "outcome": record.outcome and record.outcome.value,
        "reason": record.reason and record.reason.value,
        "note": record.note,
        "heard": record.heard,
        "output": record.output,
        "rows": list(record.rows),
        "items": [_item(item) for item in record.items],
    }


def _item(item: AsRunItem) -> dict[str, Any]:
    return asdict(item) | {"started_at": item.started_at and item.started_at.isoformat()}
