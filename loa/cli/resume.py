"""`loa resume`: what was stopped goes on."""

from pathlib import Path

import click

from loa.cli.show import a_name, open_station
from loa.language import translate as _


@click.command(
    help=_(
        "Air what was left of the broadcast that was stopped within the last hour, each bulletin from its beginning."
    ),
    short_help=_("air what a stop has left out"),
)
@click.option(
    "--by", "person", required=True, metavar=_("NAME"), callback=a_name, help=_("Who does this; it is logged.")
)
@click.pass_obj
def resume(folder: Path, person: str) -> None:
    """Go on."""
    with open_station(folder) as station:
        stopped = station.air_desk.resume_stopped(person=person)
    click.echo(_("It goes on within half a minute: {title}").format(title=stopped.title))
