"""Showing: tables, JSON, findings, progress; the same look in every command."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from loa.errors import Finding, LoaError, Severity
from loa.language import translate as _

if TYPE_CHECKING:
    from loa.station.station import Station

GAP = 2
LONGEST_CELL = 42
LAST_COLUMN = 36

json_option = click.option("--json", "as_json", is_flag=True, help=_("Print JSON for another program."))


def a_name(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Return a person's name without outer blanks; refuse one that names nobody."""
    if value is not None and not value.strip():
        raise click.BadParameter(_("Write the person's name; it is logged."))
    return value and value.strip()


def a_moment(text: str, now: datetime, option: str) -> datetime:
    """Return the aware time that a person typed as the value of `option`. Raises click.BadParameter."""
    from loa.checked_yaml import date_from_text, time_from_text

    parts = text.split()
    try:
        if len(parts) == 1 and "T" in text:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
        *days, time = parts or [""]
        (day,) = map(date_from_text, days) if days else (now.date(),)
        return datetime.combine(day, time_from_text(time), now.tzinfo)
    except ValueError as error:
        raise click.BadParameter(_("Write the time as “17:45” or “24/11/2026 17:45”."), param_hint=option) from error


by_option = click.option(
    "--by", "person", required=True, metavar=_("NAME"), callback=a_name, help=_("Who does this; it is logged.")
)


def open_station(folder: Path) -> Station:
    """Return the station in `folder`, imported now."""
    from loa.station.station import Station

    return Station(folder)


def print_json(value: Any) -> None:
    """Print `value` as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def width(text: str) -> int:
    """Return how many columns `text` takes on a screen."""
    return sum(1 for letter in text if not unicodedata.combining(letter))


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, whole: bool = False) -> None:
    """Print rows under their heads; on a terminal the last column is wrapped to its width.

    Other cells are cut there at 42 letters, unless they are wanted `whole`.
    """
    cut = _cut if sys.stdout.isatty() and not whole else str
    table = [list(head), *[[*map(cut, row[:-1]), row[-1]] for row in rows]]
    widths = [max(width(row[column]) for row in table) for column in range(len(head) - 1)]
    left = sum(widths) + GAP * len(widths)
    room = max(LAST_COLUMN, shutil.get_terminal_size().columns - left) if sys.stdout.isatty() else None
    for number, row in enumerate(table):
        cells = [cell + " " * (wide - width(cell) + GAP) for cell, wide in zip(row, widths, strict=False)]
        last = textwrap.wrap(row[-1], room, break_long_words=False, break_on_hyphens=False) if room else [row[-1]]
        click.secho(("".join(cells) + "".join(last[:1])).rstrip(), bold=number == 0)
        for line in last[1:]:
            click.echo(" " * left + line)


def print_wrapped(text: str, *, mark: str = "", indent: int = 0) -> None:
    """Print `text` after `mark`; on a terminal it goes on below itself, cut between words."""
    before = " " * indent + (f"{mark} " if mark else "")
    after = " " * (indent + (GAP if mark else 0))
    room = max(LAST_COLUMN, shutil.get_terminal_size().columns - len(after)) if sys.stdout.isatty() else None
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) if room else [text]
    for number, line in enumerate(lines or [""]):
        click.echo((before if number == 0 else after) + line)


def _cut(cell: str) -> str:
    return cell if width(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…"


def print_findings(findings: Sequence[Finding]) -> None:
    """Print mistakes in red, warnings in yellow, one to a line."""
    for finding in findings:
        colour = "red" if finding.severity is Severity.ERROR else "yellow"
        word = _("MISTAKE") if finding.severity is Severity.ERROR else _("warning")
        click.echo(f"{click.style(word, fg=colour)}  {finding}")


class RenderProgress:
    """A progress bar over jobs, measured in syllables, with the time that remains, and the errors met.

    Parameters
    ----------
    jobs
        What is rendered.
    """

    def __init__(self, jobs: Sequence[Any]) -> None:
        self._work = {job.item: max(job.syllables, 1) for job in jobs}
        self._spoken = 0  # of the job in hand
        self._bar: Any = click.progressbar(
            length=sum(self._work.values()), label=_("Finishing audio"), show_percent=True, show_eta=True
        )
        self.errors: list[tuple[str, LoaError]] = []

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.__enter__()
        return self

    def spoken(self, phrase: str) -> None:
        """Move on by one phrase of the job in hand."""
        self._spoken += len(phrase.split())
        self._bar.update(len(phrase.split()))

    def done(self, job: Any, outcome: Any) -> None:
        """Move on to the end of a job."""
        if isinstance(outcome, LoaError):
            self.errors.append((job.item, outcome))
        self._bar.update(self._work.get(job.item, 0) - self._spoken)
        self._spoken = 0

    def __exit__(self, *error: object) -> None:
        """End the bar and print what went wrong."""
        self._bar.__exit__(*error)
        for item, failure in self.errors:
            click.secho(f"{item}: {failure.message}", fg="red", err=True)


def minutes(seconds: float) -> str:
    """Return a length as ``m:ss``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def tell_waiting(journals: Iterable[Path]) -> None:
    """Say that the ledger does not have all rows yet."""
    for path in journals:
        click.secho(_("A journal waits for the running station to take it over: {path}").format(path=path), fg="yellow")
