"""A bulletin's hash is over what will be said; an edit of that voids its approval, an edit of anything else does not."""

from __future__ import annotations

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
    assert {type(value) for value in BULLETIN.as_json().values()} <= {str, int, type(None)}
