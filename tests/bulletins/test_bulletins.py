"""A bulletin's hash is over what will be said; an edit of that voids its approval, an edit of anything else does not."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.bulletins import Approval, Bulletin, Genre, Priority, read_bulletins

pytestmark = pytest.mark.usefixtures("english")

BULLETIN = Bulletin(
    name="tin",
    title="Tin",
    topic="cchc",
    genre=Genre.NEWS,
    author="Hoa",
    priority=Priority.NORMAL,
    language="vi",
    valid_from=None,
    valid_until=None,
    body="Kính thưa bà con!\n\nỦy ban nhân dân xã thông báo.",
    body_line=7,
    recording="",
    recording_sha256="",
)


def read(folder: Path, text: str) -> Bulletin:
    """Return the bulletin whose file holds `text`."""
    (folder / "scripts").mkdir(exist_ok=True)
    (folder / "scripts" / "tin.md").write_bytes(text.encode())
    taken = read_bulletins(folder / "scripts", station_folder=folder, topics=["cchc", "tin"])
    assert not taken.findings
    return taken.bulletins["tin"]


FILE = "---\ntitle: Tin\ntopic: cchc\ngenre: news\nauthor: Hoa\n---\nChào bà con.\n"


@pytest.mark.parametrize(
    "edited",
    [
        FILE.replace("title: Tin", "title: Tin khác"),
        FILE.replace("Hoa", "Lan"),
        FILE.replace("topic: cchc", "topic: tin"),
        FILE.replace("genre: news", "genre: notice\npriority: priority\nvalid_from: 23/11/2026"),
        FILE.replace("\n", "\r\n"),
        FILE.replace("con.\n", "con.   \n\n\n"),
        FILE.replace("---\nChào", "---\n\n\nChào"),
        unicodedata.normalize("NFD", FILE),
    ],
    ids=["title", "author", "topic", "others", "CRLF", "blanks", "blank lines", "NFD"],
)
def test_what_is_not_said_does_not_matter(tmp_path: Path, edited: str) -> None:
    """Title, author, dates, line ends, NFC or NFD and outer blanks keep the hash: the approval stands."""
    before = read(tmp_path, FILE)
    assert edited != FILE
    assert read(tmp_path, edited).text_hash == before.text_hash


@pytest.mark.parametrize(
    "edited",
    [
        replace(BULLETIN, body=BULLETIN.body + " Hết."),
        replace(BULLETIN, body=BULLETIN.body.replace("Ủy", "Uỷ")),
        replace(BULLETIN, body=BULLETIN.body.replace("\n\n", "\n")),
        replace(BULLETIN, body=BULLETIN.body.lower()),
        replace(BULLETIN, language="stieng"),
        replace(BULLETIN, recording="audio/x.wav", recording_sha256="0" * 64),
    ],
    ids=["more", "mark moved", "paragraph", "case", "language", "recording"],
)
def test_what_is_said_matters(edited: Bulletin) -> None:
    """Body, language and recording change the hash, and so void the approval."""
    approval = Approval(bulletin="tin", text_hash=BULLETIN.text_hash, person="Chủ tịch", row=1)
    assert approval.covers(BULLETIN)
    assert not approval.covers(edited)
    assert len(edited.text_hash) == 64


def test_another_recording_under_the_same_name(tmp_path: Path) -> None:
    """The bytes of a recording count, not its name."""
    text = FILE.replace("author:", "recording: audio/a.wav\nauthor:")
    (tmp_path / "audio").mkdir()
    hashes = set()
    for content in (b"one", b"two"):
        (tmp_path / "audio" / "a.wav").write_bytes(content)
        hashes.add(read(tmp_path, text).text_hash)
    (tmp_path / "audio" / "b.wav").write_bytes(b"two")
    hashes.add(read(tmp_path, text.replace("a.wav", "b.wav")).text_hash)
    assert len(hashes) == 2


def test_an_approval_is_for_one_bulletin() -> None:
    """The same text under another name is not approved."""
    approval = Approval(bulletin="tin", text_hash=BULLETIN.text_hash, person="Chủ tịch", row=1)
    assert not approval.covers(replace(BULLETIN, name="tin-hai"))


@given(st.text(max_size=80))
def test_the_hash_is_of_the_text_not_of_its_encoding(body: str) -> None:
    """NFC and NFD of any text have one hash."""
    forms = {unicodedata.normalize(form, body) for form in ("NFC", "NFD")}
    assert len({replace(BULLETIN, body=form).text_hash for form in forms}) == 1


@given(
    st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.dates(date(2025, 12, 1), date(2027, 1, 31)),
)
def test_validity_holds_both_ends(first: date | None, last: date | None, day: date) -> None:
    """A bulletin may air on its first and on its last day; an open end has no bound."""
    valid = replace(BULLETIN, valid_from=first, valid_until=last).valid_on(day)
    days = [first or date(2000, 1, 1) + timedelta(days=0), last or date(3000, 1, 1)]
    assert valid == (days[0] <= day <= days[1])


def test_a_fence_in_the_text_is_text(tmp_path: Path) -> None:
    """Only the first two lines of dashes are the front matter's; the body's line is known."""
    bulletin = read(tmp_path, FILE + "---\nHết.\n")
    assert bulletin.body == "Chào bà con.\n---\nHết.\n"
    assert bulletin.body_line == 7


def test_no_is_a_text(tmp_path: Path) -> None:
    """An author called No, a title of digits: they stay what was written."""
    bulletin = read(tmp_path, FILE.replace("Hoa", "no").replace("title: Tin", "title: 010"))
    assert (bulletin.author, bulletin.title) == ("no", "010")


def test_json_holds_what_lists_show() -> None:
    """--json is plain values."""
    assert BULLETIN.as_json()["words"] == 11
    assert json.loads(json.dumps(BULLETIN.as_json())) == BULLETIN.as_json()


def test_other_languages_are_part_of_what_is_approved(tmp_path: Path) -> None:
    """A recording in S'tiêng that is exchanged, added, or called by another language voids the approval."""
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "tiếng s'tiêng.mp3").write_bytes(b"one")
    (tmp_path / "audio" / "khmer.mp3").write_bytes(b"two")
    more = "translations:\n  S'tiêng: audio/tiếng s'tiêng.mp3\n"
    with_one = FILE.replace("author: Hoa\n", "author: Hoa\n" + more)
    bulletin = read(tmp_path, with_one)
    assert [(other.language, other.recording) for other in bulletin.translations] == [
        ("S'tiêng", "audio/tiếng s'tiêng.mp3")
    ]
    others = [
        FILE,
        with_one.replace("  S'tiêng:", "  Stiêng:"),
        with_one.replace(more, more + "  Khmer: audio/khmer.mp3\n"),
        with_one.replace("audio/tiếng s'tiêng.mp3", "audio/khmer.mp3"),
    ]
    hashes = {bulletin.text_hash, *(read(tmp_path, other).text_hash for other in others)}
    assert len(hashes) == 1 + len(others)
    (tmp_path / "audio" / "tiếng s'tiêng.mp3").write_bytes(b"spoken anew")
    assert read(tmp_path, with_one).text_hash not in hashes


def test_a_ladder_of_its_own_is_not_part_of_what_is_approved(tmp_path: Path) -> None:
    """Who speaks is the operator's matter; what is said is the committee's."""
    plain = read(tmp_path, FILE)
    own = read(tmp_path, FILE.replace("author: Hoa\n", "author: Hoa\nvoices: [gtts, espeak:north]\n"))
    assert own.voices == ("gtts", "espeak:north")
    assert own.text_hash == plain.text_hash


@pytest.mark.parametrize("line", ["  Khmer: audio/none.mp3", "  Khmer: ../secret.mp3", "  Khmer: [a, b]"])
def test_a_translation_that_is_not_there_is_a_mistake_with_its_line(tmp_path: Path, line: str) -> None:
    """Told when the bulletin is read, not when it airs."""
    (tmp_path / "scripts").mkdir()
    text = FILE.replace("author: Hoa\n", f"author: Hoa\ntranslations:\n{line}\n")
    (tmp_path / "scripts" / "tin.md").write_text(text, encoding="utf-8")
    taken = read_bulletins(tmp_path / "scripts", station_folder=tmp_path, topics=["cchc"])
    assert [(finding.line, finding.field) for finding in taken.findings] == [(7, "translations.Khmer")]
