"""`loa check`: every mistake at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loa.cli.read import doubt_lines
from loa.cli.show import json_option, open_station, print_findings, print_json
from loa.errors import InputRefused, Severity
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.station.contents import Contents


@click.command(
    help=_("Check settings, bulletins and timetable: every mistake at once, with file, line and what to write."),
    short_help=_("check everything, all mistakes at once"),
)
@json_option
@click.pass_obj
def check(folder: Path, as_json: bool) -> None:
    """Check the station's folder."""
    with open_station(folder) as station:
        findings, contents = station.checked_contents()
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        if as_json:
            print_json([finding.as_json() for finding in findings])
        else:
            print_findings(findings)
            doubts = 0 if errors or contents is None else _print_doubts(contents)
            summary = _("{errors} mistakes, {warnings} warnings").format(errors=errors, warnings=len(findings) - errors)
            if not errors:
                summary += ", " + _("{doubts} doubtful readings").format(doubts=doubts)
            click.echo(f"{summary}.")
    if errors:
        sys.exit(InputRefused.exit_code)


def _print_doubts(contents: Contents) -> int:
    count = 0
    for bulletin in contents.bulletins.bulletins.values():
        doubts = contents.doubts[bulletin.name]
        count += len(doubts)
        for line in doubt_lines(bulletin.body, doubts, first_line=bulletin.body_line):
            click.echo(f"scripts/{bulletin.name}.md{line}")
    return count
