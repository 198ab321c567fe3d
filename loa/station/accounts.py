"""Who may use the console: accounts with a role and a password, and one-time links with which a password is chosen.

They lie in a small SQLite file apart from the ledger (``log/console.sqlite``, readable by the station's user alone), so
that the console still opens when the ledger is broken.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from loa.clock import Clock
from loa.errors import Conflict, Finding, InputRefused, NotFound
from loa.language import translate as _
from loa.station.passwords import password_fault, password_hash, password_is

LINK_LIFETIME = timedelta(days=1)
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
LONGEST_PERSON = 80
WAIT_S = 5.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    login TEXT PRIMARY KEY, person TEXT NOT NULL, role TEXT NOT NULL, password TEXT NOT NULL, made_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS link (
    token TEXT PRIMARY KEY, login TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL, expires_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    token TEXT PRIMARY KEY, login TEXT NOT NULL, csrf TEXT NOT NULL, made_at REAL NOT NULL, seen_at REAL NOT NULL
) STRICT;
"""


class Role(StrEnum):
    """What a person is at the station."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    ADMIN = "admin"


class Right(StrEnum):
    """What a page asks for: to look, to write and schedule, to go on the air, to approve, to manage the station."""

    VIEW = "view"
    EDIT = "edit"
    AIR = "air"
    APPROVE = "approve"
    MANAGE = "manage"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset({Right.VIEW}),
    Role.OPERATOR: frozenset({Right.VIEW, Right.EDIT, Right.AIR}),
    Role.APPROVER: frozenset({Right.VIEW, Right.AIR, Right.APPROVE}),
    Role.ADMIN: frozenset(Right),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in.

    Attributes
    ----------
    login
        What they type.
    person
        Their name, as the ledger has it.
    """

    login: str
    person: str
    role: Role

    @property
    def rights(self) -> frozenset[Right]:
        """What this person may do."""
        return RIGHTS[self.role]


