"""When the loudspeakers may sound: the air rules of ``station.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from loa.checked_yaml import Fields, choose_from, time_from_text
from loa.language import translate as _

WEEKDAYS = {"T2": 0, "T3": 1, "T4": 2, "T5": 3, "T6": 4, "T7": 5, "CN": 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class AirRules:
    """When the loudspeakers may sound.

    Attributes
    ----------
    quiet_hours
        Pairs of local times (from, until); a pair may run past midnight. Only an emergency may sound in them.
    longest_session_s
        Longest broadcast allowed, in seconds.
    longest_day_s
        Most that may sound in one local day, in seconds; None: as much as fits.
    shortest_gap_s
        Least silence between two broadcasts, in seconds.
    weekdays
        Days on which the station airs; 0 is Monday.
    """

    quiet_hours: tuple[tuple[time, time], ...] = ((time(21, 0), time(5, 0)),)
    longest_session_s: float = 45 * 60.0
    longest_day_s: float | None = None
    shortest_gap_s: float = 0.0
    weekdays: frozenset[int] = frozenset(range(7))

    def quiet_at(self, at: time) -> bool:
        """Return whether local time `at` lies in quiet hours (the end itself does not)."""
        for start, end in self.quiet_hours:
            inside = start <= at < end if start < end else at >= start or at < end
            if inside:
                return True
        return False


AIR_RULE_PRESETS: Mapping[str, AirRules] = {
    "none": AirRules(),
    # practice of Hà Nội, 2021: in town at most two sessions of 15 minutes a day, Monday to Friday; in the country 45
    "urban": AirRules(longest_session_s=15 * 60.0, longest_day_s=30 * 60.0, weekdays=frozenset(range(5))),
    "rural": AirRules(longest_session_s=45 * 60.0),
}


def air_rules(fields: Fields | None) -> AirRules:
    """Return the group ``air_rules`` of ``station.yaml``: a preset, and what is written over it."""
    if fields is None:
        return AirRules()
    default = AIR_RULE_PRESETS[fields.choice("preset", list(AIR_RULE_PRESETS), "none")]
    quiet: list[tuple[time, time]] = []
    written = fields.texts("quiet_hours", may_be_empty=True)
    for text, line in written:
        try:
            start, end = _span(text)
        except ValueError:
            fields.findings.add(
                _("“{text}” is no span of hours.").format(text=text),
                _("Write it as “21:00-05:00”, with quotation marks."),
                line=line,
                name=fields.name("quiet_hours"),
            )
            continue
        quiet.append((start, end))
    most_min = fields.number("longest_day_min", (default.longest_day_s or 0) / 60, low=1, high=1440)
    rules = AirRules(
        quiet_hours=default.quiet_hours if fields.node("quiet_hours") is None else tuple(quiet),
        longest_session_s=60 * fields.number("longest_session_min", default.longest_session_s / 60, low=1, high=180),
        longest_day_s=60 * most_min or None,
        shortest_gap_s=60 * fields.number("shortest_gap_min", default.shortest_gap_s / 60, low=0, high=600),
        weekdays=weekdays_in(fields) or default.weekdays,
    )
    fields.refuse_unknown()
    return rules


def weekdays_in(fields: Fields) -> frozenset[int]:
    """Return the days of the week in the field ``days`` (0 is Monday), none where it is left out."""
    days = set()
    for text, line in fields.texts("days"):
        if text in WEEKDAYS:
            days.add(WEEKDAYS[text])
        else:
            fields.findings.add(
                _("“{text}” is no day of the week.").format(text=text),
                choose_from(text.upper(), list(WEEKDAYS)),
                line=line,
                name=fields.name("days"),
            )
    return frozenset(days)


def _span(text: str) -> tuple[time, time]:
    start, end = (time_from_text(part) for part in text.split("-"))
    if start == end:
        raise ValueError(text)  # the whole day, or nothing?
    return start, end
