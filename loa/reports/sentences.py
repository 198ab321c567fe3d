"""The sentences on broadcasts, drawn from the figures of a report."""

from __future__ import annotations

from loa.language import translate as _
from loa.ledger import reason_sentence
from loa.reports.figures import Punctuality, Result
from loa.reports.model import ReportModel
from loa.reports.period import PeriodKind
from loa.reports.wording import clock_text, day_text, minutes, number, percent, topic_title


def opening(model: ReportModel) -> list[str]:
    """Return the sentence before section I."""
    if model.period.kind is PeriodKind.DAYS:
        said = _("{authority} reports the broadcasts of {station} in {period}, as the broadcast log recorded them:")
    else:
        said = _(
            "{authority} reports the broadcasts of {station} in {period} (from {first} to {last}), as the broadcast "
            "log recorded them:"
        )
    return [
        said.format(
            authority=model.subject.authority,
            station=model.subject.station_name,
            period=model.period.title,
            first=day_text(model.period.first_day),
            last=day_text(model.period.last_day),
        )
    ]


def running_month(model: ReportModel) -> str:
    """Return the sentence that says a period has not ended."""
    said = _("The period had not ended when the report was made ({time} on {day}).").format(
        time=clock_text(model.made_at, model.subject, seconds=False),
        day=day_text(model.made_at.astimezone(model.subject.time_zone).date()),
    )
    return f"{said} {still_to_come(model)}".rstrip()


def still_to_come(model: ReportModel) -> str:
    """Return the sentence on broadcasts that have not ended, or nothing."""
    count = model.results[Result.TO_COME].count
    if not count:
        return ""
    return _("{count} broadcasts are still to come or on the air; they are not counted as aired or missed.").format(
        count=number(count)
    )


def general(model: ReportModel) -> list[str]:
    """Return the paragraphs on broadcasts as a whole."""
    results, heard, due = model.results, model.heard, model.due
    if not model.total.count:
        return [_("No broadcast was planned in this period.")]
    said = [
        _("{count} broadcasts were planned, with a length of {planned} minutes.").format(
            count=number(model.total.count), planned=minutes(model.total.planned_s)
        )
    ]
    if due.count:
        said.append(
            _(
                "Of the {due} broadcasts that were due, {aired} were aired in full and {partial} in part over the "
                "loudspeakers, {minutes} minutes in all; {missed} were not aired."
            ).format(
                due=number(due.count),
                aired=number(results[Result.AIRED].count),
                partial=number(results[Result.PARTIAL].count),
                minutes=minutes(heard.played_s),
                missed=number(results[Result.MISSED].count),
            )
        )
        said.append(
            _("{share} of the broadcasts that were due were aired in full.").format(
                share=percent(results[Result.AIRED].count / due.count)
            )
        )
    if results[Result.CANCELLED].count:
        said.append(
            _("{count} broadcasts were cancelled before air time.").format(
                count=number(results[Result.CANCELLED].count)
            )
        )
    paragraphs = [" ".join(said)]
    if model.running:
        paragraphs.append(running_month(model))
    elif model.results[Result.TO_COME].count:
        paragraphs.append(still_to_come(model))
    if model.has_file_only:
        paragraphs.append(file_only(model))
    return paragraphs


def file_only(model: ReportModel) -> str:
    """Return the sentence on sound that no loudspeaker played."""
    one = model.results[Result.FILE_ONLY]
    return _(
        "{count} broadcasts ({minutes} minutes) went to a sound file only and not to a loudspeaker; they are counted "
        "apart and are not regarded as heard by the public."
    ).format(count=number(one.count), minutes=minutes(one.played_s))


def spotlight(model: ReportModel) -> list[str]:
    """Return the paragraphs on the topic that is shown apart."""
    figures = model.spotlight
    if figures is None:
        return []
    title = topic_title(figures.figures.key, model.subject)
    heard, filed = figures.figures.heard, figures.figures.file_only
    if not heard.count:
        paragraphs = [_("No bulletin on “{topic}” was aired over the loudspeakers in this period.").format(topic=title)]
    else:
        paragraphs = [
            _(
                "On “{topic}”, {count} bulletins were aired over the loudspeakers in {broadcasts} broadcasts, "
                "{minutes} minutes in all: {count_share} of all bulletins aired and {played_share} of their length."
            ).format(
                topic=title,
                count=number(heard.count),
                broadcasts=number(figures.broadcasts),
                minutes=minutes(heard.played_s),
                count_share=percent(figures.count_share),
                played_share=percent(figures.played_share),
            )
        ]
    if filed.count:
        paragraphs.append(
            _(
                "Apart from these, {count} bulletins on this topic ({minutes} minutes) went to a sound file only; they "
                "are not regarded as heard by the public."
            ).format(count=number(filed.count), minutes=minutes(filed.played_s))
        )
    return paragraphs


