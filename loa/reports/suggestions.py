"""What a report proposes, drawn from its figures by rules: each rule looks at one thing and says one sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from loa.language import translate as _
from loa.ledger import Reason
from loa.reports.events import FaultKind
from loa.reports.figures import Result, is_bulletin
from loa.reports.model import ReportModel
from loa.reports.target_figures import MeasureFigures, TargetFigures
from loa.reports.wording import minutes, number

LATE_P95_S = 60.0  # a listener takes a minute for late
NAMED = 5
_DARK = {Reason.POWER_CUT, Reason.STATION_OFF, Reason.STATION_KILLED}


def suggestions(model: ReportModel) -> list[str]:
    """Return the proposals that the figures call for, a sentence or two each; none where all went well."""
    return [sentence for rule in _RULES for sentence in rule(model)]


def _targets(model: ReportModel) -> Iterator[str]:
    for target in model.targets:
        for one in target.measures:
            if one.done < one.wanted:
                yield _short(target, one, model)


def _short(target: TargetFigures, one: MeasureFigures, model: ReportModel) -> str:
    missing = one.wanted - one.done
    if one.measure != "minutes":
        return _("“{title}” is short of its target by {count} {measure}: plan as many more in the next period.").format(
            title=target.title, count=one.text(missing), measure=one.name
        )
    lengths = [
        item.played_s
        for line in model.lines
        if line.record.outcome and line.record.heard
        for item in line.record.items
        if is_bulletin(item)
        and item.played_s > 0
        and target.topic in {"", item.topic}
        and target.genre in {"", item.genre}
    ]
    if not lengths:
        return _(
            "“{title}” is short of its target by {minutes} minutes, and nothing of it was heard: write bulletins for it."
        ).format(title=target.title, minutes=one.text(missing))
    mean_s = math.fsum(lengths) / len(lengths)
    return _(
        "“{title}” is short of its target by {minutes} minutes: about {count} more bulletins of the mean length so far "
        "({mean} minutes) would reach it."
    ).format(
        title=target.title,
        minutes=one.text(missing),
        count=number(math.ceil(60 * missing / mean_s)),
        mean=minutes(mean_s),
    )


def _dark(model: ReportModel) -> Iterator[str]:
    lost = [line.record for line in model.failures if line.record.reason in _DARK]
    if lost:
        lost_s = math.fsum(max(0.0, record.planned_s - record.played_s) for record in lost)
        yield _(
            "Power cuts and a machine that was off cost {count} broadcasts ({minutes} minutes): a standby supply (UPS) "
            "for machine and amplifier is proposed."
        ).format(count=number(len(lost)), minutes=minutes(lost_s))


def _device(model: ReportModel) -> Iterator[str]:
    faults = len(model.events.faults_of(FaultKind.OUTPUT))
    lost = sum(line.record.reason is Reason.OUTPUT_LOST for line in model.failures)
    if faults or lost:
        yield _(
            "The sound device was lost ({faults} faults in the log, {broadcasts} broadcasts hit): cables, sound card and "
            "amplifier should be checked."
        ).format(faults=number(faults), broadcasts=number(lost))


def _approval(model: ReportModel) -> Iterator[str]:
    late = {
        item.item
        for line in model.lines
        if line.record.outcome
        for item in line.record.items
        if item.problem == "not-approved"
    }
    if late:
        yield _(
            "{count} bulletins were not approved when their turn came: bulletins should be approved the day before at "
            "the latest."
        ).format(count=number(len(late)))


def _clock(model: ReportModel) -> Iterator[str]:
    steps = len(model.events.faults_of(FaultKind.CLOCK))
    late = model.punctuality is not None and model.punctuality.p95_s > LATE_P95_S
    if steps:
        yield _(
            "The machine's clock jumped {count} times: its battery and its synchronisation should be checked."
        ).format(count=number(steps))
    elif late:
        yield _("More than one broadcast in twenty began over a minute late: machine and timetable should be checked.")


def _owed(model: ReportModel) -> Iterator[str]:
    owed = {
        name: None
        for line in model.failures
        for name in model.follow_ups[line.record.key].owed
        if name not in model.follow_ups[line.record.key].made_good
    }
    if owed:
        titles = {item.item: item.title for line in model.lines for item in line.record.items if item.title}
        titles |= {
            str(item["name"]): str(item["title"])
            for line in model.lines
            for item in line.record.planned_items
            if item.get("title")
        }
        named = "; ".join(f"“{titles.get(name, name)}”" for name in list(owed)[:NAMED])
        more = _(" and {count} more").format(count=number(len(owed) - NAMED)) if len(owed) > NAMED else ""
        yield _(
            "{count} bulletins that were missed or cut were not heard whole later in the period ({titles}{more}): they "
            "should be aired again if they still hold."
        ).format(count=number(len(owed)), titles=named, more=more)


def _file_only(model: ReportModel) -> Iterator[str]:
    if model.results[Result.FILE_ONLY].count:
        yield _("Sound went to a file where no loudspeaker was found: the station's sound output should be checked.")


_RULES: tuple[Callable[[ReportModel], Iterator[str]], ...] = (
    _targets,
    _dark,
    _device,
    _approval,
    _clock,
    _owed,
    _file_only,
)
