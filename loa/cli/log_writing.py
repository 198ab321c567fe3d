"""`loa log add` and `loa log correct`: what people write into the log."""

from pathlib import Path
from typing import Any

import click

from loa.cli.show import by_option, open_station
from loa.language import translate as _


@click.command(
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
@click.option(
    "--attach",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar=_("FILE"),
    help=_("A photo or document that shows it; copied into the log. May be given several times."),
)
@by_option
@click.pass_obj
def add(folder: Path, /, **said: Any) -> None:
    """Write an entry by hand."""
    from loa.station.manual import ManualEntry

    with open_station(folder) as station:
        row = station.log_desk.add(ManualEntry(**said))
    click.echo(_("Written into the log by {person}, ledger row {row}.").format(person=said["person"], row=row.seq))
    for item in row.data["items"]:
        if item["item"] and not item["approved_by"]:
            click.secho(_("“{name}” is not approved; the log says so.").format(name=item["item"]), fg="yellow")


@click.command(
    "correct",
    help=_(
        "Write into the log what is wrong with ROW, and what is right. The row itself stays as it is, and so do the figures of "
        "the reports."
    ),
)
@click.argument("row", type=int, metavar=_("ROW"))
@click.option("--why", required=True, metavar=_("TEXT"), help=_("What is wrong."))
@click.option("--note", default="", metavar=_("TEXT"), help=_("What is right instead."))
@click.option(
    "--attach",
    "files",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar=_("FILE"),
    help=_("A photo or document that shows it; copied into the log. May be given several times."),
)
@by_option
@click.pass_obj
def correct(folder: Path, /, row: int, **said: Any) -> None:
    """Write a correction."""
    with open_station(folder) as station:
        written = station.log_desk.correct(row, **said)
    click.echo(
        _("Row {row} is corrected by {person}, ledger row {new}; it stays as it is.").format(
            row=row, person=said["person"], new=written.seq
        )
    )
