"""`loa plan`: what will air when, why, and what an edit changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loa.cli.show import json_option, minutes, open_station, print_findings, print_json, print_table, print_wrapped
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.station.station import Station

YEARS = range(2000, 2200)
DIFFERENCE_DAYS = 31
MARKS = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", None)}


class Day(click.ParamType):
    """A day, written ``2026-11-23`` or ``23/11/2026``."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or refuse it with what to write."""
        from loa.checked_yaml import date_from_text

        try:
            day = value if isinstance(value, date) else date_from_text(str(value))
        except ValueError:
            day = date.min
        if day.year not in YEARS:
            self.fail(_("Write a date as 23/11/2026 or 2026-11-23."), param, ctx)
        return day


def in_order(first: date, last: date) -> None:
    """Refuse a last day before the first one."""
    if last < first:
        raise click.BadParameter(_("The last day lies before the first."), param_hint="--to")


def problem_word(problem: str) -> str:
    """Return why an item cannot air, in the operator's words."""
    return {
        "missing": _("missing"),
        "not-approved": _("not approved"),
        "not-valid": _("out of its dates"),
        "not-rendered": _("no audio yet"),
    }.get(problem, problem)


@click.command(
    help=_("Show what will air when; seven days from today unless told. --why says why a slot airs on a day or not."),
    short_help=_("show what will air when, and why"),
)
@click.option("--from", "first", type=Day(), metavar=_("DAY"), help=_("The first day."))
@click.option("--to", "last", type=Day(), metavar=_("DAY"), help=_("The last day."))
@click.option(
    "--why",
    "asked",
    type=(str, Day()),
    metavar=_("SLOT DAY"),
    help=_("Say step by step why this slot airs on that day or not."),
)
@click.option(
    "--diff",
    "diff",
    is_flag=True,
    help=_("Show what the timetable, as it is written now, changes in the next 31 days."),
)
@click.option(
    "--ics",
    "calendar",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FILE"),
    help=_("Write the plan to FILE for the calendar of a phone."),
)
@json_option
@click.pass_obj
def plan(folder: Path, /, first: date | None, last: date | None, asked: tuple[str, date] | None, **how: Any) -> None:
    """Show the plan."""
    diff, calendar, as_json = how["diff"], how["calendar"], how["as_json"]
    if bool(asked) + diff + bool(calendar) > 1:
        raise click.UsageError(_("Give one of --why, --diff and --ics at a time."))
    if asked and (first or last):
        raise click.UsageError(_("--why asks for one day; leave --from and --to out."))
    with open_station(folder) as station:
        if asked:
            _show_why(station, *asked, as_json=as_json)
            return
        first_day = first or station.today()
        last_day = last or first_day + timedelta(days=DIFFERENCE_DAYS - 1 if diff else 6)
        in_order(first_day, last_day)
        if diff:
            _show_difference(station, first_day, last_day, as_json=as_json)
            return
        broadcasts = station.plan(first_day, last_day)
        if calendar:
            if not calendar.absolute().parent.is_dir():
                raise click.BadParameter(
                    _("There is no folder {folder}.").format(folder=calendar.parent), param_hint="--ics"
                )
            station.write_calendar(broadcasts, calendar)
            click.echo(_("{count} broadcasts written to {file}.").format(count=len(broadcasts), file=calendar))
        elif as_json:
            print_json([broadcast.as_json() for broadcast in broadcasts])
        else:
            _show_plan(station, broadcasts, first_day, last_day)


def day_name(day: date) -> str:
    """Return a day with its weekday."""
    return f"{_('Mon Tue Wed Thu Fri Sat Sun').split()[day.weekday()]} {day:%d/%m/%Y}"


def _show_plan(station: Station, broadcasts: Sequence[Any], first_day: date, last_day: date) -> None:
    notes = dict(station.day_notes(first_day, last_day))
    rows = []
    for broadcast in broadcasts:
        names = [
            (item.title if item.kind == "time" else item.name)
            + (f" [{problem_word(item.problem.value)}]" if item.problem else "")
            for item in broadcast.items
            if item.name
        ]
        at = broadcast.planned_at
        note = notes.pop(at.date(), "")  # at the first broadcast of a day
        day = f"{day_name(at)} ({note})" if note else day_name(at)
        rows.append((day, f"{at:%H:%M}", minutes(broadcast.planned_s), broadcast.title, ", ".join(names)))
    print_table((_("day"), _("time"), _("length"), _("programme"), _("items")), rows)


def _show_why(station: Station, slot: str, day: date, *, as_json: bool) -> None:
    steps = station.why(slot, day)
    if as_json:
        print_json([asdict(step) for step in steps])
        return
    for step in steps:
        mark, colour = MARKS[step.ok]
        print_wrapped(step.sentence, mark=click.style(mark, fg=colour), indent=2 * step.level)


def _show_difference(station: Station, first_day: date, last_day: date, *, as_json: bool) -> None:
    difference = station.plan_difference(first_day, last_day)
    if as_json:
        changes = difference.changes
        print_json(None if changes is None else [change.as_json() for change in changes])
        return
    if difference.changes is None:
        click.echo(_("No timetable of this station was on the air yet, so there is nothing to compare with."))
    elif not difference.changes:
        click.echo(
            _("Nothing changes from {first} to {last}.").format(
                first=f"{first_day:%d/%m/%Y}", last=f"{last_day:%d/%m/%Y}"
            )
        )
    else:
        print_table(("", _("day"), _("time"), _("programme"), _("what")), map(_change_row, difference.changes))
    if difference.mistakes:
        print_findings(difference.mistakes)
        click.echo(_("These mistakes keep the new timetable off the air; the last good one stays on."))


def _change_row(change: Any) -> tuple[str, str, str, str, str]:
    at = change.broadcast.planned_at
    sign = {"added": "+", "dropped": "-", "moved": ">", "changed": "~"}[change.change.value]
    words = {
        "programme": _("another programme"),
        "items": _("other items"),
        "priority": _("another priority"),
        "meeting": _("meets others or an outage otherwise"),
    }
    said = [words[aspect.value] for aspect in change.what]
    if change.change.value == "moved":
        said.insert(0, _("moved from {at}").format(at=f"{change.before.planned_at:%H:%M}"))
    elif change.change.value != "changed":
        said = [{"added": _("added"), "dropped": _("dropped")}[change.change.value]]
    return sign, day_name(at), f"{at:%H:%M}", change.broadcast.title, ", ".join(said)
