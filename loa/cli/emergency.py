"""`loa emergency`: on the air at once, again and again, until the all-clear."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loa.cli.show import a_moment, a_name, minutes, open_station, print_table
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.station.station import Station


@click.command(
    help=_(
        "Air BULLETIN, or --text, at once: over what is on the air, in quiet hours too, in the name of --by. "
        "With --every it is said again until the time given, or until --all-clear; neither a restart nor a power cut "
        "ends it."
    ),
    short_help=_("air an emergency bulletin at once"),
)
@click.argument("bulletin", required=False, metavar=_("[BULLETIN]"))
@click.option("--text", metavar=_("TEXT"), help=_("Words to say instead of a bulletin."))
@click.option("--by", "authoriser", metavar=_("NAME"), callback=a_name, help=_("Who orders it; it is logged."))
@click.option("--every", type=click.IntRange(1, 1440), metavar=_("MINUTES"), help=_("Say it again every so often."))
@click.option("--until", metavar=_("TIME"), help=_("Not after this time, such as “20:00”; without it, for 24 hours."))
@click.option("--times", type=click.IntRange(1, 1000), metavar=_("NUMBER"), help=_("How often in all."))
@click.option(
    "--all-clear", "all_clear", is_flag=True, help=_("End every emergency; say BULLETIN or --text, if given.")
)
@click.option("--list", "presets", is_flag=True, help=_("Show the bulletins that are written for an emergency."))
@click.pass_obj
def emergency(  # noqa: PLR0917 - click passes them by name
    folder: Path,
    bulletin: str | None,
    text: str | None,
    authoriser: str | None,
    every: int | None,
    until: str | None,
    times: int | None,
    all_clear: bool,
    presets: bool,
) -> None:
    """Air an emergency, or end all."""
    with open_station(folder) as station:
        if presets:
            _list(station)
            return
        if not authoriser:
            raise click.UsageError(_("Say who orders it: --by NAME"))
        if all_clear:
            if every or until or times or (bulletin and text):
                raise click.UsageError(_("The all-clear is said once: give a bulletin, or --text, or neither."))
            _end(station.air_desk.all_clear(authoriser=authoriser, bulletin=bulletin or "", text=text or ""))
            return
        if bool(bulletin) == bool(text):
            raise click.UsageError(_("Name a bulletin, or give --text: one of the two."))
        now = station.clock.now()
        answer = station.air_desk.emergency(
            bulletin=bulletin or "",
            text=text or "",
            authoriser=authoriser,
            every_min=every,
            until=None if until is None else _until(until, station.zone_anyway, now),
            times=times,
        )
        _tell(answer, every)


def _until(text: str, zone: Any, now: datetime) -> datetime:
    """Return the moment that `text` names; a time of day that has passed is tomorrow's: floods come at night."""
    local = now.astimezone(zone)
    moment = a_moment(text, local, "--until")
    return moment + timedelta(days=1) if moment <= local and len(text.split()) == 1 and "T" not in text else moment


def _tell(answer: dict[str, Any], every: int | None) -> None:
    on_air = _("On the air now, {seconds:.0f} seconds: “{title}”")
    click.secho(on_air.format(seconds=answer["length_s"], title=answer["title"]), bold=True)
    if answer.get("sound_in_s"):
        click.echo(_("The amplifier warms up: the sound begins in {s:.0f} seconds.").format(s=answer["sound_in_s"]))
    if every:
        again = _("It is said again every {minutes} minutes. End it with: loa emergency --all-clear --by NAME")
        click.echo(again.format(minutes=every))
    _heard(answer)


def _end(answer: dict[str, Any]) -> None:
    if answer["ended"]:
        click.secho(_("All-clear: {count} emergencies have ended.").format(count=answer["ended"]), bold=True)
    else:
        click.echo(_("No emergency was to be said again; the all-clear is logged."))
    _heard(answer)


def _heard(answer: dict[str, Any]) -> None:
    if not answer["heard"]:
        click.secho(_("NO LOUDSPEAKER: nobody hears it! Type: loa doctor"), fg="red", err=True)
        sys.exit(1)


def _list(station: Station) -> None:
    rows = [
        (one.bulletin, one.title, _("type: loa render") if one.length_s is None else minutes(one.length_s))
        for one in station.air_desk.emergency_presets()
    ]
    if not rows:
        click.echo(_("There is none. Write a bulletin with “priority: emergency”."))
        return
    print_table((_("bulletin"), _("title"), _("length")), rows)
