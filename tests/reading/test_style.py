"""Every setting of a station's way of reading changes what it names, and nothing that keeps its form."""

from typing import Any

import pytest

from loa.reading import ReadingStyle, read
from loa.reading.style import DocumentCodes, EarlyDays, FourAfterTens, Thousand, Years, ZeroTens

CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"thousand": Thousand.NGAN}, "1.500 hộ, 2k", "một ngàn năm trăm hộ, hai ngàn"),
    ({"thousand": Thousand.NGAN}, "5 nghìn đồng", "năm ngàn đồng"),
    ({"four_after_tens": FourAfterTens.BON}, "24 hộ, thứ 4, tháng 4", "hai mươi bốn hộ, thứ tư, tháng tư"),
    ({"zero_tens": ZeroTens.LE}, "105 hộ, 1.005 cây", "một trăm lẻ năm hộ, một nghìn không trăm lẻ năm cây"),
    ({"years": Years.SHORT}, "ngày 24/3/2023", "ngày hai mươi tư tháng ba năm hai không hai ba"),
    ({"years": Years.SHORT}, "có 2023 hộ", "có hai nghìn không trăm hai mươi ba hộ"),
    ({"documents": DocumentCodes.LEFT_OUT}, "Quyết định số 05/QĐ-UBND của UBND xã", "quyết định số không năm, của ủy ban nhân dân xã"),
    ({"early_days": EarlyDays.MONG}, "ngày 5/6", "ngày mồng năm tháng sáu"),
    ({"early_days": EarlyDays.NONE}, "ngày 5/6", "ngày năm tháng sáu"),
    ({"per": "mỗi"}, "100.000đ/hộ", "một trăm nghìn đồng mỗi hộ"),
    ({"per": "trên"}, "100.000đ/hộ, 2 lít/1 người", "một trăm nghìn đồng trên hộ, hai lít trên một người"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "written", "spoken"), CASES)
def test_setting_changes_what_it_names(setting: dict[str, Any], written: str, spoken: str) -> None:
    """The station hears its own way of speaking."""
    said = read(written, style=ReadingStyle(**setting)).spoken
    assert said.replace(",", "") == spoken.replace(",", "")


def test_every_setting_has_a_case() -> None:
    """A setting added without a test fails here."""
    assert {name for setting, _, _ in CASES for name in setting} == set(ReadingStyle.__dataclass_fields__)


def test_a_word_nobody_says_is_refused() -> None:
    """Only the three words for *per* that newsreaders use are taken."""
    with pytest.raises(ValueError, match="per must be"):
        ReadingStyle(per="cho")
