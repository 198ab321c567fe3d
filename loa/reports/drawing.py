"""Drawing the report model of a period from as-run records: pure, no clock and no disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from loa.ledger import AsRun, ManualPlay
from loa.reports.by_hand import by_hand_figures
from loa.reports.days import day_figures
from loa.reports.events import Events
from loa.reports.figures import (
    BULLETINS,
    EVERYTHING,
    SOUND,
    Result,
    ended_items,
    group,
    groups_by,
    is_bulletin,
    punctuality,
    reason_counts,
    result_of,
    source_of,
    spotlight,
    tally,
    topic_groups,
)
from loa.reports.followed_up import follow_ups
from loa.reports.model import BroadcastLine, Edited, ReportModel, failed
from loa.reports.period import ReportPeriod
from loa.reports.royalties import royalties
from loa.reports.sessions import sessions_of
from loa.reports.subject import ReportSubject
from loa.reports.target_figures import TargetFigures


def period_report(
    records: Iterable[AsRun],
    *,
    period: ReportPeriod,
    subject: ReportSubject,
    made_at: datetime,
    ledger_head: str,
    ledger_rows: int,
    rehearsal: bool,
    by_hand: Iterable[ManualPlay] = (),
    events: Events | None = None,
    targets: Sequence[TargetFigures] = (),
    key_fingerprint: str = "",
    edited: Edited | None = None,
) -> ReportModel:
    """Return the report of `period`: pure, no clock and no disk.

    Parameters
    ----------
    records
        As-run records; those planned outside the period, in the station's time zone, are passed over.
    made_at
        When the report is made, aware.
    ledger_head, ledger_rows
        What `Ledger.verify` returned.
    rehearsal
        Whether the ledger is a rehearsal's.
    by_hand
        What was written into the log by hand; what happened outside the period is passed over.
    events, targets, key_fingerprint, edited
        See `ReportModel`; the caller takes care that they are those of the period.
    """
    begin, end = period.span(subject.time_zone)
    own = sorted(
        (record for record in records if begin <= record.planned_at < end),
        key=lambda record: (record.planned_at, record.key),
    )
    by_result: dict[Result, list[AsRun]] = {result: [] for result in Result}
    for record in own:
        by_result[result_of(record)].append(record)
    items = list(ended_items(own))
    bulletins = [(record, item) for record, item in items if is_bulletin(item)]
    sound = [(record, item) for record, item in items if not is_bulletin(item)]
    sessions = sessions_of(own)
    topics = topic_groups(items, subject.topic_titles, sessions)
    return ReportModel(
        subject=subject,
        period=period,
        made_at=made_at,
        ledger_head=ledger_head,
        ledger_rows=ledger_rows,
        key_fingerprint=key_fingerprint,
        rehearsal=rehearsal,
        lines=tuple(
            BroadcastLine(number=number, record=record, result=result_of(record))
            for number, record in enumerate(own, start=1)
        ),
        total=tally(own),
        results={result: tally(sorted_in) for result, sorted_in in by_result.items()},
        reasons=reason_counts(by_result),
        sessions=len(set(sessions.values())),
        topics=topics,
        genres=groups_by(lambda item: item.genre, items, sessions),
        languages=groups_by(lambda item: item.language, items, sessions),
        sources=groups_by(source_of, [(record, item) for record, item in bulletins if item.played_s > 0], sessions),
        bulletins=group(BULLETINS, bulletins, sessions),
        sound=group(SOUND, sound, sessions),
        items=group(EVERYTHING, items, sessions),
        spotlight=spotlight(subject.spotlight_topic, topics, own) if subject.spotlight_topic else None,
        punctuality=punctuality(record for record in own if record.heard),
        file_only_punctuality=punctuality(record for record in own if not record.heard),
        by_hand=by_hand_figures(by_hand, subject.topic_titles, begin=begin, end=end),
        days=day_figures(own, period, subject.time_zone),
        follow_ups=follow_ups(filter(failed, own), own),
        events=events or Events(),
        royalties=royalties(items),
        targets=tuple(targets),
        edited=edited,
    )
