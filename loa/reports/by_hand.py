"""Figures of what was written into the log by hand: mobile loudspeakers and other channels, never a broadcast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from loa.ledger import LOUD_CHANNELS, Channel, ManualPlay


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFigures:
    """One channel: how many times, seconds of sound (0 where none is known), and where."""

    channel: Channel
    times: int
    played_s: float
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTimes:
    """How often a topic was played or shown: each bulletin counts, each time."""

    key: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """The entries of a period that count, in order of time, and their figures; channels in the order of `Channel`."""

    plays: tuple[ManualPlay, ...]
    channels: tuple[ChannelFigures, ...]
    topics: tuple[TopicTimes, ...]

    @property
    def times(self) -> int:
        """How many times, over all channels."""
        return sum(one.times for one in self.channels)

    @property
    def played_s(self) -> float:
        """Seconds of sound, over all channels."""
        return sum(one.played_s for one in self.channels)

    @property
    def loud_times(self) -> int:
        """How many times over mobile and hand-held loudspeakers."""
        return sum(one.times for one in self.channels if one.channel in LOUD_CHANNELS)


def by_hand_figures(
    plays: Iterable[ManualPlay], topic_titles: Mapping[str, str], *, begin: datetime, end: datetime
) -> ByHand | None:
    """Return the figures of what happened from `begin` on and before `end`, or None where there is nothing.

    Entries that were corrected count no more.
    """
    own = tuple(play for play in plays if play.counts and begin <= play.at < end)
    if not own:
        return None
    topics: Counter[str] = Counter()
    for play in own:
        for item in play.items:
            topics[item.topic] += play.times
    listed = list(topic_titles)
    order = sorted(topics, key=lambda key: (listed.index(key) if key in listed else len(listed), key))
    return ByHand(
        plays=own,
        channels=tuple(_channel(channel, own) for channel in Channel if any(play.channel is channel for play in own)),
        topics=tuple(TopicTimes(key=key, times=topics[key]) for key in order),
    )


def _channel(channel: Channel, plays: Iterable[ManualPlay]) -> ChannelFigures:
    own = [play for play in plays if play.channel is channel]
    return ChannelFigures(
        channel=channel,
        times=sum(play.times for play in own),
        played_s=sum(play.length_s for play in own),
        places=tuple(sorted({play.place for play in own if play.place})),
    )
