"""Who is signed in. A session outlives a restart of the console, and ends when nobody uses it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from loa.clock import Clock
from loa.station.accounts import Account, Accounts, Role, digest

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=24)
PANEL = timedelta(days=30)  # somebody who may only look: the screen on the wall stays on
NOTE_EVERY_S = 30.0  # an SD card is not worn by every request
COOKIE = "loa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who is signed in.

    Attributes
    ----------
    token
        Digest of what the browser's cookie holds.
    csrf
        What each form must bring along.
    """

    token: str
    account: Account
    csrf: str


class Sessions:
    """The sessions of a station, in the file of its accounts."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock

    def begin(self, account: Account) -> tuple[str, Session]:
        """Return the cookie's value for a new session, and the session."""
        cookie, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), self._clock.now().timestamp()
        with self._accounts.opened() as db:
            db.execute("DELETE FROM session WHERE made_at < ?", [now - PANEL.total_seconds()])
            db.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", [digest(cookie), account.login, csrf, now, now])
        return cookie, Session(token=digest(cookie), account=account, csrf=csrf)

    def of(self, cookie: str, *, used: bool = True) -> Session | None:
        """Return the session of a cookie, or None where it has ended.

        Parameters
        ----------
        used
            Whether a person did something: only that keeps a session from ending.
        """
        return self.by_token(digest(cookie), used=used) if cookie else None

    def by_token(self, token: str, *, used: bool = False) -> Session | None:
        """Return the session that `Session.token` names, or None where it has ended."""
        now = self._clock.now().timestamp()
        query = (
            "SELECT account.login, person, role, csrf, session.made_at, seen_at "
            "FROM session JOIN account USING (login) WHERE token = ?"
        )
        with self._accounts.opened() as db:
            found = db.execute(query, [token]).fetchone()
            if found is None:
                return None
            login, person, role, csrf, made_at, seen_at = found
            looks_only = role == Role.VIEWER
            longest, idle = (PANEL, PANEL) if looks_only else (LONGEST, IDLE)
            if now - made_at > longest.total_seconds() or now - seen_at > idle.total_seconds():
                db.execute("DELETE FROM session WHERE token = ?", [token])
                return None
            if used and abs(now - seen_at) > NOTE_EVERY_S:
                db.execute("UPDATE session SET seen_at = ? WHERE token = ?", [now, token])
        return Session(token=token, account=Account(login=login, person=person, role=Role(role)), csrf=csrf)

    def end(self, token: str) -> None:
        """End a session."""
        with self._accounts.opened() as db:
            db.execute("DELETE FROM session WHERE token = ?", [token])
