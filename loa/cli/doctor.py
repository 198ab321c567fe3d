"""`loa doctor`: is this machine fit."""

import sys
from pathlib import Path

import click

from loa.cli.show import json_option, open_station, print_json
from loa.language import translate as _

MARKS = {"good": ("green", "✓"), "warning": ("yellow", "!"), "bad": ("red", "✗")}


@click.command(
    help=_("Look at sound device, voices, disk and ledger, and say what to do where one is not fit."),
    short_help=_("examine this machine"),
)
@json_option
@click.pass_obj
def doctor(folder: Path, as_json: bool) -> None:
    """Examine the machine."""
    with open_station(folder) as station:
        station.require_station()
        checkups = []
        for checkup in station.machine_desk.examine():
            checkups.append(checkup)
            if not as_json:
                colour, mark = MARKS[checkup.state]
                click.echo(f"{click.style(mark, fg=colour)} {checkup.name}: {checkup.message}")
    if as_json:
        print_json([checkup.as_json() for checkup in checkups])
    if any(checkup.state == "bad" for checkup in checkups):
        sys.exit(1)
