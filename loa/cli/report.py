"""`loa report`: the official report of a month, week, quarter, year or any days."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loa.cli.show import a_name, json_option, open_station, print_json, print_table
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.station.report_questions import Explained

ALL = "all"


def formats_in(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Return the formats that a list with commas names; the station judges them."""
    return tuple(one.strip().lower() for one in value.split(",") if one.strip())


@click.command(
    help=_(
        "Write the report of PERIOD in the layout of Decree 30/2020: a month (2026-11), week (2026-W47), quarter (2026-Q4), "
        "year (2026) or days (2026-11-01..2026-11-15)."
    ),
    short_help=_("write the official report"),
)
@click.argument("period", metavar=_("PERIOD"), required=False)
@click.option(
    "--format",
    "formats",
    default="docx,xlsx,pdf",
    show_default=True,
    callback=formats_in,
    metavar=_("FORMATS"),
    help=_("Which files: docx, xlsx, pdf, csv, json, parted by commas."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar=_("FOLDER"),
    help=_("Where to write it; reports/ by default."),
)
@click.option("--edit", is_flag=True, help=_("Write its words into a file to edit; the next report takes them."))
@click.option("--by", "person", metavar=_("NAME"), callback=a_name, help=_("With --edit: who edits; it is logged."))
@click.option(
    "--explain",
    metavar=_("FIGURE"),
    help=_(
        "Show the log rows behind a figure, by its name or cell, such as topics.cchc.minutes; “all” lists the names."
    ),
)
@click.option(
    "--template-out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FILE"),
    help=_("Copy the Word template there; edited and named report-template.docx in the station's folder, it is used."),
)
@json_option
@click.pass_context
def report(  # noqa: PLR0917 - click passes by name
    ctx: click.Context,
    period: str | None,
    formats: tuple[str, ...],
    out: Path | None,
    edit: bool,
    person: str | None,
    explain: str | None,
    template_out: Path | None,
    as_json: bool,
) -> None:
    """Write the report, or answer about it."""
    folder: Path = ctx.obj
    with open_station(folder) as station:
        if template_out is not None:
            station.reports.copy_template(template_out)
            click.echo(template_out)
            return
        if period is None:
            raise click.UsageError(_("Say which period, such as 2026-11."))
        if explain == ALL:
            show_figures(station.reports.figures(period), as_json=as_json)
        elif explain is not None:
            show_explained(station.reports.explain(period, explain), as_json=as_json)
        elif edit:
            show_edit(station, period, person)
        else:
            written = station.reports.write(period, out, formats)
            for path in written.files:
                click.echo(path)
            for warning in written.warnings:
                click.secho(warning, fg="yellow", err=True)


def show_edit(station: Any, period: str, person: str | None) -> None:
    """Say where the words to edit lie; log who edited them where they were edited before."""
    path, new = station.reports.begin_narrative(period)
    if new:
        click.echo(_("Edit the words in {file}, then make the report again.").format(file=path))
    elif person:
        station.reports.log_edit(period, person=person)
        click.echo(_("It is logged that {person} edited {file}.").format(person=person, file=path))
    else:
        click.echo(_("The words are in {file} already; the next report takes them.").format(file=path))
    for one in station.reports.narrative(period):
        if one.stale:
            click.secho(
                _("The figures of “{title}” have changed since it was edited:").format(title=one.title), fg="yellow"
            )
            for text in one.drawn:
                click.echo(f"  {text}")


def show_figures(figures: list[Any], *, as_json: bool) -> None:
    """Show every figure's name and value."""
    if as_json:
        print_json({one.name: one.value for one in figures})
        return
    print_table((_("figure"), _("value")), [(one.name, str(one.value)) for one in figures], whole=True)


def show_explained(explained: Explained, *, as_json: bool) -> None:
    """Show a figure and the ledger rows behind it."""
    figure, rows = explained.figure, explained.rows
    if as_json:
        said = {"figure": figure.name, "value": figure.value, "rows": [row.as_json() for row in rows]}
        print_json(said)
        return
    click.secho(f"{figure.name} = {figure.value}", bold=True)
    click.echo(_("It rests on {count} rows of the log:").format(count=len(rows)))
    head = (_("row"), _("written at"), _("row kind"), _("broadcast"), _("content"))
    print_table(
        head, [(str(row.seq), row.at, row.kind.value, row.broadcast or "–", _content(row.data)) for row in rows]
    )


def show_checked(station: Any, file: Path, *, as_json: bool) -> None:
    """Check a report file against the ledger and say what was found, with figures to compare the paper with."""
    checked = station.reports.check(file)
    seal = checked.seal
    wanted = (
        "broadcasts.planned.count",
        "broadcasts.aired.count",
        "broadcasts.missed.count",
        "broadcasts.heard.minutes",
    )
    main = {name: seal.figures[name] for name in wanted if name in seal.figures}
    if as_json:
        said = {"period": seal.period, "rows": seal.rows, "head": seal.head, "made_at": seal.made_at}
        print_json(said | {"anchored_by": checked.anchored_by, "shown": checked.shown.value, "figures": main})
        return
    click.secho(
        _("{file} agrees with the log: {count} figures of {period}, at row {rows}, head {head}.").format(
            file=file, count=len(seal.figures), period=seal.period, rows=seal.rows, head=seal.head[:16]
        ),
        fg="green",
    )
    if checked.anchored_by is None:
        click.echo(_("No signature of the station stands for it in the log."))
    else:
        click.echo(_("Row {row} of the log signs it.").format(row=checked.anchored_by))
    if checked.shown.value == "same":
        click.echo(_("What the file shows was compared too: it is what the log gives."))
    else:
        click.secho(_("What the file shows could not be compared; the figures it carries were."), fg="yellow")
    click.echo(_("Compare the paper with these figures, which the log gives:"))
    print_table((_("figure"), _("value")), [(name, str(value)) for name, value in main.items()], whole=True)


def _content(data: Any) -> str:
    wanted = ("item", "outcome", "reason", "played_s", "planned_s", "lateness_s", "times", "person", "bulletin")
    return ", ".join(f"{name}={data[name]}" for name in wanted if name in data and data[name] not in {"", None})
