"""The figures of a report: how broadcasts and items are sorted, counted and summed.

Sound that went to a file is kept apart everywhere: it was not heard by the public. Broadcasts that have not ended
(to come, or on the air) are counted apart too, and their items are in no figure.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from loa.ledger import AsRun, AsRunItem, Outcome, Reason

NO_TOPIC = "(none)"
SOUND = "(sound)"
BULLETINS = "(bulletins)"
EVERYTHING = "(everything)"
CUT_TOLERANCE_S = 0.5  # less than this missing at the end is no cut: fades and rounding

Items = Sequence[tuple[AsRun, AsRunItem]]


class Result(StrEnum):
    """What a broadcast counts as in a report: its outcome, with what nobody heard taken out."""

    AIRED = "aired"
    PARTIAL = "partial"
    FILE_ONLY = "file-only"
    MISSED = "missed"
    CANCELLED = "cancelled"
    TO_COME = "to-come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A number of broadcasts and their seconds, as planned and as played."""

    count: int = 0
    planned_s: float = 0.0
    played_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTally:
    """Items of which something was played.

    Attributes
    ----------
    count
        How many, whole or cut.
    cut
        How many of them ended before their end.
    played_s
        Seconds the output took of them.
    """

    count: int = 0
    cut: int = 0
    played_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """The items of one topic, genre, language or source.

    Attributes
    ----------
    key
        Slug of the topic, genre, or whatever they are grouped by; `NO_TOPIC` where the item has none; `SOUND` for tunes and pauses; `BULLETINS` and
        `EVERYTHING` for the totals.
    heard, file_only
        What went to the loudspeakers, and what went to a file.
    not_aired
        Items of ended broadcasts of which nothing was played although their turn was recorded.
    broadcasts, sessions
        Broadcasts, and sessions of them, in which something of these items was heard.
    """

    key: str
    heard: ItemTally = ItemTally()
    file_only: ItemTally = ItemTally()
    not_aired: int = 0
    broadcasts: int = 0
    sessions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotlightFigures:
    """The topic that is shown apart.

    Attributes
    ----------
    figures
        Its items.
    broadcasts, file_only_broadcasts
        Broadcasts with at least one of its items, on loudspeakers and into files.
    count_share, played_share
        Its part of all bulletins heard, and of their seconds, 0 to 1; None where nothing was heard.
    file_only_count_share, file_only_played_share
        The same for what went to a file.
    """

    figures: GroupFigures
    broadcasts: int
    file_only_broadcasts: int
    count_share: float | None
    played_share: float | None
    file_only_count_share: float | None
    file_only_played_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """Lateness of the broadcasts that started, emergencies aside, in seconds after the planned time.

    Attributes
    ----------
    count
        Broadcasts measured.
    p95_s
        95th percentile by nearest rank.
    """

    count: int
    median_s: float
    p95_s: float
    worst_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How often broadcasts of one result ended for one reason."""

    result: Result
    reason: Reason
    count: int


def result_of(record: AsRun) -> Result:
    """Return what `record` counts as."""
    if record.outcome is None:
        return Result.TO_COME
    if record.outcome in {Outcome.AIRED, Outcome.PARTIAL} and not record.heard:
        return Result.FILE_ONLY
    return Result(record.outcome.value)


def is_emergency(record: AsRun) -> bool:
    """Return whether `record` was an emergency broadcast."""
    return record.priority == "emergency"


def is_bulletin(item: AsRunItem) -> bool:
    """Return whether `item` is something said, not a tune or a pause."""
    return item.kind in {"bulletin", "emergency"}


def topic_of(item: AsRunItem) -> str:
    """Return the group of `item` in the table of topics."""
    if not is_bulletin(item):
        return SOUND
    return item.topic or NO_TOPIC


def source_of(item: AsRunItem) -> str:
    """Return how a bulletin came about: read by a voice of the machine, recorded, or typed in an emergency."""
    if item.kind == "emergency":
        return "emergency"
    return "voice" if item.voice else "recording"


def was_cut(item: AsRunItem) -> bool:
    """Return whether `item` ended before its end."""
    return 0 < item.played_s < item.planned_s - CUT_TOLERANCE_S


def tally(records: Iterable[AsRun]) -> Tally:
    """Return the number and the seconds of `records`."""
    taken = tuple(records)
    return Tally(
        count=len(taken),
        planned_s=math.fsum(record.planned_s for record in taken),
        played_s=math.fsum(record.played_s for record in taken),
    )


def item_tally(items: Iterable[AsRunItem]) -> ItemTally:
    """Return the number and the seconds of those `items` of which something was played."""
    played = [item for item in items if item.played_s > 0]
    return ItemTally(
        count=len(played),
        cut=sum(map(was_cut, played)),
        played_s=math.fsum(item.played_s for item in played),
    )


def ended_items(records: Iterable[AsRun]) -> Iterator[tuple[AsRun, AsRunItem]]:
    """Yield every item of the broadcasts that have ended, with its broadcast."""
    for record in records:
        if record.outcome is not None:
            for item in record.items:
                yield record, item


def group(key: str, items: Items, sessions: Mapping[str, int]) -> GroupFigures:
    """Return the figures of `items` under `key`; `sessions` is what `sessions_of` returned."""
    with_it = {record.key for record, item in items if record.heard and item.played_s > 0}
    return GroupFigures(
        key=key,
        heard=item_tally(item for record, item in items if record.heard),
        file_only=item_tally(item for record, item in items if not record.heard),
        not_aired=sum(item.played_s <= 0 for _record, item in items),
        broadcasts=len(with_it),
        sessions=len({sessions[broadcast] for broadcast in with_it if broadcast in sessions}),
    )


def topic_groups(items: Items, order: Iterable[str], sessions: Mapping[str, int]) -> tuple[GroupFigures, ...]:
    """Return figures for each topic of `order`, then for topics nobody listed, then for what has no topic.

    Tunes and pauses are not among them.
    """
    known = tuple(order)
    by_topic: dict[str, list[tuple[AsRun, AsRunItem]]] = {slug: [] for slug in known}
    for record, item in items:
        if is_bulletin(item):
            by_topic.setdefault(topic_of(item), []).append((record, item))
    unlisted = sorted(slug for slug in by_topic if slug not in known and slug != NO_TOPIC)
    last = [NO_TOPIC] if NO_TOPIC in by_topic and NO_TOPIC not in known else []
    return tuple(group(slug, by_topic[slug], sessions) for slug in (*known, *unlisted, *last))


def groups_by(
    key_of: Callable[[AsRunItem], str], items: Items, sessions: Mapping[str, int]
) -> tuple[GroupFigures, ...]:
    """Return figures for each group of bulletins that occurs, most played first; tunes and pauses are in none."""
    by_key: dict[str, list[tuple[AsRun, AsRunItem]]] = {}
    for record, item in items:
        if is_bulletin(item):
            by_key.setdefault(key_of(item) or NO_TOPIC, []).append((record, item))
    found = [group(key, own, sessions) for key, own in by_key.items()]
    return tuple(sorted(found, key=lambda one: (-one.heard.played_s, -one.file_only.played_s, one.key)))


def spotlight(topic: str, topics: Iterable[GroupFigures], records: Iterable[AsRun]) -> SpotlightFigures:
    """Return the figures of `topic` beside all `topics`."""
    groups = tuple(topics)
    own = next((one for one in groups if one.key == topic), GroupFigures(key=topic))
    with_it = [
        record
        for record in records
        if record.outcome is not None and any(topic_of(item) == topic and item.played_s > 0 for item in record.items)
    ]
    return SpotlightFigures(
        figures=own,
        broadcasts=sum(record.heard for record in with_it),
        file_only_broadcasts=sum(not record.heard for record in with_it),
        count_share=_share(own.heard.count, sum(one.heard.count for one in groups)),
        played_share=_share(own.heard.played_s, math.fsum(one.heard.played_s for one in groups)),
        file_only_count_share=_share(own.file_only.count, sum(one.file_only.count for one in groups)),
        file_only_played_share=_share(own.file_only.played_s, math.fsum(one.file_only.played_s for one in groups)),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def punctuality(records: Iterable[AsRun]) -> Punctuality | None:
    """Return how punctual those `records` were that started and ended, emergencies aside; None where there are none."""
    late = sorted(
        record.lateness_s
        for record in records
        if record.started_at is not None and record.outcome is not None and not is_emergency(record)
    )
    if not late:
        return None
    return Punctuality(
        count=len(late),
        median_s=statistics.median(late),
        p95_s=late[math.ceil(0.95 * len(late)) - 1],
        worst_s=late[-1],
    )


def reason_counts(results: Mapping[Result, Sequence[AsRun]]) -> tuple[ReasonCount, ...]:
    """Return how often each reason stands behind each result, most frequent first within a result."""
    counted: list[ReasonCount] = []
    for result in Result:
        reasons = Counter(record.reason for record in results.get(result, ()) if record.reason is not None)
        order = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        counted += [ReasonCount(result=result, reason=reason, count=count) for reason, count in order]
    return tuple(counted)
