"""`loa targets`: what the commune's plan asks for, what aired of it, what is planned, what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loa.cli.plan import YEARS, Day
from loa.cli.show import json_option, open_station, print_json, print_table
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.reports.target_figures import TargetFigures

COLOURS = {"reached": "green", "on-the-way": "green", "in-danger": "yellow", "missed": "red"}


class Month(click.ParamType):
    """A month, written ``2026-11`` or ``11/2026``; its first day."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the first day, or refuse it with what to write."""
        if isinstance(value, date):
            return value
        written = re.fullmatch(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})", str(value)) or re.fullmatch(
            r"(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})", str(value)
        )
        year, month = (int(written["y"]), int(written["m"])) if written else (0, 0)
        if year not in YEARS or month not in range(1, 13):
            self.fail(_("Write the year and the month, such as 2026-11."), param, ctx)
        return date(year, month, 1)


@click.command(
    help=_(
        "Show the targets of schedules/targets.yaml: what aired, what is still planned, what is missing and what to "
        "add. The periods that run today, unless told."
    ),
    short_help=_("show what the plan asks for, aired and missing"),
)
@click.option(
    "--month", type=Month(), metavar=_("MONTH"), help=_("The periods that end in this month, or run at its end.")
)
@click.option("--at", "at", type=Day(), metavar=_("DAY"), help=_("The periods that run on this day."))
@click.option(
    "--chart",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FILE"),
    help=_("Write a picture of it to this file, as SVG."),
)
@json_option
@click.pass_obj
def targets(folder: Path, month: date | None, at: date | None, chart: Path | None, as_json: bool) -> None:
    """Show the targets."""
    if month is not None and at is not None:
        raise click.UsageError(_("Give either --month or --at."))
    if chart is not None and not chart.absolute().parent.is_dir():
        raise click.BadParameter(_("There is no folder {folder}.").format(folder=chart.parent), param_hint="--chart")
    with open_station(folder) as station:
        first = month or at or station.today()
        last = first if month is None else (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        figures = station.targets(first, last)
        if chart is not None:
            station.targets_chart(figures, chart)
    if as_json:
        print_json([one.as_json() for one in figures])
        return
    if not figures:
        click.echo(_("No target has a period there. Targets stand in schedules/targets.yaml; see the guide."))
    for number, one in enumerate(figures):
        if number:
            click.echo()
        show(one)
    if chart is not None:
        click.echo()
        click.echo(_("The picture is in {file}.").format(file=chart))


def show(figures: TargetFigures) -> None:
    """Show one target: its name and state, who asks for it, its numbers, what to add."""
    title = click.style(f"{figures.title}, {figures.period_text}", bold=True)
    click.echo(f"{title}: {click.style(figures.state_text, fg=COLOURS[figures.state.value], bold=True)}")
    click.echo("  " + _("Basis: {basis}").format(basis=figures.basis))
    who = _("Lead: {lead}").format(lead=figures.lead)
    if figures.partners:
        who += "; " + _("with: {partners}").format(partners="; ".join(figures.partners))
    click.echo("  " + who)
    rows: list[Sequence[str]] = []
    for one in figures.measures:
        numbers = (one.wanted, one.done, one.planned, one.missing)
        note = ""
        if one.file_only:
            note = _("({number} more to a file only, not counted)").format(number=one.text(one.file_only))
        rows.append((f"  {one.name}", *map(one.text, numbers), note))
    print_table(("", _("target"), _("aired"), _("still planned"), _("lacking"), ""), rows)
    for sentence in figures.advice:
        click.secho(f"  → {sentence}", fg="yellow")
