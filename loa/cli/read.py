"""`loa read`: what will be said."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loa.cli.show import json_option, open_station, print_json, print_table
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.reading import Doubt


def doubt_lines(text: str, doubts: Iterable[Doubt], *, first_line: int = 1) -> Iterator[str]:
    """Yield a line for each doubt of a reading: its line, what is written, what is read, and how to write it."""
    for doubt in doubts:
        line = text.count("\n", 0, doubt.start) + first_line
        yield _(", line {line}: “{written}” is read “{chosen}”. {advice}").format(
            line=line, written=doubt.written, chosen=doubt.chosen, advice=doubt.advice
        )


@click.command(
    help=_("Print how TEXT is read aloud; a bulletin's name or a file too. Without TEXT: standard input."),
    short_help=_("show how a text is read aloud"),
)
@click.argument("text", required=False, metavar=_("[TEXT]"))
@click.option("--explain", is_flag=True, help=_("Show written and spoken side by side, with the doubts."))
@json_option
@click.pass_obj
def read(folder: Path, text: str | None, explain: bool, as_json: bool) -> None:
    """Read a text aloud, in letters."""
    with open_station(folder) as station:
        body, first_line = _text(folder, text)
        reading = station.read(body)
    if as_json:
        print_json(
            {
                "spoken": reading.spoken,
                "words": [{"start": w.start, "end": w.end, "text": w.text, "rule": w.rule} for w in reading.words],
                "doubts": [
                    {
                        "start": d.start,
                        "end": d.end,
                        "written": d.written,
                        "chosen": d.chosen,
                        "considered": d.considered,
                        "advice": d.advice,
                    }
                    for d in reading.warnings
                ],
            }
        )
        return
    if explain:
        changed = [w for w in reading.words if w.text != body[w.start : w.end].lower()]
        print_table(
            (_("written"), _("spoken"), _("rule")),
            [(" ".join(body[w.start : w.end].split()), w.text, w.rule) for w in changed],
            whole=True,
        )
        click.echo()
    click.echo(reading.spoken)
    for line in doubt_lines(body, reading.warnings, first_line=first_line):
        click.secho(_("doubt") + line, fg="yellow", err=True)


def _text(folder: Path, text: str | None) -> tuple[str, int]:
    """Return what is to be read, and the line of its file that it begins on."""
    if text is None:
        return sys.stdin.read(), 1
    short = len(text.encode()) < 200  # noqa: PLR2004 - file systems refuse names from 256 bytes on
    for path in (folder / "scripts" / f"{text}.md", Path(text)) if short else ():
        if path.is_file():
            content = path.read_text(encoding="utf-8", errors="replace")
            fenced = content.split("\n---\n", 1)
            if content.startswith("---\n") and len(fenced) > 1:
                return fenced[1], fenced[0].count("\n") + 3
            return content, 1
    _warn_of_misspelt_name(folder, text)
    return text, 1


def _warn_of_misspelt_name(folder: Path, text: str) -> None:
    """Say so where a text that looks like a bulletin's name is none, and a bulletin of nearly that name exists."""
    if " " in text or "-" not in text:
        return
    from loa.checked_yaml import choose_from

    names = [path.stem for path in (folder / "scripts").glob("*.md")]
    if names:
        message = _("There is no bulletin “{name}”, so the name itself is read.").format(name=text)
        click.secho(f"{message} {choose_from(text, names)}", fg="yellow", err=True)
