"""The words of a station's reports: shown for editing, kept in a file, and told when they are stale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loa.errors import Finding, InputRefused
from loa.files import write_text
from loa.language import translate as _
from loa.reports import ReportModel, ReportPeriod
from loa.reports.narrative import SECTIONS, drawn, paragraphs, section_title
from loa.reports.narrative_file import narrative_text, stale_sections


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativeSection:
    """One section that a person may edit: its text now, the text the figures give, and whether it is stale."""

    name: str
    title: str
    paragraphs: tuple[str, ...]
    drawn: tuple[str, ...]
    edited: bool
    stale: bool


def narrative_sections(model: ReportModel) -> list[NarrativeSection]:
    """Return every section that a person may edit, with its text."""
    stale = set(stale_sections(model))
    edited = set(model.edited.paragraphs) if model.edited else set()
    return [
        NarrativeSection(
            name=name,
            title=section_title(name),
            paragraphs=tuple(paragraphs(model, name)),
            drawn=tuple(drawn(model, name)),
            edited=name in edited,
            stale=name in stale,
        )
        for name in SECTIONS
    ]


def save_narrative(model: ReportModel, path: Path, texts: Mapping[str, Sequence[str]]) -> None:
    """Write the paragraphs of `texts` by section to `path`; sections that are not named keep what they have.

    Raises
    ------
    InputRefused
        A name is no section.
    OSError
        `path` cannot be written; it is then untouched.
    """
    unknown = [name for name in texts if name not in SECTIONS]
    if unknown:
        raise InputRefused(
            Finding(
                file=path.name,
                field=name,
                message=_("“{name}” is no section of the report.").format(name=name),
                advice=_("The sections are: {names}.").format(names=", ".join(SECTIONS)),
            )
            for name in unknown
        )
    kept = {name: tuple(paragraphs(model, name)) for name in SECTIONS}
    said = {name: tuple(" ".join(one.split()) for one in own if one.strip()) for name, own in texts.items()}
    seen = {name: text for name, text in (model.edited.seen if model.edited else {}).items() if name not in texts}
    write_text(path, narrative_text(model, kept | said, seen))


def begin_narrative(model: ReportModel, path: Path) -> bool:
    """Write the paragraphs that the figures give to `path` for editing, unless it is there; return whether it was written."""
    if path.exists():
        return False
    write_text(path, narrative_text(model))
    return True


def narrative_file(folder: Path, period: ReportPeriod) -> Path:
    """Return where the edited paragraphs of a period lie."""
    return folder / f"bao-cao-{period.name.replace('..', '_')}.loi-van.md"
