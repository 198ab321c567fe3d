"""A file from an HTTP(S) address, on a line that breaks: what has come is kept, and the rest is asked for.

Beside the growing file stands a note (``….download.json``) with the address, the server's mark of this version of the
file, and how many bytes are surely on the disk; a later run, also after a power cut, goes on from there. A file that
has changed on the server meanwhile is begun anew: the server is asked with ``If-Range``, and what it answers is compared.
Certificates are verified, and proxies come from the environment, as everywhere in `requests`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from loa import __version__
from loa.clock import Clock
from loa.errors import VoiceFailed
from loa.files import write_text
from loa.language import translate as _

if TYPE_CHECKING:
    import requests

OnBytes = Callable[[int, int | None], None]
BLOCK_BYTES = 16_384  # of one that breaks in the middle, what came is lost
ROOM_LEFT_BYTES = 50_000_000  # a full disk would stop the ledger
OK, PARTIAL, NO_SUCH_RANGE = 200, 206, 416
WORTH_ANOTHER_TRY = {408, 425, 429, 500, 502, 503, 504}
GONE = {404, 410}
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to ask again without one new byte.

    What has come is made durable every `sync_bytes`.
    """

    connect_s: float = 15.0
    read_s: float = 30.0
    attempts: int = 6
    first_rest_s: float = 1.0
    sync_bytes: int = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """What is known of a file that is on its way.

    Attributes
    ----------
    address
        Where it comes from, without what follows a question mark: that may be a key that is new every day.
    version
        The server's mark: a strong ETag, else its date; empty where it gives none, and then nothing can be resumed.
    total
        Bytes of the whole file, or None where the server does not tell.
    kept
        Bytes that are surely on the disk.
    """

    address: str
    version: str = ""
    total: int | None = None
    kept: int = 0


def note_of(target: Path) -> Path:
    """Return the path of the note beside `target`."""
    return target.with_name(f"{target.name}.download.json")


