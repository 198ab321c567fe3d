"""The door: who comes, may they, is what they send whole and meant; then the page, in a thread of its own."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from loa.console.forms import Form
from loa.console.guard import BodyRefused
from loa.console.house import House
from loa.console.routes import FORM_BYTES, Route
from loa.console.sessions import COOKIE
from loa.console.visit import Visit
from loa.errors import InputRefused, LoaError
from loa.language import translate as _

MOST_FIELDS = 400
NEVER_KEPT = frozenset({"csrf", "once", "password", "again"})
SIGN_IN = "/dang-nhap"

ExceptionHandler = Callable[[Request, Exception], Awaitable[Response]]


class Door:
    """Turns routes into endpoints.

    Parameters
    ----------
    house
        What the pages share.
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers `route`."""

        async def answer(request: Request) -> Response:
            request.scope["most_bytes"] = route.most_bytes if route.method == "POST" else 0
            visit = await run_in_threadpool(self._visit, request)
            if route.method == "GET":
                return await run_in_threadpool(self._get, route, visit)
            refused = self._refused_unread(route, visit)
            if refused is not None:
                return refused
            try:
                async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=FORM_BYTES) as data:
                    return await run_in_threadpool(self._post, route, replace(visit, form=_form(data)))
            except HTTPException as error:
                return self._said(
                    visit, error.status_code, _("The form that was sent cannot be read. Load the page anew.")
                )

        return answer

    # ------------------------------------------------------------------ who comes

    def _visit(self, request: Request) -> Visit:
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        return Visit(
            house=self._house,
            path=request.url.path,
            method=request.method,
            path_values=dict(request.path_params),
            query={name: values[0] for name, values in query.items()},
            form=Form(texts=query),
            session=self._house.sessions.of(request.cookies.get(COOKIE, "")),
            headers=dict(request.headers),
            secure=request.url.scheme == "https",
            address=request.client.host if request.client else "",
        )

    def _get(self, route: Route, visit: Visit) -> Response:
        if route.right is not None and visit.session is None:
            return visit.go(SIGN_IN if visit.path == "/" else f"{SIGN_IN}?sau={visit.path}")
        return self._answered(route, visit)

    def _refused_unread(self, route: Route, visit: Visit) -> Response | None:
        """Refuse what need not be read to be refused: another site's form, a right that is lacking."""
        if not _same_origin(visit.headers):
            return self._said(
                visit, 403, _("This was not sent from a page of this station. Open the page here and try again.")
            )
        if route.right is not None and visit.session is not None and not visit.may(route.right):
            return self._may_not(visit)
        return None

    def _post(self, route: Route, visit: Visit) -> Response:
        if route.right is not None:
            if visit.session is None:
                return self._sign_in_and_go_on(visit)
            sent = visit.form.sent("csrf") or visit.headers.get("x-csrf", "")
            if not _equal(sent, visit.session.csrf):
                return self._said(
                    visit, 403, _("This page is too old. Load it anew; what you typed is still in the old one.")
                )
        return self._answered(route, visit)

    def _answered(self, route: Route, visit: Visit) -> Response:
        if route.right is not None and not visit.may(route.right):
            return self._may_not(visit)
        try:
            return route.page(visit)
        except InputRefused as refused:
            return self._again(route, visit, refused)
        except LoaError as error:
            return self._said(visit, error.http_status, error.message)

    def _again(self, route: Route, visit: Visit, refused: InputRefused) -> Response:
        """Show the form with what is wrong in it; where its page cannot be shown, the mistakes on a page of their own."""
        if route.again is not None:
            try:
                return route.again(replace(visit, refused=refused.findings))
            except InputRefused:
                pass
            except LoaError as error:
                return self._said(visit, error.http_status, error.message)
        return visit.show("refused.html", status=refused.http_status, findings=refused.findings)

    def _may_not(self, visit: Visit) -> Response:
        return self._said(visit, 403, _("Your account may not do this. Ask the station's administrator."))

    def _sign_in_and_go_on(self, visit: Visit) -> Response:
        """Ask to sign in again; what was typed waits in the page and is offered once more afterwards."""
        if visit.by_htmx or visit.form.files:
            return self._said(
                visit, 401, _("You are no longer signed in. Sign in in another tab, then send this again.")
            )
        kept = {name: list(values) for name, values in visit.form.texts.items() if name not in NEVER_KEPT}
        return visit.show("sign_in.html", status=401, after=visit.path, kept=json.dumps(kept), failed="", login="")

    # ------------------------------------------------------------------ what goes wrong

    def _said(self, visit: Visit, status: int, message: str) -> Response:
        if visit.by_htmx:
            return visit.show("piece_error.html", status=status, message=message)
        return visit.show("error.html", status=status, code=status, message=message)

    def exception_handlers(self) -> Mapping[Any, ExceptionHandler]:
        """Return what answers unknown pages and faults of our own."""

        async def http(request: Request, error: Exception) -> Response:
            status = error.status_code if isinstance(error, HTTPException) else 500
            request.scope["most_bytes"] = 0
            visit = await run_in_threadpool(self._visit, request)
            words = {
                404: _("There is no such page. Go on from the navigation."),
                405: _("This page cannot be used in this way. Go on from the navigation."),
            }
            return self._said(visit, status, words.get(status, _("This cannot be answered. Load the page anew.")))

        async def body(_request: Request, error: Exception) -> Response:
            status = error.status if isinstance(error, BodyRefused) else 400
            return PlainTextResponse(str(error), status_code=status, headers={"connection": "close"})

        async def fault(request: Request, _error: Exception) -> Response:
            """Tell the person; the trace goes to the station's screen, and the broadcasts go on."""
            visit = await run_in_threadpool(self._visit, request)
            words = _(
                "This is a mistake of loa itself; the broadcasts go on. Do it with a command instead, and send the file "
                "of “Help from afar” (page “Station”) to whoever helps you."
            )
            return await run_in_threadpool(self._said, visit, 500, words)

        return {HTTPException: http, BodyRefused: body, Exception: fault}


def _form(data: FormData) -> Form:
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in data.multi_items():
        if isinstance(value, str):
            texts.setdefault(name, []).append(value)
        else:
            files[name] = value
    return Form(texts=texts, files=files)


def _same_origin(headers: Mapping[str, str]) -> bool:
    """Return whether a form comes from a page of this server: browsers say so with every POST."""
    origin = headers.get("origin") or headers.get("referer", "")
    return bool(origin) and urlsplit(origin).netloc == headers.get("host", "")


def _equal(sent: str, known: str) -> bool:
    import hmac

    return hmac.compare_digest(sent.encode(), known.encode())
