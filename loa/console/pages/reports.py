"""“Báo cáo”: the figures of any period on the page, targets, words to edit, and the files to sign."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from starlette.responses import FileResponse, Response

from loa.console.routes import NavEntry, Routes
from loa.console.visit import Visit
from loa.console.words import genre_words
from loa.language import translate as _
from loa.station.accounts import Right

ROUTES = Routes(NavEntry("/bao-cao", _("Reports")))
LONGEST_SECTION = 8000
FORMATS = ("pdf", "docx", "xlsx", "csv", "json")
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def state_words() -> dict[str, str]:
    """Return how a target may stand."""
    return {
        "reached": _("reached"),
        "on-the-way": _("will be reached as planned"),
        "in-danger": _("in danger"),
        "missed": _("not reached"),
    }


def measure_words() -> dict[str, str]:
    """Return what a target is measured by."""
    return {"broadcasts": _("broadcasts"), "minutes": _("minutes"), "bulletins": _("bulletins")}


def _period(visit: Visit, today: date) -> str:
    return visit.form.text("ky", most=30) or f"{today:%Y-%m}"


def _neighbours(first: date, last: date, kind: str) -> tuple[str, str]:
    """Return the periods of the same kind before and after."""
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    if kind == "month":
        return f"{before:%Y-%m}", f"{after:%Y-%m}"
    if kind == "week":
        return tuple(f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02}" for day in (before, after))  # type: ignore[return-value]
    if kind == "quarter":
        return tuple(f"{day.year}-Q{(day.month + 2) // 3}" for day in (before, after))  # type: ignore[return-value]
    if kind == "year":
        return str(before.year), str(after.year)
    length = last - first
    return f"{before - length:%Y-%m-%d}..{before:%Y-%m-%d}", f"{after:%Y-%m-%d}..{after + length:%Y-%m-%d}"


@ROUTES.get("/bao-cao", Right.VIEW)
def report_page(visit: Visit) -> Response:
    """Show the report of a period."""
    from loa.station.log_words import reason_words  # loads much: not before it is asked for

    with visit.station() as station:
        today = station.today()
        period = _period(visit, today)
        visit.form.raise_if_any()
        page: dict[str, Any] = station.reports.page(period)
        zone = station.settings.time_zone
    first, last = date.fromisoformat(page["first_day"]), date.fromisoformat(page["last_day"])
    lines = {one["number"]: one for one in page["lines"]}
    week = today.isocalendar()
    before, after = _neighbours(first, last, page["kind"])
    return visit.show(
        "report.html",
        page=page,
        failures=[(lines[one["number"]], one) for one in page["failures"]],
        reason_words=reason_words(),
        first=first,
        last=last,
        before=before,
        after=after,
        quick=[
            (f"{week[0]}-W{week[1]:02}", _("this week")),
            (f"{today:%Y-%m}", _("this month")),
            (f"{today.year}-Q{(today.month + 2) // 3}", _("this quarter")),
            (str(today.year), _("this year")),
        ],
        formats=FORMATS,
        genres=genre_words(),
        state_words=state_words(),
        measure_words=measure_words(),
        zone=zone,
    )


@ROUTES.post("/bao-cao/tep", Right.VIEW)
def report_file(visit: Visit) -> Response:
    """Write the report as a file and send it."""
    kind = visit.form.choice("dang", FORMATS)
    period = visit.form.text("ky", most=30, required=True)
    visit.form.raise_if_any()
    with visit.station() as station, visit.house.heavy:
        path = station.reports.write(period, formats=[kind]).files[0]
    return FileResponse(path, media_type=TYPES[kind], filename=path.name)


@ROUTES.get("/bao-cao/loi-van", Right.EDIT)
def words_page(visit: Visit) -> Response:
    """Show the paragraphs of a report for editing."""
    with visit.station() as station:
        period = _period(visit, station.today())
        sections = station.reports.narrative(period)
        title = station.reports.period(period).title
    return visit.show("report_words.html", period=period, sections=sections, title=title, most=LONGEST_SECTION)


@ROUTES.post("/bao-cao/loi-van", Right.EDIT, again=words_page)
def save_words(visit: Visit) -> Response:
    """Keep the paragraphs for the next report."""
    period = visit.form.text("ky", most=30, required=True)
    visit.form.raise_if_any()
    with visit.station() as station:
        sections = station.reports.narrative(period)
        texts = {}
        for one in sections:
            words = visit.form.lines(f"loi-{one.name}", most=LONGEST_SECTION)
            said = tuple(" ".join(part.split()) for part in words.split("\n\n") if part.strip())
            if f"loi-{one.name}" in visit.form.texts and (said != one.paragraphs or one.edited):
                texts[one.name] = said
        visit.form.raise_if_any()
        if texts:
            station.reports.save_narrative(period, texts, person=visit.person)
    return visit.go(f"/bao-cao?ky={period}", _("The words are kept; the next report takes them.") if texts else "")
