"""The report model: one value with every figure of a report; writers only lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from loa.ledger import AsRun, Outcome
from loa.reports.by_hand import ByHand
from loa.reports.days import DayFigures
from loa.reports.events import Events
from loa.reports.figures import (
    GroupFigures,
    Punctuality,
    ReasonCount,
    Result,
    SpotlightFigures,
    Tally,
    is_emergency,
)
from loa.reports.followed_up import FollowUp
from loa.reports.period import ReportPeriod
from loa.reports.royalties import Royalty
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
        return tuple(line for line in self.lines if failed(line.record))

    @property
    def emergencies(self) -> tuple[BroadcastLine, ...]:
        """Emergency broadcasts."""
        return tuple(line for line in self.lines if is_emergency(line.record))


def failed(record: AsRun) -> bool:
    """Return whether a broadcast was missed or aired in part."""
    return record.outcome in {Outcome.MISSED, Outcome.PARTIAL}
