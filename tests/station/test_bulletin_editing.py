"""Bulletins are written through one door: checked, atomic, never over somebody else's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.bulletins import read_bulletin
from loa.checked_yaml import Findings
from loa.clock import VirtualClock
from loa.errors import Conflict, EditedMeanwhile, InputRefused, NotFound
from loa.ledger import RowKind
from loa.station.bulletin_draft import BulletinDraft, draft_of, file_text, name_for, one_line
from loa.station.bulletin_template import bulletin_templates
from loa.station.chosen_readings import with_reading
from loa.station.edits import before_edit
from loa.station.spoken_view import spoken_view
from loa.station.station import Station
from tests.station.mini_station import mini_station

DRAFT = BulletinDraft(title="Tiêm chủng đợt 2", topic="tin", author="Trạm Y tế", body="Mời bà con đến tiêm.")


@pytest.fixture
def station(tmp_path: Path, english: None) -> Iterator[Station]:
    """Return a small station at a fixed time."""
    del english
    with Station(
        mini_station(tmp_path / "s", recorded=False), VirtualClock(datetime(2026, 11, 27, 5, 0, tzinfo=UTC))
    ) as made:
        yield made


def edited_rows(station: Station) -> list[dict[str, object]]:
    """Return what the ledger says was edited."""
    return [dict(row.data) for row in station.ledger.rows(kinds=[RowKind.EDITED])]


def test_a_new_bulletin_is_named_by_its_title(station: Station) -> None:
    """It lies in scripts/, can be read back, and the ledger knows who wrote it."""
    saved = station.bulletin_desk.save("", DRAFT, person="Hoa")
    assert saved.name == "tiem-chung-dot-2"
    assert station.bulletin(saved.name).title == "Tiêm chủng đợt 2"
    again = station.bulletin_desk.save("", DRAFT, person="Hoa")
    assert again.name == "tiem-chung-dot-2-2"
    assert [(row["bulletin"], row["person"]) for row in edited_rows(station)] == [
        ("tiem-chung-dot-2", "Hoa"),
        ("tiem-chung-dot-2-2", "Hoa"),
    ]


def test_every_mistake_is_told_at_once_by_its_field(station: Station) -> None:
    """Nothing is written then."""
    wrong = BulletinDraft(title="", topic="khac", genre="poem", author=" ", valid_from="32/1/2026", body="")
    with pytest.raises(InputRefused) as refused:
        station.bulletin_desk.save("", wrong, person="Hoa")
    assert {finding.field for finding in refused.value.findings} == {"title", "topic", "genre", "author", "valid_from"}
    assert not edited_rows(station)
    assert {path.stem for path in station.folder.scripts.iterdir()} == {"chao", "mot", "hai", "ba"}


def test_an_edit_keeps_comments_and_what_no_editor_shows(station: Station) -> None:
    """Comments, voices and the other languages of a bulletin stay."""
    path = station.folder.scripts / "mot.md"
    path.write_text(
        "---\n# của Trạm\ntitle: Một # đầu\ntopic: tin\ngenre: news\nauthor: Hoa\nvoices: [espeak:north]\n---\nCũ.\n",
        encoding="utf-8",
    )
    opened = station.bulletin_desk.open("mot")
    draft = BulletinDraft.of(
        opened.draft.as_json() | {"title": "Một: mới", "body": "Mới.\r\n", "valid_until": "1/12/2026"}
    )
    station.bulletin_desk.save("mot", draft, person="Lợi", revision=opened.revision)
    text = path.read_text(encoding="utf-8")
    assert text.startswith('---\n# của Trạm\ntitle: "Một: mới" # đầu\n')
    bulletin = station.bulletin("mot")
    assert (bulletin.voices, bulletin.body.strip(), str(bulletin.valid_until)) == (
        ("espeak:north",),
        "Mới.",
        "2026-12-01",
    )


def test_somebody_elses_edit_is_never_written_over(station: Station) -> None:
    """Both texts are shown, the file stays; with the new revision the joined text is saved."""
    mine = station.bulletin_desk.open("mot")
    theirs = station.bulletin_desk.open("mot")
    edit = BulletinDraft.of(theirs.draft.as_json() | {"body": "Của Lợi."})
    station.bulletin_desk.save("mot", edit, person="Lợi", revision=theirs.revision)
    own = BulletinDraft.of(mine.draft.as_json() | {"body": "Của Hoa."})
    with pytest.raises(EditedMeanwhile) as refused:
        station.bulletin_desk.save("mot", own, person="Hoa", revision=mine.revision)
    assert "Lợi" in refused.value.message
    assert "Của Hoa." in refused.value.mine
    assert "Của Lợi." in refused.value.theirs
    assert station.bulletin("mot").body.strip() == "Của Lợi."
    station.bulletin_desk.save("mot", own, person="Hoa", revision=refused.value.revision)
    assert station.bulletin("mot").body.strip() == "Của Hoa."


def test_what_an_edit_replaced_can_be_had_again(station: Station) -> None:
    """The old file lies in log/history; the ledger's row leads to it."""
    opened = station.bulletin_desk.open("mot")
    before = (station.folder.scripts / "mot.md").read_text(encoding="utf-8")
    station.bulletin_desk.save("mot", DRAFT, person="Hoa", revision=opened.revision)
    row = station.ledger.last(RowKind.EDITED)
    assert row is not None
    assert before_edit(station.folder, station.ledger, row.seq)[1] == {"scripts/mot.md": before}


