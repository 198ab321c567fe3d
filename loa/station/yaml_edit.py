"""Edits of a YAML file an operator wrote: one field at a time, comments and order kept. Pure: text in, text out.

PyYAML tells where a value begins and ends; only those characters are exchanged. Whoever saves the result reads it again
and compares: what this module does not understand is refused, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeGuard

import yaml

from loa.errors import Conflict
from loa.language import translate as _

Step = str | int
INDENT = 2
LONGEST_JSON = 0xFFFF  # beyond it JSON writes two halves, which YAML does not put together


def with_field(text: str, path: Sequence[Step], value: str) -> str:
    """Return `text` with the field at `path` set to `value`, added at the end of its group where it was missing.

    Parameters
    ----------
    path
        Names of fields, and numbers (from 0) of members of lists, from the top of the file.
    value
        YAML on one line, such as `written` gives.

    Raises
    ------
    Conflict
        There is no such group, or it is written in a way that cannot be edited here.
    """
    group = _walk(_composed(text), path[:-1])
    if not isinstance(group, yaml.MappingNode):
        raise too_odd()
    for key, node in group.value:
        if key.value == path[-1]:
            return _replaced(text, node, value)
    if group.flow_style or not group.value:
        raise too_odd()
    indent = " " * group.value[0][0].start_mark.column
    return _line_after(text, _end(group), f"{indent}{path[-1]}: {value}")


def without_field(text: str, path: Sequence[Step]) -> str:
    """Return `text` without the field at `path`, its lines gone; unchanged where there is none. Raises Conflict."""
    group = _walk(_composed(text), path[:-1])
    if not isinstance(group, yaml.MappingNode) or group.flow_style:
        raise too_odd()
    for key, node in group.value:
        if key.value == path[-1]:
            return _without(text, key.start_mark.index, max(key.end_mark.index, _end(node)))
    return text


def with_first_member(text: str, path: Sequence[Step], member: Mapping[str, str]) -> str:
    """Return `text` with `member` put before the others of the list at `path`, which is made where it is missing.

    Parameters
    ----------
    member
        Fields of the new member, each value YAML on one line.

    Raises
    ------
    Conflict
        The list is written in a way that cannot be edited here.
    """
    root = _composed(text)
    group = _walk(root, path[:-1])
    if not isinstance(group, yaml.MappingNode) or group.flow_style or not group.value:
        raise too_odd()
    column = group.value[0][0].start_mark.column
    for key, node in group.value:
        if key.value != path[-1]:
            continue
        if not isinstance(node, yaml.SequenceNode) or node.flow_style or not node.value:
            raise too_odd()
        start = text.rindex("\n", 0, node.value[0].start_mark.index) + 1
        dash = text[start : node.value[0].start_mark.index].index("-")
        return text[:start] + _member(member, dash) + text[start:]
    lines = f"{' ' * column}{path[-1]}:\n{_member(member, column + INDENT)}"
    return _line_after(text, _end(group), lines.rstrip("\n"))


def without_member(text: str, path: Sequence[Step]) -> str:
    """Return `text` without the member at `path`, whose last step is its number; an empty list goes too."""
    number = path[-1]
    listed = _walk(_composed(text), path[:-1])
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style or not isinstance(number, int):
        raise too_odd()
    if len(listed.value) == 1:
        return without_field(text, path[:-1])
    node = listed.value[number]
    start = text.rindex("\n", 0, node.start_mark.index) + 1
    return _without(text, start, _end(node))


def with_group(text: str, path: Sequence[str], fields: Mapping[str, str]) -> str:
    """Return `text` with a new named group of fields at `path`, at the end of the group above it. Raises Conflict."""
    group = _walk(_composed(text), path[:-1])
    if not isinstance(group, yaml.MappingNode) or group.flow_style or not group.value:
        raise too_odd()
    if any(key.value == path[-1] for key, _node in group.value):
        raise too_odd()
    column = group.value[0][0].start_mark.column
    lines = [f"\n{' ' * column}{path[-1]}:"]
    lines += [f"{' ' * (column + INDENT)}{name}: {value}" for name, value in fields.items()]
    return _line_after(text, _end(group), "\n".join(lines))


def written(value: str | Sequence[str]) -> str:
    """Return a text, or a list of texts, as YAML on one line that means exactly that; quoted where it must be."""
    if isinstance(value, str):
        return value if _is_plain(value) else _quoted(value)
    return "[" + ", ".join(map(_quoted, value)) + "]"


def _quoted(text: str) -> str:
    """Return `text` in double quotation marks; signs that YAML forbids are escaped."""
    return "".join(
        one
        if one.isprintable() or one == '"'
        else f"\\U{ord(one):08x}"
        if ord(one) > LONGEST_JSON
        else json.dumps(one)[1:-1]
        for one in json.dumps(text, ensure_ascii=False)
    )


def _is_plain(text: str) -> bool:
    """Return whether `text` may stand without quotation marks: read back by YAML, it is the same text."""
    if text != text.strip() or not text or not text.isprintable() or len(text.splitlines()) != 1 or text == "~":
        return False
    try:
        node = yaml.compose(f"a: {text}", Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    return (
        _is_mapping(node)
        and len(node.value) == 1
        and isinstance(node.value[0][1], yaml.ScalarNode)
        and node.value[0][1].value == text
        and node.value[0][1].style is None
    )


def _is_mapping(node: yaml.Node | None) -> TypeGuard[yaml.MappingNode]:
    return isinstance(node, yaml.MappingNode)


def _composed(text: str) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)  # the pure one: its marks count characters
    except yaml.YAMLError as error:
        raise too_odd() from error
    if node is None:
        raise too_odd()
    return node


def _walk(node: yaml.Node, path: Sequence[Step]) -> yaml.Node:
    for step in path:
        if isinstance(step, str) and isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(step, int) and isinstance(node, yaml.SequenceNode) and step < len(node.value):
            found = node.value[step]
        else:
            found = None
        if found is None:
            raise too_odd()
        node = found
    return node


def _end(node: yaml.Node) -> int:
    """Return where the last character of `node` stands; PyYAML puts the end of a block behind the comments after it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(last[0].end_mark.index, _end(last[1])) if isinstance(last, tuple) else _end(last)
    return int(node.end_mark.index)


