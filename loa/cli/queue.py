"""`loa queue`: bulletins queued once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loa.cli.show import a_moment, by_option, json_option, open_station, print_findings, print_json, print_table
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.station.queueing import QueuePlace


@click.group(
    help=_("Queue a bulletin once: for the next programme, or a time of its own."),
    short_help=_("queue a bulletin once"),
)
def queue() -> None:
    """Hold the queue's commands."""


@queue.command("add", help=_("Queue BULLETIN: for the next programme with room, or at a time of its own."))
@click.argument("name", metavar=_("BULLETIN"))
@click.option("--at", "at", metavar=_("TIME"), help=_("A time of its own, such as “17:45” or “24/11/2026 17:45”."))
@click.option("--now", "at_once", is_flag=True, help=_("At once, in a broadcast of its own."))
@click.option("--times", type=click.IntRange(1, 50), metavar=_("NUMBER"), help=_("How often in all."))
@click.option("--every", type=click.IntRange(1, 1440), metavar=_("MINUTES"), help=_("From one time to the next."))
@click.option("--until", metavar=_("TIME"), help=_("Not after this time, such as “20:00”."))
@by_option
@click.pass_obj
def add(  # noqa: PLR0917 - click passes them by name
    folder: Path,
    name: str,
    at: str | None,
    at_once: bool,
    times: int | None,
    every: int | None,
    until: str | None,
    person: str,
) -> None:
    """Queue a bulletin."""
    if at is not None and at_once:
        raise click.UsageError(_("Give --at or --now, not both."))
    with open_station(folder) as station:
        from loa.station.queueing import QueueOrder

        now = station.clock.now().astimezone(station.settings.time_zone)
        queued = station.queue_add(
            QueueOrder(
                bulletin=name,
                person=person,
                at=None if at is None else a_moment(at, now, "--at"),
                at_once=at_once,
                times=times,
                every=None if every is None else timedelta(minutes=every),
                until=None if until is None else a_moment(until, now, "--until"),
            )
        )
        ids = {entry.queue_id for entry in queued.entries}
        for place in station.queue():
            if place.entry.queue_id in ids:
                _tell(place)
    for moment in queued.left_out:
        click.echo(_("Not at {when}: that is after the last time allowed.").format(when=f"{moment:%H:%M %d/%m/%Y}"))
    print_findings(queued.warnings)


def _tell(place: QueuePlace) -> None:
    entry = place.entry
    if place.broadcast is None:
        click.echo(_("{id}: “{name}” is queued. {why}").format(id=entry.queue_id, name=entry.bulletin, why=place.why))
        return
    when = f"{place.broadcast.planned_at:%H:%M %d/%m/%Y}"
    click.echo(
        _("{id}: “{name}” airs at {when} ({why}).").format(
            id=entry.queue_id, name=entry.bulletin, when=when, why=place.why
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
                    "until": place.entry.until and place.entry.until.isoformat(),
                    "why": place.why,
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
            place.why,
        )
        for place in places
    ]
    print_table(("id", _("bulletin"), _("airs at"), _("programme"), _("queued by"), _("why")), rows)


@queue.command("remove", help=_("Take an entry out of the queue."))
@click.argument("queue_id", metavar="ID")
@by_option
@click.pass_obj
def remove(folder: Path, queue_id: str, person: str) -> None:
    """Take an entry out."""
    with open_station(folder) as station:
        entry = station.queue_remove(queue_id, person=person)
    click.echo(_("“{name}” is out of the queue.").format(name=entry.bulletin))
