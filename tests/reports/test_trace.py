"""Every figure has a name, a value that can be found again from the raw rows, and the rows it was drawn from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from loa.ledger import Row, RowKind
from loa.reports import period_from_text, period_report
from loa.reports.events import events
from loa.reports.trace import figures, figures_sha256
from tests.reports.synthetic import HEAD, SUBJECT, ZONE, MonthRows, full_month, golden_month, local
from tests.reports.test_figures import months

FIRST, AFTER = datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)


def traced(month: MonthRows) -> dict[str, Any]:
    model = period_report(
        month.records,
        period=period_from_text("2026-11"),
        subject=SUBJECT,
        made_at=local(30, 12, 0),
        ledger_head=HEAD,
        ledger_rows=len(month.rows),
        rehearsal=False,
        by_hand=month.plays,
        events=events(month.rows),
    )
    return {name: (figure.value, figure.rows) for name, figure in figures(model).items()}


class FromRows:
    """Sums over rows of the ledger by their numbers: all an auditor has, no record and no code of the reports room."""

    def __init__(self, rows: list[Row]) -> None:
        self.by_seq = {row.seq: row for row in rows}
        plans = [row for row in rows if row.kind is RowKind.PLANNED]
        own = [row for row in plans if FIRST <= datetime.fromisoformat(row.data["planned_at"]) < AFTER]
        self.plans = {row.broadcast: row.data for row in own}
        self.closings = {row.broadcast: row.data for row in rows if row.kind is RowKind.CLOSED}
        self.heard = {row.broadcast: row.data["heard"] for row in rows if row.kind is RowKind.INTENT}
        self.items = [
            row
            for row in rows
            if row.kind is RowKind.ITEM and row.broadcast in self.plans and row.broadcast in self.closings
        ]

    def seqs(self, wanted: Callable[[Row], bool]) -> list[int]:
        """Return the numbers of the ITEM rows that loudspeakers or files played, for which `wanted` holds."""
        return [row.seq for row in self.items if wanted(row)]

    def said(self, row: Row, *, heard: bool = True) -> bool:
        return row.data["kind"] != "audio" and row.data["played_s"] > 0 and self.heard[row.broadcast] is heard

    def minutes(self, seqs: Iterable[int]) -> float:
        return float(sum(self.by_seq[seq].data["played_s"] for seq in seqs)) / 60


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(months())
def test_item_figures_are_the_sums_of_the_rows_they_name(month: MonthRows) -> None:
    """Groups of topic, genre and language: the named rows are exactly those an auditor finds, and add up to the value."""
    found, rows = traced(month), FromRows(month.rows)
    for kind, field in (("topics", "topic"), ("genres", "genre"), ("languages", "language")):
        keys = {row.data[field] or "(none)" for row in rows.items if row.data["kind"] != "audio"}
        for key in keys:
            for prefix, heard in (("", True), ("file_only.", False)):

                def wanted(row: Row, key: str = key, field: str = field, heard: bool = heard) -> bool:
                    return rows.said(row, heard=heard) and (row.data[field] or "(none)") == key

                expected = rows.seqs(wanted)
                value, named = found[f"{kind}.{key}.{prefix}minutes"]
                assert list(named) == expected
                assert value == pytest.approx(rows.minutes(expected), abs=1e-4)
                assert found[f"{kind}.{key}.{prefix}count"] == (len(expected), tuple(expected))
            with_it = {row.broadcast for row in rows.items if rows.said(row) and (row.data[field] or "(none)") == key}
            assert found[f"{kind}.{key}.broadcasts"][0] == len(with_it)
    whole = rows.seqs(rows.said)
    assert found["bulletins.minutes"][0] == pytest.approx(rows.minutes(whole), abs=1e-4)
    assert found["bulletins.count"] == (len(whole), tuple(whole))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(months())
def test_broadcast_figures_are_found_again(month: MonthRows) -> None:
    """Counts and minutes of broadcasts by result and by day; every broadcast is counted once, and its rows are its own."""
    found, rows = traced(month), FromRows(month.rows)
    results: dict[str, list[Any]] = {}
    for key, plan in rows.plans.items():
        closing = rows.closings.get(key)
        result = "to-come" if closing is None else str(closing["outcome"])
        if result in {"aired", "partial"} and not rows.heard.get(key):
            result = "file-only"
        results.setdefault(result, []).append((key, plan, closing))
    for result, own in results.items():
        value, named = found[f"broadcasts.{result}.count"]
        assert value == len(own)
        assert {rows.by_seq[seq].broadcast for seq in named} == {key for key, _plan, _closing in own}
        minutes = sum(closing["played_s"] for _key, _plan, closing in own if closing) / 60
        assert found[f"broadcasts.{result}.minutes"][0] == pytest.approx(minutes, abs=1e-4)
        planned = sum(plan["planned_s"] for _key, plan, _closing in own) / 60
        assert found[f"broadcasts.{result}.planned_minutes"][0] == pytest.approx(planned, abs=1e-4)
    assert found["broadcasts.planned.count"][0] == len(rows.plans)
    by_day: dict[str, int] = {}
    for plan in (plan for key, plan in rows.plans.items() if rows.closings.get(key, {}).get("outcome") == "missed"):
        day = f"{datetime.fromisoformat(plan['planned_at']).astimezone(ZONE).date()}"
        by_day[day] = by_day.get(day, 0) + 1
    assert {day: found[f"days.{day}.missed"][0] for day in by_day} == by_day
    assert sum(found[f"days.2026-11-{day:02}.missed"][0] for day in range(1, 31)) == sum(by_day.values())
    lines = [name for name in found if name.startswith("lines.")]
    assert len(lines) == len(rows.plans)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(months())
def test_sessions_and_works_are_found_again(month: MonthRows) -> None:
    """Sessions by walking through the minutes of the month; works of an author by sorting the item rows."""
    found, rows = traced(month), FromRows(month.rows)
    spans = []
    starts = {row.broadcast: row.data["started_at"] for row in month.rows if row.kind is RowKind.STARTED}
    for key in rows.plans:
        closing = rows.closings.get(key)
        if closing and rows.heard.get(key) and closing["played_s"] > 0:
            began = datetime.fromisoformat(starts[key])
            spans.append((began.timestamp(), datetime.fromisoformat(closing["ended_at"]).timestamp()))
    sessions, until = 0, float("-inf")
    for began_s, ended_s in sorted(spans):
        sessions += began_s - until > 600
        until = max(until, ended_s)
    assert found["sessions.count"][0] == sessions
    works: dict[tuple[str, str], set[str]] = {}
    for row in rows.items:
        if rows.said(row) and row.data["kind"] == "bulletin":
            works.setdefault((row.data["author"], row.data["genre"]), set()).add(row.data["item"])
    values = [found[f"royalties.{number}.works"][0] for number in range(1, len(works) + 1)]
    assert sorted(values) == sorted(map(len, works.values()))
    assert f"royalties.{len(works) + 1}.works" not in found


def test_every_figure_names_rows_that_exist(report: Any) -> None:
    """No row is named that the ledger has not; a figure above nought names at least one."""
    month = golden_month()
    for name, figure in figures(report(month)).items():
        assert set(figure.rows) <= {row.seq for row in month.rows}
        if figure.value and name != "sessions.count":
            assert figure.rows, name


def test_names_are_stable(report: Any) -> None:
    """Names that people wrote down go on to work: this list only grows."""
    found = figures(report(golden_month()))
    for name in (
        "broadcasts.planned.count",
        "broadcasts.heard.minutes",
        "broadcasts.file-only.count",
        "topics.cchc.minutes",
        "topics.cchc.file_only.count",
        "topics.(none).count",
        "genres.news.count",
        "languages.vi.minutes",
        "sources.voice.count",
        "spotlight.played_share",
        "punctuality.p95_s",
        "channels.mobile.times",
        "days.2026-11-02.minutes",
        "decisions.approved.count",
        "faults.output.count",
        "failures.made_good.count",
        "royalties.1.works",
        "sessions.count",
        "lines.1",
    ):
        assert name in found, name


def test_the_hash_of_the_figures_tells_them_apart(report: Any) -> None:
    """Equal figures, equal hash, whatever the time of the report; one second more on the air, another hash."""
    month = full_month()
    same = report(month, made_at=datetime(2026, 12, 5, tzinfo=UTC))
    assert figures_sha256(report(month, made_at=datetime(2026, 12, 1, tzinfo=UTC))) == figures_sha256(same)
    closed = next(row for row in month.rows if row.kind is RowKind.CLOSED and row.data["played_s"])
    data: Any = closed.data
    data["played_s"] += 1
    assert figures_sha256(report(month, made_at=datetime(2026, 12, 1, tzinfo=UTC))) != figures_sha256(same)
    assert json.dumps(figures(same)["lines.1"].value)
