"""An approval is a word about exactly one text and one sound, by somebody other than its author where that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loa.clock import VirtualClock
from loa.errors import Conflict, InputRefused, NotFound
from loa.ledger import RowKind
from loa.station.bulletin_draft import BulletinDraft
from loa.station.listening import Heard
from loa.station.station import Station
from tests.station.mini_station import bulletin_text, mini_station, write


@pytest.fixture
def station(tmp_path: Path, english: None) -> Iterator[Station]:
    """Return a small station of recordings."""
    del english
    with Station(mini_station(tmp_path / "s"), VirtualClock(datetime(2026, 11, 27, 5, 0, tzinfo=UTC))) as made:
        yield made


def edit(station: Station, name: str, body: str, person: str) -> None:
    """Save another text of a bulletin."""
    opened = station.bulletin_desk.open(name)
    draft = BulletinDraft.of(opened.draft.as_json() | {"body": body})
    station.bulletin_desk.save(name, draft, person=person, revision=opened.revision)


def test_what_was_shown_is_what_is_approved(station: Station) -> None:
    """Another text or another sound than the approver saw is not approved."""
    station.audio_desk.render(["mot"], on_done=lambda *_: None)
    seen = station.approval_desk.standing("mot")
    assert seen.heard is not None
    shown = {"text_hash": seen.bulletin.text_hash, "audio_sha256": seen.heard.audio_sha256}
    with pytest.raises(Conflict, match="sound"):
        station.approval_desk.approve("mot", person="Lợi", **shown | {"audio_sha256": "0" * 64})
    edit(station, "mot", "Lời khác.", "Hoa")
    with pytest.raises(Conflict, match="text"):
        station.approval_desk.approve("mot", person="Lợi", **shown)
    seen = station.approval_desk.standing("mot")
    assert (seen.edited_by, seen.approval) == ("Hoa", None)
    heard = seen.heard.audio_sha256 if seen.heard else ""
    station.approval_desk.approve("mot", person="Lợi", text_hash=seen.bulletin.text_hash, audio_sha256=heard)
    approval = station.approval_desk.standing("mot").approval
    assert approval is not None
    assert approval.person == "Lợi"


def test_approval_and_withdrawal_name_text_and_sound(station: Station) -> None:
    """Both rows carry the hash of the text and of the finished sound in force; none where nothing is finished yet."""
    station.approve(["mot"], person="Lợi")
    station.audio_desk.render(["mot"], on_done=lambda *_: None)
    heard = station.approval_desk.standing("mot").heard
    assert heard is not None
    station.approve(["mot"], person="Lợi")
    withdrawn = station.withdraw("mot", person="Lan", why="sai số liệu")
    early, late = station.ledger.rows(kinds=[RowKind.APPROVED])
    assert (early.data["audio_sha256"], late.data["audio_sha256"]) == ("", heard.audio_sha256)
    for row in (early, late, withdrawn):
        assert row.data["text_hash"] == station.bulletin("mot").text_hash
    assert withdrawn.data["audio_sha256"] == heard.audio_sha256


def test_four_eyes(station: Station) -> None:
    """Where the station asks for it, the last author approves nothing of theirs, however the name is typed."""
    edit(station, "mot", "Lời khác.", "Nguyễn Thị Hoa")
    station.approve(["mot"], person="Nguyễn Thị Hoa")
    path = station.folder.root / "station.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "approval:\n  four_eyes: yes\n", encoding="utf-8")
    with Station(station.folder.root, station.clock) as strict:
        with pytest.raises(Conflict, match="four eyes"):
            strict.approve(["hai", "mot"], person="nguyễn  thị hoa")
        assert strict.approval_desk.standing("hai").approval is None
        strict.approve(["mot"], person="Lợi")
        strict.approve(["hai"], person="Nguyễn Thị Hoa")  # who wrote it is not known


def test_a_bulletin_goes_back_with_a_note(station: Station) -> None:
    """The author sees who returned it and why; an approval it had is withdrawn; a new text is no longer returned."""
    station.approve(["mot"], person="Lợi")
    seen = station.approval_desk.standing("mot")
    shown = {"text_hash": seen.bulletin.text_hash, "audio_sha256": ""}
    for note in ("  ", "x" * 2000):
        with pytest.raises(InputRefused):
            station.approval_desk.give_back("mot", person="Lợi", note=note, **shown)
    station.approval_desk.give_back("mot", person="Lợi", note="Sai ngày.", **shown)
    seen = station.approval_desk.standing("mot")
    assert seen.returned
    assert seen.approval is None
    assert seen.last is not None
    assert (seen.last.person, seen.last.note) == ("Lợi", "Sai ngày.")
    edit(station, "mot", "Đúng ngày.", "Hoa")
    assert not station.approval_desk.standing("mot").returned
    kinds = [one.kind.value for one in station.approval_desk.judgements("mot")]
    assert kinds == ["edited", "returned", "withdrawn", "approved"]


def test_a_text_is_heard_before_it_is_saved(station: Station) -> None:
    """By a voice of choice, in another process; what was heard can be asked for by its key and nothing else can."""
    heard = station.listening_desk.text("Kính chào bà con.", voice="espeak:north")
    audio = station.listening_desk.audio(heard.key)
    assert audio.path.stat().st_size > 1000
    assert heard.voice == "espeak:north"
    assert station.listening_desk.text("Kính chào bà con.", voice="espeak:north") == heard
    assert station.listening_desk.bulletin("mot").length_s > 1
    for key in ("../../station", "0" * 64, ""):
        with pytest.raises(NotFound):
            station.listening_desk.audio(key)
    with pytest.raises(NotFound):
        station.listening_desk.text("Chào.", voice="espeak:mars")
    with pytest.raises(InputRefused):
        station.listening_desk.text("Chào. " * 20_000)


def test_what_was_approved_is_what_airs(station: Station) -> None:
    """A lexicon that changes the sound neither silences the station nor airs unheard: the approved sound goes on."""
    write(station.folder.root, "scripts/noi.md", bulletin_text("noi", body="Mời bà con đến XYZ."))
    station.audio_desk.render(["noi"], on_done=lambda *_: None)
    station.approve(["noi"], person="Lợi")
    approved = station.contents().audio["noi"]
    assert not station.approval_desk.standing("noi").sound_changed
    station.bulletin_desk.teach("XYZ", "xã yên dũng", person="Hoa")
    assert "noi" in {job.item for job in station.contents().unrendered}, "the new sound is made, to be heard"
    station.audio_desk.render(["noi"], on_done=lambda *_: None)
    contents, standing = station.contents(), station.approval_desk.standing("noi")
    assert standing.approval is not None
    assert standing.sound_changed
    assert contents.audio["noi"] == approved
    assert contents.made["noi"] != approved
    assert standing.heard == Heard.of(contents.made["noi"]), "the approver hears the new one"
    assert any("made anew after Lợi" in finding.message for finding in station.check())
    station.approve(["noi"], person="Lợi")
    assert not station.approval_desk.standing("noi").sound_changed
    assert station.contents().audio["noi"] == contents.made["noi"]


def test_an_approved_sound_that_is_gone_takes_its_approval_along(station: Station) -> None:
    """Nothing airs that nobody heard: the new sound waits for an approver."""
    write(station.folder.root, "scripts/noi.md", bulletin_text("noi", body="Mời bà con đến XYZ."))
    station.audio_desk.render(["noi"], on_done=lambda *_: None)
    station.approve(["noi"], person="Lợi")
    approved = station.contents().audio["noi"]
    station.bulletin_desk.teach("XYZ", "xã yên dũng", person="Hoa")
    station.audio_desk.render(["noi"], on_done=lambda *_: None)
    approved.path.unlink()
    assert station.approval_desk.standing("noi").approval is None
    assert any("sound that Lợi approved is gone" in finding.message for finding in station.check())
