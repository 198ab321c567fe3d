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
@click.option("--again", is_flag=True, help=_("Let better voices try once more where a lesser one spoke."))
@json_option
@click.pass_obj
def render(folder: Path, names: tuple[str, ...], again: bool, as_json: bool) -> None:
    """Render bulletins and jingles."""
    with open_station(folder) as station:
        wanted = [Path(name).stem if name.endswith(".md") else name for name in names]
        jobs = station.audio_desk.render_jobs(wanted)
        if as_json:
            made = station.audio_desk.render_these(jobs, on_done=lambda *_done: None, again=again)
        else:
            with RenderProgress(jobs) as progress:
                made = station.audio_desk.render_these(
                    jobs, on_done=progress.done, again=again, on_spoken=progress.spoken
                )
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
        told = {job.item for job in jobs if job.text_hash or job.recording}  # not the pieces of a time signal
        print_table(
            (_("item"), _("length"), _("voice"), "LUFS", "dBTP"),
            [
                (name, minutes(s.length_s), s.voice or "–", f"{s.loudness_lufs:.1f}", f"{s.peak_dbtp:.1f}")
                for name, s in sorted(sheets.items())
                if name in told
            ],
        )
        lesser = [(name, refusal) for name, sheet in sorted(sheets.items()) for refusal in sheet.refusals[:1]]
        for name, refusal in lesser:
            click.secho(f"{name}: {refusal.voice}: {refusal.message}", fg="yellow")
        if lesser:
            click.echo(_("When the better voice works again, type: loa render --again"))
    for outcome in made.values():
        if isinstance(outcome, LoaError):
            raise outcome
