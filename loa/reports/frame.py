"""Head and foot of the report as texts: bodies, number, place and date, title, recipients, signer (Decree 30/2020/NĐ-CP)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from loa.language import translate as _
from loa.reports.model import ReportModel
from loa.reports.wording import official_day, place_and_day, rehearsal_mark, report_title

_COMMITTEE = re.compile(r"^(\w+ ban nhân dân)\s+", re.IGNORECASE)
_GAP = "\u00a0" * 6  # where the clerk writes the number


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the body.

    Attributes
    ----------
    superior, authority_lines
        The bodies, in capitals; a committee's place stands on a line of its own.
    numbered, place_and_day
        Number with a gap for the clerk, and place with date.
    title
        What the report is about, on two lines.
    mark
        The mark of a rehearsal, or empty.
    recipients
        Lines of "Nơi nhận" with their marks.
    signer_lines, signer
        Capitals above the signature, and the name below.
    """

    superior: str
    authority: str
    authority_lines: tuple[str, ...]
    nation: str
    motto: str
    numbered: str
    document_code: str
    place_and_day: str
    official_day: str
    name: str
    title: str
    mark: str
    recipients_title: str
    recipients: tuple[str, ...]
    signer_lines: tuple[str, ...]
    signer: str

    def placeholders(self) -> dict[str, Any]:
        """Return the values of the template's placeholders, by their names."""
        return {
            "co_quan_cap_tren": self.superior,
            "co_quan": "\n".join(self.authority_lines),
            "quoc_hieu": self.nation,
            "tieu_ngu": self.motto,
            "so_ky_hieu": self.numbered,
            "dia_danh_ngay_thang": self.place_and_day,
            "loai_van_ban": self.name,
            "trich_yeu": self.title,
            "dau_dien_tap": self.mark,
            "noi_nhan": list(self.recipients),
            "chuc_vu_ky": "\n".join(self.signer_lines),
            "nguoi_ky": self.signer,
        }


def frame_of(model: ReportModel) -> Frame:
    """Return what stands around the body of `model`."""
    subject = model.subject
    day = model.made_at.astimezone(subject.time_zone).date()
    last = len(subject.recipients) - 1
    return Frame(
        superior=_two_lines(subject.superior_body.upper()),
        authority=subject.authority,
        authority_lines=tuple(_two_lines(subject.authority.upper()).split("\n")),
        nation=_("SOCIALIST REPUBLIC OF VIET NAM"),
        motto=_("Independence - Freedom - Happiness"),
        numbered=_("No.: {gap}/{code}").format(gap=_GAP, code=subject.document_code),
        document_code=subject.document_code,
        place_and_day=place_and_day(subject.place, day),
        official_day=official_day(day),
        name=_("REPORT"),
        title=report_title(model),
        mark=rehearsal_mark() if model.rehearsal else "",
        recipients_title=_("Recipients:"),
        recipients=tuple(
            f"- {one.strip().removesuffix(';').removesuffix('.')}{'.' if place == last else ';'}"
            for place, one in enumerate(subject.recipients)
        ),
        signer_lines=tuple(subject.signer_title.upper().split("\n")),
        signer=subject.signer_name,
    )


def _two_lines(body: str) -> str:
    """Return the name of a people's committee with its place on a second line, as committees write it."""
    return _COMMITTEE.sub("\\1\n", body)
