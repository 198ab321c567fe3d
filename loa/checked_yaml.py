"""YAML that an operator wrote, read with line numbers and checked field by field, all mistakes in one pass.

Only the syntax comes from PyYAML: its ``compose`` gives the tree with places and raw text, so a time such as ``5:30``
stays the text ``5:30`` and ``no`` stays ``no``; what a field means is decided by the code that reads the field.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import TypeVar

import yaml

from loa.errors import Finding, InputRefused, Severity
from loa.language import translate as _

T = TypeVar("T")

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NEAR = 0.6  # difflib's likeness from which a name counts as a misspelling of another
_TIME = re.compile(r"([0-9]{1,2})[:hg]([0-9]{2})")


@dataclass(slots=True)
class Findings:
    """Collects the mistakes of one file.

    Attributes
    ----------
    file
        Path as the operator knows it.
    first_line
        Added to every line number: where the YAML begins in the file, minus one.
    """

    file: str
    first_line: int = 0
    found: list[Finding] = field(default_factory=list)

    def add(
        self,
        message: str,
        advice: str,
        *,
        line: int | None = None,
        name: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note one mistake at `line` (counted in the YAML text, from 1) and field `name`."""
        self.found.append(
            Finding(
                file=self.file,
                line=None if line is None else line + self.first_line,
                field=name,
                message=message,
                advice=advice,
                severity=severity,
            )
        )

    def raise_if_any(self) -> None:
        """Raise InputRefused where an error (not only warnings) was noted."""
        if any(finding.severity is Severity.ERROR for finding in self.found):
            raise InputRefused(self.found)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A plain value: its text as written and its line."""

    text: str
    line: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Sequenced:
    """A list and its line."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping, its keys in file order with their lines, and the line it begins on."""

    entries: dict[str, tuple[int, Node]]
    line: int


Node = Scalar | Sequenced | Mapped


def read_text(path: Path, findings: Findings) -> str | None:
    """Return the text of a file, or note why it cannot be read (missing, not UTF-8, BOM) and return None."""
    try:
        content = path.read_bytes()
    except OSError as error:
        findings.add(
            _("The file cannot be read ({error}).").format(error=error.strerror or error),
            _("Check that it exists and may be read."),
        )
        return None
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        findings.add(
            _("The file begins with a byte order mark (BOM)."),
            _("Save it again with the encoding “UTF-8” (not “UTF-8 with BOM”, not “Unicode”)."),
            line=1 - findings.first_line,
        )
        return None
    if not content.strip():
        findings.add(_("The file is empty."), _("Write it again, put a copy back, or delete it."))
        return None
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1 - findings.first_line
        findings.add(
            _("The file is not UTF-8 text."),
            _("Open it in the program it was written with and save it again with the encoding “UTF-8”."),
            line=line,
        )
        return None


def parse(text: str, findings: Findings) -> Mapped | None:
    """Return the mapping that YAML `text` holds, or note why it is none and return None.

    Keys that stand twice, tabs, values used again and every syntax error are noted with their line.
    """
    if _has_tabs(text, findings):
        return None
    try:
        node = yaml.compose(text, Loader=_Loader)
        tree = Mapped({}, 1) if node is None else _tree(node, findings, set())
    except RecursionError:
        findings.add(_("The brackets are nested too deeply."), _("Write lists with a dash on each line."), line=1)
        return None
    except _NotForUsError as error:
        findings.add(error.message, error.advice, line=error.line)
        return None
    except yaml.YAMLError as error:
        _not_yaml(text, error, findings)
        return None
    if not isinstance(tree, Mapped):
        findings.add(_("The file must hold fields, each as “name: value”."), _("See the guide for an example."), line=1)
        return None
    return tree


class _NotForUsError(Exception):
    """YAML that is right, but that no field of ours takes."""

    def __init__(self, message: str, advice: str, line: int) -> None:
        self.message, self.advice, self.line = message, advice, line
        super().__init__(message)


def _has_tabs(text: str, findings: Findings) -> bool:
    tabbed = [number for number, row in enumerate(text.split("\n"), 1) if "\t" in row[: len(row) - len(row.lstrip())]]
    for number in tabbed:
        findings.add(_("A tab stands at the beginning of the line."), _("Write spaces instead."), line=number)
    return bool(tabbed)


def _not_yaml(text: str, error: yaml.YAMLError, findings: Findings) -> None:
    if not isinstance(error, yaml.MarkedYAMLError):
        position: int | None = getattr(error, "position", None)
        findings.add(
            _("The file holds a sign that YAML forbids."),
            _("Delete invisible signs, or type the text again."),
            line=None if position is None else text.count("\n", 0, position) + 1,
        )
        return
    mark = error.problem_mark or error.context_mark
    findings.add(
        _("The line cannot be understood as YAML ({problem}).").format(problem=error.problem or error.context),
        _(
            "Check colons, indentation and quotation marks; a text with a colon or a leading special sign needs "
            "quotation marks."
        ),
        line=None if mark is None else min(mark.line + 1, text.rstrip("\n").count("\n") + 1),
    )


