"""`loa init`: a new station's folder, with one bulletin and one slot to begin from. Nothing in it is approved."""

from __future__ import annotations

from pathlib import Path

from loa.errors import Conflict
from loa.files import write_text
from loa.language import translate as _

STATION = """\
# Sửa cho đúng với đài của mình, rồi gõ: loa check
name: Đài Truyền thanh xã …
authority: Ủy ban nhân dân xã …
superior: Ủy ban nhân dân tỉnh …
place: …
time_zone: Asia/Ho_Chi_Minh

document_code: BC-UBND
signer:
  title: TM. ỦY BAN NHÂN DÂN
  name: ""
recipients:
  - Đảng ủy, HĐND, UBND xã
  - "Lưu: VT, Đài Truyền thanh xã"

topics:
  cchc: Cải cách hành chính
  chinh-sach: Chính sách, pháp luật
  kinh-te: Kinh tế, nông nghiệp
  suc-khoe: Y tế, sức khỏe
  giao-duc: Giáo dục
  an-ninh: An ninh, trật tự
  thien-tai: Phòng, chống thiên tai
  van-hoa: Văn hóa, xã hội
  thong-bao: Thông báo
spotlight_topic: cchc

voices:
  - espeak:south

output:
  device: default

air_rules:
  quiet_hours:
    - "21:00-05:00"
  longest_session_min: 45
"""

BULLETIN = """\
---
title: Lời chào đầu tiên của đài
topic: thong-bao
genre: notice
author: Công chức Văn hóa - Xã hội
---

Kính thưa bà con! Đây là bản tin đầu tiên của đài truyền thanh xã. Kính chúc bà con nhiều sức khỏe.
"""

TIMETABLE = """\
programmes:
  ban-tin-chieu:
    title: Bản tin buổi chiều
    items:
      - queue: 3
      - next: thong-bao

slots:
  chieu:
    programme: ban-tin-chieu
    at: "17:30"
    late_min: 15
"""


def make_station(folder: Path) -> list[Path]:
    """Write a new station into `folder` and return the files.

    Raises
    ------
    Conflict
        There is a station already; nothing was touched.
    """
    files = {
        folder / "station.yaml": STATION,
        folder / "scripts" / "loi-chao.md": BULLETIN,
        folder / "schedules" / "khung-gio.yaml": TIMETABLE,
    }
    existing = [path for path in files if path.exists()]
    if existing:
        raise Conflict(
            _("{path} exists already. Choose an empty folder, or use the station that is there.").format(
                path=existing[0]
            )
        )
    for path, content in files.items():
        write_text(path, content)
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    return list(files)
