"""The house keeps its walls: who may import whom, who may read a clock, and that every file says what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "loa"
FILES = sorted(HOUSE.rglob("*.py"))
GROUND = {
    "air_rules",
    "checked_yaml",
    "clock",
    "console_settings",
    "equipment",
    "errors",
    "files",
    "language",
    "programs",
    "settings",
    "slug",
    "sound_settings",
    "speech_settings",
}
EVERY_ROOM = {
    "reading",
    "calendar",
    "bulletins",
    "voices",
    "sound",
    "timetable",
    "ledger",
    "playout",
    "reports",
    "station",
}
MAY_USE: dict[str, set[str]] = {
    **{name: set() for name in GROUND},
    "reading": set(),
    "calendar": set(),
    "bulletins": set(),
    "voices": set(),
    "sound": {"voices"},  # what a voice spoke (Clip) is what the sound room takes in
    "timetable": {"calendar", "bulletins"},
    "ledger": set(),
    "playout": {"timetable", "ledger", "sound"},
    "reports": {"ledger"},
    "station": EVERY_ROOM,
    "cli": {"station"},
    "console": {"station"},
    "__init__": set(),
    "__main__": {"cli"},
}
CLOCK_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.sleep",
    "time.monotonic",
    "time.perf_counter",
    "time.time_ns",
    "time.monotonic_ns",
    "time.localtime",
}


def room(path: Path) -> str:
    """Return the room a file of the house lies in."""
    first = path.relative_to(HOUSE).parts[0]
    return first.removesuffix(".py")


def only_for_types(node: ast.AST) -> bool:
    """Return whether `node` is an ``if TYPE_CHECKING:`` block: it imports nothing when the program runs."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def running_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every node of a file but those that only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if not only_for_types(node):
            yield node
            yield from running_nodes(node)


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield every module of the house that a file imports, wherever in the file, with its line."""
    for node in running_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name.split(".")[0] == "loa")
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "loa":
            names = [f"loa.{alias.name}" for alias in node.names] if node.module == "loa" else [node.module]
            yield from ((name, node.lineno) for name in names)


def attribute(node: ast.Attribute) -> str:
    """Return the last two names of ``a.b.c``."""
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return f"{name}.{node.attr}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_a_file_keeps_the_walls(path: Path) -> None:
    """A room imports only from rooms above it in the table of the design, inside functions too; nothing is relative."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    here = room(path)
    assert here in MAY_USE, f"{here} is no room of the design"
    relative = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert not relative
    allowed = MAY_USE[here] | GROUND | {here}
    wrong = [
        f"{path}:{line} imports {name}"
        for name, line in imported(tree)
        if name not in {"loa", "loa.__version__"} and name.split(".")[1] not in allowed
    ]
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_a_file_says_what_it_is_for(path: Path) -> None:
    """Every file in the house begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name != "clock.py"], ids=lambda path: path.relative_to(HOUSE).as_posix()
)
def test_time_is_an_argument(path: Path) -> None:
    """Only clock.py reads a clock or sleeps (rule 1), neither as ``time.sleep`` nor as ``from time import sleep``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrong = [
        f"{path}:{node.lineno} {attribute(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and attribute(node) in CLOCK_CALLS
    ]
    wrong += [
        f"{path}:{node.lineno} from time import {alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
    ]
    assert not wrong


def test_the_walls_are_seen() -> None:
    """The test of the walls sees an import inside a function and in a class, and passes over those for types."""
    tree = ast.parse(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from loa.reading import Reading\n"
        "def f():\n    import loa.ledger.rows\n"
        "class A:\n    from loa import playout\n"
    )
    assert list(imported(tree)) == [("loa.ledger.rows", 5), ("loa.playout", 7)]
