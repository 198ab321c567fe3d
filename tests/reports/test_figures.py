"""Every total of a report equals what a plain loop over the raw ledger rows finds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from loa.ledger import Outcome, Reason, Row, RowKind
from loa.reports import Result, period_from_text, period_report
from loa.reports.figures import NO_TOPIC
from tests.reports.synthetic import HEAD, SUBJECT, ZONE, MonthRows, item, local, tune

SECONDS = st.floats(0, 600, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def one_item(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.integers(0, 3)) == 0:
        return tune(draw(SECONDS))
    return item(
        "x",
        draw(st.one_of(st.just(0.0), SECONDS)),
        kind=draw(st.sampled_from(["bulletin", "emergency"])),
        topic=draw(st.sampled_from(["cchc", "suc-khoe", "unlisted", ""])),
        genre=draw(st.sampled_from(["news", "answer", "", "other"])),
        planned_s=draw(SECONDS),
    )


@st.composite
def months(draw: st.DrawFn) -> MonthRows:
    month = MonthRows()
    minutes = draw(st.lists(st.integers(-3 * 1440, 33 * 1440), unique=True, max_size=12))
    for offset in [*minutes, -1, 0, 30 * 1440 - 1, 30 * 1440]:
        outcome = draw(st.sampled_from([*Outcome, None]))
        airs = outcome in {Outcome.AIRED, Outcome.PARTIAL, None}
        month.broadcast(
            local(1, 0, 0) + timedelta(minutes=offset),
            outcome=outcome,
            reason=draw(st.sampled_from(list(Reason))),
            items=tuple(draw(st.lists(one_item(), min_size=1, max_size=4))) if airs else (),
            planned_s=draw(SECONDS),
            lateness_s=draw(st.floats(-2, 900).map(lambda value: round(value, 4))),
            heard=draw(st.booleans()),
            slot=f"s{draw(st.integers(0, 10**9))}",
            priority=draw(st.sampled_from(["normal", "priority", "emergency"])),
        )
    return month


class Recount:
    """An independent way to the figures: no as-run record, no code of the reports room."""

    def __init__(self, rows: list[Row]) -> None:
        first, after = datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)
        self.plans = {
            row.broadcast: row.data
            for row in rows
            if row.kind is RowKind.PLANNED and first <= datetime.fromisoformat(row.data["planned_at"]) < after
        }
        self.heard = {row.broadcast: row.data["heard"] for row in rows if row.kind is RowKind.INTENT}
        self.starts = {row.broadcast: row.data for row in rows if row.kind is RowKind.STARTED}
        self.closings = {row.broadcast: row.data for row in rows if row.kind is RowKind.CLOSED}
        self.items = [
            (self.heard[row.broadcast], row.data)
            for row in rows
            if row.kind is RowKind.ITEM and row.broadcast in self.plans and row.broadcast in self.closings
        ]

    def keys(self, result: Result) -> list[str | None]:
        found = []
        for key in self.plans:
            closing = self.closings.get(key)
            name = "to-come" if closing is None else closing["outcome"]
            if name in {"aired", "partial"} and not self.heard.get(key):
                name = "file-only"
            if name == result.value:
                found.append(key)
        return found

    def seconds(self, *, heard: bool, **wanted: str) -> list[float]:
        return [
            data["played_s"]
            for said, data in self.items
            if said is heard
            and data["kind"] != "audio"
            and data["played_s"] > 0
            and all(data[name] == value for name, value in wanted.items())
        ]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(months())
def test_totals_equal_an_independent_recount(month: MonthRows) -> None:
    """All figures can be found again from the raw rows by another path."""
    model = period_report(
        month.records,
        period=period_from_text("2026-11"),
        subject=SUBJECT,
        made_at=local(30, 12, 0),
        ledger_head=HEAD,
        ledger_rows=len(month.rows),
        rehearsal=False,
    )
    again = Recount(month.rows)
    assert model.total.count == len(again.plans) == len(model.lines) == sum(one.count for one in model.results.values())
    assert model.total.planned_s == pytest.approx(sum(plan["planned_s"] for plan in again.plans.values()))
    for result in Result:
        keys = again.keys(result)
        assert model.results[result].count == len(keys)
        assert model.results[result].planned_s == pytest.approx(sum(again.plans[key]["planned_s"] for key in keys))
        played = sum(again.closings[key]["played_s"] for key in keys if key in again.closings)
        assert model.results[result].played_s == pytest.approx(played)
    for heard in (True, False):
        for groups, name in ((model.topics, "topic"), (model.genres, "genre")):
            for one in groups:
                wanted = again.seconds(heard=heard, **{name: "" if one.key == NO_TOPIC else one.key})
                figures = one.heard if heard else one.file_only
                assert figures.count == len(wanted)
                assert figures.played_s == pytest.approx(sum(wanted))
        whole = again.seconds(heard=heard)
        bulletins = model.bulletins.heard if heard else model.bulletins.file_only
        assert bulletins.count == len(whole)
        assert bulletins.played_s == pytest.approx(sum(whole))
    every = [data["played_s"] for _heard, data in again.items]
    assert model.items.heard.played_s + model.items.file_only.played_s == pytest.approx(sum(every))
    assert model.items.not_aired == sum(seconds == 0 for seconds in every)
    _recount_spotlight(model, again)
    _recount_punctuality(model, again)


def _recount_spotlight(model: Any, again: Recount) -> None:
    own, whole = again.seconds(heard=True, topic="cchc"), again.seconds(heard=True)
    assert model.spotlight.figures.heard.count == len(own)
    assert model.spotlight.played_share == (pytest.approx(sum(own) / sum(whole)) if sum(whole) else None)
    assert model.spotlight.count_share == (pytest.approx(len(own) / len(whole)) if whole else None)


def _recount_punctuality(model: Any, again: Recount) -> None:
    late = sorted(
        start["lateness_s"]
        for key, start in again.starts.items()
        if key in again.plans
        and key in again.closings
        and again.heard[key]
        and again.plans[key]["priority"] != "emergency"
    )
    assert (model.punctuality is None) == (not late)
    if late:
        middle = len(late) // 2
        median = late[middle] if len(late) % 2 else (late[middle - 1] + late[middle]) / 2
        rank = next(n for n in range(1, len(late) + 1) if 100 * n >= 95 * len(late))
        assert model.punctuality.median_s == pytest.approx(median)
        assert (model.punctuality.p95_s, model.punctuality.worst_s) == (late[rank - 1], late[-1])


def test_months_end_where_the_station_lives(report: Any) -> None:
    """A broadcast at 00:00 local time on the 1st belongs to that month, though it is still the month before in UTC."""
    month = MonthRows()
    for day, hour, number in ((31, 23, 10), (1, 0, 11), (30, 23, 11), (1, 0, 12)):
        month.broadcast(local(day, hour, 59 if hour else 0, month=number), outcome=Outcome.MISSED)
    days = [line.record.planned_at.astimezone(ZONE).date() for line in report(month).lines]
    assert days == [date(2026, 11, 1), date(2026, 11, 30)]
