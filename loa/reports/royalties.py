"""What authors are paid by: their works of each genre that were heard (Decree 49/2024/NĐ-CP has stations pay for their own)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from loa.ledger import AsRunItem
from loa.reports.figures import Items, is_bulletin


@dataclass(frozen=True, slots=True, kw_only=True)
class Royalty:
    """What one author had on the loudspeakers, of one genre.

    Attributes
    ----------
    author
        As the bulletins name them; empty where they name nobody.
    works
        Different bulletins.
    plays, played_s
        How often they were heard, and how long in all, in seconds.
    work_s
        Length of the works, each once, in seconds: the longest that was heard of each.
    titles
        Of the works, in order of name.
    rows
        Ledger rows of the items.
    """

    author: str
    genre: str
    works: int
    plays: int
    work_s: float
    played_s: float
    titles: tuple[str, ...]
    rows: tuple[int, ...]


def royalties(items: Items) -> tuple[Royalty, ...]:
    """Return works by author and genre, authors in order of name, nobody's last."""
    by_key: dict[tuple[str, str], list[AsRunItem]] = {}
    for record, item in items:
        if record.heard and is_bulletin(item) and item.kind == "bulletin" and item.played_s > 0:
            by_key.setdefault((item.author.strip(), item.genre), []).append(item)
    order = sorted(by_key, key=lambda key: (not key[0], key))
    return tuple(_royalty(author, genre, by_key[author, genre]) for author, genre in order)


def _royalty(author: str, genre: str, own: list[AsRunItem]) -> Royalty:
    longest: dict[str, float] = {}
    for item in own:
        longest[item.item] = max(longest.get(item.item, 0.0), item.played_s)
    titles = {item.item: item.title or item.item for item in own}
    return Royalty(
        author=author,
        genre=genre,
        works=len(longest),
        plays=len(own),
        work_s=math.fsum(longest.values()),
        played_s=math.fsum(item.played_s for item in own),
        titles=tuple(title for _name, title in sorted(titles.items())),
        rows=tuple(item.row for item in own),
    )
