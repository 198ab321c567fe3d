"""The editor of a bulletin: what is written and what is spoken side by side, drafts, and its sound."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse, Response

from loa.console.pages.bulletins import state_of, state_words
from loa.console.routes import Routes
from loa.console.visit import Visit, upload_name
from loa.console.words import genre_words, judgement_words, priority_words
from loa.errors import Conflict, EditedMeanwhile, InputRefused
from loa.language import translate as _
from loa.station.accounts import Right
from loa.station.bulletin_draft import BulletinDraft, draft_of_broken
from loa.station.bulletin_template import bulletin_templates
from loa.station.chosen_readings import with_reading
from loa.station.pasted import MOST_CHARACTERS, text_from_html
from loa.station.spoken_view import SpokenView, spoken_view

if TYPE_CHECKING:
    from loa.station.station import Station

ROUTES = Routes()
MOST_BODY = 60_000
EDITOR_BYTES = 2_000_000
PASTED_BYTES = 4 * MOST_CHARACTERS
AUDIO_BYTES = 300_000_000


def _editor(visit: Visit, station: Station, name: str, draft: BulletinDraft, revision: str, **more: Any) -> Response:
    """Show the editor with `draft` in its fields."""
    view = spoken_view(draft.body, station.read(draft.body))
    standing = station.approval_desk.standing(name) if name and more.pop("sound", True) else None
    values: dict[str, Any] = {
        "kept": None,
        "meanwhile": "",
        "theirs": "",
        "theirs_title": "",
        "findings": (),
        "heard": standing.heard if standing else None,
        "status": None,
        "opened_draft": False,
    }
    return visit.show(
        "bulletin.html",
        **values
        | {
            "name": name,
            "draft": draft,
            "revision": revision,
            "view": view,
            "standing": standing,
            "judgements": station.approval_desk.judgements(name)[:6] if standing else [],
            "others": station.bulletin_desk.others_writing(name, visit.person) if name else [],
            "topics": station.settings.topics,
            "genres": genre_words(),
            "priorities": priority_words(),
            "state_of": state_of,
            "state_words": state_words(),
            "judgement_words": judgement_words(),
            "voices": [line.name for line in station.listening_desk.voices()],
            "most": MOST_BODY,
            "zone": station.settings.time_zone,
        }
        | more,
    )


def _sent(visit: Visit) -> BulletinDraft:
    """Return what stands in the fields; too long a text is a mistake like any other."""
    form = visit.form
    for field in ("title", "author", "valid_from", "valid_until", "recording"):
        form.text(field, most=300)
    form.lines("body", most=MOST_BODY)
    form.raise_if_any()
    return BulletinDraft.of({name: values[0] for name, values in form.texts.items() if values})


@ROUTES.get("/ban-tin/moi", Right.EDIT)
def new_page(visit: Visit) -> Response:
    """Begin a bulletin: empty, from a template, or with what was being written."""
    template = visit.form.text("mau")
    recording = visit.form.text("ghi-am", most=300)
    visit.form.raise_if_any()
    with visit.station() as station:
        kept = station.bulletin_desk.draft("", visit.person)
        draft = next((one.draft for one in bulletin_templates() if one.name == template), BulletinDraft())
        if draft.topic not in station.settings.topics:
            draft = replace(draft, topic="")
        draft = replace(draft, author=draft.author or visit.person)
        if kept is not None and visit.form.ticked("nhap"):
            draft = kept.draft
        if recording:
            draft = replace(draft, recording=recording)
        return _editor(visit, station, "", draft, "", kept=kept, opened_draft=visit.form.ticked("nhap"))


@ROUTES.get("/ban-tin/{name}", Right.VIEW)
def bulletin_page(visit: Visit) -> Response:
    """Open a bulletin."""
    name = visit.path_values["name"]
    recording = visit.form.text("ghi-am", most=300)
    visit.form.raise_if_any()
    with visit.station() as station:
        opened = station.bulletin_desk.open(name)
        kept = station.bulletin_desk.draft(name, visit.person)
        draft, revision = opened.draft, opened.revision
        if kept is not None and visit.form.ticked("nhap"):
            draft, revision = kept.draft, kept.revision
        if recording:
            draft = replace(draft, recording=recording)
        return _editor(
            visit,
            station,
            name,
            draft,
            revision,
            kept=kept,
            opened_draft=visit.form.ticked("nhap"),
            findings=opened.findings,
            sound=opened.bulletin is not None,
        )


def edited_page(visit: Visit) -> Response:
    """Show the editor again with what was typed and what is wrong in it."""
    draft = BulletinDraft.of({name: values[0] for name, values in visit.form.texts.items() if values})
    draft = replace(draft, body=draft.body[:MOST_BODY])
    with visit.station() as station:
        return _editor(visit, station, visit.form.sent("name"), draft, visit.form.sent("revision"), sound=False)


@ROUTES.post("/ban-tin", Right.EDIT, again=edited_page, most_bytes=EDITOR_BYTES)
def save(visit: Visit) -> Response:
    """Save a bulletin, or show both texts where somebody else was quicker."""
    draft = _sent(visit)
    name, revision = visit.form.sent("name"), visit.form.sent("revision")
    if not name and not visit.first_time():
        return visit.go("/ban-tin", _("That was sent already; it was done once."))
    with visit.station() as station:
        try:
            saved = station.bulletin_desk.save(name, draft, person=visit.person, revision=revision)
        except EditedMeanwhile as meanwhile:
            theirs = draft_of_broken(meanwhile.theirs) if meanwhile.theirs else None
            return _editor(
                visit,
                station,
                name if meanwhile.theirs else "",
                draft,
                meanwhile.revision,
                status=meanwhile.http_status,
                meanwhile=meanwhile.message,
                theirs=theirs.body if theirs else "",
                theirs_title=theirs.title if theirs else "",
                sound=False,
            )
    return visit.go(f"/ban-tin/{saved.name}", _("Saved: “{title}”.").format(title=saved.draft.title))


@ROUTES.post("/ban-tin/soan", Right.EDIT, again=edited_page, most_bytes=EDITOR_BYTES)
def look(visit: Visit) -> Response:
    """Show how the text is read, with one doubt settled where a reading was chosen."""
    draft = _sent(visit)
    name, revision = visit.form.sent("name"), visit.form.sent("revision")
    with visit.station() as station:
        if visit.form.sent("choose"):
            draft = _chosen(visit, station, draft)
        kept = station.bulletin_desk.keep_draft(name, draft, person=visit.person, revision=revision)
        return _editor(visit, station, name, draft, revision, kept=kept, opened_draft=True, sound=False)


def _chosen(visit: Visit, station: Station, draft: BulletinDraft) -> BulletinDraft:
    """Return `draft` with the chosen reading written out, or teach it to the station's lexicon."""
    how, number, which = (visit.form.sent("choose") + "::").split(":")[:3]
    doubts = station.read(draft.body).warnings
    doubt = doubts[int(number)] if _is_index(number, len(doubts)) else None
    if doubt is None or doubt.written != visit.form.sent(f"written-{number}") or how not in {"once", "always"}:
        raise Conflict(_("The text has changed since. Look at the readings again, then choose."))
    spoken = doubt.considered[int(which)] if _is_index(which, len(doubt.considered)) else ""
    spoken = spoken or " ".join(visit.form.sent(f"spoken-{number}").split())[:200] or doubt.chosen
    if how == "always":
        station.bulletin_desk.teach(doubt.written, spoken, person=visit.person)
        return draft
    return replace(draft, body=with_reading(draft.body, doubt.start, doubt.end, doubt.written, spoken))


