"""The console beside the station, for real: it lives and dies apart, and the station never waits for it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from loa.clock import SystemClock, VirtualClock
from loa.console import protocol
from loa.console.house import make_house
from loa.console.serve import server_config
from loa.console_settings import ConsoleSettings, ConsoleTls
from loa.station import console_process
from loa.station.accounts import Accounts, Role
from loa.station.console_process import ConsoleProcess
from loa.station.folder import StationFolder
from tests.console.running_station import ROOT, eventually, free_port
from tests.console.visitor import PASSWORD
from tests.station.mini_station import mini_station

STATE: dict[str, Any] = {
    "on_air": None,
    "next": [],
    "heard": False,
    "output": "x",
    "trouble": "",
    "timetable_mistakes": [],
}


class Running:
    """A console process as the station holds it."""

    def __init__(self, folder: Path, clock: Any, tls: ConsoleTls = ConsoleTls.NO) -> None:
        self.said: list[str] = []
        self.settings = ConsoleSettings(port=free_port(), tls=tls)
        self.process = ConsoleProcess(folder, self.settings, clock, self.said.append)
        self.process.look()

    def told(self, words: str) -> None:
        """Wait until the console said `words`."""
        eventually(lambda: words in "\n".join(self.said), f"{words}: {self.said}")


def looked(process: ConsoleProcess) -> bool:
    """Let the station look at its console once."""
    process.look()
    return True


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    del english
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mini_station(tmp_path / "station")


@pytest.fixture
def virtual() -> VirtualClock:
    return VirtualClock(SystemClock().now())


@pytest.fixture
def running(folder: Path, virtual: VirtualClock) -> Iterator[Running]:
    one = Running(folder, virtual)
    yield one
    one.process.close()


def stream(running: Running, folder: Path) -> Any:
    """Return an open stream of events, signed in."""
    from loa.console.sessions import COOKIE, Sessions

    accounts = Accounts(StationFolder(folder).accounts, SystemClock())
    accounts.use_link(accounts.make_link(role=Role.VIEWER), login="xem", person="Xem", password=PASSWORD)
    cookie, _session = Sessions(accounts, SystemClock()).begin(accounts.all()[0])
    request = urllib.request.Request(
        f"http://127.0.0.1:{running.settings.port}/song", headers={"Cookie": f"{COOKIE}={cookie}"}
    )
    return urllib.request.urlopen(request, timeout=20)  # noqa: S310


def test_a_state_reaches_an_open_panel_at_once(running: Running, folder: Path, virtual: VirtualClock) -> None:
    """What the station pushes is in the browser's stream well within half a second."""
    running.told("Console: http")
    with stream(running, folder) as events:
        events.readline()
        late_s = []
        for number in range(5):
            virtual.advance(2)
            began_s = time.monotonic()
            running.process.push(lambda number=number: STATE | {"number": number}, often=False)  # type: ignore[misc]
            while f'"number": {number}'.encode() not in events.readline():
                pass
            late_s.append(time.monotonic() - began_s)
    assert sorted(late_s)[2] < 0.5


def test_a_console_that_is_killed_is_started_anew(running: Running, virtual: VirtualClock) -> None:
    """The operator is told, and a few seconds later the pages are there again."""
    running.told("Console: http")
    first = running.process.process_id
    assert first
    os.kill(first, signal.SIGKILL)
    eventually(lambda: looked(running.process) and "it is started anew" in "".join(running.said), "death not noticed")
    virtual.advance(3)
    running.process.look()
    eventually(lambda: "".join(running.said).count("Console: http") == 2, str(running.said))
    assert running.process.process_id not in {None, first}


def test_a_console_that_hangs_costs_the_station_nothing_and_is_replaced(
    running: Running, virtual: VirtualClock
) -> None:
    """States for a console that reads nothing are dropped without waiting; after half a minute it is ended."""
    running.told("Console: http")
    stopped = running.process.process_id
    assert stopped
    os.kill(stopped, signal.SIGSTOP)
    big = {"text": "x" * 100_000}
    began_s = time.monotonic()
    for _ in range(200):
        virtual.advance(1.1)
        running.process.push(lambda: big, often=True)
    assert time.monotonic() - began_s < 5
    running.process.look()
    eventually(lambda: looked(running.process) and running.process.process_id != stopped, "not replaced")
    assert "does not answer any more" in "".join(running.said)