def _replaced(text: str, node: yaml.Node, value: str) -> str:
    start, end = node.start_mark.index, _end(node)
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:  # a block: the value moves up to the field's line
        start = text.rindex(":", 0, start) + 1
        if text[start:].lstrip(" ")[:1] != "\n":
            raise too_odd()
        return f"{text[:start]} {value}{text[end:]}"
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        return f"{text[:start]}{value}\n{text[end:]}"
    gap = "" if start == end == 0 or text[start - 1] in " \n" else " "  # “name:” without a value
    return f"{text[:start]}{gap}{value}{text[end:]}"


def _member(fields: Mapping[str, str], column: int) -> str:
    lines = [f"{name}: {value}" for name, value in fields.items()]
    first, *others = lines
    return f"{' ' * column}- {first}\n" + "".join(f"{' ' * (column + INDENT)}{line}\n" for line in others)


def _line_after(text: str, end: int, lines: str) -> str:
    """Return `text` with `lines` put below the line in which character `end` stands."""
    if end and text[end - 1] == "\n":  # a block of text ends behind its line break
        return text[:end] + lines + "\n" + text[end:]
    break_at = text.find("\n", end)
    if break_at < 0:
        return f"{text}\n{lines}\n"
    return text[: break_at + 1] + lines + "\n" + text[break_at + 1 :]


def _without(text: str, start: int, end: int) -> str:
    """Return `text` without the whole lines from the one with `start` to the one with the character before `end`."""
    first = text.rfind("\n", 0, start) + 1
    if text[first:start].strip(" "):
        raise too_odd()
    break_at = text.find("\n", max(end - 1, start))
    return text[:first] + ("" if break_at < 0 else text[break_at + 1 :])


def too_odd() -> Conflict:
    """Return the error for a file that means something, but in a way that is not edited here."""
    return Conflict(
        _("This file is written in a way that cannot be edited here. Nothing was changed; edit it in a text editor.")
    )
