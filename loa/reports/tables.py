"""The tables of a report as texts, for every writer that lays out pages."""

from __future__ import annotations

from loa.language import translate as _
from loa.ledger import channel_name
from loa.reports.by_hand import ByHand
from loa.reports.events import Decision, Fault, FaultKind, Verdict
from loa.reports.figures import GroupFigures, Result, Tally
from loa.reports.followed_up import FollowUp
from loa.reports.model import BroadcastLine, ReportModel
from loa.reports.wording import (
    NOTHING,
    clock_text,
    day_text,
    explanation,
    genre_title,
    language_title,
    minutes,
    moment_text,
    number,
    percent,
    programme_name,
    result_name,
    source_title,
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
    return [[topic_title(one.key, model.subject), *_group(one, model)] for one in model.topics if is_shown(one, model)]


def topic_total(model: ReportModel) -> list[str]:
    """Return the total of all bulletins."""
    return [_("All bulletins"), *_group(model.bulletins, model)]


def other_group_rows(model: ReportModel) -> list[list[str]]:
    """Return rows by genre, language and source: what they are sorted by, name, bulletins, minutes and share heard."""
    sorted_by = (
        (_("Genre"), model.genres, genre_title),
        (_("Language"), model.languages, language_title),
        (_("Source"), model.sources, source_title),
    )
    return [
        [name if place == 0 else "", title_of(one.key), number(one.heard.count), *_minutes_and_share(one, model)]
        for name, groups, title_of in sorted_by
        for place, one in enumerate(one for one in groups if one.heard.count)
    ]


def is_shown(one: GroupFigures, model: ReportModel) -> bool:
    """Return whether a topic belongs in table and chart: every listed one but those nothing was ever planned for."""
    spotlit = one.key == model.subject.spotlight_topic
    return spotlit or bool(one.heard.count or one.file_only.count or one.not_aired)


def _group(one: GroupFigures, model: ReportModel) -> list[str]:
    row = [number(value) for value in (one.heard.count, one.heard.cut, one.broadcasts, one.sessions)]
    row += _minutes_and_share(one, model)
    if model.has_file_only:
        row += [number(one.file_only.count), minutes(one.file_only.played_s)]
    return row


def _minutes_and_share(one: GroupFigures, model: ReportModel) -> list[str]:
    whole_s = model.bulletins.heard.played_s
    return [minutes(one.heard.played_s), percent(one.heard.played_s / whole_s if whole_s > 0 else None)]


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


def target_rows(model: ReportModel) -> list[list[str]]:
    """Return a row for each number of each target: title, period, measure, asked, done, more or less, state."""
    return [
        [
            target.title if place == 0 else "",
            target.period_text if place == 0 else "",
            one.name,
            one.text(one.wanted),
            one.text(one.done),
            ("+" if one.done > one.wanted else "") + one.text(one.done - one.wanted),
            target.state_text if place == 0 else "",
        ]
        for target in model.targets
        for place, one in enumerate(target.measures)
    ]


def _line_head(line: BroadcastLine, model: ReportModel) -> list[str]:
    record, subject = line.record, model.subject
    day = day_text(record.planned_at.astimezone(subject.time_zone).date())
    return [
        number(line.number),
        f"{clock_text(record.planned_at, subject, seconds=_odd_second(line))} {day}",
        programme_name(record),
        minutes(record.planned_s),
        minutes(record.played_s),
        f"{result_name(line.result)}. {explanation(line)}".rstrip(". "),
    ]


def failure_rows(model: ReportModel) -> list[list[str]]:
    """Return number in the annex, time, programme, minutes planned and played, result with reason, what was done."""
    return [[*_line_head(line, model), _what_was_done(line, model)] for line in model.failures]


def _what_was_done(line: BroadcastLine, model: ReportModel) -> str:
    done = done_text(model.follow_ups[line.record.key], model)
    later = model.events.corrections.get(line.record.key, ())
    return "\n".join([*([] if done == NOTHING and later else [done]), *later])


def emergency_rows(model: ReportModel) -> list[list[str]]:
    """Return number in the annex, time, title, minutes planned and played, result with reason, who ordered it."""
    return [
        [*_line_head(line, model), model.events.authorisers.get(line.record.key, NOTHING)] for line in model.emergencies
    ]


def done_text(follow_up: FollowUp, model: ReportModel) -> str:
    """Return what was done about a broadcast that failed."""
    owed, good = len(follow_up.owed), len(follow_up.made_good)
    if not owed:
        return NOTHING
    if not good:
        return _("Not aired again in the period")
    last = moment_text(max(at for at, _key in follow_up.made_good.values()), model.subject)
    if follow_up.complete:
        return _("Aired again, by {time}").format(time=last)
    return _("{good} of {owed} bulletins aired again, by {time}").format(
        good=number(good), owed=number(owed), time=last
    )


def fault_rows(model: ReportModel) -> list[list[str]]:
    """Return when each fault was noticed and over, what it was, and the ledger rows that tell it."""
    subject = model.subject
    return [
        [
            moment_text(fault.began_at, subject),
            moment_text(fault.over_at, subject),
            fault_text(fault),
            ", ".join(str(row) for row in fault.rows),
        ]
        for fault in model.events.faults
    ]


def fault_text(fault: Fault) -> str:
    """Return what a fault was, in the operator's words."""
    return {
        FaultKind.OUTPUT: _("The sound device was lost ({detail})"),
        FaultKind.SUDDEN_STOP: _("Machine or program ended suddenly; the station was started again"),
        FaultKind.CLOCK: _("The clock jumped by {detail} seconds"),
        FaultKind.ALARM: _("The station raised an alarm: {detail}"),
        FaultKind.AMPLIFIER: _("The amplifier could not be switched ({detail})"),
        FaultKind.LEDGER: _("The log could not be written for a while; its rows were kept and added later ({detail})"),
    }[fault.kind].format(detail=fault.detail.replace(".", ",") if fault.kind is FaultKind.CLOCK else fault.detail)


def approval_rows(model: ReportModel) -> list[list[str]]:
    """Return number, time, bulletin, decision, person and text hash."""
    return [
        [
            number(place),
            moment_text(one.at, model.subject),
            one.title,
            _decision(one),
            one.person,
            one.text_hash[:16] or NOTHING,
        ]
        for place, one in enumerate(model.events.decisions, start=1)
    ]


def _decision(one: Decision) -> str:
    name = {
        Verdict.APPROVED: _("Approved"),
        Verdict.WITHDRAWN: _("Withdrawn"),
        Verdict.RETURNED: _("Returned to be changed"),
    }[one.verdict]
    return f"{name}: {one.why}" if one.why else name


def royalty_rows(model: ReportModel) -> list[list[str]]:
    """Return number, author, genre, works and their minutes, times and minutes heard; rate and amount are left empty."""
    return [
        [
            number(place),
            one.author or _("(no author named)"),
            genre_title(one.genre) if one.genre else NOTHING,
            number(one.works),
            minutes(one.work_s),
            number(one.plays),
            minutes(one.played_s),
            "",
            "",
        ]
        for place, one in enumerate(model.royalties, start=1)
    ]


def royalty_total(model: ReportModel) -> list[str]:
    """Return the total of the table of works."""
    own = model.royalties
    return [
        "",
        _("Total"),
        "",
        number(sum(one.works for one in own)),
        minutes(sum(one.work_s for one in own)),
        number(sum(one.plays for one in own)),
        minutes(sum(one.played_s for one in own)),
        "",
        "",
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
