"""Text pasted from Word keeps its paragraphs and lists and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.station.hints import PersonalData, personal_data
from loa.station.pasted import text_from_html

WORD = """\
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {mso-style-name: x}</style><!--[if gte mso 9]>
<xml><w:WordDocument/></xml><![endif]--></head><body><!--StartFragment-->
<h1 style='text-align:center'>TH&Ocirc;NG B&Aacute;O</h1>
<p class=MsoNormal><b><span lang=VI style='font-size:14.0pt'>Kính thưa
 bà con!</span></b><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>Họp lúc 19 giờ</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list: Ignore'>2)<span>&nbsp;</span></span>Ở nhà văn hóa</p>
<table><tr><td><p>Ấp 1</p></td><td><p>thứ Hai</p></td></tr><tr><td>Ấp 2</td><td>thứ Ba</td></tr></table>
<p class=MsoNormal>Xin<br>cảm&nbsp;ơn.</p><script>alert(1)</script></body></html>
"""


def test_word_keeps_paragraphs_and_lists() -> None:
    """Bullets of a symbol font become dashes, Word's numbers stay, styles and comments go."""
    assert text_from_html(WORD) == (
        "## THÔNG BÁO\n\nKính thưa bà con!\n\n- Họp lúc 19 giờ\n2. Ở nhà văn hóa\n\n"
        "Ấp 1, thứ Hai\nẤp 2, thứ Ba\n\nXin\ncảm ơn."
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>Một</li><li><p>Hai</p></li></ul>", "- Một\n- Hai"),
        ("<ol><li>Một<li>Hai</ol><p>Hết</p>", "1. Một\n2. Hai\n\nHết"),
        ("<div>Một</div><div>Hai</div>", "Một\n\nHai"),
        ("chỉ có chữ", "chỉ có chữ"),
        ("1 < 2 và 3 > 2", "1 < 2 và 3 > 2"),
        ("<p>a</b></i></p><td>b", "a\n\nb"),
        ("<style>x", ""),
        ("", ""),
        ("<p>toa\u0300n da\u0302n\u200b</p>", "toàn dân"),
    ],
)
def test_html_of_any_source(html: str, text: str) -> None:
    """Lists of web pages, broken markup, plain text."""
    assert text_from_html(html) == text


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<li>",
                "<ol>",
                "</ol>",
                "<td>",
                "<tr>",
                "<!--",
                "<![",
                "a",
                "ạ b",
                "<span style='mso-list:Ignore'>",
                "</span>",
                "&nbsp;",
                "\x00",
            ]
        )
    )
)
def test_no_markup_breaks_it(parts: list[str]) -> None:
    """Whatever is pasted, plain lines come out."""
    text = text_from_html("".join(parts))
    assert all(one == "\n" or one.isprintable() for one in text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gọi anh Ba 0912 345 678 nhé", [("0912 345 678", PersonalData.MOBILE)]),
        ("gọi +84 912.345.678.", [("+84 912.345.678", PersonalData.MOBILE)]),
        ("CCCD 070190001234", [("070190001234", PersonalData.IDENTITY)]),
        ("chứng minh nhân dân số 285123456", [("285123456", PersonalData.IDENTITY)]),
        ("tổng số 285123456 đồng", []),
        ("gọi 0271 3000 113 hoặc 1900 1006, 113", []),
        ("trước ngày 31/12/2026, 24.500.000 đồng", []),
        ("999999999999 lượt", []),
    ],
)
def test_personal_data_is_pointed_out(text: str, found: list[tuple[str, PersonalData]]) -> None:
    """Private numbers are, offices' lines and amounts are not."""
    hints = personal_data(text)
    assert [(hint.written, hint.kind) for hint in hints] == found
    assert all(text[hint.start : hint.end] == hint.written and hint.sentence for hint in hints)
