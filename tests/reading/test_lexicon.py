"""The station's own words: whole word, capitals as written, longest first, above every rule."""

import pytest

from loa.reading import Lexicon, read


def said(written: str, **entries: str) -> str:
    """Return what is read with these entries, spaces of a key written as ``_``."""
    return read(written, lexicon=Lexicon({key.replace("_", " "): value for key, value in entries.items()})).spoken


def test_entry_overrides_the_rules() -> None:
    """The commune knows best how its names and abbreviations are said."""
    assert said("CT UBND xã họp", CT="chánh trị") == "chánh trị ủy ban nhân dân xã họp"


def test_entry_that_begins_in_small_letters_and_goes_on_in_capitals() -> None:
    """A name of several words is found wherever the run of plain words ends."""
    assert said("bà con ở xã Minh Đức họp", xã_Minh_Đức="xã anh hùng") == "bà con ở xã anh hùng họp"
    assert said("bà con ở ấp sóc lớn đến họp", sóc_lớn="sóc to") == "bà con ở ấp sóc to đến họp"


def test_longest_first_whole_word_and_case() -> None:
    """Neither a part of a word nor other capitals are taken."""
    assert said("Bù Đốp, bù đốp, Bù Đốpx, Bù", Bù="bu", Bù_Đốp="bu đốp") == "bu đốp, bù đốp, bu đốpx, bu"


@pytest.mark.parametrize("spoken", ["", "5 giờ", "a/b"])
def test_what_cannot_be_said_is_refused(spoken: str) -> None:
    """An entry that a voice would stumble over is refused."""
    with pytest.raises(ValueError, match="A1"):
        Lexicon({"A1": spoken})
