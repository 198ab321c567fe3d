"""Who reports: what the head and foot of a report need to know of the station."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSubject:
    """The station a report is about, and the people it goes to.

    Attributes
    ----------
    station_name
        Such as ``Đài Truyền thanh xã Minh Đức``.
    authority
        The body that issues the report, such as ``Ủy ban nhân dân xã Minh Đức``.
    superior_body
        The body above it; may be empty.
    place
        Stands before the date.
    document_code
        Ending of the number, such as ``BC-UBND``.
    signer_title
        Capitals above the signature; several lines (``TM. …``, ``KT. …``) are parted by line ends.
    signer_name
        May be empty, then it is written by hand.
    recipients
        Lines of "Nơi nhận", in order.
    topic_titles
        Slug to title, in the order of the report.
    spotlight_topic
        Slug of the topic that is shown apart (administrative reform), or empty.
    time_zone
        The station's: days, months and printed times are in it.
    """

    station_name: str
    authority: str
    superior_body: str
    place: str
    document_code: str
    signer_title: str
    signer_name: str
    recipients: tuple[str, ...]
    topic_titles: Mapping[str, str]
    spotlight_topic: str
    time_zone: ZoneInfo
