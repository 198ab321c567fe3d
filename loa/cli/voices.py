"""`loa voices`: which voices the station has; installing, trying and removing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from loa.cli.show import json_option, open_station, print_json, print_table
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.station.voices import VoiceLine


@click.group(
    help=_("See which voices the station has; install, try and remove Piper voices."),
    short_help=_("see, install, try and remove voices"),
)
def voices() -> None:
    """Hold the commands for voices."""


@voices.command(
    "list",
    help=_("Show the ladder of voices, the others that are here, and those that can be installed."),
    short_help=_("show the voices"),
)
@json_option
@click.pass_obj
def list_(folder: Path, as_json: bool) -> None:
    """Show the voices."""
    with open_station(folder) as station:
        lines = station.voice_desk.lines()
    if as_json:
        print_json([line.as_json() for line in lines])
        return
    print_table((_("voice"), _("ladder"), _("state"), "MB", "Hz", _("note")), map(_row, lines), whole=True)


def _row(line: VoiceLine) -> tuple[str, ...]:
    state = _("ready") if line.ready else _("cannot be used") if line.installed else _("not installed")
    return (
        line.name,
        str(line.place or "–"),
        state,
        "–" if line.size is None else f"{line.size / 1e6:.1f}",
        str(line.sample_rate or "–"),
        line.note,
    )


class DownloadProgress:
    """A progress bar in bytes with the remaining time; it runs over what was missing when it began."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._first = 0

    def __enter__(self) -> Self:
        """Return the bar itself."""
        return self

    def __call__(self, here: int, total: int | None) -> None:
        """Show that `here` of `total` bytes have come."""
        if total is None:
            return
        if self._bar is None:
            self._first = here
            label = _("Fetching {size:.1f} MB").format(size=total / 1e6)
            if here:
                label = _("Fetching {size:.1f} MB, {here:.1f} MB are here").format(size=total / 1e6, here=here / 1e6)
            self._bar = click.progressbar(length=total - here, label=label)
            self._bar.__enter__()
        self._bar.update(max(here - self._first, 0) - self._bar.pos)

    def __exit__(self, *error: object) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.__exit__(*error)


@voices.command(
    "install",
    help=_(
        "Install a Piper voice from SOURCE: a file NAME.onnx with NAME.onnx.json beside it, their folder, or the http(s) "
        "address of the file. A download that was cut goes on with the same command."
    ),
    short_help=_("install a Piper voice"),
)
@click.argument("source", metavar=_("SOURCE"))
@click.option("--name", default="", metavar=_("NAME"), help=_("What to call it; by default after its file."))
@click.option("--sha256", default="", metavar="SHA256", help=_("The SHA-256 that the model must have."))
@click.pass_obj
def install(folder: Path, source: str, name: str, sha256: str) -> None:
    """Install a voice."""
    with open_station(folder) as station:
        try:
            with DownloadProgress() as on_bytes:
                voice = station.voice_desk.install(source, name=name, sha256=sha256, on_bytes=on_bytes)
        except KeyboardInterrupt:
            click.echo(
                _("What has been fetched from an address is kept: the same command goes on from there."), err=True
            )
            raise
        click.echo(_("The voice piper:{name} is installed, and it speaks.").format(name=voice.name))
        line = next((line for line in station.voice_desk.lines() if line.name == f"piper:{voice.name}"), None)
        ladder = [f"piper:{voice.name}", *(one for one in station.settings.voices if one != f"piper:{voice.name}")]
    if line is not None and line.note:
        click.echo(line.note)
    click.echo(_("Listen to it with: loa voices test {name}").format(name=f"piper:{voice.name}"))
    click.echo(_("To let it speak, write in station.yaml:"))
    click.echo(f"  voices: [{', '.join(ladder)}]")


@voices.command(
    "test",
    help=_("Let VOICE speak TEXT, or a sentence of ours, into a WAV file to listen to. The loudspeakers stay silent."),
    short_help=_("hear a voice, off the air"),
)
@click.argument("voice", metavar=_("VOICE"))
@click.argument("text", default="", metavar=_("[TEXT]"))
@click.option(
    "--to",
    "to",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=_("FILE"),
    help=_("Where to write the WAV; by default in audio/nghe-thu."),
)
@json_option
@click.pass_obj
def test(folder: Path, voice: str, text: str, to: Path | None, as_json: bool) -> None:
    """Let a voice speak."""
    if to is not None and to.suffix.lower() != ".wav":
        raise click.BadParameter(_("Give the file a name that ends in .wav."), param_hint="--to")
    with open_station(folder) as station:
        trial = station.voice_desk.test(voice, text, to=to)
    if as_json:
        print_json(trial.as_json())
        return
    print_table(
        (_("voice"), trial.voice),
        [
            (_("speed"), _("{number:.0f} syllables a minute").format(number=trial.syllables_a_minute)),
            (_("length"), _("{seconds:.1f} s").format(seconds=trial.length_s)),
            (
                _("time needed"),
                _("{seconds:.1f} s, {times:.0f} times as fast as it is heard").format(
                    seconds=trial.needed_s, times=trial.times_real_time
                ),
            ),
            (_("sample rate"), f"{trial.voice_rate} Hz"),
            (_("loudness"), f"{trial.loudness_lufs:.1f} LUFS, {trial.peak_dbtp:.1f} dBTP"),
            (_("listen to"), str(trial.file)),
        ],
        whole=True,
    )


@voices.command(
    "remove",
    help=_("Remove the installed Piper voice VOICE, or what a cut download has left of it."),
    short_help=_("remove a Piper voice"),
)
@click.argument("voice", metavar=_("VOICE"))
@click.pass_obj
def remove(folder: Path, voice: str) -> None:
    """Remove a voice."""
    with open_station(folder) as station:
        name = station.voice_desk.remove(voice)
    click.echo(_("The voice piper:{name} is removed.").format(name=name))