def punctual(model: ReportModel) -> list[str]:
    """Return the paragraphs on how punctual broadcasts began."""
    paragraphs: list[str] = []
    if model.punctuality is None:
        paragraphs.append(_("No broadcast began on the loudspeakers, so there is no punctuality to report."))
    else:
        paragraphs.append(
            _(
                "Over {count} broadcasts that began on the loudspeakers, measured at the sound device, the median "
                "lateness was {median} seconds; 95% began no more than {p95} seconds late; the latest began {worst} "
                "seconds late."
            ).format(**_lateness(model.punctuality))
        )
    if model.file_only_punctuality is not None:
        paragraphs.append(
            _(
                "Over {count} broadcasts that went to a sound file only, the median lateness was {median} seconds; 95% "
                "began no more than {p95} seconds late; the latest began {worst} seconds late."
            ).format(**_lateness(model.file_only_punctuality))
        )
    return paragraphs


def _lateness(figures: Punctuality) -> dict[str, str]:
    return {
        "count": number(figures.count),
        "median": number(figures.median_s, 1),
        "p95": number(figures.p95_s, 1),
        "worst": number(figures.worst_s, 1),
    }


def by_hand(model: ReportModel) -> list[str]:
    """Return the paragraph on what was written into the log by hand, or nothing."""
    figures = model.by_hand
    if figures is None:
        return []
    return [
        _(
            "Apart from the broadcasts, {times} plays, meetings, posts and posters were written into the log by hand, "
            "{loud} of them over mobile and hand-held loudspeakers with a length of {minutes} minutes. They rest on the "
            "word of the person who wrote them down and are in no figure of the broadcasts."
        ).format(times=number(figures.times), loud=number(figures.loud_times), minutes=minutes(figures.played_s))
    ]


def failures(model: ReportModel) -> list[str]:
    """Return the paragraphs on what was missed or aired in part, before its table."""
    if not model.failures:
        return [_("No broadcast was missed or aired in part.")]
    said = [
        _("{count} broadcasts were missed or aired in part. Their reasons:").format(count=number(len(model.failures)))
    ]
    counted: dict[str, int] = {}
    for line in model.failures:
        if line.record.reason is not None:
            reason = reason_sentence(line.record.reason)
            counted[reason] = counted.get(reason, 0) + 1
    reasons = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    listed = "; ".join(
        _("{reason}: {count} broadcasts").format(reason=reason, count=number(count)) for reason, count in reasons
    )
    return [f"{said[0]} {listed}."]


def emergencies(model: ReportModel) -> list[str]:
    """Return the paragraph on emergencies, before their table."""
    lines = model.emergencies
    if not lines:
        return [_("No emergency bulletin was aired in this period.")]
    heard = [line for line in lines if line.result in {Result.AIRED, Result.PARTIAL}]
    return [
        _("{count} emergency broadcasts were ordered; {heard} of them went out over the loudspeakers.").format(
            count=number(len(lines)), heard=number(len(heard))
        )
    ]


def basis(model: ReportModel) -> list[str]:
    """Return the paragraphs that say what the figures rest on, and anchor the ledger on the signed paper."""
    made = model.made_at.astimezone(model.subject.time_zone)
    return [
        _(
            "A broadcast counts by its planned day. Lengths are what the sound device really took, in minutes with one "
            "decimal; totals are added up before they are rounded. A bulletin counts each time something of it is aired."
        ),
        _(
            "The figures were drawn from the station's broadcast log at {time} on {day}, when it held {rows} rows; the "
            "first {digits} digits of the hash of its last row were {anchor}. With them anyone can check that the log "
            "was not changed afterwards. The annex lists every broadcast."
        ).format(
            time=clock_text(made, model.subject, seconds=False),
            day=day_text(made.date()),
            rows=number(model.ledger_rows),
            digits=len(model.anchor),
            anchor=model.anchor,
        ),
    ]