class Download:
    """One file on its way.

    Parameters
    ----------
    address
        Where it lies.
    target
        Where it grows. Its folder exists.
    clock
        For the rests between attempts.
    expected_bytes
        Its size where that is known, or None.
    most_bytes
        A larger file is refused.
    on_bytes
        Called with the bytes that are here and the bytes of the whole, or None.
    """

    def __init__(
        self,
        address: str,
        target: Path,
        *,
        clock: Clock,
        most_bytes: int,
        expected_bytes: int | None = None,
        on_bytes: OnBytes = lambda _here, _total: None,
        patience: Patience | None = None,
    ) -> None:
        self._address = address
        self._target = target
        self._clock = clock
        self._most_bytes = most_bytes
        self._expected_bytes = expected_bytes
        self._on_bytes = on_bytes
        self._patience = patience or Patience()
        self._shown = without_secrets(address)
        self._note = _Note(address=self._shown)

    def fetch(self) -> None:
        """Bring the whole file to the target.

        Raises
        ------
        VoiceFailed
            Reasons: ``download`` (the line, the server), ``address``, ``size``, ``disk-full``. What has come is kept.
        OSError
            The disk refuses for another reason.
        """
        import requests

        broken_lines = (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        )
        self._note = self._taken_up()
        tries_left, rest_s = self._patience.attempts, self._patience.first_rest_s
        with requests.Session() as session:
            while not self._complete():
                had = self._note.kept
                try:
                    self._ask(session)
                except broken_lines as error:
                    if isinstance(error, requests.exceptions.SSLError):
                        raise self._untrusted() from error
                    why: Exception = error
                except _TryAgain as error:
                    why = error
                except requests.RequestException as error:
                    raise self._no_address() from error
                else:
                    continue
                if self._note.kept > had:
                    tries_left, rest_s = self._patience.attempts, self._patience.first_rest_s
                tries_left -= 1
                if tries_left <= 0:
                    raise self._cut(why) from why
                self._clock.sleep(rest_s)
                rest_s *= 2
        self._on_bytes(self._note.kept, self._note.kept)

    def _taken_up(self) -> _Note:
        """Return the note of an earlier run where this one can go on from it, else one that begins."""
        new = _Note(address=self._shown)
        try:
            note = _Note(**json.loads(note_of(self._target).read_bytes()))
            held = self._target.stat().st_size
        except (OSError, ValueError, TypeError):
            return new
        return note if note.address == self._shown and note.version and 0 < note.kept <= held else new

    def _complete(self) -> bool:
        return self._note.total is not None and self._note.kept == self._note.total

    def _ask(self, session: requests.Session) -> None:
        """Send one request and take in what comes; on leaving, the note says what is on the disk."""
        headers = {"User-Agent": f"loa/{__version__}", "Accept-Encoding": "identity"}
        if self._note.kept and self._note.version:
            headers |= {"Range": f"bytes={self._note.kept}-", "If-Range": self._note.version}
        waits = (self._patience.connect_s, self._patience.read_s)
        with session.get(self._address, headers=headers, timeout=waits, stream=True) as answer:
            self._begin(answer)
            self._on_bytes(self._note.kept, self._note.total)
            self._take_in(answer)
        if self._note.total is None:
            self._write_note(total=self._note.kept)

    def _begin(self, answer: requests.Response) -> None:
        """Look at the head of an answer and set the note by it."""
        if answer.status_code == PARTIAL:
            place = _RANGE.match(answer.headers.get("Content-Range", ""))
            if place is None or (int(place[1]), int(place[2])) != (self._note.kept, self._note.total):
                self._note = _Note(address=self._shown)
                raise _TryAgain(_("the file has changed on the server"))
            return
        if answer.status_code == NO_SUCH_RANGE and self._note.kept:
            self._note = _Note(address=self._shown)
            raise _TryAgain(_("the file has changed on the server"))
        self._refuse_failure(answer)
        total = None if answer.headers.get("Content-Encoding") else answer.headers.get("Content-Length")
        version = answer.headers.get("ETag", "")
        if not version or version.startswith("W/"):
            version = answer.headers.get("Last-Modified", "")
        self._note = _Note(address=self._shown, version=version, total=int(total) if total else None)
        self._refuse_size(self._note.total)
        self._refuse_full_disk()

    def _refuse_failure(self, answer: requests.Response) -> None:
        if answer.status_code in WORTH_ANOTHER_TRY:
            raise _TryAgain(_("the server answers {status}").format(status=answer.status_code))
        if answer.status_code != OK:
            told = _("There is no file at {address} (the server answers {status}). Check the address.")
            if answer.status_code not in GONE:
                told = _(
                    "The server does not give {address} (it answers {status}). Open the address in a browser, save both "
                    "files, and install from them."
                )
            raise VoiceFailed(told.format(address=self._shown, status=answer.status_code), reason="address")
        if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
            message = _(
                "At {address} there is a web page, not a file. Give the address that downloads the file itself."
            )
            raise VoiceFailed(message.format(address=self._shown), reason="address")

    def _refuse_size(self, total: int | None) -> None:
        if total is not None and self._expected_bytes is not None and total != self._expected_bytes:
            message = _(
                "The file at {address} has {total} bytes, but the public voice of this name has {expected}. Check the "
                "address; if you know this file to be right, give its own --sha256."
            )
            message = message.format(address=self._shown, total=total, expected=self._expected_bytes)
            raise VoiceFailed(message, reason="size")
        if total is not None and total > self._most_bytes:
            message = _("The file at {address} is larger than any voice: {megabytes:.0f} MB. Check the address.")
            raise VoiceFailed(message.format(address=self._shown, megabytes=total / 1e6), reason="size")

    def _refuse_full_disk(self) -> None:
        needed = (self._note.total or 0) + ROOM_LEFT_BYTES
        free = shutil.disk_usage(self._target.parent).free
        if self._note.total and free < needed:
            message = _(
                "The disk has {free:.0f} MB left, and {needed:.0f} MB are needed. Free some disk space, then try again."
            )
            raise VoiceFailed(message.format(free=free / 1e6, needed=needed / 1e6), reason="disk-full")

    def _take_in(self, answer: requests.Response) -> None:
        with self._target.open("r+b" if self._note.kept else "wb") as file:
            file.truncate(self._note.kept)
            file.seek(self._note.kept)
            here = self._note.kept
            try:
                for block in answer.iter_content(BLOCK_BYTES):
                    file.write(block)
                    here += len(block)
                    self._refuse_size(here if here > self._most_bytes else None)
                    self._on_bytes(here, self._note.total)
                    if here - self._note.kept >= self._patience.sync_bytes:
                        self._keep(file, here)
            finally:
                self._keep(file, here)
        if self._note.total is not None and here != self._note.total:  # urllib3 before 2 does not tell
            raise _TryAgain(_("the line broke"))

    def _keep(self, file: Any, here: int) -> None:
        file.flush()
        os.fsync(file.fileno())
        self._write_note(kept=here)

    def _write_note(self, **changed: int) -> None:
        self._note = _Note(**(asdict(self._note) | changed))
        write_text(note_of(self._target), json.dumps(asdict(self._note)))

    def _cut(self, why: Exception) -> VoiceFailed:
        told = str(why) if isinstance(why, _TryAgain) else _("no connection, or it was cut")
        message = _("The download from {address} does not come through ({why}). Check the connection, then try again.")
        if self._note.kept and self._note.version:
            message = _(
                "The download from {address} was cut ({why}). {megabytes:.1f} MB are kept: type the same command again, "
                "and it goes on from there."
            )
        message = message.format(address=self._shown, why=told, megabytes=self._note.kept / 1e6)
        return VoiceFailed(message, reason="download")

    def _untrusted(self) -> VoiceFailed:
        message = _(
            "The server of {address} cannot prove that it is the right one. Check the date of this machine and the address; do not install a voice from such a place."
        )
        return VoiceFailed(message.format(address=self._shown), reason="address")

    def _no_address(self) -> VoiceFailed:
        message = _("“{address}” is no address that can be asked. Write it as https://…/NAME.onnx.")
        return VoiceFailed(message.format(address=self._shown), reason="address")


def without_secrets(address: str) -> str:
    """Return `address` as it may be shown and kept: no password, nothing after a question mark."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


class _TryAgain(Exception):
    """The line or the server failed in a way that another attempt may heal."""
