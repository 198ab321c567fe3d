"""The report model: one value with every figure of a report; writers only lay it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from loa.ledger import AsRun, ManualPlay, Outcome
from loa.reports.by_hand import ByHand, by_hand_figures
from loa.reports.days import DayFigures, day_figures
from loa.reports.events import Events
from loa.reports.figures import (
    BULLETINS,
    EVERYTHING,
    SOUND,
    GroupFigures,
    Punctuality,
    ReasonCount,
    Result,
    SpotlightFigures,
    Tally,
    ended_items,
    group,
    groups_by,
    is_bulletin,
    is_emergency,
    punctuality,
    reason_counts,
    result_of,
    source_of,
    spotlight,
    tally,
    topic_groups,
)
from loa.reports.followed_up import FollowUp, follow_ups
from loa.reports.period import ReportPeriod
from loa.reports.royalties import Royalty, royalties
from loa.reports.sessions import sessions_of
from loa.reports.subject import ReportSubject
from loa.reports.target_figures import TargetFigures

ANCHOR_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastLine:
    """One line of the annex: its number from 1, the record, and what it counts as."""

    number: int
    record: AsRun
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Paragraphs that a person wrote in place of those drawn from the figures.

    Attributes
    ----------
    paragraphs
        By the name of the section (`loa.reports.narrative.SECTIONS`); a section that is not named keeps its own.
    seen
        By section, a hash of the paragraphs that the figures gave when the person last saw them; another one today:
        the text may be stale.
    sha256
        Of the whole text as it was saved.
    """

    paragraphs: Mapping[str, tuple[str, ...]]
    seen: Mapping[str, str]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportModel:
    """Everything a report says.

    Attributes
    ----------
    made_at
        When the report was made, aware.
    ledger_head, ledger_rows
        Hash of the ledger's last row (64 hex digits) and number of its rows when the report was made.
    key_fingerprint
        Of the station's key that signs the ledger, 64 hex digits; empty where it has none.
    rehearsal
        True for a rehearsal's ledger: the report is then no evidence, and says so on every page.
    lines
        Every broadcast of the period in order of planned time.
    results
        Number and seconds for each `Result`, also where it is none; they add up to `total`.
    reasons
        Why broadcasts ended as they did.
    sessions
        Sessions of broadcasts that loudspeakers played.
    topics, genres, languages, sources, bulletins, sound, items
        Figures of items: by topic, genre, language and source, of all bulletins, of tunes and pauses, all together.
    spotlight
        The topic shown apart, or None where the subject names none.
    punctuality, file_only_punctuality
        On loudspeakers, and into files; None where nothing started.
    by_hand
        Mobile loudspeakers and other channels, written into the log by hand; None where there are none. They are in no
        other figure.
    days
        Every day of the period.
    follow_ups
        What was done about each of `failures`, by the key of the broadcast.
    events
        Approvals, who ordered emergencies, faults.
    royalties
        Works by author and genre.
    targets
        What was asked for, and what was done of it, in the order of ``targets.yaml``.
    edited
        Paragraphs written by a person, or None.
    """

    subject: ReportSubject
    period: ReportPeriod
    made_at: datetime
    ledger_head: str
    ledger_rows: int
    key_fingerprint: str
    rehearsal: bool
    lines: tuple[BroadcastLine, ...]
    total: Tally
    results: Mapping[Result, Tally]
    reasons: tuple[ReasonCount, ...]
    sessions: int
    topics: tuple[GroupFigures, ...]
    genres: tuple[GroupFigures, ...]
    languages: tuple[GroupFigures, ...]
    sources: tuple[GroupFigures, ...]
    bulletins: GroupFigures
    sound: GroupFigures
    items: GroupFigures
    spotlight: SpotlightFigures | None
    punctuality: Punctuality | None
    file_only_punctuality: Punctuality | None
    by_hand: ByHand | None
    days: tuple[DayFigures, ...]
    follow_ups: Mapping[str, FollowUp]
    events: Events
    royalties: tuple[Royalty, ...]
    targets: tuple[TargetFigures, ...]
    edited: Edited | None

    @property
    def anchor(self) -> str:
        """The first hex digits of the ledger's head, as printed on the signed paper."""
        return self.ledger_head[:ANCHOR_DIGITS]

    @property
    def heard(self) -> Tally:
        """Broadcasts that the public heard, whole or in part."""
        whole, part = self.results[Result.AIRED], self.results[Result.PARTIAL]
        return Tally(
            count=whole.count + part.count,
            planned_s=whole.planned_s + part.planned_s,
            played_s=whole.played_s + part.played_s,
        )

    @property
    def due(self) -> Tally:
        """Broadcasts that should have aired by now: all but the cancelled and those to come."""
        out = (self.results[Result.CANCELLED], self.results[Result.TO_COME])
        return Tally(
            count=self.total.count - sum(one.count for one in out),
            planned_s=self.total.planned_s - sum(one.planned_s for one in out),
            played_s=self.total.played_s - sum(one.played_s for one in out),
        )

    @property
    def has_file_only(self) -> bool:
        """Whether any sound of the period went to a file."""
        return self.results[Result.FILE_ONLY].count > 0 or self.items.file_only.count > 0

    @property
    def running(self) -> bool:
        """Whether the period had not ended when the report was made."""
        return self.made_at < self.period.span(self.subject.time_zone)[1]

    @property
    def failures(self) -> tuple[BroadcastLine, ...]:
        """Broadcasts that were missed or aired in part, wherever the sound went."""
        return tuple(line for line in self.lines if _failed(line.record))

    @property
    def emergencies(self) -> tuple[BroadcastLine, ...]:
        """Emergency broadcasts."""
        return tuple(line for line in self.lines if is_emergency(line.record))


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
        follow_ups=follow_ups(filter(_failed, own), own),
        events=events or Events(),
        royalties=royalties(items),
        targets=tuple(targets),
        edited=edited,
    )


def _failed(record: AsRun) -> bool:
    return record.outcome in {Outcome.MISSED, Outcome.PARTIAL}