def _is_index(text: str, length: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6 and int(text) < length  # noqa: PLR2004 - digits


@ROUTES.post("/ban-tin/doc", Right.EDIT, most_bytes=EDITOR_BYTES)
def spoken(visit: Visit) -> Response:
    """Return the spoken side of what is being typed."""
    body = visit.form.lines("body", most=MOST_BODY)
    visit.form.raise_if_any()
    with visit.station() as station:
        view: SpokenView = spoken_view(body, station.read(body))
    return visit.show("piece_spoken.html", view=view)


@ROUTES.post("/ban-tin/nhap", Right.EDIT, most_bytes=EDITOR_BYTES)
def keep_draft(visit: Visit) -> Response:
    """Keep what is being typed, and tell who else is typing."""
    draft = _sent(visit)
    name, revision = visit.form.sent("name"), visit.form.sent("revision")
    with visit.station() as station:
        kept = station.bulletin_desk.keep_draft(name, draft, person=visit.person, revision=revision)
        others = station.bulletin_desk.others_writing(name, visit.person) if name else []
        zone = station.settings.time_zone
    return visit.show("piece_kept.html", kept=kept, others=others, zone=zone)


@ROUTES.post("/ban-tin/bo-nhap", Right.EDIT)
def forget_draft(visit: Visit) -> Response:
    """Drop what was not saved."""
    name = visit.form.text("name")
    visit.form.raise_if_any()
    with visit.station() as station:
        station.bulletin_desk.forget_draft(name, visit.person)
    return visit.go(f"/ban-tin/{name}" if name else "/ban-tin/moi", _("The draft is dropped."))


@ROUTES.post("/ban-tin/dan", Right.EDIT, most_bytes=PASTED_BYTES)
def pasted(visit: Visit) -> Response:
    """Return what was pasted from Word as plain text."""
    return PlainTextResponse(text_from_html(visit.form.sent("html")))


# ---------------------------------------------------------------- sound


@ROUTES.post("/ban-tin/nghe", Right.EDIT, again=edited_page, most_bytes=EDITOR_BYTES)
def listen(visit: Visit) -> Response:
    """Let a voice speak what stands in the editor."""
    draft = _sent(visit)
    voice = visit.form.text("voice", most=100)
    visit.form.raise_if_any()
    name, revision = visit.form.sent("name"), visit.form.sent("revision")
    with visit.station() as station, visit.house.heavy:
        heard = station.listening_desk.text(draft.body, voice=voice, name=name or "nghe-thu")
        if visit.by_htmx:
            return visit.show("piece_heard.html", heard=heard)
        return _editor(visit, station, name, draft, revision, heard=heard, sound=False)


@ROUTES.post("/ban-tin/am-thanh", Right.EDIT, most_bytes=AUDIO_BYTES)
def upload(visit: Visit) -> Response:
    """Judge a recording; where it can air, put it into the field of the editor."""
    name = visit.form.text("name")
    sent = visit.form.file("file", required=True)
    visit.form.raise_if_any()
    if sent is None:
        raise InputRefused(visit.form.found)
    with tempfile.TemporaryDirectory(prefix="loa-", ignore_cleanup_errors=True) as made, visit.station() as station:
        path = Path(made) / "sent"
        with path.open("wb") as opened:
            copyfileobj(sent.file, opened)
        with visit.house.heavy:
            imported = station.audio_desk.import_audio(path, name=upload_name(sent.filename))
    back = f"/ban-tin/{name}" if name else "/ban-tin/moi"
    if imported.error is not None:
        raise imported.error
    visit.act("sound-imported", file=imported.target)
    told = " ".join(f"{verdict.message} {verdict.advice}" for verdict in imported.inspection.verdicts)
    note = _("The recording lies in {file}. Save the bulletin to use it.").format(file=imported.target)
    return visit.go(f"{back}?nhap=1&ghi-am={imported.target}", f"{note} {told}".strip())
