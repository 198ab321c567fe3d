"""`loa import`: sound files into the station, judged now and not at air time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loa.cli.show import json_option, minutes, open_station, print_findings, print_json, print_table
from loa.errors import Finding
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.station.audio_import import Imported

NO_FIGURE = "–"


@click.command(
    name="import",
    help=_("Judge each sound FILE and copy the good ones into audio/, under names that every system can read."),
    short_help=_("bring sound files into the station"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar=_("FILE…"))
@click.option("--as", "name", metavar=_("NAME"), default="", help=_("What to name it, instead of its own name."))
@json_option
@click.pass_obj
def import_(folder: Path, files: tuple[Path, ...], name: str, as_json: bool) -> None:
    """Import sound files."""
    if name and len(files) > 1:
        raise click.UsageError(_("Give --as with one file only."))
    done: list[Imported] = []
    with open_station(folder) as station:
        station.require_station()
        for file in files:
            if sys.stderr.isatty():
                click.echo(_("Listening to {name} …").format(name=file.name), err=True)
            done.append(station.audio_desk.import_audio(file, name=name))
    if as_json:
        print_json([one.as_json() for one in done])
    else:
        _show(done)
    errors = [one.error for one in done if one.error]
    if errors:
        sys.exit(errors[0].exit_code)


def _show(done: list[Imported]) -> None:
    head = (_("file"), _("length"), _("format"), _("loudness"), _("peak"), _("verdict"))
    print_table(head, [_row(one) for one in done])
    for one in done:
        findings = [
            Finding(file=one.source.name, message=verdict.message, advice=verdict.advice, severity=verdict.severity)
            for verdict in one.inspection.verdicts
        ]
        if one.error and not one.inspection.refused:
            findings.append(Finding(file=one.source.name, message=one.error.message, advice=""))
        print_findings(findings)
    for one in done:
        if one.target:
            text = _("{target} was there already.") if one.was_there else _("{target} is in the station now.")
            click.secho(text.format(target=one.target), bold=True)
            click.echo(_("  in a bulletin:   recording: {target}").format(target=one.target))
            click.echo(_("  in a programme:  - audio: {target}").format(target=one.target))


def _row(one: Imported) -> tuple[str, ...]:
    found = one.inspection
    channels = {1: _("mono"), 2: _("stereo")}.get(found.channels, f"{found.channels} ch")
    verdict = _("refused") if one.error else _("good, see below") if found.verdicts else _("good")
    return (
        one.source.name,
        minutes(found.length_s) if found.length_s else NO_FIGURE,
        f"{found.container} {found.sample_rate / 1000:g} kHz {channels}" if found.container else NO_FIGURE,
        NO_FIGURE if found.loudness_lufs is None else f"{found.loudness_lufs:.1f} LUFS",
        NO_FIGURE if found.peak_dbfs is None else f"{found.peak_dbfs:.1f} dB",
        verdict,
    )
