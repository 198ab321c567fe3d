"""`loa render`: finish audio before air time."""

from pathlib import Path

import click

from loa.cli.show import RenderProgress, json_option, minutes, open_station, print_json, print_table
from loa.errors import LoaError
from loa.language import translate as _


@click.command(
    help=_("Finish the audio of the bulletins named, or of all of them. What is finished already is not made again."),
    short_help=_("finish audio before air time"),
)
@click.argument("names", nargs=-1, metavar=_("[BULLETIN…]"))
@json_option
@click.pass_obj
def render(folder: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Render bulletins and jingles."""
    with open_station(folder) as station:
        wanted = [Path(name).stem if name.endswith(".md") else name for name in names]
        progress = RenderProgress(len(station.render_jobs(wanted)))
        if as_json:
            made = station.render(wanted, on_done=lambda *_done: None)
        else:
            with progress as on_done:
                made = station.render(wanted, on_done=on_done)
    sheets = {name: audio.cue_sheet for name, audio in made.items() if not isinstance(audio, LoaError)}
    if as_json:
        print_json(
            [
                {
                    "item": name,
                    "length_s": round(sheet.length_s, 3),
                    "voice": sheet.voice,
                    "loudness_lufs": sheet.loudness_lufs,
                    "peak_dbtp": sheet.peak_dbtp,
                    "key": sheet.key,
                    "refusals": [{"voice": one.voice, "reason": one.reason} for one in sheet.refusals],
                }
                for name, sheet in sheets.items()
            ]
        )
    else:
        print_table(
            (_("item"), _("length"), _("voice"), "LUFS", "dBTP"),
            [
                (name, minutes(s.length_s), s.voice or "–", f"{s.loudness_lufs:.1f}", f"{s.peak_dbtp:.1f}")
                for name, s in sorted(sheets.items())
            ],
        )
    for outcome in made.values():
        if isinstance(outcome, LoaError):
            raise outcome
