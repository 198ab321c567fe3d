"""`loa log`: what was to be said and what was really said."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from loa.cli.plan import Day, in_order
from loa.cli.show import by_option, json_option, minutes, open_station, print_json, print_table
from loa.language import translate as _


@click.group(
    help=_("Show, prove and export the log; write into it what was played elsewhere."),
    short_help=_("show, prove and export the log"),
)
def log() -> None:
    """Hold the log's commands."""


@log.command("list", help=_("Show every broadcast with its outcome; the last seven days unless told."))
@click.option("--from", "first", type=Day(), metavar=_("DAY"), help=_("The first day."))
@click.option("--to", "last", type=Day(), metavar=_("DAY"), help=_("The last day."))
@json_option
@click.pass_obj
def list_(folder: Path, first: date | None, last: date | None, as_json: bool) -> None:
    """Show the log."""
    with open_station(folder) as station:
        zone = station.settings.time_zone
        last_day = last or station.today() + timedelta(days=1)
        first_day = first or last_day - timedelta(days=7)
        in_order(first_day, last_day)
        records = station.log(first_day, last_day)
        plays = station.log_by_hand(first_day, last_day)
    if as_json:
        print_json([record.as_json() for record in records] + [{"kind": "manual"} | play.as_json() for play in plays])
        return
    rows = []
    for record in records:
        started = f"{record.started_at.astimezone(zone):%H:%M:%S}" if record.started_at else "–"
        planned = f"{record.planned_at.astimezone(zone):%d/%m/%Y %H:%M}"
        played = minutes(record.played_s)
        rows.append((planned, started, played, record.title, record.outcome_text, record.reason_text))
    print_table((_("planned"), _("began"), _("played"), _("programme"), _("outcome"), _("reason")), rows)
    if plays:
        click.echo()
        print_by_hand(plays, zone)


def print_by_hand(plays: Sequence[Any], zone: ZoneInfo) -> None:
    """Show what was written into the log by hand, apart from the broadcasts."""
    rows = []
    for play in plays:
        state = _("replaced by row {row}").format(row=play.corrected_by) if play.corrected_by else ""
        said = "; ".join(filter(None, (state, play.note)))
        titles = ", ".join(item.title for item in play.items)
        rows.append(
            (
                str(play.row),
                f"{play.at.astimezone(zone):%d/%m/%Y %H:%M}",
                play.channel_text,
                play.place,
                str(play.times),
                minutes(play.length_s) if play.length_s else "–",
                play.person,
                f"{titles} ({said})" if said else titles,
            )
        )
    head = (_("row"), _("by hand, at"), _("channel"), _("place"), _("times"), _("length"), _("by"), _("what"))
    print_table(head, rows)


@log.command(
    "add",
    help=_(
        "Write into the log what was played or shown elsewhere: mobile and hand-held loudspeakers, meetings, posts. It "
        "stands apart from the broadcasts, there and in the report."
    ),
)
@click.option(
    "--channel",
    required=True,
    metavar=_("CHANNEL"),
    help=_("mobile, handheld, meeting, web, zalo, facebook or poster."),
)
@click.option("--place", default="", metavar=_("PLACE"), help=_("Where, such as “hamlet 3”."))
@click.option(
    "--bulletin", "bulletins", multiple=True, metavar=_("BULLETIN"), help=_("What it was; may be given several times.")
)
@click.option("--title", default="", metavar=_("TEXT"), help=_("What it was, where it is no bulletin of this station."))
@click.option("--topic", default="", metavar=_("TOPIC"), help=_("The topic of what only has a title."))
@click.option("--at", "at", metavar=_("TIME"), help=_("When, such as “17:00” or “23/11/2026 17:00”; now by default."))
@click.option("--times", type=int, default=1, metavar=_("NUMBER"), help=_("How many times; 1 by default."))
@click.option("--note", default="", metavar=_("TEXT"), help=_("Anything else worth knowing."))
@click.option(
    "--corrects",
    type=int,
    metavar=_("ROW"),
    help=_("The row of an earlier entry that this one takes the place of; with --times 0 it did not happen."),
)
@by_option
@click.pass_obj
def add(folder: Path, /, **said: Any) -> None:
    """Write an entry by hand."""
    from loa.station.manual import ManualEntry

    with open_station(folder) as station:
        row = station.log_add(ManualEntry(**said | {"bulletins": tuple(said["bulletins"])}))
    click.echo(_("Written into the log by {person}, ledger row {row}.").format(person=said["person"], row=row.seq))
    for item in row.data["items"]:
        if item["item"] and not item["approved_by"]:
            click.secho(_("“{name}” is not approved; the log says so.").format(name=item["item"]), fg="yellow")


@log.command("verify", help=_("Recompute the chain of the whole ledger; name the first row that does not hold."))
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FILE"),
    help=_("Check a report (DOCX, XLSX, PDF, JSON) that loa wrote against the log."),
)
@json_option
@click.pass_obj
def verify(folder: Path, report: Path | None, as_json: bool) -> None:
    """Prove the ledger, or a report against it."""
    with open_station(folder) as station:
        if report is not None:
            from loa.cli.report import show_checked

            show_checked(station, report, as_json=as_json)
            return
        verified = station.verify()
    if as_json:
        print_json({"rows": verified.rows, "head": verified.head})
    else:
        click.echo(_("The chain holds: {rows} rows, head {head}.").format(rows=verified.rows, head=verified.head))


@log.command("export", help=_("Write every ledger row to FILE, one JSON object a line."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar=_("FILE"))
@click.pass_obj
def export(folder: Path, file: Path) -> None:
    """Export the ledger."""
    import json

    from loa.files import atomic_path

    if not file.absolute().parent.is_dir():
        raise click.BadParameter(_("There is no folder {folder}.").format(folder=file.parent), param_hint="FILE")
    count = 0
    with open_station(folder) as station, atomic_path(file) as temporary, temporary.open("w", encoding="utf-8") as out:
        for row in station.rows():
            out.write(json.dumps(row.as_json(), ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    click.echo(_("{rows} rows written to {file}.").format(rows=count, file=file))
