"""`loa service`: the station starts with the machine, and again when it dies or hangs."""

from pathlib import Path

import click

from loa.cli.show import open_station
from loa.language import translate as _


@click.group(
    help=_("Let the station start with the machine, and again whenever it dies or hangs."),
    short_help=_("start with the machine"),
)
def service() -> None:
    """Hold the commands for the service."""


@service.command(
    help=_("Let this machine start the station from now on; says what it did and how to undo it."),
    short_help=_("start with the machine from now on"),
)
@click.pass_obj
def install(folder: Path) -> None:
    """Install the service."""
    with open_station(folder) as station:
        station.machine_desk.install_service(say=click.echo)


@service.command(
    help=_("Stop the station and no longer start it with the machine."),
    short_help=_("no longer start with the machine"),
)
@click.pass_obj
def remove(folder: Path) -> None:
    """Remove the service."""
    with open_station(folder) as station:
        station.machine_desk.remove_service(say=click.echo)


@service.command(
    help=_("Show what the system says about the station's service."), short_help=_("show how the service runs")
)
@click.pass_obj
def status(folder: Path) -> None:
    """Show the service's state."""
    with open_station(folder) as station:
        click.echo(station.machine_desk.service_state())


@service.command(
    help=_("Print the file that “install” would write, and change nothing."),
    short_help=_("print the file, change nothing"),
)
@click.pass_obj
def show(folder: Path) -> None:
    """Print the service's file."""
    with open_station(folder) as station:
        file, text = station.machine_desk.service_file()
    click.echo(_("This would be written to {file}:").format(file=file), err=True)
    click.echo(text, nl=False)
