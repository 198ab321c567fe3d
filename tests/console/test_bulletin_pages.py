"""The pages “Bản tin” and “Duyệt”: written, read, heard, judged; nothing typed is lost, nothing is trusted."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from loa.console.house import House
from loa.station.station import Station
from tests.console.visitor import Visitor
from tests.station.mini_station import tone

FIELDS = {"title": "Họp dân", "topic": "tin", "genre": "notice", "author": "Hoa", "body": "Mời bà con họp ngày 16-2."}


def station(house: House) -> Station:
    """Return the station behind the pages."""
    return Station(house.folder, house.clock)


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


@pytest.fixture
def operator(visitors: dict[str, Visitor]) -> Visitor:
    """Return an announcer's browser."""
    return visitors["operator"]


def test_a_bulletin_is_written(house: House, operator: Visitor) -> None:
    """A new text is saved under a name from its title, by the person who is signed in."""
    page = operator.get("/ban-tin/moi?mau=hop-dan").text
    assert "Nhà văn hóa ấp" in page
    once = hidden(page, "once")
    done = operator.post("/ban-tin", FIELDS | {"once": once})
    assert (done.status_code, done.headers["location"]) == (303, "/ban-tin/hop-dan")
    assert operator.post("/ban-tin", FIELDS | {"once": once}).headers["location"] == "/ban-tin"
    with station(house) as opened:
        assert opened.approval_desk.standing("hop-dan").edited_by == "Bà operator"
        assert len(list(opened.folder.scripts.glob("hop-dan*"))) == 1
    assert "Họp dân" in operator.get("/ban-tin?tim=h%E1%BB%8Dp").text
    assert "Họp dân" not in operator.get("/ban-tin?tinh-trang=approved").text


def test_each_mistake_stands_at_its_field(operator: Visitor) -> None:
    """What was typed is still there."""
    page = operator.post("/ban-tin", FIELDS | {"author": "", "topic": "", "valid_until": "x<b>", "body": "Lời hay."})
    assert page.status_code == 422
    for field in ("author", "topic", "valid_until"):
        assert f'id="{field}-fault"' in page.text, field
    assert "Lời hay." in page.text
    assert "x<b>" not in page.text


def test_two_people_write_one_text(operator: Visitor, admin: Visitor) -> None:
    """The second sees both texts, and saves what they make of them."""
    revision = hidden(operator.get("/ban-tin/mot").text, "revision")
    theirs = FIELDS | {"name": "mot", "revision": revision, "body": "Của quản trị."}
    assert admin.post("/ban-tin", theirs).status_code == 303
    mine = theirs | {"body": "Của phát thanh viên."}
    both = operator.post("/ban-tin", mine)
    assert both.status_code == 409
    assert "Của quản trị." in both.text
    assert "Của phát thanh viên." in both.text
    assert "Bà admin" in both.text
    again = mine | {"revision": hidden(both.text, "revision"), "body": "Của cả hai."}
    assert operator.post("/ban-tin", again).status_code == 303
    assert "Của cả hai." in admin.get("/ban-tin/mot").text


def test_a_draft_waits_and_others_see_it(operator: Visitor, admin: Visitor) -> None:
    """What was typed and not saved is offered again; somebody else is told that it is being written."""
    kept = operator.post("/ban-tin/nhap", FIELDS | {"name": "mot", "revision": "", "body": "Nửa chừng"})
    assert kept.status_code == 200
    page = operator.get("/ban-tin/mot").text
    assert "nhap=1" in page
    assert "Nửa chừng" not in page
    assert "Nửa chừng" in operator.get("/ban-tin/mot?nhap=1").text
    seen = admin.post("/ban-tin/nhap", FIELDS | {"name": "mot", "revision": ""}).text
    assert "Bà operator" in seen
    assert operator.post("/ban-tin/bo-nhap", {"name": "mot"}).status_code == 303
    assert "nhap=1" not in operator.get("/ban-tin/mot").text


def test_a_doubt_is_settled_with_one_press(house: House, operator: Visitor) -> None:
    """A reading is written out here, or taught to the lexicon; a text that changed since is left alone."""
    side = operator.post("/ban-tin/doc", FIELDS | {"body": "Họp ngày 16-2 ở XYZ."}).text
    assert "<mark>16-2</mark>" in side
    assert 'value="once:0:0"' in side
    assert 'value="always:0:0"' not in side  # a date is not one word for ever
    sent = FIELDS | {
        "body": "Họp ngày 16-2 ở XYZ.",
        "written-0": "16-2",
        "written-1": "XYZ",
        "name": "",
        "revision": "",
    }
    page = operator.post("/ban-tin/soan", sent | {"choose": "once:0:0"})
    assert "Họp ngày mười sáu tháng hai ở XYZ." in page.text
    page = operator.post("/ban-tin/soan", sent | {"choose": "always:1:own", "spoken-1": "xã yên dũng"})
    assert "xã yên dũng" in page.text
    assert "XYZ: xã yên dũng" in (house.folder / "lexicon.yaml").read_text(encoding="utf-8")
    assert operator.post("/ban-tin/soan", sent | {"choose": "once:0:0", "written-0": "x"}).status_code == 409
    assert operator.post("/ban-tin/soan", sent | {"choose": "always:0:own", "spoken-0": "16"}).status_code == 422
    for odd in ("once:99:0", "x", "once:²:0", ":::", "once:0:999"):
        assert operator.post("/ban-tin/soan", sent | {"choose": odd}).status_code in {200, 409}, odd


