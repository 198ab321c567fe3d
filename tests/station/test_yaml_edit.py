"""An edit of one field leaves everything else in the file as it was, and means what it says."""

from __future__ import annotations

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from loa.errors import Conflict
from loa.station.yaml_edit import (
    with_field,
    with_first_member,
    with_group,
    without_field,
    without_member,
    written,
)

TEXT = """\
# Khung giờ của đài
slots:
  sang:            # buổi sáng
    programme: sang
    at: "05:30"    # sớm hơn vào mùa hè
    except:
      # Tết
      - lunar: mùng 1 Tết
        skip: yes

      - dates: 2/9
        at: ["07:00", "17:00"]
  # buổi chiều
  chieu:
    programme: sang
    at:
      - "12:00"    # trưa
      - "17:30"
    days: [T2, T3]
# hết
"""


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that only one of two texts has."""
    old, new = before.split("\n"), after.split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_value_is_exchanged_and_its_comment_stays() -> None:
    """Only the characters of the value change."""
    after = with_field(TEXT, ["slots", "sang", "at"], '"06:00"')
    assert changed(TEXT, after) == (
        ['    at: "05:30"    # sớm hơn vào mùa hè'],
        ['    at: "06:00"    # sớm hơn vào mùa hè'],
    )


def test_a_list_on_lines_becomes_one_line() -> None:
    """A list written with dashes is replaced whole, and the next field stays."""
    after = with_field(TEXT, ["slots", "chieu", "at"], '["12:00", "18:00"]')
    assert yaml.safe_load(after)["slots"]["chieu"] == {
        "programme": "sang",
        "at": ["12:00", "18:00"],
        "days": ["T2", "T3"],
    }
    assert "# buổi chiều" in after
    assert after.endswith("# hết\n")


def test_a_field_is_added_at_the_end_of_its_group() -> None:
    """A new field stands in the group, not behind the comments after it."""
    after = with_field(TEXT, ["slots", "sang", "late_min"], "20")
    assert yaml.safe_load(after)["slots"]["sang"]["late_min"] == 20
    assert changed(TEXT, after) == ([], ["    late_min: 20"])


def test_a_field_is_taken_out_with_its_lines() -> None:
    """What is gone is gone, also a list of groups; a missing field changes nothing."""
    after = without_field(TEXT, ["slots", "sang", "except"])
    assert "except" not in yaml.safe_load(after)["slots"]["sang"]
    assert "# buổi chiều" in after
    assert without_field(TEXT, ["slots", "sang", "days"]) == TEXT


def test_a_member_comes_first_and_goes_again() -> None:
    """A new exception stands before the others, with or without a list; taken out, the file is as it was."""
    path = ["slots", "sang", "except"]
    after = with_first_member(TEXT, path, {"dates": "28/11/2026", "at": '"06:15"'})
    assert yaml.safe_load(after)["slots"]["sang"]["except"][0] == {"dates": "28/11/2026", "at": "06:15"}
    assert without_member(after, [*path, 0]) == TEXT
    made = with_first_member(TEXT, ["slots", "chieu", "except"], {"dates": "28/11/2026", "skip": '"yes"'})
    assert yaml.safe_load(made)["slots"]["chieu"]["except"] == [{"dates": "28/11/2026", "skip": "yes"}]
    assert without_member(made, ["slots", "chieu", "except", 0]) == TEXT


def test_a_group_is_added_at_the_end() -> None:
    """A new slot stands below the last one, before the closing comment."""
    after = with_group(TEXT, ["slots", "moi"], {"programme": "sang", "at": '"09:00"'})
    assert yaml.safe_load(after)["slots"]["moi"] == {"programme": "sang", "at": "09:00"}
    assert after.index("# hết") > after.index("moi:")
    with pytest.raises(Conflict):
        with_group(TEXT, ["slots", "sang"], {"programme": "sang"})


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: {b: 1}\n", ["a", "c"]),
        ("a: 1\n", ["b", "c"]),
        ("a: [1, {b: 2}]\n", ["a", 5, "b"]),
        ("", ["a"]),
        ("a: [\n", ["a"]),
        ("- a\n", ["a"]),
    ],
)
def test_what_is_not_understood_is_refused(text: str, path: list[str | int]) -> None:
    """Never guessed: the operator is told to use an editor."""
    with pytest.raises(Conflict):
        with_field(text, path, "1")


def test_a_file_without_its_last_line_break() -> None:
    """A field is added on a line of its own there too."""
    assert with_field("a: 1", ["b"], "2") == "a: 1\nb: 2\n"
    assert with_field("a:", ["a"], "2") == "a: 2"
    assert with_field("a: |\n  x\n  y\nb: 1\n", ["a"], "z") == "a: z\nb: 1\n"


@given(st.text(max_size=30))
def test_what_is_written_means_exactly_that(text: str) -> None:
    """Any text comes back as it was, whatever YAML thinks of its signs."""
    line = f"a: {written(text)}\n"
    node = yaml.compose(line, Loader=yaml.SafeLoader)
    assert isinstance(node, yaml.MappingNode)
    assert node.value[0][1].value == text
    assert "\n" not in written(text)


KEYS = st.text(string.ascii_lowercase, min_size=1, max_size=4)
VALUES = st.text("abc 09:#-\"'", min_size=0, max_size=8)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=6), st.data())
def test_any_field_of_any_group_can_be_set(fields: dict[str, str], data: st.DataObject) -> None:
    """After an edit every other field holds what it held."""
    text = "top:\n" + "".join(f"  {name}: {written(value)}  # {name}\n" for name, value in fields.items())
    name, value = data.draw(st.sampled_from([*fields, "new"])), data.draw(VALUES)
    after = with_field(text, ["top", name], written(value))
    node = yaml.compose(after, Loader=yaml.SafeLoader)
    assert isinstance(node, yaml.MappingNode)
    got = {key.value: one.value for key, one in node.value[0][1].value}
    assert got == fields | {name: value}
    assert all(f"  # {one}\n" in after for one in fields)
