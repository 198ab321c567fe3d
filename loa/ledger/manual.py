"""What was played or shown without this station's loudspeakers, as a person wrote it down: never a broadcast.

A row is never changed: a correction is a new row that names the one it takes the place of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from loa.language import translate as _
from loa.ledger.attachments import Attachment, attachments_of
from loa.ledger.rows import Row, RowKind, instant_from_text


class Channel(StrEnum):
    """By what people were reached."""

    MOBILE = "mobile"
    HANDHELD = "handheld"
    MEETING = "meeting"
    WEB = "web"
    ZALO = "zalo"
    FACEBOOK = "facebook"
    POSTER = "poster"


LOUD_CHANNELS = frozenset({Channel.MOBILE, Channel.HANDHELD})
"""Channels that play the station's finished sound, so that its length is known."""


def channel_name(channel: Channel) -> str:
    """Return the channel in the operator's words."""
    return {
        Channel.MOBILE: _("Loudspeaker on a car or motorbike"),
        Channel.HANDHELD: _("Hand-held or portable loudspeaker"),
        Channel.MEETING: _("Meeting"),
        Channel.WEB: _("Website"),
        Channel.ZALO: "Zalo",
        Channel.FACEBOOK: "Facebook",
        Channel.POSTER: _("Poster, notice board"),
    }[channel]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualItem:
    """One thing that was played or shown.

    Attributes
    ----------
    item
        Name of the bulletin, or empty for what only has a title.
    title, topic
        What it is about; the topic's slug.
    text_hash, approved_by
        Of the bulletin as it stood when the row was written; empty where it has none.
    length_s
        Length of its sound in seconds; 0 where nothing was played.
    """

    item: str
    title: str
    topic: str
    text_hash: str
    approved_by: str
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualPlay:
    """One entry written by hand.

    Attributes
    ----------
    row
        Number of the ledger row.
    at
        When it happened, or began (aware).
    place
        Where; may be empty for what has no place.
    times
        How many times: plays, meetings, posts, posters. 0 in a correction: it did not happen.
    person
        Who wrote it down and answers for it.
    corrects
        The row this one takes the place of, or None.
    corrected_by
        The row that took the place of this one, or None: then it counts no more.
    attachments
        Photos or papers that show it.
    """

    row: int
    at: datetime
    channel: Channel
    place: str
    times: int
    items: tuple[ManualItem, ...]
    person: str
    note: str
    corrects: int | None
    corrected_by: int | None
    attachments: tuple[Attachment, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is in any figure."""
        return self.corrected_by is None and self.times > 0

    @property
    def channel_text(self) -> str:
        """The channel in the operator's words."""
        return channel_name(self.channel)

    @property
    def length_s(self) -> float:
        """Seconds of sound, all times together."""
        return self.times * sum(item.length_s for item in self.items)

    def as_json(self) -> dict[str, Any]:
        """Return plain values; the time as UTC ISO text."""
        return asdict(self) | {
            "at": self.at.isoformat(),
            "channel": self.channel.value,
            "items": [asdict(item) for item in self.items],
            "length_s": round(self.length_s, 3),
            "counts": self.counts,
        }


def manual_plays(rows: Iterable[Row]) -> list[ManualPlay]:
    """Return the entries written by hand among `rows`, corrected ones too, in order of when they happened."""
    own = [row for row in rows if row.kind is RowKind.MANUAL]
    corrected_by = {row.data["corrects"]: row.seq for row in own if row.data["corrects"]}
    plays = [_play(row, corrected_by.get(row.seq)) for row in own]
    return sorted(plays, key=lambda play: (play.at, play.row))


def _play(row: Row, corrected_by: int | None) -> ManualPlay:
    data = row.data
    return ManualPlay(
        row=row.seq,
        at=instant_from_text(data["at"]),
        channel=Channel(data["channel"]),
        place=data["place"],
        times=data["times"],
        items=tuple(ManualItem(**item) for item in data["items"]),
        person=data["person"],
        note=data["note"],
        corrects=data["corrects"],
        corrected_by=corrected_by,
        attachments=tuple(attachments_of(row)),
    )
