"""“Trạm”: the machine and its voices, copies of the station, help from afar."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import FileResponse, PlainTextResponse, Response

from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.language import translate as _
from loa.station.accounts import Right

ROUTES = Routes(NavEntry("/tram", _("Station"), Right.MANAGE))
MOST_COPY_BYTES = 4 * 2**30
LONGEST_TRIAL = 300
RESTORED = "khoi-phuc"


@ROUTES.get("/tram", Right.MANAGE)
def station_page(visit: Visit) -> Response:
    """Show what can be looked after."""
    with visit.station() as station:
        name = station.settings.name
    return visit.show("station.html", name=name, console=visit.house.settings)


# ---------------------------------------------------------------------- the machine


@ROUTES.post("/tram/kham-may", Right.MANAGE)
def doctor(visit: Visit) -> Response:
    """Examine the machine, as `loa doctor` does."""
    with visit.house.heavy, visit.station() as station:
        checkups = list(station.machine_desk.examine())
    return visit.show("doctor.html", checkups=checkups)


@ROUTES.post("/tram/thu-loa", Right.MANAGE)
def test_output(visit: Visit) -> Response:
    """Let the loudspeakers say “một, hai, ba”, low."""
    if not visit.first_time():
        return visit.go("/tram", _("That was sent already; it was done once."))
    with visit.house.heavy, visit.station() as station:
        heard = station.air_desk.test_output(person=visit.person)
    note = _("The loudspeakers say “một, hai, ba” now, low. Did you hear it?")
    return visit.go("/tram", note if heard else _("NO LOUDSPEAKER: nobody hears it! Have the machine examined below."))


# ---------------------------------------------------------------------- voices


@ROUTES.get("/tram/giong-doc", Right.MANAGE)
def voices_page(visit: Visit) -> Response:
    """List the voices."""
    return _voices(visit)


def _voices(visit: Visit, *, voice: str = "", sound: str = "") -> Response:
    with visit.station() as station:
        lines = station.voice_desk.lines()
    return visit.show("voices.html", lines=lines, voice=voice, sound=sound, most=LONGEST_TRIAL)


@ROUTES.post("/tram/giong-doc", Right.MANAGE, again=voices_page)
def try_voice(visit: Visit) -> Response:
    """Let a voice speak, for the browser alone."""
    voice = visit.form.text("voice", most=80, required=True)
    text = visit.form.text("text", most=LONGEST_TRIAL)
    visit.form.raise_if_any()
    with visit.house.heavy, visit.station() as station:
        sound = visit.house.hearing.make(lambda path: station.voice_desk.test(voice, text, to=path))
    return _voices(visit, voice=voice, sound=sound)


@ROUTES.get("/nghe/{number}", Right.VIEW)
def hear(visit: Visit) -> Response:
    """Play a sound that was made for the browser."""
    path = visit.house.hearing.find(visit.path_values["number"])
    if path is None:
        return PlainTextResponse("404", status_code=404)
    return FileResponse(path, media_type="audio/flac" if path.suffix == ".flac" else "audio/wav")


# ---------------------------------------------------------------------- copies


@ROUTES.get("/tram/sao-luu", Right.MANAGE)
def copies_page(visit: Visit) -> Response:
    """Offer a copy to download, and to bring one back."""
    return visit.show("copies.html", restored=None)


@ROUTES.post("/tram/sao-luu", Right.MANAGE)
def backup(visit: Visit) -> Response:
    """Send a copy of the station."""
    secrets = visit.form.ticked("secrets")
    day = visit.clock.now().strftime("%Y-%m-%d")
    with visit.house.heavy, visit.station() as station:
        answer = visit.download(
            lambda path: station.machine_desk.write_backup(path, secrets=secrets), f"loa-{day}.zip", "application/zip"
        )
    visit.act("backup-downloaded", secrets=secrets)
    return answer


@ROUTES.post("/tram/khoi-phuc", Right.MANAGE, again=copies_page, most_bytes=MOST_COPY_BYTES)
def restore(visit: Visit) -> Response:
    """Put a copy into a new folder beside the station, which plays on as it is."""
    from loa.station.station import Station

    upload = visit.form.file("copy", required=True)
    visit.form.raise_if_any()
    assert upload is not None  # noqa: S101
    folder = visit.house.folder / RESTORED / visit.clock.now().strftime("%Y-%m-%d-%H%M%S")
    with visit.house.heavy:
        restored = Station.restore(upload.file, folder)
    visit.act("copy-restored", folder=folder.name, files=restored.files)
    return visit.show("copies.html", restored=restored)


@ROUTES.post("/tram/chan-doan", Right.MANAGE)
def diagnostics(visit: Visit) -> Response:
    """Send what a helper from afar needs to know, without secrets."""

    def write(path: Path) -> None:
        with visit.station() as station:
            station.machine_desk.write_diagnostics(path)

    day = visit.clock.now().strftime("%Y-%m-%d")
    with visit.house.heavy:
        answer = visit.download(write, f"loa-chan-doan-{day}.zip", "application/zip")
    visit.act("diagnostics-downloaded")
    return answer
