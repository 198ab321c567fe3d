"""The sentences of a report: drawn from its figures, or as a person has edited them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from loa.language import translate as _
from loa.reports.events import FaultKind, Verdict
from loa.reports.model import ReportModel
from loa.reports.sentences import by_hand, emergencies, failures, general, opening, punctual, spotlight
from loa.reports.suggestions import suggestions
from loa.reports.target_figures import TargetState
from loa.reports.wording import number


def paragraphs(model: ReportModel, section: str) -> list[str]:
    """Return the paragraphs of a section of `SECTIONS`: as a person edited them, else drawn from the figures."""
    if model.edited is not None and section in model.edited.paragraphs:
        return list(model.edited.paragraphs[section])
    return drawn(model, section)


def drawn(model: ReportModel, section: str) -> list[str]:
    """Return the paragraphs of a section as the figures give them, whatever was edited."""
    return SECTIONS[section](model)


def section_title(section: str) -> str:
    """Return what a section is called, for whoever edits it."""
    return {
        "opening": _("Opening"),
        "general": _("Results in general"),
        "spotlight": _("The topic shown apart"),
        "targets": _("What was asked for, and what was done"),
        "punctuality": _("Punctuality"),
        "by_hand": _("Mobile loudspeakers and other channels"),
        "failures": _("Broadcasts missed or aired in part"),
        "emergencies": _("Emergency bulletins"),
        "faults": _("Faults and repairs"),
        "approvals": _("Approval of contents"),
        "suggestions": _("Proposals"),
        "closing": _("Closing"),
    }[section]


def targets(model: ReportModel) -> list[str]:
    """Return the paragraph on targets, before their table, or nothing where there are none."""
    if not model.targets:
        return []
    reached = sum(one.state is TargetState.REACHED for one in model.targets)
    said = _("{reached} of {count} targets were reached.").format(
        reached=number(reached), count=number(len(model.targets))
    )
    below = [one.title for one in model.targets if one.state in {TargetState.MISSED, TargetState.IN_DANGER}]
    if below:
        said += " " + _("Below their targets: {titles}.").format(titles="; ".join(f"“{title}”" for title in below))
    return [said]


def faults(model: ReportModel) -> list[str]:
    """Return the paragraph on faults, before their table."""
    if not model.events.faults:
        return [_("The log holds no fault of the equipment in this period.")]
    sentences = {
        FaultKind.OUTPUT: _("the sound device was lost {count} times"),
        FaultKind.SUDDEN_STOP: _("machine or program ended suddenly {count} times"),
        FaultKind.CLOCK: _("the clock jumped {count} times"),
        FaultKind.ALARM: _("the station raised {count} alarms"),
        FaultKind.AMPLIFIER: _("the amplifier could not be switched {count} times"),
        FaultKind.LEDGER: _("the log could not be written for a while {count} times"),
    }
    counts = {kind: len(model.events.faults_of(kind)) for kind in FaultKind}
    listed = "; ".join(sentences[kind].format(count=number(count)) for kind, count in counts.items() if count)
    return [_("Faults that the log recorded: {faults}.").format(faults=listed)]


def approvals(model: ReportModel) -> list[str]:
    """Return the paragraph on who approved how many bulletins."""
    approved = model.events.decided(Verdict.APPROVED)
    if not approved:
        return [_("No bulletin was approved in this period.")]
    by_person = Counter(one.person for one in approved)
    listed = "; ".join(
        _("{person}: {count}").format(person=person, count=number(count))
        for person, count in sorted(by_person.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    said = _("{count} approvals were given ({people}).").format(count=number(len(approved)), people=listed)
    withdrawn, returned = (len(model.events.decided(one)) for one in (Verdict.WITHDRAWN, Verdict.RETURNED))
    if withdrawn:
        said += " " + _("{count} approvals were withdrawn.").format(count=number(withdrawn))
    if returned:
        said += " " + _("{count} bulletins were returned to be changed.").format(count=number(returned))
    return [f"{said} {_('A bulletin airs only in the very text that was approved.')}"]


def proposals(model: ReportModel) -> list[str]:
    """Return the proposals that the figures call for, or that there are none."""
    return [f"- {one}" for one in suggestions(model)] or [_("The figures call for no proposal.")]


def closing(model: ReportModel) -> list[str]:
    """Return the last sentence of the body, without the mark that ends an official text."""
    said = _("Such are the broadcasts of {station} in {period}; {authority} reports them for information").format(
        station=model.subject.station_name, period=model.period.title, authority=model.subject.authority
    )
    return [said]


SECTIONS: Mapping[str, Callable[[ReportModel], list[str]]] = {
    "opening": opening,
    "general": general,
    "spotlight": spotlight,
    "targets": targets,
    "punctuality": punctual,
    "by_hand": by_hand,
    "failures": failures,
    "emergencies": emergencies,
    "faults": faults,
    "approvals": approvals,
    "suggestions": proposals,
    "closing": closing,
}
"""The sections whose paragraphs a person may edit, by name, and how they are drawn from the figures."""
