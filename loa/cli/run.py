"""`loa run`: keep the station on the air."""

import signal
import threading
from pathlib import Path
from types import FrameType

import click

from loa.cli.show import open_station
from loa.errors import LoaError
from loa.language import translate as _


@click.command(
    help=_("Keep the station on the air until you press Ctrl+C or type: loa stop --station"),
    short_help=_("keep the station on the air"),
)
@click.pass_obj
def run(folder: Path) -> None:
    """Run the station."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with open_station(folder) as station:
        station.require_station()
        click.secho(station.settings.name, bold=True)
        station.air_desk.run(say=click.echo, on_rendered=_rendered, stop=stop)


def _rendered(job: object, outcome: object) -> None:
    if isinstance(outcome, LoaError):
        click.secho(outcome.message, fg="red", err=True)
    del job
