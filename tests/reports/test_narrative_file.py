"""Words of a report: edited before signing, never the figures; stale ones are told; mistakes are refused by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.errors import InputRefused
from loa.reports import report_json, write_docx
from loa.reports.narrative import SECTIONS, drawn
from loa.reports.narrative_file import narrative_text, read_narrative, read_narrative_file, stale_sections
from tests.reports.synthetic import MonthRows, full_month, golden_month


def test_an_untouched_file_changes_nothing(report: Any) -> None:
    """Saved as it was written, it leaves every sentence to the figures."""
    assert read_narrative(narrative_text(report(golden_month())), "a.md") is None


def test_edited_words_are_used_and_the_figures_stay(report: Any, tmp_path: Path) -> None:
    """A rewritten section is in the report as it was written; tables, charts and other sections are not touched."""
    model = report(golden_month())
    text = narrative_text(model).replace(drawn(model, "general")[0], "Một tháng nhiều mưa bão.\n\nĐài vẫn phát.")
    edited = read_narrative(text, "a.md")
    assert edited is not None
    assert edited.paragraphs == {
        "general": ("Một tháng nhiều mưa bão.", "Đài vẫn phát.", *drawn(model, "general")[1:]),
    }
    again = report(golden_month(), edited=edited)
    write_docx(again, tmp_path / "a.docx")
    said = [paragraph.text for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert "Đài vẫn phát." in said
    assert drawn(model, "general")[0] not in said
    assert report_json(again)["edited"] == ["general"]
    before, after = report_json(model), report_json(again)
    for one in (before, after):
        del one["narrative"], one["edited"]
    assert before == after


def test_a_section_can_be_emptied(report: Any) -> None:
    """A heading without a paragraph leaves the section without words."""
    model = report(golden_month())
    text = narrative_text(model).replace("\n\n".join(drawn(model, "suggestions")), "")
    edited = read_narrative(text, "a.md")
    assert edited is not None
    assert edited.paragraphs == {"suggestions": ()}


def test_stale_words_are_told(report: Any) -> None:
    """Only where the figures behind an edited section have changed since."""
    model = report(golden_month())
    text = narrative_text(model)
    for section in ("general", "emergencies"):
        text = text.replace(drawn(model, section)[0], "Viết lại.")
    edited = read_narrative(text, "a.md")
    assert stale_sections(report(golden_month(), edited=edited)) == []
    other = report(full_month(), edited=edited)
    assert set(stale_sections(other)) == {"general", "emergencies"}


def test_mistakes_are_told_at_once(report: Any) -> None:
    """A heading that names no section, or one twice: each with its line and the nearest name."""
    text = narrative_text(report(golden_month()))
    broken = text.replace("## general:", "## genral:") + "## closing: x [000000000000]\n\nAgain.\n"
    with pytest.raises(InputRefused) as refused:
        read_narrative(broken, "a.md")
    first, second = refused.value.findings
    assert broken.split("\n")[(first.line or 0) - 1].startswith("## genral:")
    assert "general" in first.advice
    assert (second.line, "closing" in second.message) == (broken.count("\n") - 2, True)


def test_other_encodings_and_line_ends(report: Any, tmp_path: Path) -> None:
    """Notepad's byte-order mark and line ends are taken; what is no UTF-8 is refused with what to do."""
    path = tmp_path / "a.md"
    text = narrative_text(report(golden_month()))
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_narrative_file(path) is None
    path.write_bytes(text.encode("utf-16"))
    with pytest.raises(InputRefused, match="UTF-8"):
        read_narrative_file(path)
    assert read_narrative_file(tmp_path / "none.md") is None


@given(st.dictionaries(st.sampled_from(sorted(SECTIONS)), st.lists(st.text("aá #[]:.\n", min_size=1), max_size=3)))
def test_what_a_page_saves_is_read_back(texts: dict[str, list[str]]) -> None:
    """Whatever is typed into a section comes back as those words, in that section, and in no other."""
    from datetime import UTC, datetime

    from loa.reports import period_from_text, period_report
    from tests.reports.synthetic import HEAD, SUBJECT

    model = period_report(
        MonthRows().records,
        period=period_from_text("2026-11"),
        subject=SUBJECT,
        made_at=datetime(2026, 12, 1, tzinfo=UTC),
        ledger_head=HEAD,
        ledger_rows=0,
        rehearsal=False,
    )
    said = {name: tuple(words for one in own if (words := " ".join(one.split()))) for name, own in texts.items()}
    edited = read_narrative(narrative_text(model, said), "a.md")
    found = dict(edited.paragraphs) if edited else {}
    for name, own in said.items():
        assert found.get(name, tuple(drawn(model, name))) == own
