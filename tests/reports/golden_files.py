"""Golden files: what a report said when somebody last looked at it. ``LOA_GOLDEN=write`` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).with_name("golden")


def assert_golden(name: str, text: str) -> None:
    """Compare `text` with the golden file `name`."""
    path = FOLDER / name
    if os.environ.get("LOA_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), f"{name} differs; look at it, then LOA_GOLDEN=write pytest"
