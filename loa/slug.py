"""Names that files, voices, topics and slots may have."""

from __future__ import annotations

import re

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Return whether `text` may name a bulletin, a topic, a programme or a slot: a-z, 0-9 and single hyphens."""
    return bool(_SLUG.fullmatch(text))
