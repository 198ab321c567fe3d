"""`loa log verify` and `loa log export`: the proof that nobody changed the log, and all of it for another program."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from loa.cli.show import json_option, open_station, print_json, tell_waiting
from loa.language import translate as _

PRINTED_DIGITS = 16


@click.command(
    "verify",
    help=_(
        "Recompute the whole ledger, check its signatures and attachments; name the first row that does not hold and what was "
        "done to it. With --head, check the digits on a stamped paper too."
    ),
)
@click.option("--head", default="", metavar=_("DIGITS"), help=_("The 16 digits of the log printed on a report."))
@click.option(
    "--rows", type=int, metavar=_("NUMBER"), help=_("With --head: the number of rows printed beside the digits.")
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FILE"),
    help=_("Check a report (DOCX, XLSX, PDF, JSON) that loa wrote against the log."),
)
@json_option
@click.pass_obj
def verify(folder: Path, /, head: str, rows: int | None, report: Path | None, as_json: bool) -> None:
    """Prove the ledger; or a paper, or a report's file, against it."""
    if rows is not None and not head:
        raise click.UsageError(_("--rows goes with --head, the digits on the paper."))
    with open_station(folder) as station:
        if report is not None:
            from loa.cli.report import show_checked

            show_checked(station, report, as_json=as_json)
            return
        proof = station.log_desk.prove()
        paper = station.log_desk.verify_head(head, rows) if head else None
    verified = proof.verified
    if as_json:
        print_json(
            asdict(verified)
            | {
                "attachments": proof.attachments,
                "restored": [row.seq for row in proof.restored],
                "waiting_journals": [str(path) for path in proof.waiting],
                "paper_row": None if paper is None else paper.seq,
            }
        )
        return
    click.echo(
        _("The chain holds: {rows} rows, head {head}.").format(rows=verified.rows, head=verified.head[:PRINTED_DIGITS])
    )
    print_proof(proof)
    if paper is not None:
        click.echo(
            _("The digits on the paper fit: then the log had {rows} rows, the last of {at}.").format(
                rows=paper.seq, at=paper.at
            )
        )


def print_proof(proof: Any) -> None:
    """Show what is signed, and what an inspector should know besides."""
    verified = proof.verified
    if verified.anchors:
        click.echo(
            _("Signed {count} times, the last time at {rows} rows; station's key: {keys}.").format(
                count=verified.anchors, rows=verified.signed_rows, keys=", ".join(verified.fingerprints)
            )
        )
    else:
        click.echo(_("Not signed yet: the station signs each day, when it goes off the air, and each report."))
    if proof.attachments:
        click.echo(_("{count} attachments are as they were.").format(count=proof.attachments))
    if len(verified.fingerprints) > 1:
        click.secho(_("The key was changed. Compare the keys with those on stamped reports."), fg="yellow")
    for row in proof.restored:
        lost = max(row.data["known_rows"] - row.data["rows"], 0)
        click.secho(
            _("Row {row}: the damaged database was put back from its copy; {lost} rows are lost. Kept: {file}").format(
                row=row.seq, lost=lost, file=row.data["old_file"] or "–"
            ),
            fg="yellow",
        )
    tell_waiting(proof.waiting)


@click.command("export", help=_("Write every ledger row to FILE, one JSON object a line."))
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
