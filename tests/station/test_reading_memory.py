"""The memory of readings: what is remembered is what would be read now, and a broken memory costs nothing but time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loa.reading import ReadingStyle
from loa.reading.style import Thousand
from loa.station import lexicon_file, reading_memory
from loa.station.lexicon_file import WayOfReading
from loa.station.reading_memory import ReadingMemory

TEXT = "Thu 5.000đ/hộ, hạn 05/12. Liên hệ ông Điểu K'Rang, số 123, gặp BXQK.\n\nXin cảm ơn!"
WAY = WayOfReading()


def remembered(path: Path, *texts: str, way: WayOfReading = WAY) -> ReadingMemory:
    memory = ReadingMemory(path, way)
    for text in texts:
        memory.read(text)
    memory.save()
    return memory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rendered" / "readings.json"


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing can be read anew."""

    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("read anew")

    lexicon_file._read.cache_clear()
    monkeypatch.setattr(lexicon_file, "read", refuse)


def test_a_text_read_once_is_not_read_again(path: Path, request: pytest.FixtureRequest) -> None:
    """In the next process too: phrases, pauses and doubts come back as they were."""
    before = remembered(path, TEXT).read(TEXT)
    request.getfixturevalue("unread")
    after = ReadingMemory(path, WAY).read(TEXT)
    assert after == before
    assert after.phrases
    assert after.doubts


@pytest.mark.parametrize(
    "way", [WayOfReading((("ông", "bác"),)), WayOfReading((), ReadingStyle(thousand=Thousand("ngàn")))]
)
def test_another_way_of_reading_is_another_reading(path: Path, way: WayOfReading) -> None:
    """An edit of lexicon.yaml or of `reading` is heard at once."""
    remembered(path, TEXT)
    assert ReadingMemory(path, way).read(TEXT).phrases != ReadingMemory(path, WAY).read(TEXT).phrases


def test_a_new_release_reads_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older loa read wrongly does not stay."""
    remembered(path, TEXT)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("xin cảm ơn", "đọc sai"), encoding="utf-8")
    assert "đọc sai" in str(ReadingMemory(path, WAY).read(TEXT))
    monkeypatch.setattr(reading_memory, "_version", lambda: "another release")
    assert "đọc sai" not in str(ReadingMemory(path, WAY).read(TEXT))


def test_another_language_of_the_screen_has_its_own_advice(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The advice of a doubt is told in the operator's words."""
    monkeypatch.setenv("LOA_LANGUAGE", "vi")
    vietnamese = remembered(path, "hạn 05/12").read("hạn 05/12")
    monkeypatch.setenv("LOA_LANGUAGE", "en")
    lexicon_file._read.cache_clear()
    assert ReadingMemory(path, WAY).read("hạn 05/12").phrases == vietnamese.phrases


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 1}', "null"])
def test_a_broken_memory_is_begun_anew(path: Path, content: str) -> None:
    """Nothing but time is lost."""
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    assert remembered(path, TEXT).read(TEXT).phrases == ReadingMemory(path.parent / "none", WAY).read(TEXT).phrases
    assert len(json.loads(path.read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize(
    "damage", [{"phrases": [["a"]], "doubts": []}, {"phrases": []}, {"phrases": [], "doubts": [{}]}]
)
def test_a_damaged_entry_is_read_anew(path: Path, damage: object) -> None:
    """Half a reading is no reading."""
    remembered(path, TEXT)
    (key,) = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({key: damage}), encoding="utf-8")
    assert ReadingMemory(path, WAY).read(TEXT) == ReadingMemory(path.parent / "none", WAY).read(TEXT)


def test_what_nobody_asks_for_any_more_is_forgotten(path: Path) -> None:
    """The file does not grow with every edit; a look that changes nothing writes nothing."""
    remembered(path, TEXT, "một")
    remembered(path, "hai", "một")
    assert len(json.loads(path.read_text(encoding="utf-8"))) == 2
    before = path.stat().st_mtime_ns
    remembered(path, "hai")
    assert path.stat().st_mtime_ns == before


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    """The texts are read all the same."""
    (tmp_path / "file").write_text("not a folder")
    assert remembered(tmp_path / "file" / "readings.json", TEXT).read(TEXT).phrases
