"""The tables of a report as texts, for every writer that lays out pages."""

from __future__ import annotations

from collections.abc import Sequence

from loa.language import translate as _
from loa.ledger import channel_name
from loa.reports.by_hand import ByHand
from loa.reports.figures import GroupFigures, Result, Tally
from loa.reports.model import BroadcastLine, ReportModel
from loa.reports.wording import (
    NOTHING,
    clock_text,
    day_text,
    explanation,
    genre_title,
    minutes,
    number,
    percent,
    programme_name,
    result_name,
    topic_title,
)


def result_rows(model: ReportModel) -> list[list[str]]:
    """Return result, broadcasts, minutes planned and minutes played; results that never came are left out."""
    shown = [result for result in Result if model.results[result].count or result in (Result.AIRED, Result.MISSED)]
    return [[result_name(result), *_tally(model.results[result])] for result in shown]


def result_totals(model: ReportModel) -> list[list[str]]:
    """Return the last rows of the table of results: all, and what was heard where some was not."""
    totals = [[_("Total"), *_tally(model.total)]]
    if model.has_file_only:
        totals.append([_("Of these over the loudspeakers"), *_tally(model.heard)])
    return totals


def _tally(one: Tally) -> list[str]:
    return [number(one.count), minutes(one.planned_s), minutes(one.played_s)]


def topic_rows(model: ReportModel) -> list[list[str]]:
    """Return the rows of the table of topics: title, then `_group`."""
    return [[topic_title(one.key, model.subject), *_group(one, model)] for one in model.topics if _said(one, model)]


def topic_total(model: ReportModel) -> list[str]:
    """Return the total of all bulletins."""
    return [_("All bulletins"), *_group(model.bulletins, model)]


def genre_rows(model: ReportModel) -> list[list[str]]:
    """Return the rows of the table of genres: name, then `_group`."""
    return [[genre_title(one.key), *_group(one, model)] for one in model.genres]


def genre_total(model: ReportModel) -> list[str]:
    """Return the total of all bulletins."""
    return [_("All bulletins"), *_group(model.bulletins, model)]


def _said(one: GroupFigures, model: ReportModel) -> bool:
    """Return whether a topic belongs in the table: every listed one but those nothing was ever planned for."""
    spotlit = one.key == model.subject.spotlight_topic
    return spotlit or bool(one.heard.count or one.file_only.count or one.not_aired)


def _group(one: GroupFigures, model: ReportModel) -> list[str]:
    whole_s = model.bulletins.heard.played_s
    share = one.heard.played_s / whole_s if whole_s > 0 else None
    row = [number(one.heard.count), number(one.heard.cut), minutes(one.heard.played_s), percent(share)]
    if model.has_file_only:
        row += [number(one.file_only.count), minutes(one.file_only.played_s)]
    return row


def channel_rows(by_hand: ByHand) -> list[list[str]]:
    """Return the rows of the table of other channels: channel, times, minutes where they are known, places."""
    return [
        [channel_name(one.channel), number(one.times), _known_minutes(one.played_s), "; ".join(one.places) or NOTHING]
        for one in by_hand.channels
    ]


def channel_total(by_hand: ByHand) -> list[str]:
    """Return the total of all other channels."""
    return [_("Total"), number(by_hand.times), _known_minutes(by_hand.played_s), ""]


def _known_minutes(seconds: float) -> str:
    return minutes(seconds) if seconds else NOTHING


def topic_times_rows(by_hand: ByHand, model: ReportModel) -> list[list[str]]:
    """Return topic and times on other channels."""
    return [[topic_title(one.key, model.subject), number(one.times)] for one in by_hand.topics]


def failure_rows(lines: Sequence[BroadcastLine], model: ReportModel) -> list[list[str]]:
    """Return number in the annex, day, planned time, programme, minutes planned and played, result with reason."""
    return [
        [
            number(line.number),
            day_text(line.record.planned_at.astimezone(model.subject.time_zone).date()),
            clock_text(line.record.planned_at, model.subject, seconds=_odd_second(line)),
            programme_name(line.record),
            minutes(line.record.planned_s),
            minutes(line.record.played_s),
            f"{result_name(line.result)}. {explanation(line)}".rstrip(". "),
        ]
        for line in lines
    ]


def annex_rows(model: ReportModel) -> list[list[str]]:
    """Return the rows of the annex: number, day, times, minutes, programme, result, reason."""
    subject = model.subject
    return [
        [
            number(line.number),
            day_text(line.record.planned_at.astimezone(subject.time_zone).date()),
            clock_text(line.record.planned_at, subject, seconds=_odd_second(line)),
            clock_text(line.record.started_at, subject, seconds=True),
            clock_text(line.record.ended_at, subject, seconds=True),
            minutes(line.record.planned_s),
            minutes(line.record.played_s),
            programme_name(line.record),
            result_name(line.result),
            explanation(line),
        ]
        for line in model.lines
    ]


def annex_totals(model: ReportModel) -> list[list[str]]:
    """Return the last rows of the annex: all, and what was heard where some was not."""
    return [
        ["", "", "", "", "", planned, played, title, "", ""] for title, _count, planned, played in result_totals(model)
    ]


def _odd_second(line: BroadcastLine) -> bool:
    return bool(line.record.planned_at.second)
