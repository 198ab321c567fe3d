"""What may be a name."""

from __future__ import annotations

import pytest

from loa.slug import is_slug


@pytest.mark.parametrize(
    ("text", "good"),
    [("cchc", True), ("ban-tin-1", True), ("", False), ("-a", False), ("a--b", False), ("A", False), ("a b", False),
     ("tin_a", False), ("đài", False), ("../a", False), ("a\n", False)],
)  # fmt: skip
def test_names(text: str, good: bool) -> None:
    """A name is safe as a file name, in a key and in a command."""
    assert is_slug(text) is good
