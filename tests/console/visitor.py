"""A browser without a screen: it keeps its cookie, sends forms as our pages do, and never follows a redirect."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Self

import httpx

from loa.console.house import House
from loa.console.sessions import COOKIE
from loa.station.accounts import Account, Role
from loa.station.passwords import password_hash
from loa.station.station import Station

OWN = "http://station.test"
PASSWORD = "con trâu qua sông"  # noqa: S105 - of accounts that exist in tests only
Texts = Mapping[str, str | Sequence[str]]


class Caller:
    """Calls an ASGI app from plain functions. A fault of the app is raised here."""

    def __init__(self, app: Any, address: str = "192.168.1.20") -> None:
        self._runner = asyncio.Runner()
        self._transport = httpx.ASGITransport(app=app, client=(address, 40000))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._runner.close()

    def raises_faults(self, *, raises: bool) -> None:
        """Let faults of the app be raised here, as they are on the station's screen, or only be answered."""
        self._transport.raise_app_exceptions = raises

    def call(self, request: httpx.Request) -> httpx.Response:
        async def answer() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport) as client:
                return await client.send(request)

        return self._runner.run(answer())


class Visitor:
    """Somebody with a browser.

    Parameters
    ----------
    cookie
        Of their session; empty: not signed in.
    """

    def __init__(self, house: House, caller: Caller, cookie: str = "") -> None:
        self.house = house
        self.caller = caller
        self.cookie = cookie
        session = house.sessions.of(cookie, used=False)
        self.csrf = session.csrf if session else ""
        self.account = session.account if session else None

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request; the cookie of the answer is kept."""
        headers = dict(more.pop("headers", {}))
        if self.cookie:
            headers["cookie"] = f"{COOKIE}={self.cookie}"
        answer = self.caller.call(httpx.Request(method, OWN + path, headers=headers, **more))
        if COOKIE in answer.cookies:
            self.cookie = answer.cookies[COOKIE]
            session = self.house.sessions.of(self.cookie)
            self.csrf = session.csrf if session else ""
        return answer

    def station(self) -> Station:
        """Return the station, to look what came of it."""
        return Station(self.house.folder, self.house.clock)

    def get(self, path: str) -> httpx.Response:
        """Load a page."""
        return self.ask("GET", path)

    def post(self, path: str, data: Texts | None = None, **more: Any) -> httpx.Response:
        """Send a form as a page of ours would."""
        headers = {"origin": OWN} | dict(more.pop("headers", {}))
        return self.ask("POST", path, data={"csrf": self.csrf} | dict(data or {}), headers=headers, **more)


@cache
def hashed() -> str:
    """Return the hash of `PASSWORD`, computed once: it is slow on purpose."""
    return password_hash(PASSWORD)


def account(house: House, role: Role) -> Account:
    """Return an account of this role with `PASSWORD`."""
    one = Account(login=role.value, person=f"Bà {role.value}", role=role)
    with house.accounts.opened() as db:
        db.execute("INSERT INTO account VALUES (?, ?, ?, ?, 0)", [one.login, one.person, one.role.value, hashed()])
    return one
