"""Targets reckoned: what the ledger says aired, what the plan still brings, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from loa.errors import Finding, InputRefused, Severity
from loa.language import translate as _
from loa.ledger import AsRun, Ledger, as_run
from loa.reports import ReportPeriod
from loa.reports.target_figures import MeasureFigures, TargetFigures, TargetState, state_of
from loa.reports.wording import genre_title
from loa.settings import StationSettings
from loa.station.contents import Contents
from loa.station.folder import StationFolder
from loa.station.target_advice import Gap, advice
from loa.station.target_count import Count, count_done, count_planned, still_to_come
from loa.timetable import Broadcast
from loa.timetable.targets import Measure, Per, Period, Target, read_targets

CHECKED_DAYS = 31  # `loa check` leaves quarters and years to `loa targets`: a busy year's ledger takes seconds to read


def reckon(
    target: Target,
    period: Period,
    *,
    records: Sequence[AsRun],
    coming: Sequence[Broadcast],
    settings: StationSettings,
    contents: Contents | None,
    today: date,
) -> TargetFigures:
    """Return how `target` stands in `period`.

    Parameters
    ----------
    records
        As-run records; those planned outside the period, in the station's time zone, are passed over.
    coming
        What may still air (`still_to_come`); what lies outside the period is passed over.
    contents
        The station's bulletins and programmes, for advice; None where none is wanted.
    today
        The station's local day.
    """
    zone = settings.time_zone
    own = [record for record in records if _lies_in(period, record.planned_at, zone)]
    ahead = [broadcast for broadcast in coming if _lies_in(period, broadcast.planned_at, zone)]
    done, planned = count_done(target, own, heard=True), count_planned(target, ahead)
    measures = _measures(target, done, planned, count_done(target, own, heard=False))
    ended = period.last_day < today
    missing = {Measure(one.measure): one.missing for one in measures if one.missing}
    said: tuple[str, ...] = ()
    if missing and not ended and contents is not None:
        gap = Gap(target=target, period=period, missing=missing, used=done.names | planned.names)
        said = tuple(advice(gap, ahead, contents, today=today))
    return TargetFigures(
        title=_title(target, settings.topics),
        topic=target.topic,
        genre=target.genre,
        basis=target.basis,
        lead=target.lead,
        partners=target.partners,
        per=target.per.value if target.per else "",
        first_day=period.first_day,
        last_day=period.last_day,
        state=state_of(measures, ended=ended),
        measures=measures,
        advice=said,
        file=target.file,
        line=target.line,
    )


def _measures(target: Target, done: Count, planned: Count, filed: Count) -> tuple[MeasureFigures, ...]:
    """Return the numbers of `target`; a bulletin that aired is no new one in the plan or in a file."""
    planned = replace(planned, names=planned.names - done.names)
    filed = replace(filed, names=filed.names - done.names)
    return tuple(
        MeasureFigures(
            measure=measure.value,
            wanted=wanted,
            done=done.in_measure(measure),
            planned=planned.in_measure(measure),
            file_only=filed.in_measure(measure),
        )
        for measure, wanted in target.wanted.items()
    )


def _lies_in(period: Period, at: datetime, zone: ZoneInfo) -> bool:
    return period.first_day <= at.astimezone(zone).date() <= period.last_day


def _title(target: Target, topics: Mapping[str, str]) -> str:
    if target.title:
        return target.title
    parts = [topics.get(target.topic, target.topic)] if target.topic else []
    parts += [genre_title(target.genre)] if target.genre else []
    return ", ".join(parts) or _("All bulletins")


def station_targets(
    contents: Contents, folder: StationFolder, ledger: Ledger, *, first_day: date, last_day: date, now: datetime
) -> list[TargetFigures]:
    """Return each target in its periods that end between two local days, or in the one that runs on the last.

    Raises
    ------
    InputRefused
        ``targets.yaml`` or the timetable has mistakes.
    """
    targets, found = _read(folder, contents.settings.topics)
    mistakes = (*found, *contents.timetable_errors)
    if mistakes:
        raise InputRefused(mistakes)
    asked = [(target, period) for target in targets for period in target.periods(first_day, last_day)]
    return reckon_all(asked, contents, ledger, now=now)


def reckon_all(
    asked: Sequence[tuple[Target, Period]], contents: Contents, ledger: Ledger, *, now: datetime
) -> list[TargetFigures]:
    """Return the figures of each target in its period, from the ledger and the plan as they are `now`."""
    if not asked:
        return []
    today = now.astimezone(contents.settings.time_zone).date()
    first = min(period.first_day for _target, period in asked)
    last = max(period.last_day for _target, period in asked)
    records = list(as_run(ledger.rows(months=_months(first, min(last, today)))))
    plan = contents.material.plan(max(today, first), last, queue_from=now) if last >= today else []
    coming = still_to_come(plan, records, now)
    return [
        reckon(
            target,
            period,
            records=records,
            coming=coming,
            settings=contents.settings,
            contents=contents,
            today=today,
        )
        for target, period in asked
    ]


def report_targets(
    folder: StationFolder,
    settings: StationSettings,
    ledger: Ledger,
    period: ReportPeriod,
    *,
    contents: Callable[[], Contents],
    now: datetime,
) -> list[TargetFigures]:
    """Return each target in its periods that end in a report's, or in the one that runs on its last day.

    Parameters
    ----------
    contents
        Reads the station's folder: only asked where a period has not ended, for what is still planned in it. A timetable
        with mistakes plans nothing, but hinders no report.

    Raises
    ------
    InputRefused
        ``targets.yaml`` has mistakes.
    """
    targets, found = _read(folder, settings.topics)
    if found:
        raise InputRefused(found)
    asked = [(target, span) for target in targets for span in target.periods(period.first_day, period.last_day)]
    if period.last_day - period.first_day > timedelta(days=CHECKED_DAYS):
        asked = [(target, span) for target, span in asked if target.per is not Per.WEEK]  # fifty lines for a year
    if not asked:
        return []
    today = now.astimezone(settings.time_zone).date()
    first = min(span.first_day for _target, span in asked)
    last = max(span.last_day for _target, span in asked)
    records = list(as_run(ledger.rows(planned=(first, last))))
    coming: list[Broadcast] = []
    if last >= today:
        read = contents()
        if not read.timetable_errors:
            coming = still_to_come(read.material.plan(max(today, first), last, queue_from=now), records, now)
    return [
        reckon(target, span, records=records, coming=coming, settings=settings, contents=None, today=today)
        for target, span in asked
    ]


def _months(first: date, last: date) -> list[str]:
    """Return the months that hold these days; at least the first day's."""
    count = (last.year - first.year) * 12 + last.month - first.month
    numbers = range(first.month - 1, first.month + max(count, 0))
    return [f"{first.year + number // 12}-{number % 12 + 1:02}" for number in numbers]


