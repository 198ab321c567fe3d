"""Months made up for the tests: ledger rows in order, as the player writes them, without a disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from loa.ledger import AsRun, ManualPlay, Outcome, Reason, Row, RowKind, as_run, instant_text, manual_plays
from loa.reports import ReportSubject

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HEAD = "0123456789abcdef" * 4

SUBJECT = ReportSubject(
    station_name="Đài Truyền thanh xã Minh Đức",
    authority="Ủy ban nhân dân xã Minh Đức",
    superior_body="Ủy ban nhân dân huyện Hớn Quản",
    place="Minh Đức",
    document_code="BC-UBND",
    signer_title="TM. Ủy ban nhân dân\nKT. Chủ tịch\nPhó Chủ tịch",
    signer_name="Nguyễn Thị Mẫu",
    recipients=("Đảng ủy, HĐND, UBND xã", "Phòng Văn hóa và Thông tin huyện", "Lưu: VT, Đài Truyền thanh xã"),
    topic_titles={
        "cchc": "Cải cách hành chính",
        "chinh-sach": "Chính sách, pháp luật",
        "suc-khoe": "Y tế, sức khỏe",
        "thien-tai": "Phòng, chống thiên tai",
        "thong-bao": "Thông báo",
        "dai": "Lời xướng của đài",
    },
    spotlight_topic="cchc",
    time_zone=ZONE,
)


def item(name: str, played_s: float, **changed: Any) -> dict[str, Any]:
    """Return the data of an ITEM row: a bulletin of 120 s unless said otherwise."""
    data: dict[str, Any] = {
        "item": name,
        "kind": "bulletin",
        "title": f"Bản tin {name}",
        "topic": "cchc",
        "genre": "news",
        "language": "vi",
        "author": "Trần Văn Ví Dụ",
        "text_hash": "ab" * 32,
        "approved_by": "Lê Thị Duyệt",
        "queue_id": "",
        "problem": "",
        "voice": "espeak:south",
        "audio_sha256": "cd" * 32,
        "started_at": "2026-11-01T22:30:00.000000Z" if played_s else None,
        "planned_s": 120.0,
        "played_s": played_s,
        "lost_s": 0.0,
    }
    return data | changed


def tune(played_s: float = 12.0, **changed: Any) -> dict[str, Any]:
    """Return the data of the ITEM row of the signature tune."""
    said = {"topic": "", "genre": "", "author": "", "approved_by": "", "text_hash": "", "title": "Nhạc hiệu"}
    return item("audio/nhac-hieu.flac", played_s, kind="audio", planned_s=12.0, **said) | changed


def played(name: str, length_s: float, **changed: Any) -> dict[str, Any]:
    """Return one item of an entry written by hand: a bulletin with sound, or a free title where `length_s` is 0."""
    data: dict[str, Any] = {
        "item": name if length_s else "",
        "title": f"Bản tin {name}" if length_s else name,
        "topic": "cchc",
        "text_hash": "ab" * 32 if length_s else "",
        "approved_by": "Lê Thị Duyệt" if length_s else "",
        "length_s": length_s,
    }
    return data | changed


@dataclass(slots=True)
class MonthRows:
    """Rows of a month as they grow."""

    rows: list[Row] = field(default_factory=list)

    def add(self, kind: RowKind, key: str | None, data: Mapping[str, Any]) -> None:
        """Add one row; its hashes stand for nothing."""
        seq = len(self.rows) + 1
        at = "2026-11-01T00:00:00.000000Z"
        self.rows.append(
            Row(seq=seq, at=at, kind=kind, broadcast=key, data=data, previous_hash="0" * 64, row_hash="0" * 64)
        )

    def broadcast(
        self,
        planned_at: datetime,
        *,
        outcome: Outcome | None,
        reason: Reason = Reason.AS_PLANNED,
        items: tuple[dict[str, Any], ...] = (),
        planned_s: float = 252.0,
        lateness_s: float = 0.2,
        heard: bool = True,
        on_air: bool = False,
        **said: Any,
    ) -> str:
        """Add all rows of one broadcast and return its key."""
        slot, title = said.get("slot", "sang"), said.get("title", "Bản tin buổi sáng")
        priority, note = said.get("priority", "normal"), said.get("note", "")
        key = f"{slot}@{instant_text(planned_at)}"
        plan = {"slot": slot, "programme": f"ban-tin-{slot}", "title": title, "priority": priority}
        self.add(
            RowKind.PLANNED, key, plan | {"planned_at": instant_text(planned_at), "planned_s": planned_s, "items": []}
        )
        played_s = sum(one["played_s"] for one in items)
        if items or on_air:
            self.add(RowKind.INTENT, key, {"heard": heard, "output": "pulse" if heard else "file"})
        started = planned_at + timedelta(seconds=lateness_s)
        if played_s or on_air:
            self.add(RowKind.STARTED, key, {"started_at": instant_text(started), "lateness_s": lateness_s})
        for one in items:
            self.add(RowKind.ITEM, key, one)
        if outcome is not None:
            ended = instant_text(started + timedelta(seconds=played_s)) if played_s else None
            closed = {"outcome": outcome.value, "reason": reason.value, "note": note, "played_s": played_s}
            self.add(RowKind.CLOSED, key, closed | {"ended_at": ended})
        return key

    def by_hand(self, at: datetime, channel: str, *items: dict[str, Any], **changed: Any) -> int:
        """Add an entry written by hand and return its row: in hamlet 3, once, unless said otherwise."""
        data: dict[str, Any] = {
            "channel": channel,
            "place": "ấp 3",
            "at": instant_text(at),
            "times": 1,
            "items": list(items),
            "person": "Điểu Thị Hoa",
            "note": "",
            "corrects": None,
        }
        self.add(RowKind.MANUAL, None, data | changed)
        return len(self.rows)

    @property
    def plays(self) -> list[ManualPlay]:
        """The entries written by hand."""
        return manual_plays(self.rows)

    @property
    def records(self) -> list[AsRun]:
        """The as-run records."""
        return list(as_run(self.rows))


def local(day: int, hour: int, minute: int, *, month: int = 11) -> datetime:
    """Return a local time of 2026 as UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def golden_month() -> MonthRows:
    """Return November 2026 with every outcome, a file output, an emergency, other channels and both edges of the month."""
    month = MonthRows()
    month.broadcast(local(31, 23, 59, month=10), outcome=Outcome.AIRED, items=(item("thang-10", 120.0),))
    month.broadcast(local(1, 0, 0), outcome=Outcome.AIRED, items=(tune(), item("a", 120.0)), lateness_s=0.1)
    month.broadcast(
        local(2, 5, 30),
        outcome=Outcome.AIRED,
        reason=Reason.STARTED_LATE,
        lateness_s=75.0,
        items=(tune(), item("b", 120.0, topic="suc-khoe", genre="notice"), item("a", 120.0)),
    )
    month.broadcast(
        local(3, 5, 30),
        outcome=Outcome.PARTIAL,
        reason=Reason.EMERGENCY,
        note="Cảnh báo mưa lũ",
        items=(tune(), item("a", 30.5)),
        lateness_s=0.3,
    )
    month.broadcast(
        local(3, 5, 31),
        outcome=Outcome.AIRED,
        slot="khan-cap",
        title="Cảnh báo mưa lũ",
        priority="emergency",
        items=(item("lu", 60.0, kind="emergency", topic="thien-tai", genre="notice", planned_s=60.0),),
        planned_s=60.0,
        lateness_s=900.0,
    )
    month.broadcast(
        local(4, 5, 30),
        outcome=Outcome.PARTIAL,
        reason=Reason.ITEM_MISSING,
        note="c",
        items=(tune(), item("c", 0.0, problem="not-approved"), item("d", 120.0, topic="", genre="")),
        lateness_s=0.4,
    )
    month.broadcast(local(5, 5, 30), outcome=Outcome.MISSED, reason=Reason.STATION_OFF)
    month.broadcast(local(6, 5, 30), outcome=Outcome.MISSED, reason=Reason.POWER_CUT)
    month.broadcast(local(7, 5, 30), outcome=Outcome.CANCELLED, reason=Reason.TIMETABLE_CHANGED)
    month.broadcast(
        local(8, 5, 30),
        outcome=Outcome.AIRED,
        heard=False,
        items=(tune(), item("a", 120.0), item("e", 120.0, topic="la", genre="article")),
        lateness_s=2.0,
    )
    month.broadcast(
        local(9, 5, 30), outcome=Outcome.PARTIAL, reason=Reason.OUTPUT_LOST, heard=False, items=(tune(5.0),)
    )
    month.broadcast(local(29, 5, 30), outcome=None, on_air=True, items=(tune(),))
    month.broadcast(local(30, 23, 59), outcome=None)
    month.broadcast(local(1, 0, 0, month=12), outcome=Outcome.AIRED, items=(item("thang-12", 120.0),))
    by_hand_entries(month)
    return month


