"""`loa log`: what was to be said and what was really said."""

from datetime import date, timedelta
from pathlib import Path

import click

from loa.cli.plan import Day, in_order
from loa.cli.show import json_option, minutes, open_station, print_json, print_table
from loa.language import translate as _


@click.group(help=_("Show, prove and export the log."), short_help=_("show, prove and export the log"))
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
    if as_json:
        print_json([record.as_json() for record in records])
        return
    rows = []
    for record in records:
        started = f"{record.started_at.astimezone(zone):%H:%M:%S}" if record.started_at else "–"
        planned = f"{record.planned_at.astimezone(zone):%d/%m/%Y %H:%M}"
        played = minutes(record.played_s)
        rows.append((planned, started, played, record.title, record.outcome_text, record.reason_text))
    print_table((_("planned"), _("began"), _("played"), _("programme"), _("outcome"), _("reason")), rows)


@log.command("verify", help=_("Recompute the chain of the whole ledger; name the first row that does not hold."))
@json_option
@click.pass_obj
def verify(folder: Path, as_json: bool) -> None:
    """Prove the ledger."""
    with open_station(folder) as station:
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
