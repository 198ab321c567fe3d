"""A contract over all ways to a person, against real servers and programs: the words arrive, or why not is told in time."""

from __future__ import annotations

import contextlib
import json
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from loa.clock import SystemClock
from loa.equipment import AlertSettings, MailSecurity, MailSettings
from loa.station import alert_channels, alerts
from loa.station.alert_channels import Channel, Message, channels
from loa.station.alerts import AlertThread

MESSAGE = Message(station="Đài Minh Đức", text="Đài Minh Đức\nMất loa\n", alarms=({"alarm": "output"},))
KINDS = ("webhook", "mail", "command")

pytestmark = pytest.mark.usefixtures("english")


class Arrived(list[str]):
    """The texts that came to a person; a way that is out of order refuses."""

    refuse = False


@contextlib.contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    """Serve in a thread; yield the port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield int(server.socket.getsockname()[1])
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def web_server(arrived: Arrived) -> Iterator[int]:
    """Take POSTs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not arrived.refuse:
                assert content["station"] == MESSAGE.station
                arrived.append(content["text"])
            self.send_response(503 if arrived.refuse else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield port


@contextlib.contextmanager
def mail_server(arrived: Arrived) -> Iterator[int]:
    """Take mail: as much of SMTP as that needs."""

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 here")
            while command := self.rfile.readline().decode().strip():
                verb = command[:4].upper()
                if verb == "EHLO":
                    self.say("250-here\r\n250-AUTH PLAIN\r\n250 8BITMIME")
                elif verb == "AUTH":
                    self.say("235 welcome" if command.endswith("AGRhaQBtYXQta2hhdQ==") else "535 who are you")
                elif verb == "MAIL" and arrived.refuse:
                    self.say("451 later")
                elif verb == "DATA":
                    self.say("354 go on")
                    lines = []
                    while (line := self.rfile.readline().rstrip(b"\r\n")) != b".":
                        lines.append(line)
                    mail = message_from_bytes(b"\n".join(lines), policy=default)
                    assert mail["To"] == "a@example.com, b@example.com"
                    assert MESSAGE.station in mail["Subject"]
                    arrived.append(mail.get_content())
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 yes")

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        yield port


PROGRAM = """
import pathlib, sys
if pathlib.Path('refuse').exists():
    sys.exit('no signal')
pathlib.Path('arrived').write_bytes(sys.stdin.buffer.read())
"""


class Way:
    """One kind of way, with a person at its end."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self._arrived = Arrived()
        self._open = contextlib.ExitStack()
        (folder / "mat-khau.txt").write_text("mat-khau\n", encoding="utf-8")
        port = 0
        if kind == "webhook":
            port = self._open.enter_context(web_server(self._arrived))
        elif kind == "mail":
            port = self._open.enter_context(mail_server(self._arrived))
        (self.channel,) = channels(self.settings(port), folder)

    def settings(self, port: int) -> AlertSettings:
        """Return the settings that name this way alone."""
        if self.kind == "webhook":
            return AlertSettings(webhook=f"http://127.0.0.1:{port}/alarm")
        if self.kind == "mail":
            return AlertSettings(
                mail=MailSettings(
                    to=("a@example.com", "b@example.com"), sender="dai@example.com", host="127.0.0.1", port=port,
                    security=MailSecurity.NONE, user="dai", password_file="mat-khau.txt",  # noqa: S106 - a file's name
                )
            )  # fmt: skip
        return AlertSettings(command=(sys.executable, "-c", PROGRAM))

    @property
    def arrived(self) -> list[str]:
        """What the person has read."""
        path = self.folder / "arrived"
        return [path.read_text(encoding="utf-8")] if path.exists() else [*self._arrived]

    def break_down(self, *, broken: bool) -> None:
        """Let the other end refuse."""
        self._arrived.refuse = broken
        if broken:
            (self.folder / "refuse").touch()
        else:
            (self.folder / "refuse").unlink(missing_ok=True)

    def close(self) -> None:
        """Stop its server."""
        self._open.close()


@pytest.fixture(params=KINDS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    found = Way(request.param, tmp_path)
    yield found
    found.close()


def test_the_words_arrive(way: Way) -> None:
    """Vietnamese letters and lines as they were written."""
    assert way.channel.name == way.kind
    assert way.channel.send(MESSAGE) == ""
    assert [text.splitlines() for text in way.arrived] == [MESSAGE.text.splitlines()]


def test_a_refusal_is_told(way: Way) -> None:
    """A server that cannot, a program that fails: said, not raised."""
    way.break_down(broken=True)
    assert way.channel.send(MESSAGE) != ""
    assert way.arrived == []


def test_nobody_there_is_told(way: Way) -> None:
    """No network, no server, no program, no password."""
    way.close()
    (way.folder / "mat-khau.txt").unlink()
    settings = AlertSettings(command=("no-such-program",)) if way.kind == "command" else way.settings(1)
    (channel,) = channels(settings, way.folder)
    assert channel.send(MESSAGE) != ""


def test_it_is_sent_again_until_it_has_arrived(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline for a while: one line on the screen, and all that happened meanwhile arrives as one message."""
    monkeypatch.setattr(alerts, "FIRST_WAIT_S", 0.05)
    said: list[str] = []
    way.break_down(broken=True)
    thread = AlertThread([way.channel], SystemClock(), said.append)
    thread.send(MESSAGE)
    until(lambda: said)
    thread.send(Message(station=MESSAGE.station, text="Đài Minh Đức\nĐĩa đầy\n"))
    way.break_down(broken=False)
    until(lambda: any("Đĩa đầy" in text for text in way.arrived))
    thread.close()
    assert [text.splitlines() for text in way.arrived] == [["Đài Minh Đức", "Mất loa", "Đĩa đầy"]]
    assert len(said) == 1


def test_a_way_that_hangs_keeps_neither_the_station_nor_silence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A server that takes the connection and says nothing: sending ends by itself; the station never waited."""
    monkeypatch.setattr(alert_channels, "TIMEOUT_S", 0.3)

    class Mute(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(5)
            with contextlib.suppress(OSError):
                while self.request.recv(4096):
                    pass

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mute)) as port:
        (channel,) = channels(AlertSettings(webhook=f"http://127.0.0.1:{port}/"), tmp_path)
        began_s = time.monotonic()
        thread = AlertThread([channel], SystemClock(), lambda _line: None)
        thread.send(MESSAGE)
        assert time.monotonic() - began_s < 0.2
        assert channel.send(MESSAGE) != ""
        assert time.monotonic() - began_s < 5
        thread.close()


def test_one_way_that_fails_does_not_keep_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail server is down; the telephone rings once."""
    monkeypatch.setattr(alerts, "FIRST_WAIT_S", 0.01)
    got: list[str] = []
    tried: list[str] = []

    def fail(message: Message) -> str:
        tried.append(message.text)
        return "down"

    def take(message: Message) -> str:
        got.append(message.text)
        return ""

    thread = AlertThread(
        [Channel(name="a", send=fail), Channel(name="b", send=take)], SystemClock(), lambda _line: None
    )
    thread.send(MESSAGE)
    until(lambda: len(tried) > 2)
    thread.close()
    assert got == [MESSAGE.text]


def until(true: Any) -> None:
    """Wait until it is so."""
    end_s = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.01)
