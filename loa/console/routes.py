"""What the console answers to: each page a path, a method, the right it asks for, and a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from loa.console.visit import Visit
from loa.station.accounts import Right

Page = Callable[[Visit], Response]
FORM_BYTES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One page or one action.

    Attributes
    ----------
    path
        As Starlette writes paths: ``/ban-tin/{name}``.
    right
        What a person must be allowed to; None for pages that nobody need sign in to.
    again
        The page that shows a form once more with what is wrong in it; without it the mistakes stand on a page of
        their own.
    most_bytes
        Longest body taken; beyond `FORM_BYTES` only where files are sent.
    """

    path: str
    method: str
    page: Page
    right: Right | None
    again: Page | None = None
    most_bytes: int = FORM_BYTES


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A place in the navigation, for whoever has the right to it."""

    path: str
    title: str
    right: Right = Right.VIEW


class Routes:
    """The routes of one file of pages: ``@ROUTES.get("/ban-tin", Right.VIEW)`` above each function."""

    def __init__(self, *nav: NavEntry) -> None:
        self.nav = nav
        self.all: list[Route] = []

    def get(self, path: str, right: Right | None) -> Callable[[Page], Page]:
        """Show a page."""

        def kept(page: Page) -> Page:
            self.all.append(Route(path=path, method="GET", page=page, right=right))
            return page

        return kept

    def post(
        self, path: str, right: Right | None, *, again: Page | None = None, most_bytes: int = FORM_BYTES
    ) -> Callable[[Page], Page]:
        """Do something; parameters as in `Route`."""

        def kept(page: Page) -> Page:
            self.all.append(Route(path=path, method="POST", page=page, right=right, again=again, most_bytes=most_bytes))
            return page

        return kept
