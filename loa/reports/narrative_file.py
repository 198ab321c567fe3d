"""The paragraphs of a report as a text file that a person edits before signing: read, checked, written, found stale."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from loa.checked_yaml import choose_from
from loa.errors import Finding, InputRefused
from loa.language import translate as _
from loa.reports.model import Edited, ReportModel
from loa.reports.narrative import SECTIONS, drawn, section_title

_HEADING = re.compile(r"## *(?P<name>[^:\[]+?) *(?::[^\[]*)?(?:\[(?P<seen>[0-9a-f]{12})\])? *")
_SEEN_DIGITS = 12
_ESCAPED = re.compile(r"^(\\*#)")  # a paragraph that looks like a heading gets a backslash


def narrative_text(
    model: ReportModel, texts: Mapping[str, Sequence[str]] | None = None, seen: Mapping[str, str] | None = None
) -> str:
    """Return the text to edit.

    Parameters
    ----------
    texts
        Paragraphs by section; sections that are not named get those drawn from the figures.
    seen
        By section, what a person last saw (`Edited.seen`), where that is not what the figures give now.
    """
    parts = [
        f"# {_('Words of the report of {period}').format(period=model.period.title)}",
        _(
            "Edit the paragraphs below; leave the lines that begin with ## as they are. A blank line parts paragraphs. The "
            "figures, tables and charts are not here: they come from the log. Then make the report again."
        ),
    ]
    for section in SECTIONS:
        own = drawn(model, section)
        parts.append(f"## {section}: {section_title(section)} [{(seen or {}).get(section) or _hash(own)}]")
        parts += [_ESCAPED.sub(r"\\\1", one) for one in (texts or {}).get(section, own)]
    return "\n\n".join(parts) + "\n"


def read_narrative(text: str, file: str) -> Edited | None:
    """Return what a person wrote; None where every section still is as it was drawn.

    Parameters
    ----------
    file
        Its name, for mistakes.

    Raises
    ------
    InputRefused
        A heading names no section, or names one twice; every such line is named.
    """
    found: list[Finding] = []
    paragraphs: dict[str, tuple[str, ...]] = {}
    seen: dict[str, str] = {}
    for line, heading, body in _sections(text):
        matched = _HEADING.fullmatch(heading)
        name = matched["name"] if matched else heading.removeprefix("##").strip()
        if matched is None or name not in SECTIONS:
            message = _("“{name}” is no section of the report.").format(name=name)
            found.append(Finding(file=file, line=line, message=message, advice=choose_from(name, list(SECTIONS))))
        elif name in paragraphs:
            message = _("The section “{name}” stands here twice.").format(name=name)
            advice = _("Put its paragraphs under one heading.")
            found.append(Finding(file=file, line=line, message=message, advice=advice))
        else:
            paragraphs[name], seen[name] = body, matched["seen"] or ""
    if found:
        raise InputRefused(found)
    changed = {name: body for name, body in paragraphs.items() if _hash(body) != seen[name]}
    if not changed:
        return None
    return Edited(
        paragraphs=changed,
        seen={name: seen[name] for name in changed},
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def read_narrative_file(path: Path) -> Edited | None:
    """Return what a person wrote into the file at `path`; None where there is none. Raises InputRefused."""
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message, advice = _("It is not written in UTF-8."), _("Save it as UTF-8 text.")
        raise InputRefused([Finding(file=path.name, message=message, advice=advice)]) from error
    return read_narrative(text.replace("\r\n", "\n"), path.name)


def stale_sections(model: ReportModel) -> list[str]:
    """Return the edited sections whose figures have changed since a person saw them."""
    if model.edited is None:
        return []
    return [name for name, seen in model.edited.seen.items() if seen != _hash(drawn(model, name))]


def _sections(text: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return line, heading and paragraphs of each section; what stands before the first is for the reader."""
    found: list[tuple[int, str, list[str]]] = []
    for line, said in enumerate(text.split("\n"), start=1):
        if said.startswith("##"):
            found.append((line, said.strip(), []))
        elif found:
            found[-1][2].append(said)
    return [(line, heading, _paragraphs("\n".join(body))) for line, heading, body in found]


def _paragraphs(text: str) -> tuple[str, ...]:
    said = (" ".join(one.split()) for one in re.split(r"\n\s*\n", text) if one.strip())
    return tuple(one[1:] if one.startswith("\\") and _ESCAPED.match(one) else one for one in said)


def _hash(texts: Sequence[str]) -> str:
    said = "\n\n".join(" ".join(one.split()) for one in texts)
    return hashlib.sha256(said.encode()).hexdigest()[:_SEEN_DIGITS]
