"""What was done about broadcasts that were missed or aired in part: whether their bulletins were heard later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from loa.ledger import AsRun
from loa.reports.figures import is_bulletin, was_cut


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What became of the bulletins that one broadcast did not air whole.

    Attributes
    ----------
    owed
        Names of these bulletins, in their order.
    made_good
        For each of them that was heard whole later in the period: when that broadcast began, and its key.
    """

    owed: tuple[str, ...]
    made_good: Mapping[str, tuple[datetime, str]]

    @property
    def complete(self) -> bool:
        """Whether every one was heard later."""
        return len(self.made_good) == len(self.owed)


def follow_ups(failed: Iterable[AsRun], records: Iterable[AsRun]) -> dict[str, FollowUp]:
    """Return what was done about each of the `failed` broadcasts, by key; `records` are all of the period, in order."""
    heard: dict[str, list[tuple[datetime, str]]] = {}
    for record in records:
        if record.heard and record.outcome is not None:
            for item in record.items:
                if is_bulletin(item) and item.played_s > 0 and not was_cut(item):
                    heard.setdefault(item.item, []).append((record.started_at or record.planned_at, record.key))
    found = {}
    for record in failed:
        owed = _owed(record)
        later = {name: _after(record, heard.get(name, ())) for name in owed}
        made_good = {name: at for name, at in later.items() if at is not None}
        found[record.key] = FollowUp(owed=owed, made_good=made_good)
    return found


def _owed(record: AsRun) -> tuple[str, ...]:
    """Return the bulletins of `record` that nobody heard whole."""
    planned = [str(item["name"]) for item in record.planned_items if item.get("kind") in {"bulletin", "emergency"}]
    planned += [item.item for item in record.items if is_bulletin(item)]
    whole = {item.item for item in record.items if record.heard and item.played_s > 0 and not was_cut(item)}
    return tuple(dict.fromkeys(name for name in planned if name not in whole))


def _after(record: AsRun, times: Iterable[tuple[datetime, str]]) -> tuple[datetime, str] | None:
    later = [(at, key) for at, key in times if at > record.planned_at and key != record.key]
    return min(later, default=None)
