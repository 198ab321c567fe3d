"""`loa export`: a programme as MP3 files for a USB stick."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from loa.cli.plan import Day
from loa.cli.show import minutes, open_station
from loa.language import translate as _

STEPS = 1000


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """Show a bar with the time left; yield what moves it to a part between 0 and 1."""
    bar: Any = click.progressbar(length=STEPS, label=_("Writing MP3"))
    with bar:
        yield lambda part: bar.update(round(part * STEPS) - bar.pos)


@click.command(
    help=_(
        "Write PROGRAMME as MP3 files, numbered, tagged and listed, for a USB stick: each item, and the whole programme "
        "in one file. An earlier export in the folder is replaced; other files stay."
    ),
    short_help=_("write a programme to a USB stick"),
)
@click.argument("programme", metavar=_("PROGRAMME"))
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar=_("FOLDER"),
    help=_("Where to write it; made where missing."),
)
@click.option("--day", type=Day(), metavar=_("DAY"), help=_("As the programme airs on that day; today by default."))
@click.pass_obj
def export(folder: Path, programme: str, target: Path, day: date | None) -> None:
    """Export a programme."""
    with open_station(folder) as station, _progress() as on_progress:
        made = station.audio_desk.export(programme, target, day=day, on_progress=on_progress)
    for one in made.files:
        click.echo(f"{one.name}  {minutes(one.length_s)}  {one.title}")
    for left in made.left_out:
        click.secho(_("Left out: {item}. {why}").format(item=left.item, why=left.why), fg="yellow", err=True)
    click.echo(
        _("“{title}” of {day}, {length}, is in {folder}. Take the stick out safely.").format(
            title=made.title, day=f"{made.day:%d/%m/%Y}", length=minutes(made.length_s), folder=made.folder
        )
    )
