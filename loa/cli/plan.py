"""`loa plan`: what will air when."""

from datetime import date, timedelta
from pathlib import Path

import click

from loa.cli.show import json_option, minutes, open_station, print_json, print_table
from loa.language import translate as _

YEARS = range(2000, 2200)


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
    help=_("Show what will air when; seven days from today unless told."), short_help=_("show what will air when")
)
@click.option("--from", "first", type=Day(), metavar=_("DAY"), help=_("The first day."))
@click.option("--to", "last", type=Day(), metavar=_("DAY"), help=_("The last day."))
@json_option
@click.pass_obj
def plan(folder: Path, first: date | None, last: date | None, as_json: bool) -> None:
    """Show the plan."""
    with open_station(folder) as station:
        first_day = first or station.today()
        last_day = last or first_day + timedelta(days=6)
        in_order(first_day, last_day)
        broadcasts = station.plan(first_day, last_day)
    if as_json:
        print_json([broadcast.as_json() for broadcast in broadcasts])
        return
    rows = []
    for broadcast in broadcasts:
        names = [
            item.name + (f" [{problem_word(item.problem.value)}]" if item.problem else "")
            for item in broadcast.items
            if item.name
        ]
        at = broadcast.planned_at
        weekday = _("Mon Tue Wed Thu Fri Sat Sun").split()[at.weekday()]
        rows.append(
            (f"{weekday} {at:%d/%m/%Y}", f"{at:%H:%M}", minutes(broadcast.planned_s), broadcast.title, ", ".join(names))
        )
    print_table((_("day"), _("time"), _("length"), _("programme"), _("items")), rows)