def test_text_from_word_comes_clean(operator: Visitor) -> None:
    """The browser sends what was pasted and gets plain text."""
    assert operator.post("/ban-tin/dan", {"html": "<ul><li>Một</li></ul><script>x</script>"}).text == "- Một"


def test_a_text_is_heard_and_sent_in_pieces(operator: Visitor, visitors: dict[str, Visitor]) -> None:
    """By the voice chosen; the sound can be asked for from the middle, and by whoever is signed in alone."""
    heard = operator.post("/ban-tin/nghe", FIELDS | {"voice": "espeak:north"}, headers={"hx-request": "true"})
    assert heard.status_code == 200, heard.text
    source = re.search(r'src="(/am-thanh/[0-9a-f]{64}\.flac)"', heard.text)
    assert source
    whole = operator.get(source[1])
    assert whole.content.startswith(b"fLaC")
    piece = operator.ask("GET", source[1], headers={"range": "bytes=4-11", "accept-encoding": "gzip"})
    assert (piece.status_code, piece.content) == (206, whole.content[4:12])
    assert visitors[""].get(source[1]).status_code == 303
    assert operator.get("/am-thanh/../station.yaml").status_code == 404
    assert operator.post("/ban-tin/nghe", FIELDS | {"voice": "espeak:mars"}).status_code == 404
    assert operator.post("/ban-tin/nghe", FIELDS | {"body": ""}).status_code == 422


def test_a_recording_is_judged(house: House, operator: Visitor, tmp_path: Path) -> None:
    """A good one is put into the bulletin under a safe name; what is no sound is refused with the reason."""
    tone(tmp_path / "x.wav", 2.0)
    good = operator.post(
        "/ban-tin/am-thanh", {"name": "mot"}, files={"file": ("../../Lời chào.WAV", (tmp_path / "x.wav").read_bytes())}
    )
    assert good.headers["location"] == "/ban-tin/mot?nhap=1&ghi-am=audio/loi-chao.wav"
    assert "audio/loi-chao.wav" in operator.get(good.headers["location"]).text
    assert (house.folder / "audio" / "loi-chao.wav").exists()
    bad = operator.post("/ban-tin/am-thanh", {"name": "mot"}, files={"file": ("a.mp3", b"MZ" * 500)})
    assert bad.status_code == 422
    assert operator.post("/ban-tin/am-thanh", {"name": "mot"}).status_code == 422


def test_the_approver_decides_about_what_was_shown(house: House, visitors: dict[str, Visitor]) -> None:
    """Heard first, then approved; returned with a note; withdrawn; an old page decides nothing."""
    approver = visitors["approver"]
    page = approver.get("/duyet/mot").text
    assert "disabled" in page
    approver.post("/duyet/mot/tieng")
    page = approver.get("/duyet/mot").text
    shown = {name: hidden(page, name) for name in ("text_hash", "audio_sha256")}
    assert len(shown["audio_sha256"]) == 64
    assert approver.post("/duyet/mot", shown | {"decision": "return", "note": ""}).status_code == 422
    assert approver.post("/duyet/mot", shown | {"decision": "nod"}).status_code == 422
    assert approver.post("/duyet/mot", shown | {"decision": "approve", "text_hash": "0"}).status_code == 409
    assert approver.post("/duyet/mot", shown | {"decision": "approve"}).status_code == 303
    with station(house) as opened:
        approval = opened.approval_desk.standing("mot").approval
        assert approval is not None
        assert approval.person == "Bà approver"
    assert approver.post("/duyet/mot", shown | {"decision": "withdraw", "note": "Hết hạn"}).status_code == 303
    assert approver.post("/duyet/mot", shown | {"decision": "return", "note": "Sai <b>giờ</b>"}).status_code == 303
    listed = visitors["operator"].get("/ban-tin").text
    assert "Sai &lt;b&gt;giờ&lt;/b&gt;" in listed
    assert visitors["operator"].post("/duyet/mot", shown | {"decision": "approve"}).status_code == 403
    assert visitors["viewer"].get("/duyet").status_code == 200
    assert visitors["viewer"].post("/ban-tin", FIELDS).status_code == 403


def test_a_title_is_never_markup(operator: Visitor, visitors: dict[str, Visitor]) -> None:
    """A script in a title, an author or a text is shown, not run."""
    evil = "<script>alert(1)</script>\"'><img src=x>"
    operator.post("/ban-tin", FIELDS | {"title": evil, "author": evil, "body": evil + " 16-2"})
    operator.post("/ban-tin/nhap", FIELDS | {"name": "mot", "title": evil, "body": evil})
    for path in ("/ban-tin", "/ban-tin/script-alert-1-script-img-src-x", "/ban-tin/mot?nhap=1", "/duyet"):
        page = visitors["operator"].get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_a_broken_file_is_opened_and_mended(house: House, operator: Visitor) -> None:
    """The list names it, the editor says what is wrong."""
    (house.folder / "scripts" / "hong.md").write_text("---\ntitle: Hỏng\n---\nLời.\n", encoding="utf-8")
    assert "/ban-tin/hong" in operator.get("/ban-tin").text
    page = operator.get("/ban-tin/hong")
    assert page.status_code == 200
    assert "scripts/hong.md" in page.text
    sent = FIELDS | {"name": "hong", "revision": hidden(page.text, "revision")}
    assert operator.post("/ban-tin", sent).status_code == 303
    assert operator.get("/ban-tin/khong-co").status_code == 404
