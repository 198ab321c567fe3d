"""Drawing a report from the rows of a ledger: the same rows give the same figures, whenever that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import takewhile

from loa.ledger import Ledger, Row, RowKind, as_run, manual_plays
from loa.reports import Edited, ReportModel, ReportPeriod, ReportSubject, period_report
from loa.reports.events import EVENT_KINDS, Events, alarm_by_itself, events
from loa.reports.target_figures import TargetFigures
from loa.settings import StationSettings
from loa.station.alarms import AlarmKind, words_of


def subject_of(settings: StationSettings) -> ReportSubject:
    """Return what the head and foot of a report say of the station."""
    return ReportSubject(
        station_name=settings.name,
        authority=settings.authority,
        superior_body=settings.superior,
        place=settings.place,
        document_code=settings.document_code,
        signer_title=settings.signer_title,
        signer_name=settings.signer_name,
        recipients=settings.recipients,
        topic_titles=settings.topics,
        spotlight_topic=settings.spotlight_topic,
        time_zone=settings.time_zone,
    )


def draw(
    ledger: Ledger,
    subject: ReportSubject,
    period: ReportPeriod,
    *,
    made_at: datetime,
    head: str,
    rows: int,
    rehearsal: bool = False,
    targets: Sequence[TargetFigures] = (),
    edited: Edited | None = None,
    key_fingerprint: str = "",
) -> ReportModel:
    """Return the report of `period` from the first `rows` rows of the ledger, whose head then was `head`."""

    def first(read: Iterable[Row]) -> Iterable[Row]:
        return takewhile(lambda row: row.seq <= rows, read)

    begin, end = period.span(subject.time_zone)
    return period_report(
        as_run(first(ledger.rows(planned=(period.first_day, period.last_day)))),
        period=period,
        subject=subject,
        made_at=made_at,
        ledger_head=head,
        ledger_rows=rows,
        rehearsal=rehearsal,
        by_hand=manual_plays(first(ledger.rows(kinds=[RowKind.MANUAL]))),
        events=_events(ledger, first, begin, end),
        targets=targets,
        edited=edited,
        key_fingerprint=key_fingerprint,
    )


def _events(ledger: Ledger, first: Callable[[Iterable[Row]], Iterable[Row]], begin: datetime, end: datetime) -> Events:
    ups_and_downs = (RowKind.STATION_UP, RowKind.STATION_DOWN)
    before = list(first(ledger.rows(kinds=ups_and_downs, until=begin)))[-1:]
    return events([*before, *first(ledger.rows(kinds=EVENT_KINDS, since=begin, until=end))], alarm_words)


def alarm_words(kind: str, detail: str) -> str:
    """Return what an alarm was, without the advice that was for that hour."""
    if kind not in set(AlarmKind):
        return alarm_by_itself(kind, detail)
    words = words_of(AlarmKind(kind), "").partition(". ")[0].rstrip(".")
    return f"{words} ({detail})" if detail else words
