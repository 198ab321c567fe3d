"""`loa init`: make a new station."""

from pathlib import Path

import click

from loa.language import translate as _


@click.command(help=_("Make a new station in FOLDER. Nothing in it is approved."), short_help=_("make a new station"))
@click.argument("folder", type=click.Path(path_type=Path), metavar=_("FOLDER"))
def init(folder: Path) -> None:
    """Make a new station."""
    from loa.station.station import Station

    for path in Station.create(folder):
        click.echo(path)
    click.echo(
        _("Now write your station's name in {file}, then type: loa -C {folder} check").format(
            file=folder / "station.yaml", folder=folder
        )
    )
