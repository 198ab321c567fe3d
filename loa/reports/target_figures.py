"""What became of a target in one period, as plain values for lists, pictures and reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from loa.language import translate as _
from loa.reports.period import QUARTERS
from loa.reports.wording import day_text, number


class TargetState(StrEnum):
    """How a target stands.

    REACHED
        What aired is enough.
    ON_THE_WAY
        What aired and what is still planned in the period is enough.
    IN_DANGER
        It is not, and the period has not ended.
    MISSED
        The period has ended below it.
    """

    REACHED = "reached"
    ON_THE_WAY = "on-the-way"
    IN_DANGER = "in-danger"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFigures:
    """One number of a target.

    Attributes
    ----------
    measure
        ``broadcasts``, ``minutes`` or ``bulletins`` (different ones): the unit of all figures here.
    wanted
        What the target asks for.
    done
        What loudspeakers played, by the ledger: minutes of whole and cut items; broadcasts and bulletins only where an
        item was whole.
    planned
        What the plan adds until the end of the period; for bulletins only those that did not air in it yet.
    file_only
        What went to a file only; it is in no other figure.
    """

    measure: str
    wanted: float
    done: float
    planned: float
    file_only: float = 0.0

    @property
    def missing(self) -> float:
        """What neither aired nor is planned, at least 0."""
        return max(0.0, round(self.wanted - self.done - self.planned, 2))

    @property
    def name(self) -> str:
        """The measure in the operator's words."""
        return {
            "broadcasts": _("broadcasts"),
            "minutes": _("minutes"),
            "bulletins": _("different bulletins"),
        }.get(self.measure, self.measure)

    def text(self, value: float) -> str:
        """Return one of the figures as it is written: minutes with one decimal unless they are whole."""
        return number(value, 1 if self.measure == "minutes" and round(value, 1) % 1 else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFigures:
    """A target and how it stands in one period.

    Attributes
    ----------
    title
        Its name.
    topic, genre
        Which bulletins count; an empty one does not restrict.
    basis, lead, partners
        The document that asks for it, the body that answers for it, those that work with it.
    per
        ``week``, ``month``, ``quarter``, ``year``, or empty for a period of its own.
    first_day, last_day
        The period, local days, both included.
    state
        How it stands.
    measures
        At least one.
    advice
        What to add to reach it, a sentence each; empty where nothing is missing or the period has ended.
    file, line
        Where the target stands.
    """

    title: str
    topic: str
    genre: str
    basis: str
    lead: str
    partners: tuple[str, ...]
    per: str
    first_day: date
    last_day: date
    state: TargetState
    measures: tuple[MeasureFigures, ...]
    advice: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def period_text(self) -> str:
        """The period as a sentence names it."""
        first = self.first_day
        if self.per == "month":
            return _("month {month} of {year}").format(month=first.month, year=first.year)
        if self.per == "quarter":
            return _("quarter {quarter} of {year}").format(quarter=QUARTERS[(first.month - 1) // 3], year=first.year)
        if self.per == "year":
            return _("the year {year}").format(year=first.year)
        span = _("the week from {first} to {last}") if self.per == "week" else _("from {first} to {last}")
        return span.format(first=day_text(first), last=day_text(self.last_day))

    @property
    def state_text(self) -> str:
        """The state in the operator's words."""
        return {
            TargetState.REACHED: _("reached"),
            TargetState.ON_THE_WAY: _("on the way"),
            TargetState.IN_DANGER: _("in danger"),
            TargetState.MISSED: _("not reached"),
        }[self.state]

    def as_json(self) -> dict[str, Any]:
        """Return plain values; minutes with two decimals, days as ISO text."""
        values = asdict(self) | {"state": self.state.value}
        values["first_day"], values["last_day"] = self.first_day.isoformat(), self.last_day.isoformat()
        values["partners"], values["advice"] = list(self.partners), list(self.advice)
        values["measures"] = [
            {"measure": one.measure}
            | {name: round(getattr(one, name), 2) for name in ("wanted", "done", "planned", "missing", "file_only")}
            for one in self.measures
        ]
        return values


def state_of(measures: tuple[MeasureFigures, ...], *, ended: bool) -> TargetState:
    """Return how a target with these `measures` stands; `ended`: its period is over."""
    if all(one.done >= one.wanted for one in measures):
        return TargetState.REACHED
    if ended:
        return TargetState.MISSED
    return TargetState.IN_DANGER if any(one.missing for one in measures) else TargetState.ON_THE_WAY
