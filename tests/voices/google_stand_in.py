"""A local stand-in for Google's speech service: it answers as the real one does, also when that one fails.

The form of a good answer and of "200 with no speech" follows what the real service sends: ``)]}'``, an empty line,
lengths and rows of JSON on lines of their own, the MP3 in base64 inside a JSON text inside a row.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import ssl
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

CERTIFICATES = Path(__file__).with_name("certificate")
CERTIFICATE = CERTIFICATES / "certificate.pem"
SERVICE = "/_/TranslateWebserverUi/data/batchexecute"
RATE = 24_000
SYLLABLE_S = 0.25
LONGEST_TEXT = 100


class Answer(StrEnum):
    """What the stand-in does with a request."""

    SPEECH = "speech"
    NO_AUDIO = "200 with no audio"
    TOO_MANY = "429"
    SERVER_FAULT = "503"
    ROBOT_PAGE = "302 to a page that asks whether you are a robot"
    CUT = "connection cut in the middle of the answer"
    CUT_AT_ONCE = "connection cut before the answer"
    SLOW = "no answer until the client gives up"
    DRIP = "a byte now and then, for ever"
    GARBAGE = "base64 of something that is not MP3"
    BROKEN_BASE64 = "speech with a character lost"
    HTML = "200 with a web page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came: what to say, in which language, and the headers."""

    target: str
    text: str
    language: str
    headers: dict[str, str]


def mp3(words: int) -> bytes:
    """Return an MP3 of as many syllables, 24 kHz mono as the real service's."""
    seconds = np.arange(int(words * SYLLABLE_S * RATE)) / RATE
    wave = 0.5 * np.sin(np.pi * seconds / SYLLABLE_S) ** 2 * np.sin(2 * np.pi * 220 * seconds)
    out = io.BytesIO()
    soundfile.write(out, wave, RATE, format="MP3", subtype="MPEG_LAYER_III")
    return out.getvalue()


def answer_body(sound: str | None) -> bytes:
    """Return the body of an answer that carries `sound` (base64), or none."""
    inner = None if sound is None else json.dumps([sound], separators=(",", ":"))
    rows = [
        [["wrb.fr", "jQ1olc", inner, None, None, None, "generic"], ["di", 101], ["af.httprm", 100, "-4711", 26]],
        [["e", 4, None, None, 134]],
    ]
    lines = [")]}'", ""]
    for row in rows:
        text = json.dumps(row, separators=(",", ":"))
        lines += [str(len(text) + 2), text]
    return "\n".join([*lines, ""]).encode()


class GoogleStandIn(ThreadingHTTPServer):
    """The server. `plan` holds the answers to come, `usual` what follows when it is used up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plan: list[Answer] = []
        self.usual = Answer.SPEECH
        self.received: list[Received] = []
        self.stopping = threading.Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def speak_tls(self) -> None:
        """Show a certificate that nobody trusts."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE, CERTIFICATES / "key.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"

    def next_answer(self) -> Answer:
        """Return what to do with the request at hand."""
        return self.plan.pop(0) if self.plan else self.usual

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Keep quiet: clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: GoogleStandIn

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keep quiet."""

    def do_POST(self) -> None:
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        ((call, parameters, _none, kind),) = json.loads(form["f.req"][0])[0]
        text, language, _speed, _null = json.loads(parameters)
        self.server.received.append(
            Received(target=self.path, text=text, language=language, headers=dict(self.headers.items()))
        )
        fits = self.path.endswith(SERVICE) and (call, kind) == ("jQ1olc", "generic") and len(text) <= LONGEST_TEXT
        if not fits:
            self._send(400, b"")
            return
        self._answer(self.server.next_answer(), base64.b64encode(mp3(len(text.split()))).decode())

    def _answer(self, answer: Answer, speech: str) -> None:
        whole = answer_body(speech)
        match answer:
            case Answer.NO_AUDIO:
                self._send(200, answer_body(None))
            case Answer.TOO_MANY:
                self._send(429, b"<html>Too many requests</html>", kind="text/html")
            case Answer.SERVER_FAULT:
                self._send(503, b"")
            case Answer.ROBOT_PAGE:
                self._send(302, b"", location=f"{self.server.url}/sorry/index")
            case Answer.CUT:
                self._send(200, whole[: len(whole) // 2], length=len(whole))
                self.close_connection = True
            case Answer.CUT_AT_ONCE:
                self.close_connection = True
            case Answer.SLOW:
                self.server.stopping.wait(10)
                self.close_connection = True
            case Answer.DRIP:
                self._drip(whole)
            case Answer.GARBAGE:
                self._send(200, answer_body(base64.b64encode(bytes(range(256)) * 40).decode()))
            case Answer.BROKEN_BASE64:
                self._send(200, answer_body(speech[:-1]))
            case Answer.HTML:
                self._send(200, b"<html>jQ1olc</html>", kind="text/html")
            case _:
                self._send(200, whole)

    def _drip(self, whole: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        for place in range(len(whole)):
            self.wfile.write(whole[place : place + 1])
            if self.server.stopping.wait(0.05):
                break
        self.close_connection = True

    def _send(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = "application/json; charset=utf-8",
        length: int | None = None,
        location: str | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if location is not None:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def google_stand_in(*, tls: bool = False) -> Iterator[GoogleStandIn]:
    """Run a stand-in on a free port of 127.0.0.1; it is gone afterwards."""
    with GoogleStandIn() as server:
        if tls:
            server.speak_tls()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join(5)