def _tree(node: yaml.Node, findings: Findings, seen: set[int]) -> Node:
    line = node.start_mark.line + 1
    if id(node) in seen:  # an alias: the same node again, perhaps inside itself
        raise _NotForUsError(
            _("The value after “&” is used again with “*”."), _("Write the value out in each place."), line
        )
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if "\0" in node.value:
            raise _NotForUsError(_("The text holds a zero byte (\\0)."), _("Delete it."), line)
        return Scalar(node.value, line, quoted=node.style in {"'", '"', "|", ">"})
    if isinstance(node, yaml.SequenceNode):
        return Sequenced(tuple(_tree(inner, findings, seen) for inner in node.value), line)
    entries: dict[str, tuple[int, Node]] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            findings.add(_("A field name must be plain text."), _("Write it as “name: value”."), line=key_line)
            continue
        if key_node.value in entries:
            findings.add(
                _("The field “{name}” stands twice (first in line {line}).").format(
                    name=key_node.value, line=entries[key_node.value][0] + findings.first_line
                ),
                _("Delete one of the two."),
                line=key_line,
                name=key_node.value,
            )
            continue
        entries[key_node.value] = (key_line, _tree(value_node, findings, seen))
    return Mapped(entries, line)


class Fields:
    """The fields of one mapping, taken one by one; what was not taken is reported as unknown.

    Parameters
    ----------
    mapping
        What was parsed.
    findings
        Where mistakes go.
    where
        Name put before field names in messages, such as ``slots.sang``; empty at the top of a file.
    """

    def __init__(self, mapping: Mapped, findings: Findings, where: str = "") -> None:
        self.mapping = mapping
        self.findings = findings
        self.where = where
        self._taken: set[str] = set()
        self._missing: dict[str, Finding] = {}

    def name(self, key: str) -> str:
        """Return `key` with the place it stands in."""
        return ".".join(part for part in (self.where, key) if part)

    def line(self, key: str) -> int:
        """Return the line of `key`, or of the mapping where the field is absent."""
        entry = self.mapping.entries.get(key)
        return self.mapping.line if entry is None else entry[0]

    def refuse(self, key: str, message: str, advice: str) -> None:
        """Note a mistake in field `key`."""
        self.findings.add(message, advice, line=self.line(key), name=self.name(key))

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """Take field `key` as it is; None where absent (noted as a mistake if `required`)."""
        self._taken.add(key)
        entry = self.mapping.entries.get(key)
        if entry is None or (isinstance(entry[1], Scalar) and entry[1].text in {"", "~"} and not entry[1].quoted):
            if required:
                self.refuse(
                    key, _("The field “{name}” is missing.").format(name=key), _("Add it; it may not be empty.")
                )
                if entry is None:
                    self._missing[key] = self.findings.found[-1]
            return None
        return entry[1]

    def value(self, key: str, convert: Callable[[str], T], *, required: bool = False, advice: str) -> T | None:
        """Take a plain field and convert its text; ValueError from `convert` is noted with `advice`."""
        node = self.node(key, required=required)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.refuse(key, _("The field “{name}” takes one value.").format(name=key), advice)
            return None
        try:
            return convert(node.text)
        except ValueError:
            self.refuse(
                key, _("“{text}” cannot stand in the field “{name}”.").format(text=node.text[:60], name=key), advice
            )
            return None

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """Take a text field."""
        return self.value(key, str, required=required, advice=_("Write one line of text.")) or default

    def date(self, key: str) -> date | None:
        """Take a date, written ``2026-11-23`` or ``23/11/2026``."""
        return self.value(key, date_from_text, advice=_("Write a date as 23/11/2026 or 2026-11-23."))

    def time(self, key: str, *, required: bool = False) -> time | None:
        """Take a time of day, written ``05:30`` (``5h30`` too)."""
        return self.value(
            key, time_from_text, required=required, advice=_("Write a time of day from 00:00 to 23:59, such as 05:30.")
        )

    def number(
        self, key: str, default: float, *, low: float, high: float, required: bool = False, whole: bool = False
    ) -> float:
        """Take a number between `low` and `high`, both allowed."""

        def convert(text: str) -> float:
            value = float(int(text)) if whole else float(text.replace(",", "."))
            if not low <= value <= high:
                raise ValueError
            return value

        advice = _("Write a number from {low:g} to {high:g}.").format(low=low, high=high)
        taken = self.value(key, convert, required=required, advice=advice)
        return default if taken is None else taken

    def choice(self, key: str, choices: Iterable[str], default: str, *, required: bool = False) -> str:
        """Take one of `choices`; a near miss is named in the message."""
        known = list(choices)

        def convert(text: str) -> str:
            if text not in known:
                raise ValueError
            return text

        node = self.mapping.entries.get(key)
        written = node[1].text if node and isinstance(node[1], Scalar) else ""
        taken = self.value(key, convert, required=required, advice=choose_from(written, known))
        return default if taken is None else taken

    def texts(self, key: str, *, required: bool = False, may_be_empty: bool = False) -> tuple[tuple[str, int], ...]:
        """Take a list of plain texts, each with its line; a single text counts as a list of one."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        if isinstance(node, Sequenced) and not node.items and not may_be_empty:
            self.refuse(
                key,
                _("The list “{name}” is empty.").format(name=key),
                _("Write at least one text in it, or delete it."),
            )
        items: Sequence[Node] = node.items if isinstance(node, Sequenced) else (node,)
        taken: list[tuple[str, int]] = []
        for item in items:
            if isinstance(item, Scalar):
                taken.append((item.text, item.line))
            else:
                self.findings.add(
                    _("The list “{name}” takes plain texts.").format(name=key),
                    _("Write one text after each dash."),
                    line=item.line,
                    name=self.name(key),
                )
        return tuple(taken)

    def fields(self, key: str, *, required: bool = False) -> Fields | None:
        """Take a field that holds fields of its own."""
        node = self.node(key, required=required)
        if node is None:
            return None
        if not isinstance(node, Mapped):
            self.refuse(
                key, _("The field “{name}” holds fields of its own.").format(name=key), _("Indent them below it.")
            )
            return None
        return Fields(node, self.findings, self.name(key))

    def each(self, key: str) -> Iterable[tuple[str, Fields]]:
        """Take a field that holds named groups of fields; yield each name with its fields."""
        group = self.fields(key)
        if group is None:
            return
        for name in group.mapping.entries:
            inner = group.fields(name, required=True)
            if inner is not None:
                yield name, inner

    def listed(self, key: str) -> Iterable[Fields]:
        """Take a list whose members hold fields; yield the fields of each."""
        node = self.node(key)
        if node is None:
            return
        if not isinstance(node, Sequenced):
            self.refuse(key, _("The field “{name}” is a list.").format(name=key), _("Begin each member with a dash."))
            return
        for number, item in enumerate(node.items, 1):
            if isinstance(item, Mapped):
                yield Fields(item, self.findings, f"{self.name(key)}[{number}]")
            else:
                self.findings.add(
                    _("This member of “{name}” has no field name.").format(name=key),
                    _("Write it as “- name: value”."),
                    line=item.line,
                    name=self.name(key),
                )

    def refuse_unknown(self) -> None:
        """Note every field that was not taken, with the nearest known name."""
        for key, (line, _node) in self.mapping.entries.items():
            if key not in self._taken:
                meant = difflib.get_close_matches(key, sorted(self._taken), n=1, cutoff=NEAR)
                missing = self._missing.pop(meant[0], None) if meant else None
                if missing is not None:  # a misspelt field is one mistake, not two
                    self.findings.found[:] = [finding for finding in self.findings.found if finding is not missing]
                self.findings.add(
                    _("There is no field “{name}”.").format(name=key),
                    choose_from(key, sorted(self._taken)),
                    line=line,
                    name=self.name(key),
                )


def choose_from(written: str, known: Sequence[str]) -> str:
    """Return the advice to write the nearest of `known`, or one of them all."""
    near = difflib.get_close_matches(written, known, n=1, cutoff=NEAR)
    if near:
        return _("Did you mean “{name}”?").format(name=near[0])
    return _("Write one of: {names}.").format(names=", ".join(known))


def line_of(path: Path, field: str, text: str) -> int | None:
    """Return the line on which `text` stands in `field` of the YAML file at `path`, as far as it can be found."""
    aside = Findings(path.name)
    content = read_text(path, aside)
    mapping = None if content is None else parse(content, aside)
    if mapping is None or field not in mapping.entries:
        return None
    line, node = mapping.entries[field]
    items: Sequence[Node] = node.items if isinstance(node, Sequenced) else (node,)
    return next((item.line for item in items if isinstance(item, Scalar) and item.text == text), line)


def date_from_text(text: str) -> date:
    """Return the date written ``2026-11-23`` or ``23/11/2026``. Raises ValueError on anything else."""
    if written := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text):
        return date(int(written[3]), int(written[2]), int(written[1]))
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def time_from_text(text: str) -> time:
    """Return the time of day written ``05:30`` or ``5h30``. Raises ValueError on anything else."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]))
