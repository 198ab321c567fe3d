"""“Nhật ký”: what was said and what was not, row by row with its proof; entries by hand and corrections."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from loa.console.pages.sound_files import sound_file
from loa.console.pages.timetable import outcome_words, weekday_words
from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit, upload_name
from loa.errors import Finding, InputRefused, LedgerTampered, NotFound
from loa.language import translate as _
from loa.station.accounts import Right

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

ROUTES = Routes(NavEntry("/nhat-ky", _("Log")))
SHOWN_DAYS = timedelta(days=7)
FIRST_DAY = date(2000, 1, 1)
PHOTO_BYTES = 60_000_000
MOST_NOTE = 2000
CHANNELS = ("mobile", "handheld", "meeting", "web", "zalo", "facebook", "poster")
SHOWN_AS = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


@ROUTES.get("/nhat-ky", Right.VIEW)
def log_page(visit: Visit) -> Response:
    """Show the log, the newest day first."""
    from loa.station.log_filter import LogFilter, kinds_asked  # loads much: not before it is asked for
    from loa.station.log_search import look_through
    from loa.station.log_words import described, kind_words  # loads much: not before it is asked for

    form = visit.form
    first, last = form.date("tu"), form.date("den")
    outcome = form.choice("ket-qua", ("", *outcome_words()))
    topic, search, kind = form.text("chuyen-muc"), form.text("tim"), form.text("loai", most=40)
    with visit.station() as station:
        topics, zone, today = station.settings.topics, station.settings.time_zone, station.today()
        if topic and topic not in topics:
            form.refuse("chuyen-muc", _("This is none of the choices."), _("Choose one of the list."))
        last_day = last or today + timedelta(days=1)
        narrowed = bool(outcome or topic or search or kind)
        first_day = first or (FIRST_DAY if narrowed else last_day - SHOWN_DAYS)
        if last_day < first_day:
            form.refuse("tu", _("The last day lies before the first."), _("Exchange the two."))
        form.raise_if_any()
        kinds = kinds_asked([kind]) if kind else []
        wanted = LogFilter.asked(outcome=outcome, topic=topic, search=search, topics=topics)
        page = look_through(station, max(first_day, FIRST_DAY), last_day, wanted, kinds=kinds)
    filters = {"tu": form.sent("tu"), "ket-qua": outcome, "chuyen-muc": topic, "tim": search, "loai": kind}
    return visit.show(
        "log.html",
        page=page,
        filters=filters,
        until=form.sent("den"),
        narrowed=narrowed,
        older=page.before or (None if first or narrowed else first_day - timedelta(days=1)),
        topics=topics,
        kinds=kind_words(),
        described=described,
        outcome_words=outcome_words(),
        weekdays=weekday_words(),
        zone=zone,
    )


@ROUTES.get("/nhat-ky/buoi", Right.VIEW)
def record_page(visit: Visit) -> Response:
    """Show what became of one broadcast, item by item, with the sound that was aired."""
    from loa.station.log_words import described

    key = visit.form.text("khoa", required=True, most=120)
    visit.form.raise_if_any()
    with visit.station() as station:
        record, rows = station.log_desk.record(key)
        zone = station.settings.time_zone
    return visit.show("record.html", record=record, rows=rows, zone=zone, described=described)


@ROUTES.get("/nhat-ky/dong/{row}", Right.VIEW)
def row_page(visit: Visit) -> Response:
    """Show one row of the ledger with its proof."""
    from loa.station.log_words import described

    with visit.station() as station:
        view = station.log_desk.show(_row(visit))
        zone = station.settings.time_zone
    kind, sentence = described(view.row)
    return visit.show("row.html", view=view, zone=zone, kind=kind, sentence=sentence, most=MOST_NOTE, images=SHOWN_AS)


def _row(visit: Visit) -> int:
    text = visit.path_values["row"]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - digits
        raise NotFound(_("There is no such row in the log. Choose one from the list."))
    return int(text)


@ROUTES.get("/nhat-ky/nghe/{sha256}", Right.VIEW)
def aired(visit: Visit) -> Response:
    """Send the very sound that was aired."""
    with visit.station() as station:
        found = station.listening_desk.aired(visit.path_values["sha256"].removesuffix(".flac"))
    return sound_file(found.path)


@ROUTES.get("/nhat-ky/tep/{row}/{number}", Right.VIEW)
def attachment(visit: Visit) -> Response:
    """Send a photo or paper that belongs to a row; only photos are shown, all else is saved as a file."""
    number = visit.path_values["number"]
    with visit.station() as station:
        view = station.log_desk.show(_row(visit))
        folder = station.folder.attachments
    if not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(view.attachments)):  # noqa: PLR2004
        raise NotFound(_("There is no such file at this row."))
    kept, holds = view.attachments[int(number)]
    if not holds:
        raise NotFound(_("The file is gone or was changed since it was attached: loa log verify"))
    path = folder / kept.file
    media_type = SHOWN_AS.get(path.suffix)
    if media_type and _looks_like(path, media_type):
        return FileResponse(path, media_type=media_type)
    return FileResponse(path, media_type="application/octet-stream", filename=kept.name)


def _looks_like(path: Path, media_type: str) -> bool:
    """Return whether the file begins as files of this kind do: a name says nothing."""
    with path.open("rb") as opened:
        begin = opened.read(12)
    signs = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/webp": b"RIFF"}
    return begin.startswith(signs[media_type])


@ROUTES.post("/nhat-ky/kiem-tra", Right.VIEW)
def prove(visit: Visit) -> Response:
    """Compute the whole chain anew."""
    with visit.station() as station, visit.house.heavy:
        try:
            proof = station.log_desk.prove()
        except LedgerTampered as tampered:
            return visit.show("proof.html", proof=None, tampered=tampered.message)
    return visit.show("proof.html", proof=proof, tampered="")


# ---------------------------------------------------------------- writing


@contextmanager
def _photo(upload: UploadFile | None) -> Iterator[tuple[Path, ...]]:
    """Yield the file that was sent, under its own name made safe; none where none was sent."""
    if upload is None:
        yield ()
        return
    with tempfile.TemporaryDirectory(prefix="loa-", ignore_cleanup_errors=True) as made:
        name = "".join(one for one in upload_name(upload.filename) if one.isprintable() and one not in '/\\:*?"<>|')
        path = Path(made) / (name.lstrip(". ") or "tep")
        with path.open("wb") as opened:
            copyfileobj(upload.file, opened)
        yield (path,)


@contextmanager
def _fields_of_the_form() -> Iterator[None]:
    """Let mistakes that name options of the command line name the fields of the form."""
    try:
        yield
    except InputRefused as refused:
        names = {"by": "person", "attach": "file", "corrects": "corrects"}
        found = []
        for one in refused.findings:
            field = (one.field or "").lstrip("-")
            found.append(Finding(file=one.file, field=names.get(field, field), message=one.message, advice=one.advice))
        raise InputRefused(found) from refused


@ROUTES.get("/nhat-ky/ghi", Right.EDIT)
def entry_page(visit: Visit) -> Response:
    """Show the form for what was played or shown elsewhere."""
    corrects = visit.form.whole("thay", low=1, high=10**9)
    with visit.station() as station:
        bulletins = [(one.bulletin.name, one.bulletin.title) for one in station.approval_desk.standings()]
        topics = station.settings.topics
        channels = station.log_desk.channels()
        now = station.clock.now().astimezone(station.settings.time_zone)
    return visit.show(
        "entry.html", bulletins=bulletins, topics=topics, channels=channels, now=now, corrects=corrects, most=MOST_NOTE
    )


@ROUTES.post("/nhat-ky/ghi", Right.EDIT, again=entry_page, most_bytes=PHOTO_BYTES)
def write_entry(visit: Visit) -> Response:
    """Write down what was played or shown elsewhere."""
    from loa.station.manual import ManualEntry

    form = visit.form
    channel = form.choice("channel", CHANNELS, CHANNELS[0])
    place, title, topic = form.text("place"), form.text("title"), form.text("topic")
    bulletin, at = form.text("bulletin"), form.text("at", most=20)
    times = form.whole("times", low=0, high=999, default=1)
    note, corrects = form.lines("note", most=MOST_NOTE), form.whole("corrects", low=1, high=10**9)
    upload = form.file("file")
    form.raise_if_any()
    if not visit.first_time():
        return visit.go("/nhat-ky", _("That was sent already; it was done once."))
    with _photo(upload) as files, visit.station() as station, _fields_of_the_form():
        entry = ManualEntry(
            channel=channel,
            place=place,
            person=visit.person,
            bulletins=(bulletin,) if bulletin else (),
            title=title,
            topic="" if bulletin else topic,
            at=at or None,
            times=1 if times is None else times,
            note=note,
            corrects=corrects,
            attach=files,
        )
        row = station.log_desk.add(entry)
    return visit.go(f"/nhat-ky/dong/{row.seq}", _("Written into the log as row {row}.").format(row=row.seq))


@ROUTES.post("/nhat-ky/dong/{row}/dinh-chinh", Right.EDIT, again=row_page, most_bytes=PHOTO_BYTES)
def correct(visit: Visit) -> Response:
    """Say what is wrong with a row; the row itself stays as it is."""
    form = visit.form
    why, note = form.text("why", most=MOST_NOTE, required=True), form.lines("note", most=MOST_NOTE)
    upload = form.file("file")
    form.raise_if_any()
    number = _row(visit)
    if not visit.first_time():
        return visit.go(f"/nhat-ky/dong/{number}", _("That was sent already; it was done once."))
    with _photo(upload) as files, visit.station() as station, _fields_of_the_form():
        row = station.log_desk.correct(number, person=visit.person, why=why, note=note, files=files)
    return visit.go(f"/nhat-ky/dong/{number}", _("Corrected by row {row}; the old one stays.").format(row=row.seq))
