"""One request as a page sees it: who asks, what they sent, and how to answer."""

from __future__ import annotations

import gzip
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from loa.clock import Clock
from loa.console.forms import Form
from loa.errors import Finding
from loa.station.accounts import Account, Right

if TYPE_CHECKING:
    from loa.console.house import House
    from loa.console.sessions import Session
    from loa.station.station import Station

UNPROCESSABLE = 422
WORTH_PACKING = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a page function gets. It runs in a thread of its own and may block.

    Attributes
    ----------
    house
        What all pages share.
    path, method
        What was asked; `query` and `path_values` are what came with it.
    form
        What was sent; for a GET it reads the query, so that filters are checked like forms.
    session
        Whose visit it is; None on pages that nobody need sign in to.
    refused
        What was wrong in the form, where the page is shown again.
    keeps
        Whether the form is shown again with what was typed, though nothing was wrong in it.
    headers
        Lower-case names.
    secure
        Whether the request came through TLS.
    address
        The other end's IP address.
    """

    house: House
    path: str
    method: str
    path_values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Form = field(default_factory=Form)
    session: Session | None = None
    refused: tuple[Finding, ...] = ()
    keeps: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    secure: bool = False
    address: str = ""

    @property
    def account(self) -> Account:
        """Who asks. Only on pages with a right."""
        if self.session is None:
            raise ValueError("this page asks nobody to sign in")
        return self.session.account

    @property
    def person(self) -> str:
        """The name for the ledger."""
        return self.account.person

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.house.clock

    def may(self, right: Right | str) -> bool:
        """Return whether who asks has `right`."""
        return self.session is not None and Right(right) in self.session.account.rights

    @property
    def by_htmx(self) -> bool:
        """Whether htmx asks for a piece of a page."""
        return self.headers.get("hx-request") == "true"

    def station(self) -> Station:
        """Return the station, to be used in a ``with``: each request opens it anew and sees what is there now."""
        from loa.station.station import Station

        return Station(self.house.folder, self.clock)

    # ------------------------------------------------------------------ answers

    def show(self, template: str, *, status: int | None = None, **values: Any) -> Response:
        """Return a page; with `refused` its status is 422 unless another is given."""
        if status is None:
            status = UNPROCESSABLE if self.refused else 200
        page = self.house.templates.page(self, template, values).encode()
        if len(page) < WORTH_PACKING or "gzip" not in self.headers.get("accept-encoding", ""):
            return HTMLResponse(page, status_code=status)
        packed = gzip.compress(page, 5, mtime=0)
        return HTMLResponse(packed, status_code=status, headers={"content-encoding": "gzip", "vary": "accept-encoding"})

    def download(self, write: Callable[[Path], object], name: str, media_type: str) -> Response:
        """Return a file that `write` writes, to be kept under `name`; ours is removed afterwards."""
        from starlette.background import BackgroundTask
        from starlette.responses import FileResponse

        descriptor, written = tempfile.mkstemp(suffix=Path(name).suffix)
        os.close(descriptor)
        path = Path(written)
        try:
            write(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        gone = BackgroundTask(path.unlink, missing_ok=True)
        return FileResponse(path, filename=name, media_type=media_type, background=gone)

    def go(self, path: str, note: str = "") -> Response:
        """Return a redirect to `path` of ours, where `note` is shown once."""
        if note and self.session is not None:
            self.house.notes.setdefault(self.session.token, []).append(note)
        response: Response = RedirectResponse(path, status_code=303)
        if self.by_htmx:
            response = Response(status_code=200, headers={"HX-Redirect": path})
        return response

    def notes(self) -> list[str]:
        """Return the notes that wait for this person, once."""
        return [] if self.session is None else self.house.notes.pop(self.session.token, [])

    def faults(self, name: str) -> list[Finding]:
        """Return what was wrong in the field `name`."""
        return [finding for finding in self.refused if finding.field == name]

    def sent(self, name: str, default: object = "") -> str:
        """Return what stood in a field of a form that is shown again, else `default`."""
        return self.form.sent(name) if self.refused or self.keeps else str(default)

    def first_time(self) -> bool:
        """Return whether the form with this one-time number (`once`) comes for the first time: no press counts twice."""
        return self.house.once.first_time(self.form.sent("once"))

    def act(self, action: str, **about: object) -> None:
        """Write into the ledger that this person did something that has no row of its own."""
        with self.station() as station:
            station.note_action(action, person=self.person, about=about)


def upload_name(filename: str | None) -> str:
    """Return the last part of an upload's name, for showing only."""
    return Path((filename or "").replace("\\", "/")).name[:100]