def _read(folder: StationFolder, topics: Iterable[str] | None) -> tuple[tuple[Target, ...], tuple[Finding, ...]]:
    return read_targets(folder.schedules, station_folder=folder.root, topics=topics)


def check_targets(
    folder: StationFolder, contents: Contents | None, ledger: Ledger, *, now: datetime
) -> tuple[Finding, ...]:
    """Return the mistakes in ``targets.yaml``, and a warning for each target of a month or less that will not be reached.

    Parameters
    ----------
    contents
        None where ``station.yaml`` is wrong: then only what is written is checked, without its topics.
    """
    targets, found = _read(folder, None if contents is None else contents.settings.topics)
    if found or contents is None or contents.timetable_errors:
        return found
    today = now.astimezone(contents.settings.time_zone).date()
    running = [(target, period) for target in targets if (period := target.period_on(today)) is not None]
    asked = [(target, period) for target, period in running if period.days <= CHECKED_DAYS]
    figures = reckon_all(asked, contents, ledger, now=now)
    return tuple(_warning(one) for one in figures if one.state is TargetState.IN_DANGER)


def _warning(figures: TargetFigures) -> Finding:
    short = "; ".join(
        _("{measure}: {done} aired and {planned} planned of {wanted}").format(
            measure=one.name, done=one.text(one.done), planned=one.text(one.planned), wanted=one.text(one.wanted)
        )
        for one in figures.measures
        if one.missing
    )
    return Finding(
        file=figures.file,
        line=figures.line,
        field="targets",
        message=_("“{title}” stays below its target in {period} ({figures}).").format(
            title=figures.title, period=figures.period_text, figures=short
        ),
        advice="; ".join(figures.advice),
        severity=Severity.WARNING,
    )
