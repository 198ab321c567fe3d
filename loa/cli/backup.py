"""`loa backup` and `loa restore`: one ZIP with everything that cannot be made anew, and back from it."""

from pathlib import Path

import click

from loa.cli.show import open_station
from loa.language import translate as _


@click.command(
    help=_(
        "Write a copy of the station to the ZIP FILE: texts, timetable, recordings, voices, ledger; no finished audio."
    ),
    short_help=_("write a copy of the station"),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar=_("FILE"))
@click.option("--with-secrets", is_flag=True, help=_("Also accounts, passwords (hashed), certificate and keys."))
@click.pass_obj
def backup(folder: Path, file: Path, with_secrets: bool) -> None:
    """Write a copy."""
    with open_station(folder) as station:
        files = station.machine_desk.write_backup(file, secrets=with_secrets)
    click.echo(
        _("{files} files are in {file}. Keep it on another machine or a USB stick.").format(files=files, file=file)
    )


@click.command(
    help=_("Put the copy FILE of a station into FOLDER, which must be empty. All of it is checked first."),
    short_help=_("put a copy back into an empty folder"),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar=_("FILE"))
@click.argument("target", type=click.Path(path_type=Path, file_okay=False), metavar=_("FOLDER"))
def restore(file: Path, target: Path) -> None:
    """Put a copy back."""
    from loa.station.station import Station

    restored = Station.restore(file, target)
    click.echo(
        _(
            "{files} files are in {folder}; the log has {rows} rows, and its chain holds. Type: loa -C {folder} check"
        ).format(files=restored.files, folder=restored.folder, rows=restored.rows)
    )
