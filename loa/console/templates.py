"""Pages from templates: everything that is put in is escaped, every word comes through the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from loa import __version__
from loa.clock import Clock
from loa.language import translate as _
from loa.station.accounts import Right, Role

if TYPE_CHECKING:
    from loa.console.routes import NavEntry
    from loa.console.static_files import StaticFiles
    from loa.console.visit import Visit

TEMPLATES = Path(__file__).with_name("templates")


def role_words() -> dict[str, str]:
    """Return what each role is called."""
    return {
        Role.VIEWER: _("viewer"),
        Role.OPERATOR: _("announcer"),
        Role.APPROVER: _("approver"),
        Role.ADMIN: _("administrator"),
    }


def minutes(seconds: float) -> str:
    """Return a length as ``4:05``."""
    hours, rest = divmod(max(round(seconds), 0), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def day_and_time(value: datetime | str) -> str:
    """Return an instant as ``05:30 23/11/2026``, in its own time zone."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{at:%H:%M %d/%m/%Y}"


@cache
def _environment(statics: StaticFiles) -> Environment:
    """Return what compiles the templates; what is compiled stays so for as long as the program runs."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=_, static=statics.url, version=__version__, Right=Right)
    environment.tests.update(has_letters=lambda text: any(one.isalpha() for one in text))
    environment.filters.update(minutes=minutes, day_and_time=day_and_time)
    return environment


class Templates:
    """The templates of all pages.

    Parameters
    ----------
    statics
        Where style and scripts are found.
    clock
        The time.

    Attributes
    ----------
    nav
        The places in the navigation; set once, when the app is made.
    """

    def __init__(self, statics: StaticFiles, clock: Clock) -> None:
        self._clock = clock
        self.nav: Sequence[NavEntry] = ()
        self._environment = _environment(statics)

    def compile_all(self) -> None:
        """Compile every template, so that no visitor waits for it."""
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def page(self, visit: Visit, template: str, values: dict[str, Any]) -> str:
        """Return `template` filled in with `values`, and with what every page shows."""
        house = visit.house
        session = visit.session
        shown: dict[str, Any] = {
            "visit": visit,
            "account": session.account if session else None,
            "csrf": session.csrf if session else "",
            "once": house.once.number,
            "nav": [entry for entry in self.nav if visit.may(entry.right)],
            "notes": visit.notes(),
            "role_words": role_words(),
            "in_the_open": house.settings.open_to_network and not visit.secure,
            "live": house.live.state,
        }
        return self._environment.get_template(template).render(shown | values)