class Accounts:
    """The accounts of a station.

    Parameters
    ----------
    path
        ``log/console.sqlite``; made where missing. One that SQLite cannot read is moved aside and begun anew: whoever
        sits at the station's machine makes a new link with ``loa console set-up-link``.
    clock
        The time.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        try:
            self._prepare()
        except sqlite3.OperationalError:  # locked, or the disk is full: the accounts are well
            raise
        except sqlite3.DatabaseError:
            path.replace(path.with_suffix(f".broken-{self._now():.0f}"))
            for tail in ("-wal", "-shm"):
                path.with_name(path.name + tail).unlink(missing_ok=True)
            self._prepare()

    def _prepare(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with self.opened() as db:
            db.executescript(_SCHEMA)

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Yield the database in one transaction, for this thread alone."""
        db = sqlite3.connect(self._path, timeout=WAIT_S)
        try:
            with db:
                yield db
        finally:
            db.close()

    def _now(self) -> float:
        return self._clock.now().timestamp()

    # ------------------------------------------------------------------ accounts

    def all(self) -> list[Account]:
        """Return every account, by name."""
        with self.opened() as db:
            found = db.execute("SELECT login, person, role FROM account ORDER BY login").fetchall()
        return [Account(login=login, person=person, role=Role(role)) for login, person, role in found]

    def find(self, login: str) -> Account | None:
        """Return the account `login`, or None."""
        return next((account for account in self.all() if account.login == login), None)

    @property
    def has_admin(self) -> bool:
        """Whether anybody can manage the station."""
        return any(account.role is Role.ADMIN for account in self.all())

    def signed_in(self, login: str, password: str) -> Account | None:
        """Return the account where `password` is right, else None, after the same time whether it exists or not."""
        login = login.strip().lower()
        with self.opened() as db:
            found = db.execute("SELECT password FROM account WHERE login = ?", [login]).fetchone()
        return self.find(login) if password_is(password, found[0] if found else None) else None

    def change(self, login: str, *, person: str, role: Role) -> Account:
        """Give `login` another name or role. Raises NotFound, Conflict, InputRefused; it must sign in anew."""
        known = self._known(login)
        _refuse_names(login, person)
        if known.role is Role.ADMIN and role is not Role.ADMIN:
            self._keep_an_admin(login)
        with self.opened() as db:
            db.execute("UPDATE account SET person = ?, role = ? WHERE login = ?", [person, role.value, login])
            db.execute("DELETE FROM session WHERE login = ?", [login])
        return Account(login=login, person=person, role=role)

    def remove(self, login: str) -> Account:
        """Take `login` away at once. Raises NotFound, or Conflict where nobody could manage the station any more."""
        known = self._known(login)
        if known.role is Role.ADMIN:
            self._keep_an_admin(login)
        with self.opened() as db:
            for table in ("account", "link", "session"):
                db.execute(f"DELETE FROM {table} WHERE login = ?", [login])  # noqa: S608 - names of our own
        return known

    def _known(self, login: str) -> Account:
        known = self.find(login)
        if known is None:
            raise NotFound(_("There is no account “{name}”. Choose one of the list.").format(name=login))
        return known

    def _keep_an_admin(self, login: str) -> None:
        if not any(one.role is Role.ADMIN and one.login != login for one in self.all()):
            raise Conflict(_("This is the only administrator. Make another one first."))

    # ------------------------------------------------------------------ one-time links

    def make_link(
        self, *, login: str = "", person: str = "", role: Role = Role.ADMIN, lifetime: timedelta = LINK_LIFETIME
    ) -> str:
        """Return the token of a new link with which a person chooses a password, once.

        Parameters
        ----------
        login, person
            Whose password; both empty for an administrator who names themselves. An earlier link for the same is void.
        """
        if login:
            _refuse_names(login, person)
        token = secrets.token_urlsafe(24)
        with self.opened() as db:
            db.execute("DELETE FROM link WHERE login = ? OR expires_at < ?", [login, self._now()])
            expires_at = self._now() + lifetime.total_seconds()
            db.execute(
                "INSERT INTO link VALUES (?, ?, ?, ?, ?)", [digest(token), login, person, role.value, expires_at]
            )
        return token

    def link(self, token: str) -> Account | None:
        """Return for whom a link is (with empty names: whoever uses it), or None where it is used, old or unknown."""
        with self.opened() as db:
            query = "SELECT login, person, role FROM link WHERE token = ? AND expires_at > ?"
            found = db.execute(query, [digest(token), self._now()]).fetchone()
        return None if found is None else Account(login=found[0], person=found[1], role=Role(found[2]))

    def use_link(self, token: str, *, login: str, person: str, password: str) -> Account:
        """Make the account of a link, or give it a new password; the link is then used up.

        Raises
        ------
        NotFound
            The link is used, old or unknown.
        InputRefused
            A name or the password will not do; the link stays good.
        """
        meant = self.link(token)
        if meant is None:
            raise NotFound(
                _("This link is used or too old. Make a new one at the station's machine: loa console set-up-link")
            )
        login = (meant.login or login).strip().lower()
        person = " ".join((meant.person or person).split())
        _refuse_names(login, person, password)
        hashed = password_hash(password)
        with self.opened() as db:
            if not db.execute("DELETE FROM link WHERE token = ?", [digest(token)]).rowcount:
                raise NotFound(_("This link was just used."))
            db.execute("DELETE FROM session WHERE login = ?", [login])
            db.execute(
                "INSERT INTO account VALUES (?, ?, ?, ?, ?) ON CONFLICT (login) DO UPDATE SET "
                "person = excluded.person, role = excluded.role, password = excluded.password",
                [login, person, meant.role.value, hashed, self._now()],
            )
        return Account(login=login, person=person, role=meant.role)


def digest(token: str) -> str:
    """Return what is kept of a token: whoever reads the file cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _refuse_names(login: str, person: str, password: str | None = None) -> None:
    found = name_faults(login, person, password)
    if found:
        raise InputRefused(found)


def name_faults(login: str, person: str, password: str | None = None) -> list[Finding]:
    """Return what is wrong in the names, and in the password where one is given; fields ``login``, ``person``, ``password``."""
    found: list[Finding] = []
    if not LOGIN.fullmatch(login):
        message = _("“{text}” cannot be a name to sign in with.").format(text=login)
        advice = _("Use 2 to 40 small letters without marks and digits, such as hoa or le.hoa.")
        found.append(Finding(file="", field="login", message=message, advice=advice))
    if not person.strip() or len(person) > LONGEST_PERSON or not person.isprintable():
        message = _("The person's name is missing or too long.")
        advice = _("Write the name that the log is to have, such as Lê Thị Hoa.")
        found.append(Finding(file="", field="person", message=message, advice=advice))
    fault = None if password is None else password_fault(password, login)
    if fault:
        found.append(Finding(file="", field="password", message=fault[0], advice=fault[1]))
    return found
