"""`loa console`: the pages in the browser."""

from pathlib import Path

import click

from loa.cli.show import open_station
from loa.language import translate as _


@click.group(help=_("The station's pages in a browser; loa run serves them."), short_help=_("pages in the browser"))
def console() -> None:
    """Group the commands of the console."""


@console.command(
    name="set-up-link",
    help=_(
        "Print a link that works once within a day: whoever opens it becomes administrator, or gets a new password."
    ),
    short_help=_("make a one-time link for the administrator"),
)
@click.pass_obj
def set_up_link(folder: Path) -> None:
    """Print the link."""
    with open_station(folder) as station:
        click.echo(station.machine_desk.console_link())
