"""Cutting a reading into the units a voice is given: a sentence each, long ones at commas, no number cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from loa.reading.grammar import Atom
from loa.reading.model import Pause, Phrase

LONGEST = 160
"""A sentence with more spoken characters is cut at its commas; voices lose their breath and their tune on it."""
_ENDS = frozenset(".!?\n")


def phrases(located: Iterable[tuple[Atom, int, int]]) -> list[Phrase]:
    """Return the phrases of a reading.

    Parameters
    ----------
    located
        Every stretch as read, with its half-open span in the source.
    """
    made: list[Phrase] = []
    clauses: list[tuple[str, int, int]] = []
    words: list[str] = []
    start = end = 0
    for atom, first, last in located:
        if atom.text:
            start = start if words else first
            end = last
            words.append(atom.text)
        if not atom.mark:
            continue
        if words:
            clauses.append((" ".join(words) + ("." if atom.mark == "\n" else atom.mark), start, end))
            words = []
        if atom.mark not in _ENDS:
            continue
        pause = Pause.PARAGRAPH if atom.mark == "\n" else Pause.SENTENCE
        if clauses:
            made.extend(_sentence(clauses, pause))
            clauses = []
        elif made and pause is Pause.PARAGRAPH:
            made[-1] = replace(made[-1], pause=pause)
    if words:
        clauses.append((" ".join(words), start, end))
    if clauses:
        made.extend(_sentence(clauses, Pause.SENTENCE))
    return made


def _sentence(clauses: list[tuple[str, int, int]], pause: Pause) -> Iterator[Phrase]:
    groups: list[list[tuple[str, int, int]]] = [[]]
    size = 0
    for clause in clauses:
        if groups[-1] and size + len(clause[0]) > LONGEST:
            groups.append([])
            size = 0
        groups[-1].append(clause)
        size += len(clause[0])
    for index, group in enumerate(groups):
        yield Phrase(
            text=" ".join(clause[0] for clause in group),
            pause=pause if index == len(groups) - 1 else Pause.PHRASE,
            start=group[0][1],
            end=group[-1][2],
        )
