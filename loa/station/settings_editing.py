"""Changing single values of ``station.yaml`` for the operator: comments, order and everything else stay as they are."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loa.checked_yaml import Findings, Mapped, Scalar, Sequenced, parse
from loa.errors import Conflict, InputRefused
from loa.files import write_text
from loa.language import translate as _
from loa.settings import STATION_FILE, StationSettings, read_settings


def change_settings(root: Path, changes: Mapping[str, str]) -> StationSettings:
    """Give fields of ``station.yaml`` new values, or change nothing.

    Parameters
    ----------
    changes
        Field to value; a field of a group is named ``output.device``.

    Raises
    ------
    InputRefused
        The file would then have mistakes, or has some already.
    Conflict
        The file is written in a way that cannot be changed by itself.
    """
    path = root / STATION_FILE
    old = path.read_text(encoding="utf-8")
    new = old
    for name, value in changes.items():
        new = _with_value(new, *name.split("."), value=value)
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / STATION_FILE).write_text(new, encoding="utf-8")
        settings = read_settings(Path(scratch))
    wanted = _values(old)
    for name, value in changes.items():
        group, _dot, key = name.rpartition(".")
        wanted[group, key] = value
    if _values(new) != wanted:
        message = _("“{name}” cannot be changed from here. Open station.yaml and write it there: {value}")
        raise Conflict("\n".join(message.format(name=name, value=value) for name, value in changes.items()))
    if new != old:
        write_text(path, new)
    return settings


def _with_value(text: str, *names: str, value: str) -> str:
    """Return `text` with the field's line written anew, or added."""
    lines = text.split("\n")
    written = json.dumps(value, ensure_ascii=False)  # a JSON string is a YAML string
    first, last = 0, len(lines)
    if len(names) == 2:  # noqa: PLR2004 - a group and its field
        group = next(
            (number for number, line in enumerate(lines) if re.match(rf"{re.escape(names[0])}:\s*(#|$)", line)), None
        )
        if group is None:
            return f"{text.rstrip()}\n\n{names[0]}:\n  {names[1]}: {written}\n"
        first = group + 1
        last = next(
            (n for n in range(first, len(lines)) if lines[n][:1].strip() and not lines[n].startswith("#")), last
        )
    indent = " +" if len(names) == 2 else ""  # noqa: PLR2004
    field = re.compile(rf"({indent}){re.escape(names[-1])}:(?:\s.*)?$")
    for number in range(first, last):
        found = field.match(lines[number])
        if found:
            comment = re.search(r"\s+#[^\"']*$", lines[number])
            lines[number] = f"{found[1]}{names[-1]}: {written}{comment[0] if comment else ''}"
            return "\n".join(lines)
    if len(names) == 2:  # noqa: PLR2004
        lines.insert(first, f"  {names[1]}: {written}")
        return "\n".join(lines)
    return f"{text.rstrip()}\n{names[0]}: {written}\n"


def _values(text: str) -> dict[tuple[str, str], Any]:
    """Return every value of the file by group (empty at the top) and field. Raises InputRefused."""
    findings = Findings(STATION_FILE)
    tree = parse(text, findings)
    if tree is None:
        raise InputRefused(findings.found)
    found: dict[tuple[str, str], Any] = {}
    for key, (_line, node) in tree.entries.items():
        if isinstance(node, Mapped):
            found |= {(key, name): _plain(inner) for name, (_place, inner) in node.entries.items()}
        else:
            found["", key] = _plain(node)
    return found


def _plain(node: Any) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequenced):
        return [_plain(item) for item in node.items]
    return {key: _plain(inner) for key, (_line, inner) in node.entries.items()}
