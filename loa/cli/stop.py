"""`loa stop`: silence, now."""

from pathlib import Path

import click

from loa.cli.show import a_name, open_station
from loa.language import translate as _


@click.command(
    help=_("Stop what is on the air at once; the next broadcast airs as planned. --station ends the whole station."),
    short_help=_("stop what is on the air"),
)
@click.option("--station", "whole_station", is_flag=True, help=_("Take the whole station off the air."))
@click.option("--by", "person", metavar=_("NAME"), callback=a_name, help=_("Who does this; it is logged."))
@click.option("--why", default="", metavar=_("TEXT"), help=_("The reason; it is logged."))
@click.pass_obj
def stop(folder: Path, whole_station: bool, person: str | None, why: str) -> None:
    """Stop the broadcast, or the station."""
    if not whole_station and not person:
        raise click.UsageError(_("Say who stops it: loa stop --by NAME"))
    with open_station(folder) as station:
        if whole_station or person is None:
            station.air_desk.shut_down()
            click.echo(_("The station is going off the air."))
        elif station.air_desk.stop_current(person=person, why=why):
            click.echo(_("Stopped; it is logged as aired in part."))
            if any(one["next_at"] for one in station.air_desk.status()["emergencies"]):
                click.secho(
                    _("The emergency is said again. End it with: loa emergency --all-clear --by NAME"), fg="yellow"
                )
        else:
            click.echo(_("Nothing is on the air."))