def by_hand_entries(month: MonthRows) -> None:
    """Add entries on five channels to November: one corrected, one that did not happen, both edges of the month."""
    health = played("b", 90.0, topic="suc-khoe")
    month.by_hand(local(31, 23, 59, month=10), "mobile", played("thang-10", 120.0))
    month.by_hand(local(5, 17, 0), "mobile", played("a", 120.0), health, times=3, note="Xe ô tô")
    wrong = month.by_hand(local(6, 17, 0), "mobile", played("a", 120.0), times=30, place="ấp 4")
    month.by_hand(local(6, 17, 0), "mobile", played("a", 120.0), times=2, place="ấp 4", corrects=wrong)
    month.by_hand(local(7, 8, 0), "handheld", health, place="Sóc Lộc Khê")
    never = month.by_hand(local(8, 19, 0), "meeting", played("Họp ấp", 0.0))
    month.by_hand(local(8, 19, 0), "meeting", played("Họp ấp", 0.0), times=0, corrects=never)
    month.by_hand(local(9, 19, 30), "meeting", played("Họp ấp 5 về dịch vụ công", 0.0), place="Nhà văn hóa ấp 5")
    month.by_hand(local(10, 9, 0), "zalo", played("Hướng dẫn VNeID", 0.0, topic="la"), place="", times=2)
    month.by_hand(local(11, 9, 0), "poster", played("Pano cải cách hành chính", 0.0), times=4, place="Chợ; ấp 3")
    month.by_hand(local(1, 0, 0, month=12), "mobile", played("thang-12", 120.0))


