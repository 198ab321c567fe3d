"""`loa status`: what is on the air now."""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import click

from loa.cli.show import json_option, minutes, open_station, print_json
from loa.language import translate as _


@click.command(help=_("Show what is on the air now and what comes next."), short_help=_("show what is on the air now"))
@json_option
@click.pass_obj
def status(folder: Path, as_json: bool) -> None:
    """Show the running station's state."""
    with open_station(folder) as station:
        state = station.air_desk.status()
    if as_json:
        print_json(state)
        return
    on_air = state["on_air"]
    if on_air:
        what = " – ".join(filter(None, (on_air["title"], on_air["item"])))  # a pause has no name
        click.secho(
            _("On the air: {what} ({played} of {planned})").format(
                what=what,
                played=minutes(on_air["played_s"]),
                planned=minutes(on_air["planned_s"]),
            ),
            bold=True,
        )
    else:
        click.echo(_("Nothing is on the air."))
    for coming in state["next"]:
        when = f"{datetime.fromisoformat(coming['planned_at']):%H:%M %d/%m/%Y}"
        click.echo(_("Next: {title}, {when}.").format(title=coming["title"], when=when))
    if state["heard"] and not state["trouble"]:
        click.echo(_("Sound device: {name}").format(name=state["output"]))
    elif not state["heard"]:
        click.secho(
            _("NO LOUDSPEAKER: the sound is only written to files in {folder}.").format(folder=state["output"]),
            fg="red",
        )
    for one in state["emergencies"]:
        _tell_emergency(one, datetime.fromisoformat(state["at"]).tzinfo)
    for one in state["alarms"]:
        at = datetime.fromisoformat(one["since"]).astimezone(datetime.fromisoformat(state["at"]).tzinfo)
        click.secho(_("ALARM since {when}: {words}").format(when=f"{at:%H:%M %d/%m/%Y}", words=one["text"]), fg="red")
    for line in [state["trouble"], *state["timetable_mistakes"]]:
        if line:
            click.secho(line, fg="red")


def _tell_emergency(one: dict[str, Any], zone: tzinfo | None) -> None:
    """Show an emergency that stands, and when it is said again."""
    words = _("EMERGENCY by order of {person}, said {count} times: {title}").format(
        person=one["authoriser"], count=one["said"], title=one["title"]
    )
    if one["next_at"]:
        at = datetime.fromisoformat(one["next_at"]).astimezone(zone)
        until = datetime.fromisoformat(one["until"]).astimezone(zone)
        words = (
            words.rstrip(".")
            + ". "
            + _("Again at {next}, until {until}.").format(next=f"{at:%H:%M:%S}", until=f"{until:%H:%M %d/%m}")
        )
    click.secho(words, fg="yellow", bold=True)
