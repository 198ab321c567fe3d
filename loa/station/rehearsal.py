"""`loa rehearse`: any days of the real timetable through the real rooms, on a virtual clock, into files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from loa import __version__
from loa.bulletins import Approval
from loa.clock import VirtualClock
from loa.ledger import Ledger
from loa.playout import Broadcaster, ProgressFile
from loa.playout.broadcaster import StationFacts
from loa.playout.health import OutputHealth
from loa.station.contents import Contents

if TYPE_CHECKING:
    from loa.playout import VirtualFileOutput

STEP_S = 1.0
LEDGER_NAME = "ledger.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a rehearsal made.

    Attributes
    ----------
    sound
        One file for each broadcast, in order.
    ledger
        A ledger of its own.
    health
        How the sound was: frames, underruns, what a slow disk cost.
    """

    folder: Path
    sound: tuple[Path, ...]
    ledger: Path
    health: OutputHealth


def rehearse(
    contents: Contents,
    *,
    first_day: date,
    days: int,
    out: Path,
    approve: Callable[[Ledger], Mapping[str, Approval]],
    on_progress: Callable[[float], None],
) -> Rehearsal:
    """Air `days` local days from `first_day` on a virtual clock.

    Parameters
    ----------
    contents
        The station, with its audio finished.
    out
        Folder for sound, ledger and report; what an earlier rehearsal left there is replaced.
    approve
        Writes the approvals into the rehearsal's own ledger and returns them.
    on_progress
        Called with the share of the days that has passed, from 0 to 1.

    Raises
    ------
    OutputFailed, LedgerFailed
        The folder cannot be written.
    """
    for left_over in (out / "sound", out / "log"):
        shutil.rmtree(left_over, ignore_errors=True)
    zone = contents.settings.time_zone
    start = datetime.combine(first_day, datetime.min.time(), zone)
    end = start + timedelta(days=days)
    clock = VirtualClock(start)
    from loa.playout import VirtualFileOutput  # it renders in this process, with numpy

    output = VirtualFileOutput(out / "sound", clock, zone)
    with Ledger(out / "log" / LEDGER_NAME, clock) as ledger:
        shelf = replace(contents.shelf, approvals=approve(ledger))
        material = replace(contents, shelf=shelf).material
        output.open()
        broadcaster = Broadcaster(
            ledger=ledger,
            output=output,
            clock=clock,
            progress=ProgressFile(out / "log" / "on-air.json"),
            facts=StationFacts(version=__version__, boot_id="rehearsal", process_id=0),
            stored=lambda _key: None,  # nobody orders an emergency in a rehearsal
        )
        try:
            broadcaster.start(material)
            _pass_days(broadcaster, output, clock, start=start, end=end, on_progress=on_progress)
            broadcaster.shut_down("")
        finally:
            output.close()
    sound = tuple(output.files)
    return Rehearsal(folder=out, sound=sound, ledger=out / "log" / LEDGER_NAME, health=output.health())


def _pass_days(
    broadcaster: Broadcaster,
    output: VirtualFileOutput,
    clock: VirtualClock,
    *,
    start: datetime,
    end: datetime,
    on_progress: Callable[[float], None],
) -> None:
    length_s = (end - start).total_seconds()
    while clock.now() < end:
        broadcaster.tick()
        if broadcaster.busy:
            output.play(STEP_S)
        else:
            output.pass_idle(_idle_s(broadcaster, clock, start, end))
        on_progress(min(1.0, (clock.now() - start).total_seconds() / length_s))


def _idle_s(broadcaster: Broadcaster, clock: VirtualClock, start: datetime, end: datetime) -> float:
    """Return how long nothing happens: until the next broadcast, midnight, or the end."""
    now = clock.now()
    local = now.astimezone(start.tzinfo)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), start.tzinfo)
    instants: Iterable[datetime | None] = (broadcaster.next_wake(), midnight, end)
    upcoming = [instant for instant in instants if instant is not None and instant > now]
    return max(STEP_S, (min(upcoming) - now).total_seconds())
