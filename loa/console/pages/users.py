"""“Người dùng”: who may sign in, and as what."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from loa.console.routes import Routes
from loa.console.visit import Visit
from loa.language import translate as _
from loa.station.accounts import Right, Role

ROUTES = Routes()
LINK_LIFETIME = timedelta(days=7)
USERS = "/tram/nguoi-dung"


@ROUTES.get(USERS, Right.MANAGE)
def users_page(visit: Visit) -> Response:
    """List the accounts."""
    return visit.show("users.html", accounts=visit.house.accounts.all(), roles=list(Role))


@ROUTES.post(USERS, Right.MANAGE, again=users_page)
def add_user(visit: Visit) -> Response:
    """Make a link with which a new person chooses a password."""
    login = visit.form.text("login", most=40, required=True).lower()
    person = visit.form.text("person", most=80, required=True)
    role = Role(visit.form.choice("role", list(Role), Role.OPERATOR))
    if login and visit.house.accounts.find(login):
        visit.form.refuse("login", _("Somebody signs in with this name already."), _("Choose another."))
    visit.form.raise_if_any()
    return _invited(visit, login, person, role)


@ROUTES.post(USERS + "/{login}/lien-ket", Right.MANAGE)
def new_link(visit: Visit) -> Response:
    """Make a link with which a known person chooses a new password."""
    for account in visit.house.accounts.all():
        if account.login == visit.path_values["login"]:
            return _invited(visit, account.login, account.person, account.role)
    return visit.go(USERS, _("There is no such account any more."))


def _invited(visit: Visit, login: str, person: str, role: Role) -> Response:
    token = visit.house.accounts.make_link(login=login, person=person, role=role, lifetime=LINK_LIFETIME)
    visit.act("link-made", account=login, role=role.value)
    link = f"{'https' if visit.secure else 'http'}://{visit.headers.get('host', '')}/bat-dau/{token}"
    return visit.show("invited.html", link=link, for_person=person, days=LINK_LIFETIME.days)


@ROUTES.post(USERS + "/{login}", Right.MANAGE)
def change_user(visit: Visit) -> Response:
    """Give somebody another name or role."""
    person = visit.form.text("person", most=80, required=True)
    role = visit.form.choice("role", list(Role))
    visit.form.raise_if_any()
    account = visit.house.accounts.change(visit.path_values["login"], person=person, role=Role(role))
    visit.act("account-changed", account=account.login, role=account.role.value)
    return visit.go(USERS, _("Changed. {person} must sign in again.").format(person=account.person))


@ROUTES.post(USERS + "/{login}/xoa", Right.MANAGE)
def remove_user(visit: Visit) -> Response:
    """Take somebody's account away."""
    if not visit.form.ticked("sure"):
        visit.form.refuse("sure", _("The box “sure” is not ticked."), _("Tick it, then press again."))
    visit.form.raise_if_any()
    account = visit.house.accounts.remove(visit.path_values["login"])
    visit.act("account-removed", account=account.login)
    return visit.go(USERS, _("{person} can no longer sign in.").format(person=account.person))
