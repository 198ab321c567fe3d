"""The console's own process: it hears the station on standard input, and ends when the station does."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uvicorn

from loa.clock import SystemClock
from loa.console.app import make_app
from loa.console.certificate import be_nice, ensure_certificate
from loa.console.condition import Condition
from loa.console.house import House, make_house
from loa.console.protocol import PatientProtocol
from loa.console_settings import ConsoleSettings, ConsoleTls
from loa.language import translate as _
from loa.station.console_address import console_url
from loa.station.folder import StationFolder

ALIVE_EVERY_S = 5.0
END_WITHIN_S = 3.0
LONGEST_LINE = 1_000_000


def tell(kind: str, value: Any) -> None:
    """Tell the station something: ``say`` a line to the operator, ``alive``, or ``ready`` with the address."""
    sys.stdout.write(json.dumps({kind: value}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def serve(folder: Path, settings: ConsoleSettings) -> int:
    """Serve the console of the station in `folder` until standard input ends; return the exit code."""
    be_nice()
    clock = SystemClock()
    scratch = StationFolder(folder).scratch
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        house = make_house(folder, clock, settings)
    except (OSError, sqlite3.OperationalError) as error:
        tell("say", cannot_write(error))
        return 1
    tempfile.tempdir = str(
        scratch
    )  # on the station's disk: where the system keeps such files in memory there is little
    tls: dict[str, Any] = {}
    if settings.tls is ConsoleTls.OWN:
        certificate = StationFolder(folder).certificate
        fingerprint = ensure_certificate(certificate, clock)
        tls = {"ssl_certfile": str(certificate)}
        tell("say", _("Console: certificate of our own, SHA-256 {fingerprint}").format(fingerprint=fingerprint))
    return asyncio.run(_run(uvicorn.Server(server_config(house, tls)), house))


def cannot_write(error: Exception) -> str:
    """Return what the operator reads where the console cannot write to its folder."""
    return _(
        "The console cannot write to the folder log ({error}). Look whether the disk is full or read-only. Broadcasts go on; "
        "order an emergency with: loa emergency NAME --by PERSON"
    ).format(error=error)


def server_config(house: House, tls: Mapping[str, Any]) -> uvicorn.Config:
    """Return how the app of `house` is served; `tls` names the certificate, or is empty."""
    return uvicorn.Config(
        make_app(house),
        host=house.settings.listen,
        port=house.settings.port,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        backlog=256,
        **tls,
    )


async def _run(server: uvicorn.Server, house: House) -> int:
    loop = asyncio.get_running_loop()
    threading.Thread(target=_listen, args=(server, house, loop), name="loa-console-ear", daemon=True).start()
    alive = asyncio.create_task(_say_alive(server, house))
    try:
        await server.serve()
    except SystemExit:  # uvicorn says why on its log: the port is taken, or the address is none of this machine
        words = _(
            "The console cannot listen on {address}:{port}. Is another program there? Change “console” in station.yaml."
        )
        tell("say", words.format(address=house.settings.listen, port=house.settings.port))
        return 3
    finally:
        alive.cancel()
    return 0


def _listen(server: uvicorn.Server, house: House, loop: asyncio.AbstractEventLoop) -> None:
    """Hand the station's states to the loop; end with the station."""
    condition = Condition(house.folder, house.clock)
    while True:
        line = sys.stdin.buffer.readline(LONGEST_LINE)
        if not line:
            break
        try:
            state = json.loads(line)
        except ValueError:
            continue
        if isinstance(state, dict):
            loop.call_soon_threadsafe(house.live.hear, condition.in_words(state))
    server.should_exit = server.force_exit = True
    house.clock.sleep(END_WITHIN_S)  # a page at work, or a browser that does not let go, keeps nothing alive
    os._exit(0)


def _warm_up(house: House) -> None:
    """Load what the first page needs before somebody asks for it."""
    import loa.station.station  # noqa: F401

    house.templates.compile_all()


async def _say_alive(server: uvicorn.Server, house: House) -> None:
    """Tell the station that the loop turns; once it listens, where, and how to begin where nobody can sign in yet."""
    told = False
    while True:
        if server.started and not told:
            told = True
            address = console_url(house.settings)
            tell("ready", address)
            threading.Thread(target=_warm_up, args=(house,), name="loa-console-warm-up", daemon=True).start()
            if not house.accounts.has_admin:
                link = f"{address}/bat-dau/{house.accounts.make_link()}"
                tell(
                    "say",
                    _("First start: open this link once, within a day, and choose a password: {link}").format(
                        link=link
                    ),
                )
        tell("alive", house.live.panels)
        await asyncio.sleep(ALIVE_EVERY_S if told else 0.05)
