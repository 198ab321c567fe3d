"""Single values of station.yaml are changed without touching anything else, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.errors import InputRefused
from loa.settings import read_settings
from loa.station.settings_editing import change_settings

ROOT = Path(__file__).parents[2]
FILE = """\
# Đài
name: Đài A # tên cũ
authority: UBND xã
place: "Minh Đức"
topics:
  tin: Tin # chuyên mục
output:
  # loa
  device: default
  latency_s: 0.5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "station.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def test_comments_and_order_stay(folder: Path) -> None:
    """Only the lines of the fields change."""
    settings = change_settings(
        folder, {"name": "Đài B", "output.device": "USB", "console.tls": "own", "superior": "Tỉnh"}
    )
    assert (settings.name, settings.output.device, settings.console.tls, settings.superior) == (
        "Đài B",
        "USB",
        "own",
        "Tỉnh",
    )
    text = (folder / "station.yaml").read_text(encoding="utf-8")
    for line in ("# Đài", 'name: "Đài B" # tên cũ', "  # loa", "  latency_s: 0.5", "  tin: Tin # chuyên mục"):
        assert line in text.splitlines()


def test_a_wrong_value_changes_nothing(folder: Path) -> None:
    """What would not be taken is refused with its field, and the file stays as it was."""
    with pytest.raises(InputRefused) as refused:
        change_settings(folder, {"name": "Đài B", "console.port": "80"})
    assert [finding.field for finding in refused.value.findings] == ["console.port"]
    assert (folder / "station.yaml").read_text(encoding="utf-8") == FILE


@given(
    value=st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\x85"), min_size=1
    )
)
def test_any_text_comes_back_as_it_was_given(value: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Quotation marks, colons, hashes: what is typed is what the station is called."""
    folder = tmp_path_factory.mktemp("station")
    (folder / "station.yaml").write_bytes((ROOT / "station.yaml").read_bytes())
    if not value.strip():
        return
    change_settings(folder, {"name": value})
    assert read_settings(folder).name.strip() == value.strip()
