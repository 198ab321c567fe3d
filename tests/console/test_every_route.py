"""Every route for every role: shown or refused, never a fault. The list is the app's own, so none is forgotten."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loa.console.app import all_nav, all_routes
from loa.console.guard import CONTENT_POLICY
from loa.console.house import House
from loa.console.routes import Route
from loa.station.accounts import RIGHTS, Role
from tests.console.visitor import OWN, Visitor

ROUTES = all_routes()
WHO = ["", *Role]
FINE = {200, 302, 303, 404, 409, 422, 503}


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def path_of(route: Route) -> str:
    """Return the route's path with names that nothing has."""
    return re.sub(r"{\w+(:\w+)?}", "khong-co", route.path)


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_a_route_answers_each_role_as_its_right_says(route: Route, visitors: dict[str, Visitor]) -> None:
    """Whoever has the right is served; whoever lacks it gets 403; whoever is not signed in is asked to sign in."""
    for who in WHO:
        visitor = visitors[who]
        answer = visitor.get(path_of(route)) if route.method == "GET" else visitor.post(path_of(route))
        if route.right is None:
            assert answer.status_code in FINE | {401}, who
        elif not who:
            assert answer.status_code == (303 if route.method == "GET" else 401), who
        elif route.right not in RIGHTS[Role(who)]:
            assert answer.status_code == 403, who
        else:
            assert answer.status_code in FINE, (who, answer.text[-2000:])


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "POST"], ids=named)
def test_no_form_is_taken_from_elsewhere(route: Route, visitors: dict[str, Visitor]) -> None:
    """Another site's form, one without origin, and one without the page's own token do nothing: 403."""
    admin = visitors["admin"]
    for headers in (
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": ""},
        {"referer": "http://evil.test/", "origin": ""},
    ):
        assert admin.post(path_of(route), headers=headers).status_code == 403, headers
    if route.right is not None:
        for csrf in ("", "x", "é", admin.csrf[:-1]):
            assert admin.post(path_of(route), {"csrf": csrf}).status_code == 403, csrf


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_answers_keep_the_browser_strict(route: Route, admin: Visitor) -> None:
    """Each answer forbids inline scripts, frames and guessing of types, and no page holds an inline script or style."""
    answer = admin.get(path_of(route)) if route.method == "GET" else admin.post(path_of(route))
    assert answer.headers["content-security-policy"] == CONTENT_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:", answer.text)


def test_unsafe_policies_are_not_in_force() -> None:
    """The policy has no hole for inline or evaluated code, or for other hosts."""
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY
    assert "*" not in CONTENT_POLICY


def test_the_navigation_leads_to_pages(visitors: dict[str, Visitor]) -> None:
    """Each entry is a page that its right opens, and nobody sees an entry that would refuse them."""
    gets = {route.path: route for route in ROUTES if route.method == "GET"}
    for entry in all_nav():
        assert gets[entry.path].right == entry.right
    for role in Role:
        shown = re.findall(r"<nav.*?</nav>", visitors[role].get("/").text, re.DOTALL)[0]
        for entry in all_nav():
            assert (f'href="{entry.path}"' in shown) == (entry.right in RIGHTS[role]), (role, entry.path)


ODD = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(
        [
            "../../etc/passwd",
            "..%2f..%2fx",
            "<script>alert(1)</script>",
            "'; DROP TABLE account;--",
            "\x00",
            "=1+1",
            "9" * 400,
            "-1",
            "99:99",
            "31/02/2026",
            "{{7*7}}",
            "%s%n",
            "a" * 5000,
            "\u202e",
            "on",
            "1",
            "emergency",
            "viewer",
        ]
    ),
)
FIELDS = ["text", "why", "authoriser", "bulletin", "every", "until", "level", "login", "person", "role", "sure", "name", "place",
          "authority", "device", "voice", "copy", "secrets", "after", "kept", "password", "again", "once", "clear_by", "title", "topic",
          "body", "month", "day", "from", "note", "slot", "ngay", "luc", "sang_ngay", "sang_luc", "luon", "bo", "xem", "tim", "trang",
          "chuyen-muc", "tinh-trang", "mau", "ghi-am", "ban-tin", "khoa", "choose", "written-0", "spoken-0", "revision", "genre",
          "valid_from", "recording", "decision", "text_hash", "audio_sha256", "at", "when", "times", "row", "id", "html"]  # fmt: skip


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_odd_requests_are_never_a_fault(data: st.DataObject, visitors: dict[str, Visitor]) -> None:
    """Whatever is put into path, query and form, by whomever, is answered with less than 500 (or 503: no station)."""
    for _number in range(10):
        route = data.draw(st.sampled_from(SAFE))
        visitor = visitors[data.draw(st.sampled_from(WHO))]
        path = re.sub(r"{\w+(:\w+)?}", lambda _found: quoted(data.draw(ODD)), route.path)
        form = data.draw(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=6))
        answer = visitor.ask("GET", path, params=form) if route.method == "GET" else visitor.post(path, form)
        assert answer.status_code < 500 or answer.status_code == 503, (named(route), form)


SPEAKS = {
    "/tram/kham-may",
    "/tram/giong-doc",
    "/tram/chan-doan",
    "/khan-cap/doc-thu",
    "/ban-tin/nghe",
}  # seconds of speaking each
SAFE = [route for route in ROUTES if route.path not in SPEAKS]


def quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="") or "x"


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\n", b"\xff\xfe", b"a=b&" * 2000, b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n"],
    ids=["empty", "cut off", "no text", "many fields", "nameless"],
)
@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain", ""],
)
def test_bodies_that_are_no_forms_are_refused(body: bytes, kind: str, admin: Visitor) -> None:
    """A broken body is a 4xx, in the form's own page or as an error, never a fault."""
    headers = {"origin": OWN, "content-type": kind, "x-csrf": admin.csrf}
    answer = admin.ask("POST", "/dung", content=body, headers=headers)
    assert 400 <= answer.status_code < 500


def test_titles_are_shown_and_never_run(admin: Visitor, house: House) -> None:
    """Stored script in a title, in the state of the station and in a person's name comes out as text."""
    evil = "<img src=x onerror=alert(1)>\"'&"
    house.live.hear({"on_air": {"title": evil, "item": evil, "line": evil, "played_s": 1, "planned_s": 2}, "next": [
        {"title": evil, "planned_at": "2026-11-23T05:30:00+07:00", "when_words": "x"}], "heard": True, "output_words": evil,
        "network_words": evil, "disk_words": evil, "alarm_words": [evil], "clock": {"words": evil}, "emergencies": []})  # fmt: skip
    for path in ("/", "/dung", "/khan-cap"):
        assert "<img" not in admin.get(path).text
    assert "&lt;img" in admin.get("/").text