def test_a_console_that_cannot_listen_is_tried_less_and_less(folder: Path, virtual: VirtualClock) -> None:
    """Where the port is taken the operator is told so, and the station goes on without pages."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = ConsoleSettings(port=other.getsockname()[1])
        said: list[str] = []
        process = ConsoleProcess(folder, settings, virtual, said.append)
        process.look()
        eventually(lambda: looked(process) and process.process_id is None, "still there")
        assert "cannot listen" in "".join(said)
        assert process._pause_s > console_process.FIRST_PAUSE_S
        process.close()


def test_the_console_ends_with_the_station_even_when_that_is_killed(folder: Path) -> None:
    """No page stays open that nobody feeds."""
    program = (
        "import sys, time; from pathlib import Path; from loa.clock import SystemClock; from loa.console_settings import ConsoleSettings\n"
        "from loa.station.console_process import ConsoleProcess\n"
        f"process = ConsoleProcess(Path({str(folder)!r}), ConsoleSettings(port={free_port()}), SystemClock(), print)\n"
        "process.look(); print('pid', process.process_id, flush=True); time.sleep(60)"
    )
    station = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert station.stdout is not None
    child = int(next(line for line in station.stdout if line.startswith("pid")).split()[1])
    next(line for line in station.stdout if "Console" in line)
    station.kill()
    station.wait()
    station.stdout.close()
    eventually(lambda: not Path(f"/proc/{child}").exists() or ended(child), "the console outlived the station")


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


def test_tls_with_a_certificate_of_its_own(folder: Path, virtual: VirtualClock) -> None:
    """`tls: own` makes a certificate once, encrypts with it, says its fingerprint, and keeps its key to itself."""
    running = Running(folder, virtual, ConsoleTls.OWN)
    try:
        running.told("Console: https")
        certificate = StationFolder(folder).certificate
        context = ssl.create_default_context(cafile=str(certificate))
        with urllib.request.urlopen(
            f"https://127.0.0.1:{running.settings.port}/dang-nhap", context=context, timeout=10
        ) as page:
            assert page.status == 200
        der = ssl.PEM_cert_to_DER_cert(
            certificate.read_text().partition("-----BEGIN CERTIFICATE-----")[1]
            + certificate.read_text().partition("-----BEGIN CERTIFICATE-----")[2]
        )
        import hashlib

        assert hashlib.sha256(der).hexdigest().upper() in "".join(running.said).replace(":", "")
        if os.name != "nt":
            assert certificate.stat().st_mode & 0o077 == 0
    finally:
        running.process.close()


def test_slow_headers_hold_no_connection(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that never ends its request is cut off, and others are served meanwhile; so is one that asks nothing."""
    monkeypatch.setattr(protocol, "REQUEST_WITHIN_S", 0.2)
    settings = ConsoleSettings(port=free_port())
    house = make_house(folder, SystemClock(), settings)
    config = server_config(house, {})

    async def run() -> None:
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        slow = [await asyncio.open_connection("127.0.0.1", settings.port) for _ in range(50)]
        for _reader, writer in slow[1:]:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
        writer.write(b"GET /dang-nhap HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(20):
            assert b"200 OK" in await reader.read()
            assert [await one.read() for one, _writer in slow] == [b""] * 50
        writer.close()
        for _reader, one in slow:
            one.close()
        server.should_exit = True
        await serving

    asyncio.run(run())


def test_what_the_station_says_is_one_line_of_json(folder: Path, virtual: VirtualClock) -> None:
    """The protocol to the child is plain: a state a line; rubbish is passed over."""
    process = subprocess.Popen(
        [sys.executable, "-m", "loa.console", str(folder), "127.0.0.1", str(free_port()), "no"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    while "ready" not in json.loads(process.stdout.readline()):
        pass
    process.stdin.write(b"rubbish\n[1]\n" + json.dumps(STATE).encode() + b"\n")
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()
    del virtual
