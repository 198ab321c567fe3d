"""`loa report`: the month's report."""

from pathlib import Path

import click

from loa.cli.show import open_station
from loa.language import translate as _


@click.command(
    help=_("Write the report of MONTH (such as 2026-11) as DOCX and XLSX, in the layout of Decree 30/2020."),
    short_help=_("write the month's report"),
)
@click.argument("month", metavar=_("MONTH"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("FOLDER"),
    help=_("Where to write it; reports/ by default."),
)
@click.pass_obj
def report(folder: Path, month: str, out: Path | None) -> None:
    """Write the report."""
    with open_station(folder) as station:
        for path in station.report(month, out):
            click.echo(path)