def test_saving_the_same_again_is_no_edit(station: Station) -> None:
    """No row, no other revision."""
    saved = station.bulletin_desk.save("", DRAFT, person="Hoa")
    again = station.bulletin_desk.save(saved.name, saved.draft, person="Lợi", revision=saved.revision)
    assert again.revision == saved.revision
    assert len(edited_rows(station)) == 1


@pytest.mark.parametrize("name", ["../station", "a/b", "..", "A", "tin ", "x" * 500, "\0"])
def test_no_path_comes_from_a_name(station: Station, name: str) -> None:
    """A name is a name of a bulletin, or nothing."""
    with pytest.raises(NotFound):
        station.bulletin_desk.open(name)
    with pytest.raises(NotFound):
        station.bulletin_desk.save(name, DRAFT, person="Hoa", revision="x")
    station.bulletin_desk.keep_draft(name, DRAFT, person="../Hoa", revision="")
    assert all(path.is_relative_to(station.folder.drafts) for path in station.folder.log.rglob("*.json"))


def test_a_broken_file_opens_as_it_is(station: Station) -> None:
    """Its mistakes are shown, its words are in the fields, and saving mends it."""
    (station.folder.scripts / "hong.md").write_text(
        "---\ntitle: Hỏng\ntopic: sai\nla: x\n---\nLời.\n", encoding="utf-8"
    )
    (station.folder.scripts / "tho.md").write_text("chỉ có lời", encoding="utf-8")
    opened = station.bulletin_desk.open("hong")
    assert {finding.field for finding in opened.findings} == {"topic", "genre", "author", "la"}
    assert (opened.draft.title, opened.draft.body) == ("Hỏng", "Lời.")
    plain = station.bulletin_desk.open("tho")
    assert plain.draft.body == "chỉ có lời"
    station.bulletin_desk.save("tho", DRAFT, person="Hoa", revision=plain.revision)
    assert station.bulletin("tho").title == DRAFT.title


def test_drafts_wait_and_others_are_seen(station: Station) -> None:
    """What was typed outlives the browser; who else writes is known for ten minutes; saving drops one's own draft."""
    desk = station.bulletin_desk
    opened = desk.open("mot")
    desk.keep_draft("mot", DRAFT, person="Hoa", revision=opened.revision)
    assert [one.person for one in desk.others_writing("mot", "Lợi")] == ["Hoa"]
    assert desk.others_writing("mot", "Hoa") == []
    kept = desk.draft("mot", "Hoa")
    assert kept is not None
    assert kept.draft == DRAFT
    assert isinstance(station.clock, VirtualClock)
    station.clock.advance(601)
    assert desk.others_writing("mot", "Lợi") == []
    desk.save("mot", kept.draft, person="Hoa", revision=kept.revision)
    assert desk.draft("mot", "Hoa") is None
    desk.keep_draft("", DRAFT, person="Hoa", revision="")
    (station.folder.drafts / "_moi" / "x.json").write_text("{broken", encoding="utf-8")
    assert [one.draft for one in desk.drafts("")] == [DRAFT]


def test_a_reading_is_taught_once_and_holds_everywhere(station: Station) -> None:
    """The lexicon gains one line; its comments stay; a second teaching replaces the first."""
    path = station.folder.root / "lexicon.yaml"
    path.write_text("# ở ta\nBCĐ: ban chỉ đạo\n", encoding="utf-8")
    station.bulletin_desk.teach("XYZ", "ích y dét", person="Hoa")
    station.bulletin_desk.teach("S'tiêng", "xơ tiêng", person="Hoa")
    station.bulletin_desk.teach("BCĐ", "ban", person="Hoa")
    assert path.read_text(encoding="utf-8") == "# ở ta\nBCĐ: ban\nXYZ: ích y dét\nS'tiêng: xơ tiêng\n"
    assert station.read("họp BCĐ XYZ").spoken.rstrip(".") == "họp ban ích y dét"
    with pytest.raises(InputRefused):
        station.bulletin_desk.teach("K9", "ca 9", person="Hoa")
    path.write_text("BCĐ: [\n", encoding="utf-8")
    with pytest.raises(InputRefused):
        station.bulletin_desk.teach("XYZ", "ích", person="Hoa")
    assert path.read_text(encoding="utf-8") == "BCĐ: [\n"