def full_month(*, days: int = 30, heard: bool = True) -> MonthRows:
    """Return November 2026 with three broadcasts a day, a few of which went wrong: pages as a commune has them."""
    month = MonthRows()
    topics = list(SUBJECT.topic_titles)
    genres = ("news", "article", "notice", "good-example", "criticism", "answer")
    for day in range(1, days + 1):
        for slot, title, hour, minute in (
            ("sang", "Bản tin buổi sáng", 5, 30),
            ("chieu", "Bản tin buổi chiều", 17, 30),
            ("cchc", "Chuyên mục Cải cách hành chính", 18, 0),
        ):
            names = [f"{slot}-{day}-{place}" for place in range(3)]
            said = tuple(
                item(
                    name,
                    118.4 + place,
                    planned_s=118.4 + place,
                    topic="cchc" if slot == "cchc" else topics[(day + place) % len(topics)],
                    genre=genres[(day * 3 + place) % len(genres)],
                    title=f"Hướng dẫn nộp hồ sơ trực tuyến tại Bộ phận một cửa xã, kỳ {day}",
                )
                for place, name in enumerate(names)
            )
            trouble = (day * 7 + hour) % 23
            common: dict[str, Any] = {"slot": slot, "title": title, "heard": heard, "planned_s": 382.2}
            at = local(day, hour, minute)
            if trouble == 0:
                month.broadcast(at, outcome=Outcome.MISSED, reason=Reason.POWER_CUT, **common)
            elif trouble == 1:
                note = "Loa cụm 3 hỏng, thợ sửa xong lúc 19 giờ"
                cut = (tune(), said[0] | {"played_s": 41.0})
                month.broadcast(at, outcome=Outcome.PARTIAL, reason=Reason.OUTPUT_LOST, note=note, items=cut, **common)
            elif trouble == 2:
                month.broadcast(at, outcome=Outcome.CANCELLED, reason=Reason.TIMETABLE_CHANGED, **common)
            else:
                late: dict[str, Any] = {"lateness_s": 0.05 + (day % 10) / 10}
                month.broadcast(at, outcome=Outcome.AIRED, items=(tune(), *said, tune()), **common, **late)
    return month
