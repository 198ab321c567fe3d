"""A local stand-in for a server that gives voices away: with ranges and marks as the real ones, and all their failures."""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit


class Answer(StrEnum):
    """What the stand-in does with one request for a model."""

    WHOLE = "what was asked for"
    CUT = "half of what was asked for, then the connection breaks"
    STALL = "half of what was asked for, then nothing until the client gives up"
    NOTHING = "no answer until the client gives up"
    NOT_FOUND = "404"
    FORBIDDEN = "403"
    FAULT = "500"
    HTML = "200 with a web page"
    REDIRECT = "302 to the same file under another path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request: path and query, and what part it asked for."""

    target: str
    range: str | None
    if_range: str | None


class VoiceServer(ThreadingHTTPServer):
    """The server.

    Attributes
    ----------
    files
        Content by path, percent-encoding undone.
    plan
        The answers to come for models, then `Answer.WHOLE` for ever. Configs always come whole.
    ranges, marks, lengths, heeds_marks
        Whether it knows ranges, sends ETags, tells lengths, and looks at ``If-Range``.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.plan: list[Answer] = []
        self.received: list[Received] = []
        self.ranges = self.marks = self.lengths = self.heeds_marks = True
        self.stopping = threading.Event()
        self.half_sent = threading.Event()

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def asked_for_models(self) -> list[Received]:
        """The requests for models, in order."""
        return [one for one in self.received if urlsplit(one.target).path.endswith(".onnx")]

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """Keep quiet: clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: VoiceServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Keep quiet."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.received.append(
            Received(target=self.path, range=self.headers["Range"], if_range=self.headers["If-Range"])
        )
        planned = path.endswith(".onnx") and self.server.plan
        answer = self.server.plan.pop(0) if planned else Answer.WHOLE
        content = self.server.files.get(path.removeprefix("/moved"))
        if content is None or answer is Answer.NOT_FOUND:
            self._short(404)
        elif answer is Answer.FORBIDDEN:
            self._short(403)
        elif answer is Answer.FAULT:
            self._short(500)
        elif answer is Answer.HTML:
            self._short(200, b"<!DOCTYPE html><title>Download</title>", kind="text/html; charset=utf-8")
        elif answer is Answer.REDIRECT:
            self._short(302, location=f"/moved{self.path}")
        elif answer is Answer.NOTHING:
            self.server.stopping.wait(30)
            self.close_connection = True
        else:
            self._content(content, answer)

    def _content(self, content: bytes, answer: Answer) -> None:
        mark = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        begin = self._asked_from(mark) if self.server.ranges else 0
        if begin >= len(content) > 0:
            self._short(416)
            return
        part = content[begin:]
        self.send_response(206 if begin else 200)
        self.send_header("Content-Type", "application/octet-stream")
        if self.server.lengths:
            self.send_header("Content-Length", str(len(part)))
        else:
            self.close_connection = True
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        if self.server.marks:
            self.send_header("ETag", mark)
        self.end_headers()
        if answer is Answer.WHOLE:
            self.wfile.write(part)
            return
        self.wfile.write(part[: len(part) // 2])
        self.wfile.flush()
        self.server.half_sent.set()
        if answer is Answer.STALL:
            self.server.stopping.wait(30)
        self.close_connection = True

    def _asked_from(self, mark: str) -> int:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        same = not self.server.heeds_marks or self.headers["If-Range"] in {None, mark}
        return int(asked[1]) if asked and same else 0

    def _short(self, status: int, body: bytes = b"", *, kind: str = "text/plain", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def voice_server() -> Iterator[VoiceServer]:
    """Run a stand-in on a free port of 127.0.0.1; it is gone afterwards."""
    with VoiceServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join(5)
