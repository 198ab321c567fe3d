"""The walk through the settings: at the first start, and whenever somebody wants to."""

from __future__ import annotations

from starlette.responses import Response

from loa.console.routes import Routes
from loa.console.visit import Visit
from loa.errors import InputRefused
from loa.language import translate as _
from loa.settings import StationSettings
from loa.station.accounts import Right

ROUTES = Routes()
FIRST = "/tram/bat-dau"
SOUND = FIRST + "/loa"
DONE = FIRST + "/xong"
NAMES = ("name", "authority", "superior", "place")
LONGEST_NAME = 120


def _settings(visit: Visit) -> StationSettings:
    with visit.station() as station:
        return station.settings


@ROUTES.get(FIRST, Right.MANAGE)
def names_page(visit: Visit) -> Response:
    """Ask what the station is called."""
    return visit.show("walk_names.html", settings=_settings(visit), most=LONGEST_NAME)


@ROUTES.post(FIRST, Right.MANAGE, again=names_page)
def names(visit: Visit) -> Response:
    """Write the names into station.yaml; a station that has its own name is no example any more."""
    form, settings = visit.form, _settings(visit)
    changes = {name: form.text(name, most=LONGEST_NAME, required=name != "superior") for name in NAMES}
    changes["signer.name"] = form.text("signer_name", most=LONGEST_NAME)
    form.raise_if_any()
    known = {name: getattr(settings, name) for name in NAMES} | {"signer.name": settings.signer_name}
    changes = {name: value for name, value in changes.items() if value != known[name]}
    if settings.example and form.ticked("real"):
        changes["example"] = "no"
    _change(visit, changes)
    return visit.go(SOUND)


@ROUTES.get(SOUND, Right.MANAGE)
def sound_page(visit: Visit) -> Response:
    """Ask where the sound goes, and when the loudspeakers are silent."""
    return visit.show("walk_sound.html", settings=_settings(visit), live_state=visit.house.live.state)


@ROUTES.post(SOUND, Right.MANAGE, again=sound_page)
def sound(visit: Visit) -> Response:
    """Write the device into station.yaml."""
    device = visit.form.text("device", most=LONGEST_NAME, required=True)
    profile = visit.form.choice("profile", ("flat", "horn"), "flat")
    visit.form.raise_if_any()
    settings = _settings(visit)
    changes = {"output.device": device} if device != settings.output.device else {}
    if profile != settings.sound.profile:
        changes["sound.profile"] = profile
    _change(visit, changes)
    note = _("Saved. A new sound device counts from the next start of the station.") if changes else ""
    return visit.go(DONE, note)


@ROUTES.get(DONE, Right.MANAGE)
def done_page(visit: Visit) -> Response:
    """Say what comes next."""
    with visit.station() as station:
        findings = station.check()
    return visit.show("walk_done.html", findings=findings)


def _change(visit: Visit, changes: dict[str, str]) -> None:
    """Change the settings; a mistake is told at the field of the form that it came from."""
    if not changes:
        return
    try:
        with visit.station() as station:
            station.change_settings(changes, person=visit.person)
    except InputRefused as refused:
        for finding in refused.findings:
            field = (finding.field or "").rpartition(".")[2] if finding.field != "signer.name" else "signer_name"
            visit.form.refuse(field, finding.message, finding.advice)
        visit.form.raise_if_any()
