"""Signing in and out, the first account, passwords."""

from __future__ import annotations

import contextlib
import json
from urllib.parse import quote

from starlette.responses import Response

from loa.console.routes import Routes
from loa.console.sessions import COOKIE, PANEL
from loa.console.visit import Visit
from loa.errors import LoaError
from loa.language import translate as _
from loa.station.accounts import Account, Right, Role, name_faults

ROUTES = Routes()
UNAUTHORISED, TOO_MANY = 401, 429
LONGEST_PATH = 500


@ROUTES.get("/dang-nhap", None)
def sign_in_page(visit: Visit) -> Response:
    """Ask for name and password; where nobody can sign in yet, say how to begin."""
    if not visit.house.accounts.all():
        return visit.show("no_account.html")
    return visit.show("sign_in.html", after=_ours(visit.query.get("sau", "/")), kept="{}", failed="", login="")


@ROUTES.post("/dang-nhap", None)
def sign_in(visit: Visit) -> Response:
    """Let somebody in, or say how long to wait; never whether it was the name or the password."""
    login, lockout, now_s = visit.form.sent("login").strip().lower()[:40], visit.house.lockout, visit.clock.monotonic()
    locked_s = lockout.locked_for_s(login, visit.address, now_s)
    if locked_s:
        wait = _("Too many wrong passwords. Try again in {seconds:.0f} seconds, or sign in at the station's machine.")
        return _once_more(visit, login, wait.format(seconds=locked_s + 1), TOO_MANY)
    visit.clock.sleep(lockout.wait_s(visit.address))
    account = visit.house.accounts.signed_in(login, visit.form.sent("password"))
    if account is None:
        if lockout.failed(login, visit.address, now_s):
            _note_lock(visit, login)
        return _once_more(visit, login, _("Name or password is wrong. Try again."), UNAUTHORISED)
    lockout.succeeded(login, visit.address)
    return _let_in(visit, account, _ours(visit.form.sent("after")), _kept(visit.form.sent("kept")))


def _note_lock(visit: Visit, login: str) -> None:
    with contextlib.suppress(LoaError), visit.station() as station:  # a broken ledger must not let anybody guess on
        station.note_action("sign-in-locked", person=login, about={"address": visit.address})


def _once_more(visit: Visit, login: str, failed: str, status: int) -> Response:
    kept = json.dumps(_kept(visit.form.sent("kept")))
    after = _ours(visit.form.sent("after"))
    return visit.show("sign_in.html", status=status, after=after, kept=kept, failed=failed, login=login)


def _let_in(visit: Visit, account: Account, after: str, kept: dict[str, list[str]] | None = None) -> Response:
    """Begin a new session, ending the old one: a token that somebody else knows is worth nothing afterwards."""
    if visit.session is not None:
        visit.house.sessions.end(visit.session.token)
    cookie, session = visit.house.sessions.begin(account)
    if kept:
        answer = visit.show("send_again.html", status=200, session=session, csrf=session.csrf, after=after, kept=kept)
    else:
        answer = visit.go(after)
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(PANEL.total_seconds()) if account.role is Role.VIEWER else None,
        httponly=True,
        samesite="strict",
        secure=visit.secure,
    )
    return answer


def _ours(path: str) -> str:
    """Return `path` where it is one of this server's, else the first page: nobody is sent elsewhere."""
    plain = (
        path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) < LONGEST_PATH
    )
    return quote(path, safe="/?&=%-._~") if plain else "/"


def _kept(text: str) -> dict[str, list[str]]:
    """Return what was typed before the session ended, as the sign-in page carried it along."""
    try:
        kept = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(kept, dict):
        return {}
    return {
        name: [value for value in values if isinstance(value, str)]
        for name, values in kept.items()
        if isinstance(values, list)
    }


@ROUTES.post("/dang-xuat", Right.VIEW)
def sign_out(visit: Visit) -> Response:
    """End the session."""
    if visit.session is not None:
        visit.house.sessions.end(visit.session.token)
    answer = visit.go("/dang-nhap")
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


# ---------------------------------------------------------------------- one-time links


@ROUTES.get("/bat-dau/{token}", None)
def set_up_page(visit: Visit) -> Response:
    """Let whoever holds a good link choose a password."""
    token = visit.path_values["token"]
    meant = visit.house.accounts.link(token)
    if meant is None:
        return visit.show("no_account.html", status=404)
    return visit.show("set_up.html", token=token, meant=meant)


@ROUTES.post("/bat-dau/{token}", None, again=set_up_page)
def set_up(visit: Visit) -> Response:
    """Make the account, or give it a new password, and sign in."""
    form, accounts, token = visit.form, visit.house.accounts, visit.path_values["token"]
    meant = accounts.link(token)
    login = (meant.login if meant else "") or form.text("login").lower()
    person = (meant.person if meant else "") or form.text("person")
    password = form.sent("password")
    form.found.extend(name_faults(login, person, password))
    if password != form.sent("again"):
        form.refuse("again", _("The two passwords differ."), _("Type the same one twice."))
    form.raise_if_any()
    first = not accounts.has_admin
    account = accounts.use_link(token, login=login, person=person, password=password)
    with contextlib.suppress(LoaError), visit.station() as station:  # a broken ledger must not keep people out
        station.note_action("password-chosen", person=account.person, about={"account": account.login})
    return _let_in(visit, account, "/tram/bat-dau" if first else "/")


@ROUTES.get("/tai-khoan", Right.VIEW)
def account_page(visit: Visit) -> Response:
    """Show who is signed in."""
    return visit.show("account.html")


@ROUTES.post("/tai-khoan/mat-khau", Right.VIEW)
def new_password(visit: Visit) -> Response:
    """Lead to a page where this person chooses a new password."""
    account = visit.account
    token = visit.house.accounts.make_link(login=account.login, person=account.person, role=account.role)
    return visit.go(f"/bat-dau/{token}")
