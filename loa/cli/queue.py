"""`loa queue`: bulletins queued once."""

from datetime import datetime
from pathlib import Path

import click

from loa.cli.show import by_option, json_option, open_station, print_json, print_table
from loa.language import translate as _


@click.group(
    help=_("Queue a bulletin once: for the next programme, or a time of its own."),
    short_help=_("queue a bulletin once"),
)
def queue() -> None:
    """Hold the queue's commands."""


@queue.command("add", help=_("Queue BULLETIN: for the next programme with room, or at a time of its own."))
@click.argument("name", metavar=_("BULLETIN"))
@click.option("--at", "at", metavar=_("TIME"), help=_("A time of its own, such as “17:45” or “24/11/2026 17:45”."))
@by_option
@click.pass_obj
def add(folder: Path, name: str, at: str | None, person: str) -> None:
    """Queue a bulletin."""
    with open_station(folder) as station:
        moment = None if at is None else _moment(at, station.clock.now().astimezone(station.settings.time_zone))
        entry = station.queue_add(name, at=moment, person=person)
        place = next((place for place in station.queue() if place.entry.queue_id == entry.queue_id), None)
    if place and place.broadcast:
        when = f"{place.broadcast.planned_at:%H:%M %d/%m/%Y}"
        click.echo(_("{id}: “{name}” airs at {when}.").format(id=entry.queue_id, name=name, when=when))
    else:
        click.echo(
            _("{id}: “{name}” is queued, but no programme takes it within a week. Give it a time: --at").format(
                id=entry.queue_id, name=name
            )
        )


@queue.command("list", help=_("Show the queue and where each bulletin will air."))
@json_option
@click.pass_obj
def list_(folder: Path, as_json: bool) -> None:
    """Show the queue."""
    with open_station(folder) as station:
        places = station.queue()
    if as_json:
        print_json(
            [
                {
                    "id": place.entry.queue_id,
                    "bulletin": place.entry.bulletin,
                    "added_by": place.entry.added_by,
                    "airs_at": place.broadcast and place.broadcast.planned_at.isoformat(),
                    "broadcast": place.broadcast and place.broadcast.key,
                }
                for place in places
            ]
        )
        return
    rows = [
        (
            place.entry.queue_id,
            place.entry.bulletin,
            f"{place.broadcast.planned_at:%H:%M %d/%m/%Y}" if place.broadcast else _("nowhere within a week"),
            place.broadcast.title if place.broadcast else "",
            place.entry.added_by,
        )
        for place in places
    ]
    print_table(("id", _("bulletin"), _("airs at"), _("programme"), _("queued by")), rows)


@queue.command("remove", help=_("Take an entry out of the queue."))
@click.argument("queue_id", metavar="ID")
@by_option
@click.pass_obj
def remove(folder: Path, queue_id: str, person: str) -> None:
    """Take an entry out."""
    with open_station(folder) as station:
        entry = station.queue_remove(queue_id, person=person)
    click.echo(_("“{name}” is out of the queue.").format(name=entry.bulletin))


def _moment(text: str, now: datetime) -> datetime:
    from loa.checked_yaml import date_from_text, time_from_text

    parts = text.split()
    try:
        if len(parts) == 1 and "T" in text:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
        *days, time = parts or [""]
        (day,) = map(date_from_text, days) if days else (now.date(),)
        return datetime.combine(day, time_from_text(time), now.tzinfo)
    except ValueError as error:
        raise click.BadParameter(_("Write the time as “17:45” or “24/11/2026 17:45”."), param_hint="--at") from error
