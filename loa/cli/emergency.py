"""`loa emergency`: on the air at once."""

import sys
from pathlib import Path

import click

from loa.cli.show import a_name, open_station
from loa.language import translate as _


@click.command(
    help=_("Air BULLETIN, or --text, at once: over what is on the air, in quiet hours too, in the name of --by."),
    short_help=_("air an emergency bulletin at once"),
)
@click.argument("bulletin", required=False, metavar=_("[BULLETIN]"))
@click.option("--text", metavar=_("TEXT"), help=_("Words to say instead of a bulletin."))
@click.option(
    "--by", "authoriser", required=True, metavar=_("NAME"), callback=a_name, help=_("Who orders it; it is logged.")
)
@click.pass_obj
def emergency(folder: Path, bulletin: str | None, text: str | None, authoriser: str) -> None:
    """Air an emergency."""
    if bool(bulletin) == bool(text):
        raise click.UsageError(_("Name a bulletin, or give --text: one of the two."))
    with open_station(folder) as station:
        answer = station.emergency(bulletin=bulletin or "", text=text or "", authoriser=authoriser)
    on_air = _("On the air now, {seconds:.0f} seconds: “{title}”")
    click.secho(on_air.format(seconds=answer["length_s"], title=answer["title"]), bold=True)
    if not answer["heard"]:
        click.secho(_("NO LOUDSPEAKER: nobody hears it! Type: loa doctor"), fg="red", err=True)
        sys.exit(1)