def test_the_first_word_taught_makes_the_lexicon(station: Station) -> None:
    """A station without lexicon.yaml gets one."""
    station.bulletin_desk.teach("XYZ", "ích y dét", person="Hoa")
    assert (station.folder.root / "lexicon.yaml").read_text(encoding="utf-8") == "XYZ: ích y dét\n"


def test_a_chosen_reading_is_written_out() -> None:
    """Only the stretch that was in doubt changes; a text that has changed since is left alone."""
    text = "Họp ngày 16-2. QTT họp."
    assert with_reading(text, 9, 13, "16-2", "mười sáu tháng hai") == "Họp ngày mười sáu tháng hai. QTT họp."
    assert with_reading(text, 15, 18, "QTT", "quỹ") == "Họp ngày 16-2. Quỹ họp."
    with pytest.raises(Conflict):
        with_reading(text, 8, 13, "16-2", "x")


def test_written_and_spoken_stand_side_by_side(station: Station) -> None:
    """A doubt is marked in what is written and in what is said; all of a phrase is shown."""
    text = "Ngày 16-2 họp XYZ tại ấp 3. Xin mời."
    view = spoken_view(text, station.read(text))
    first = view.lines[0]
    assert "".join(piece.text for piece in first.written) == "Ngày 16-2 họp XYZ tại ấp 3."
    assert [piece.text for piece in first.written if piece.doubt is not None] == ["16-2", "XYZ"]
    assert [piece.text for piece in first.spoken if piece.doubt is not None] == ["mười sáu tháng hai", "ích y dét"]
    assert view.syllables == len(station.read(text).spoken.split())
    assert 3 < view.length_s < 10


@pytest.mark.parametrize(
    ("title", "name"),
    [("Đợt 2: Tiêm chủng!", "dot-2-tiem-chung"), ("…", "ban-tin"), ("CON", "ban-tin-con"), ("Ề ữ ợ", "e-u-o")],
)
def test_a_title_makes_a_name(title: str, name: str) -> None:
    """Marks go, words stay, and no system forbids the file."""
    assert name_for(title) == name
    assert len(name_for("rất dài " * 40)) <= 60
    assert name_for(title, {name}) == f"{name}-2"


def test_templates_can_be_filled_in(station: Station) -> None:
    """Each of the seven is a bulletin but for its author, and names a genre and a topic of a new station."""
    templates = bulletin_templates()
    assert [one.name for one in templates] == [
        "hop-dan",
        "tiem-chung",
        "cat-dien",
        "bao-lu",
        "truong-hoc",
        "chuyen-muc-cchc",
        "tra-loi-cong-dan",
    ]
    for one in templates:
        draft = BulletinDraft.of(one.draft.as_json() | {"author": "Hoa"})
        findings = Findings("x")
        topics = {"thong-bao", "suc-khoe", "thien-tai", "giao-duc", "cchc"}
        assert read_bulletin(file_text(draft), "x", findings, station.folder.root, topics), findings.found
        assert "…" in draft.body


@given(
    st.builds(
        BulletinDraft,
        title=st.text(min_size=1).filter(str.strip),
        topic=st.just("tin"),
        author=st.text(min_size=1).filter(lambda text: any(one.isprintable() and not one.isspace() for one in text)),
        body=st.text(),
    ),
    st.sampled_from(
        [None, "---\ntitle: x\n---\ny", "---\na: [\n---\n", "x", "---\ntitle: x # a\nauthor: |\n  b\n---\n"]
    ),
)
def test_any_words_are_saved_as_they_are(draft: BulletinDraft, earlier: str | None) -> None:
    """Whatever is typed becomes a file that reads back as what was typed, or is refused field by field."""
    findings = Findings("x")
    bulletin = read_bulletin(file_text(draft, earlier), "x", findings, Path("/"), {"tin"})
    if bulletin is None:
        assert {one.field for one in findings.found} <= {"title", "author"}
    else:
        assert (bulletin.title, bulletin.author) == (one_line(draft.title), one_line(draft.author))
        again = file_text(draft_of(bulletin), file_text(draft, earlier))
        assert again == file_text(draft, earlier)
