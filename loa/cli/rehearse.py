"""`loa rehearse`: a week of the timetable in a minute."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from loa.cli.plan import Day
from loa.cli.show import RenderProgress, open_station
from loa.language import translate as _

STEPS = 1000


@click.command(
    help=_("Air any days of the timetable into files, faster than time, with a log and a report of their own."),
    short_help=_("rehearse days of the timetable into files"),
)
@click.option("--from", "first", type=Day(), metavar=_("DAY"), help=_("The first day; today by default."))
@click.option(
    "--days", default=7, show_default=True, type=click.IntRange(1, 366), metavar=_("NUMBER"), help=_("How many days.")
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("FOLDER"),
    help=_("Where to write; rehearsal/ by default."),
)
@click.pass_obj
def rehearse(folder: Path, first: date | None, days: int, out: Path | None) -> None:
    """Rehearse."""
    with open_station(folder) as station:
        first_day = first or station.today()
        target = out or folder / "rehearsal"
        jobs = station.audio_desk.render_jobs()
        with RenderProgress(jobs) as progress:
            station.audio_desk.render_these(jobs, on_done=progress.done, on_spoken=progress.spoken)
        label = _("Rehearsing {days} days from {day}").format(days=days, day=f"{first_day:%d/%m/%Y}")
        bar: Any = click.progressbar(length=STEPS, label=label)
        with bar:
            made, reports = station.machine_desk.rehearse(
                first_day=first_day,
                days=days,
                out=target,
                on_progress=lambda share: bar.update(int(share * STEPS) - bar.pos),
            )
    click.echo(_("Sound:  {path} ({count} broadcasts)").format(path=target / "sound", count=len(made.sound)))
    click.echo(_("Log:    {path}").format(path=made.ledger))
    for path in reports:
        click.echo(_("Report: {path}").format(path=path))
