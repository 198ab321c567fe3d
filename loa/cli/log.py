"""`loa log`: what was to be said and what was really said; looking at it. Writing and proving lie beside this file."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from loa.cli.log_proof import export, verify
from loa.cli.log_writing import add, correct
from loa.cli.plan import Day, in_order
from loa.cli.show import json_option, minutes, open_station, print_json, print_table, tell_waiting
from loa.language import translate as _


@click.group(
    help=_("Show, prove and export the log; write into it what was played elsewhere, and corrections."),
    short_help=_("show, prove and export the log"),
)
def log() -> None:
    """Hold the log's commands."""


@log.command(
    "list",
    help=_(
        "Show every broadcast with its outcome; the last seven days unless told. With --kind, show the rows of these kinds "
        "instead."
    ),
)
@click.option("--from", "first", type=Day(), metavar=_("DAY"), help=_("The first day."))
@click.option("--to", "last", type=Day(), metavar=_("DAY"), help=_("The last day."))
@click.option("--outcome", default="", metavar=_("OUTCOME"), help=_("Only these: aired, partial, missed, cancelled."))
@click.option("--topic", default="", metavar=_("TOPIC"), help=_("Only broadcasts with something of this topic."))
@click.option("--search", default="", metavar=_("WORDS"), help=_("Only what has these words; marks may be left out."))
@click.option(
    "--kind", "kinds", multiple=True, metavar=_("KIND"), help=_("Rows of this kind; may be given several times.")
)
@json_option
@click.pass_obj
def list_(
    folder: Path,
    /,
    *,
    first: date | None,
    last: date | None,
    kinds: tuple[str, ...],
    search: str,
    as_json: bool,
    **asked: str,
) -> None:
    """Show the log."""
    from loa.station.log_filter import LogFilter, kinds_asked

    if kinds and any(asked.values()):
        raise click.UsageError(_("--outcome and --topic are for broadcasts; leave them out with --kind."))
    with open_station(folder) as station:
        zone = station.settings.time_zone
        last_day = last or station.today() + timedelta(days=1)
        first_day = first or last_day - timedelta(days=7)
        in_order(first_day, last_day)
        wanted = LogFilter.asked(search=search, topics=station.settings.topics, **asked)
        if kinds:
            rows = station.log_desk.rows(first_day, last_day, kinds=kinds_asked(kinds), search=search)
        else:
            records = station.log_desk.broadcasts(first_day, last_day, wanted)
            plays = station.log_desk.by_hand(first_day, last_day, wanted)
        waiting = [] if as_json else station.ledger.waiting_journals()
    if kinds and as_json:
        print_json([row.as_json() for row in rows])
    elif kinds:
        print_rows(rows, zone)
    elif as_json:
        print_json([record.as_json() for record in records] + [{"kind": "manual"} | play.as_json() for play in plays])
    else:
        print_broadcasts(records, zone)
        if plays:
            click.echo()
            print_by_hand(plays, zone)
    tell_waiting(waiting)


def print_broadcasts(records: Sequence[Any], zone: ZoneInfo) -> None:
    """Show broadcasts, one a line."""
    rows = []
    for record in records:
        started = f"{record.started_at.astimezone(zone):%H:%M:%S}" if record.started_at else "–"
        planned = f"{record.planned_at.astimezone(zone):%d/%m/%Y %H:%M}"
        played = minutes(record.played_s)
        rows.append((planned, started, played, record.title, record.outcome_text, record.reason_text))
    print_table((_("planned"), _("began"), _("played"), _("programme"), _("outcome"), _("reason")), rows)


def print_rows(rows: Sequence[Any], zone: ZoneInfo) -> None:
    """Show rows of the ledger, one a line."""
    from loa.station.log_words import described

    lines = []
    for row in rows:
        at = datetime.fromisoformat(row.at).astimezone(zone)
        lines.append((str(row.seq), f"{at:%d/%m/%Y %H:%M:%S}", *described(row)))
    print_table((_("row"), _("written at"), _("kind"), _("what")), lines)


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


@log.command("show", help=_("Show one row of the ledger: its times, its chain, corrections and attachments."))
@click.argument("row", type=int, metavar=_("ROW"))
@json_option
@click.pass_obj
def show(folder: Path, row: int, as_json: bool) -> None:
    """Show one row."""
    from loa.station.log_words import described

    with open_station(folder) as station:
        view = station.log_desk.show(row)
    if as_json:
        print_json(view.as_json())
        return
    kind, sentence = described(view.row)
    click.secho(f"{view.row.seq}  {kind}", bold=True)
    if sentence:
        click.echo(sentence)
    click.echo()
    print_table((_("field"), _("value")), [*_times(view.row), *_data(view.row), *_chain(view)], whole=True)
    for correction in view.corrections:
        words = _("Corrected by {person}, row {row}: {why}").format(
            person=correction.person, row=correction.row, why=correction.why
        )
        click.secho("; ".join(filter(None, (words, correction.note))), fg="yellow")
    for attachment, good in view.attachments:
        state = _("as attached") if good else _("GONE OR CHANGED")
        click.secho(f"log/attachments/{attachment.file}  {attachment.name}  {state}", fg=None if good else "red")


def _times(row: Any) -> list[tuple[str, str]]:
    lines = [("at", row.at), ("broadcast", row.broadcast or "–")]
    return lines + [(name, _value(value)) for name, value in (row.clock or {}).items()]


def _data(row: Any) -> list[tuple[str, str]]:
    return [(name, _value(value)) for name, value in row.data.items()]


def _value(value: Any) -> str:
    import json

    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _chain(view: Any) -> list[tuple[str, str]]:
    fits = _("fits its content and the row before") if view.fits else _("DOES NOT FIT: loa log verify")
    signed = (
        _("by row {row}, key {key}").format(row=view.anchor_row, key=view.anchor.fingerprint) if view.anchor else "–"
    )
    return [
        ("previous_hash", view.row.previous_hash),
        ("row_hash", f"{view.row.row_hash} ({fits})"),
        (_("signed"), signed),
    ]


for command in (add, correct, verify, export):
    log.add_command(command)
