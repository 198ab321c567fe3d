"""Bulletins to begin from: the cases a station meets every month, with blanks (…) where the facts go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from loa.bulletins import split_bulletin
from loa.checked_yaml import Fields, Findings, parse
from loa.station.bulletin_draft import BulletinDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinTemplate:
    """One template: its name, what the list calls it, and what it puts into the fields."""

    name: str
    label: str
    draft: BulletinDraft


@cache
def bulletin_templates() -> tuple[BulletinTemplate, ...]:
    """Return the templates that come with loa, in the order of their file names."""
    folder = files("loa.station") / "bulletin_templates"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".md")), key=lambda one: one.name)
    return tuple(_template(one.name.removesuffix(".md"), one.read_text(encoding="utf-8")) for one in found)


def _template(name: str, text: str) -> BulletinTemplate:
    parts = split_bulletin(text)
    mapping = parse(parts[0], Findings(name)) if parts else None
    if parts is None or mapping is None:
        raise ValueError(name)
    fields = Fields(mapping, Findings(name))
    draft = BulletinDraft(
        title=fields.text("title"),
        topic=fields.text("topic"),
        genre=fields.text("genre"),
        priority=fields.text("priority", "normal"),
        body=parts[1].strip("\n"),
    )
    return BulletinTemplate(name=name.partition("-")[2], label=fields.text("label"), draft=draft)
