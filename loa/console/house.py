"""What all pages share: the station's folder, who may come in, the newest state, templates."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from loa.clock import Clock
from loa.console.hearing import Hearing
from loa.console.live import Live
from loa.console.lockout import Lockout
from loa.console.once import Once
from loa.console.sessions import Sessions
from loa.console.static_files import StaticFiles, static_files
from loa.console.templates import Templates
from loa.console_settings import ConsoleSettings
from loa.station.accounts import Accounts
from loa.station.folder import StationFolder


@dataclass(slots=True, kw_only=True)
class House:
    """Everything behind the pages.

    Attributes
    ----------
    settings
        How the console listens.
    notes
        What to tell a person on their next page, by session.
    heavy
        Held by whoever speaks, renders or packs: one such work at a time on an old PC.
    """

    folder: Path
    clock: Clock
    settings: ConsoleSettings
    accounts: Accounts
    sessions: Sessions
    live: Live
    templates: Templates
    statics: StaticFiles
    lockout: Lockout = field(default_factory=Lockout)
    hearing: Hearing = field(default_factory=Hearing)
    once: Once = field(default_factory=Once)
    notes: dict[str, list[str]] = field(default_factory=dict)
    heavy: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))


def make_house(folder: Path, clock: Clock, settings: ConsoleSettings) -> House:
    """Return the house of the station in `folder`."""
    accounts = Accounts(StationFolder(folder).accounts, clock)
    statics = static_files()
    return House(
        folder=folder,
        clock=clock,
        settings=settings,
        accounts=accounts,
        sessions=Sessions(accounts, clock),
        live=Live(clock),
        templates=Templates(statics, clock),
        statics=statics,
    )
