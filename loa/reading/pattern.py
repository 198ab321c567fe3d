"""Regular expressions compiled when first asked: a hundred of them at import would cost a tenth of a second."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_METHODS = ("match", "fullmatch", "search", "finditer", "split", "sub")


class Pattern:
    """A regular expression with the methods of `re.Pattern` that the room uses.

    The methods lie in slots that the first use fills, so that a later use costs what a compiled pattern does.
    Two threads that come first at once fill them with the same.

    Parameters
    ----------
    source
        The regular expression.
    flags
        Flags of `re`.
    """

    __slots__ = ("_flags", "_source", *_METHODS)

    match: Callable[..., re.Match[str] | None]
    fullmatch: Callable[..., re.Match[str] | None]
    search: Callable[..., re.Match[str] | None]
    finditer: Callable[..., Iterator[re.Match[str]]]
    split: Callable[..., list[str]]
    sub: Callable[..., str]

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        """Compile at the first use of a method: it is called for an unfilled slot only."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
