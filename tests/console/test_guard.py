"""What passes the door before any page: bodies too long, too slow, too many; answers that browsers may not misread."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from loa.clock import VirtualClock
from loa.console import guard as guard_module
from loa.console.app import make_app
from loa.console.guard import BodyRefused, Guard
from loa.console.house import House
from loa.console.routes import FORM_BYTES
from loa.station.station import Station
from tests.console.visitor import OWN, Visitor


async def reads_all(scope: Any, receive: Any, send: Any) -> None:
    scope["most_bytes"] = 1000
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def status_of(pieces: list[bytes], clock: VirtualClock, *, wait_s: float = 0.0) -> int:
    """Return what a body that comes in `pieces`, `wait_s` apart by the clock, is answered with."""
    left = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    left.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []

    async def receive() -> Any:
        clock.advance(wait_s)
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guard(reads_all, clock)({"type": "http"}, receive, send))
    return int(sent[0]["status"])


def test_a_body_that_is_too_long_is_not_read_to_its_end(clock: VirtualClock) -> None:
    """413 as soon as the limit is passed, however long it claims to be."""
    assert status_of([b"x" * 600] * 2, clock) == 413
    assert status_of([b"x" * 500] * 2, clock) == 200


def test_a_body_that_drips_is_given_up(clock: VirtualClock) -> None:
    """One byte every five seconds holds nothing for long: 408."""
    assert status_of([b"x"] * 100, clock, wait_s=5) == 408
    assert status_of([b"x"] * 3, clock, wait_s=5) == 200


def test_a_body_that_stops_coming_is_given_up(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that falls silent is not waited for."""
    monkeypatch.setattr(guard_module, "WAIT_FOR_PIECE_S", 0.05)

    async def silent() -> Any:
        await asyncio.Event().wait()

    async def run() -> None:
        await Guard(reads_all, clock)._patient({"most_bytes": 10}, silent)()

    with pytest.raises(BodyRefused):
        asyncio.run(run())


@pytest.mark.parametrize("path", ["/dung", "/dang-nhap", "/khan-cap", "/tram/nguoi-dung"])
def test_forms_have_a_limit(path: str, admin: Visitor) -> None:
    """A form that is larger than any of ours is refused with 413 and its memory never taken."""
    assert admin.post(path, {"text": "x" * (FORM_BYTES + 1)}).status_code == 413


def test_a_part_of_a_form_has_a_limit(admin: Visitor) -> None:
    """An upload route takes large files, yet no large text fields, and one file only."""
    headers = {"origin": OWN, "x-csrf": admin.csrf}
    long = admin.ask(
        "POST",
        "/tram/khoi-phuc",
        files={"copy": ("a.zip", b"x"), "name": (None, b"x" * (FORM_BYTES + 1))},
        headers=headers,
    )
    assert long.status_code == 400
    two = admin.ask(
        "POST", "/tram/khoi-phuc", files=[("copy", ("a.zip", b"x")), ("other", ("b.zip", b"x"))], headers=headers
    )
    assert two.status_code == 400


@pytest.mark.parametrize("name", ["../../x.zip", "..\\x.zip", "C:\\x.zip", "\x00.zip", "a" * 3000 + ".zip", ""])
def test_the_name_of_an_upload_is_no_path(name: str, admin: Visitor, house: House) -> None:
    """Whatever an upload is called, it is judged by its content, and nothing is written by that name."""
    before = sorted(path for path in house.folder.rglob("*") if "log" not in path.parts)
    headers = {"origin": OWN, "x-csrf": admin.csrf}
    answer = admin.ask("POST", "/tram/khoi-phuc", files={"copy": (name, b"PK no zip")}, headers=headers)
    assert answer.status_code in {400, 422}
    after = sorted(path for path in house.folder.rglob("*") if "log" not in path.parts and path.name != "khoi-phuc")
    assert after == before


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/..%2fapp.py", "/static/console.css", "/static/%00", "/nghe/..%2f..%2fstation.yaml"],
)
def test_no_path_leads_to_a_file(path: str, admin: Visitor) -> None:
    """Static files and sounds are found by their numbers alone."""
    assert admin.get(path).status_code == 404


def test_static_files_are_kept_by_browsers(admin: Visitor, house: House) -> None:
    """They are named by their content, so a browser asks once, and they travel packed."""
    url = house.statics.url("console.css")
    answer = admin.ask("GET", url, headers={"accept-encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text.startswith("/* One sheet")
    assert admin.ask("GET", url, headers={"accept-encoding": "identity"}).text == answer.text


def test_a_page_travels_packed(admin: Visitor) -> None:
    """Pages are packed for a slow network."""
    assert admin.ask("GET", "/", headers={"accept-encoding": "gzip, br"}).headers["content-encoding"] == "gzip"


def test_vendored_files_are_what_they_say() -> None:
    """Htmx is the file of the version that VENDORED.txt names, unchanged."""
    import hashlib

    from loa.console.static_files import STATIC

    lines = [line for line in (STATIC / "VENDORED.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) == 1
    for line in lines:
        name, _about, licence, _sha, digest = line.split()[0], line, "Zero-Clause BSD", "sha256", line.split()[-1]
        assert licence in line
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest


def test_the_app_has_no_pages_that_nobody_asked_for(house: House) -> None:
    """There is no documentation page, no debug mode: what is not a route is a 404."""
    app = make_app(house)
    assert isinstance(app, Guard)
    assert not getattr(app._app, "debug", True)


def test_a_fault_of_our_own_is_told_to_the_person(admin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in loa is a page that says what to do, without a trace in it; the trace goes to the station's screen."""
    monkeypatch.setattr(Station, "settings", property(lambda _station: 1 / 0))
    admin.caller.raises_faults(raises=False)
    answer = admin.get("/tram")
    assert answer.status_code == 500
    assert "Help from afar" in answer.text
    assert "ZeroDivisionError" not in answer.text
    admin.caller.raises_faults(raises=True)
    with pytest.raises(ZeroDivisionError):
        admin.get("/tram")
