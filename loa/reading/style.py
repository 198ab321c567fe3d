"""The settings of a station's way of reading, where the language leaves a choice.

The choices are those that Vietnamese stations differ in: *nghìn* in the north, *ngàn* in the south, and so on.
The defaults are the convention of the development pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Thousand(StrEnum):
    """The word for 1000."""

    NGHIN = "nghìn"
    NGAN = "ngàn"


class FourAfterTens(StrEnum):
    """The word for a final 4 after *mươi*: hai mươi tư or hai mươi bốn. *Thứ tư* and *tháng tư* never change."""

    TU = "tư"
    BON = "bốn"


class ZeroTens(StrEnum):
    """The word for an empty tens place: một trăm linh năm or một trăm lẻ năm."""

    LINH = "linh"
    LE = "lẻ"


class Years(StrEnum):
    """Whether 2023 is a full number or read digit by digit."""

    FULL = "full"
    SHORT = "short"


class DocumentCodes(StrEnum):
    """Whether the code of a document (QĐ-UBND) is spoken after its number or left out."""

    FULL = "full"
    LEFT_OUT = "left out"


class EarlyDays(StrEnum):
    """The word before days 1 to 10 of a month. Lunar dates keep *mùng* even with NONE."""

    MUNG = "mùng"
    MONG = "mồng"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingStyle:
    """How a station reads where the language leaves a choice.

    Attributes
    ----------
    thousand, four_after_tens, zero_tens, years, documents, early_days
        See the enums.
    per
        The word between a price and what it is paid for: ``một``, ``mỗi`` or ``trên`` (100.000đ/hộ).
    """

    thousand: Thousand = Thousand.NGHIN
    four_after_tens: FourAfterTens = FourAfterTens.TU
    zero_tens: ZeroTens = ZeroTens.LINH
    years: Years = Years.FULL
    documents: DocumentCodes = DocumentCodes.FULL
    early_days: EarlyDays = EarlyDays.MUNG
    per: str = "một"

    def __post_init__(self) -> None:
        """Refuse a word for *per* that no newsreader says.

        Raises
        ------
        ValueError
            If `per` is not one of the three words.
        """
        if self.per not in {"một", "mỗi", "trên"}:
            raise ValueError(f"per must be một, mỗi or trên, not {self.per!r}")
