"""What is proposed, what was done about failures, faults and sessions: small tables that people can check by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loa.ledger import Outcome, Reason, Row, RowKind
from loa.reports.events import FaultKind, Verdict, events
from loa.reports.suggestions import suggestions
from loa.reports.target_figures import MeasureFigures, TargetFigures, TargetState
from tests.reports.synthetic import MonthRows, item, local


def target(measure: str, wanted: float, done: float, topic: str = "cchc") -> TargetFigures:
    return TargetFigures(
        title="Chuyên mục CCHC",
        topic=topic,
        genre="",
        basis="",
        lead="",
        partners=(),
        per="month",
        first_day=date(2026, 11, 1),
        last_day=date(2026, 11, 30),
        state=TargetState.MISSED if done < wanted else TargetState.REACHED,
        measures=(MeasureFigures(measure=measure, wanted=wanted, done=done, planned=0),),
    )


def quiet_month() -> MonthRows:
    month = MonthRows()
    for day in (1, 2):
        items = (item(f"a{day}", 420.0, planned_s=420.0),)
        month.broadcast(local(day, 5, 30), outcome=Outcome.AIRED, items=items, planned_s=420.0)
    return month


def test_a_good_month_calls_for_nothing(report: Any) -> None:
    """No fault, every target reached: no proposal."""
    assert suggestions(report(quiet_month(), targets=[target("minutes", 10, 14)])) == []


def test_a_column_short_of_minutes_says_how_many_bulletins(report: Any) -> None:
    """Short by 14 minutes, bulletins of 7 minutes: about two more."""
    (said,) = suggestions(report(quiet_month(), targets=[target("minutes", 28, 14)]))
    assert "14 minutes" in said
    assert "about 2 more bulletins" in said
    assert "7,0 minutes" in said


def test_a_column_of_which_nothing_was_heard(report: Any) -> None:
    """There is no mean length then: bulletins are to be written."""
    (said,) = suggestions(report(quiet_month(), targets=[target("minutes", 28, 0, topic="giao-duc")]))
    assert "nothing of it was heard" in said


@pytest.mark.parametrize(
    ("reason", "words"),
    [(Reason.POWER_CUT, "UPS"), (Reason.STATION_OFF, "UPS"), (Reason.OUTPUT_LOST, "sound card")],
)
def test_losses_call_for_what_prevents_them(report: Any, reason: Reason, words: str) -> None:
    month = quiet_month()
    month.broadcast(local(3, 5, 30), outcome=Outcome.MISSED, reason=reason, planned_s=600.0)
    (said,) = suggestions(report(month))
    assert words in said


def test_late_approval_and_the_clock(report: Any) -> None:
    """A bulletin that was not approved when its turn came; a clock that jumped; broadcasts begun late."""
    month = quiet_month()
    missing = item("b", 0.0, problem="not-approved")
    month.broadcast(local(3, 5, 30), outcome=Outcome.PARTIAL, reason=Reason.ITEM_MISSING, items=(missing,))
    month.add(RowKind.CLOCK_STEP, None, {"step_s": 3600.0})
    said = " ".join(suggestions(report(month)))
    assert "day before" in said
    assert "clock jumped 1 times" in said
    late = MonthRows()
    late.broadcast(local(3, 5, 30), outcome=Outcome.AIRED, items=(item("a", 120.0),), lateness_s=90.0)
    assert "over a minute late" in " ".join(suggestions(report(late)))


class TestFollowedUp:
    def test_what_is_aired_whole_later_is_made_good(self, report: Any) -> None:
        """A cut bulletin heard whole later the same month counts as made good, with time; heard before it does not."""
        month = MonthRows()
        month.broadcast(local(1, 5, 30), outcome=Outcome.AIRED, items=(item("x", 120.0),))
        cut = month.broadcast(
            local(2, 5, 30),
            outcome=Outcome.PARTIAL,
            reason=Reason.POWER_CUT,
            items=(item("a", 30.0), item("x", 0.0)),
        )
        month.broadcast(local(3, 5, 30), outcome=Outcome.AIRED, items=(item("a", 119.8),))
        model = report(month)
        done = model.follow_ups[cut]
        assert done.owed == ("a", "x")
        assert set(done.made_good) == {"a"}
        assert not done.complete
        assert any("“Bản tin x”" in one for one in suggestions(model))

    def test_a_file_makes_nothing_good(self, report: Any) -> None:
        """What nobody heard is still owed."""
        month = MonthRows()
        cut = month.broadcast(local(2, 5, 30), outcome=Outcome.PARTIAL, items=(item("a", 30.0),))
        month.broadcast(local(3, 5, 30), outcome=Outcome.AIRED, heard=False, items=(item("a", 120.0),))
        assert report(month).follow_ups[cut].made_good == {}


class TestSessions:
    @pytest.mark.parametrize(("gap_min", "sessions"), [(0, 1), (9, 1), (11, 2)])
    def test_broadcasts_close_together_are_one_session(self, report: Any, gap_min: int, sessions: int) -> None:
        """What follows within ten minutes of the end is the same session to a listener."""
        month = MonthRows()
        month.broadcast(local(1, 5, 0), outcome=Outcome.AIRED, items=(item("a", 600.0),), lateness_s=0)
        month.broadcast(local(1, 5, 10 + gap_min), outcome=Outcome.AIRED, items=(item("b", 60.0),), lateness_s=0)
        model = report(month)
        assert model.sessions == sessions
        assert model.bulletins.sessions == sessions
        assert model.bulletins.broadcasts == 2


class TestEvents:
    def rows(self, *told: tuple[RowKind, dict[str, Any]]) -> list[Row]:
        return [
            Row(
                seq=number,
                at=f"2026-11-{number:02}T00:00:00.000000Z",
                kind=kind,
                broadcast="key" if kind in {RowKind.CORRECTION, RowKind.EMERGENCY} else None,
                data=data,
                previous_hash="",
                row_hash="",
            )
            for number, (kind, data) in enumerate(told, start=1)
        ]

    def test_faults_begin_and_end(self) -> None:
        """A lost device until it is back, each alarm until it is over, a start without a stop before it."""
        found = events(
            self.rows(
                (RowKind.STATION_UP, {}),
                (RowKind.OUTPUT_LOST, {"error": "gone"}),
                (RowKind.ALARM, {"alarm": "disk", "detail": "Ổ đĩa gần đầy"}),
                (RowKind.ALARM, {"alarm": "silence", "detail": "Im lặng"}),
                (RowKind.OUTPUT_BACK, {}),
                (RowKind.ALARM_OVER, {"alarm": "disk"}),
                (RowKind.STATION_UP, {}),
                (RowKind.STATION_DOWN, {}),
                (RowKind.STATION_UP, {}),
                (RowKind.CLOCK_STEP, {"step_s": 0.2}),
                (RowKind.AMPLIFIER, {"on": True, "error": ""}),
                (RowKind.AMPLIFIER, {"on": True, "error": "timeout"}),
                (RowKind.ALARM, {"alarm": "amplifier", "detail": "timeout"}),
            )
        )
        told = [(one.kind, one.detail, one.over_at is not None, one.rows) for one in found.faults]
        assert told == [
            (FaultKind.OUTPUT, "gone", True, (2, 5)),
            (FaultKind.ALARM, "Ổ đĩa gần đầy", True, (3, 6)),
            (FaultKind.ALARM, "Im lặng", False, (4,)),
            (FaultKind.SUDDEN_STOP, "", True, (7,)),
            (FaultKind.AMPLIFIER, "timeout", False, (12,)),
        ]

    def test_decisions_orders_and_corrections(self) -> None:
        """Who approved, withdrew and returned what; who ordered an emergency; what was written about a broadcast later."""
        approved = {"bulletin": "a", "title": "A", "person": "Lan", "text_hash": "ab" * 32}
        found = events(
            self.rows(
                (RowKind.APPROVED, approved),
                (RowKind.WITHDRAWN, {"bulletin": "a", "person": "Lan", "why": "sai"}),
                (RowKind.RETURNED, approved | {"note": "thiếu ngày"}),
                (RowKind.EMERGENCY, {"authoriser": "Chủ tịch"}),
                (RowKind.CORRECTION, {"row": 1, "person": "Lan", "why": "Thợ báo", "note": "loa 3 hỏng"}),
            )
        )
        assert [(one.verdict, one.person, one.why) for one in found.decisions] == [
            (Verdict.APPROVED, "Lan", ""),
            (Verdict.WITHDRAWN, "Lan", "sai"),
            (Verdict.RETURNED, "Lan", "thiếu ngày"),
        ]
        assert found.authorisers == {"key": "Chủ tịch"}
        assert found.corrections == {"key": ("Thợ báo. loa 3 hỏng",)}
