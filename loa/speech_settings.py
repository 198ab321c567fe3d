"""What ``station.yaml`` says of speaking: how the station reads, and programs that speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loa.checked_yaml import Fields
from loa.language import translate as _
from loa.slug import is_slug


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOptions:
    """A program that speaks.

    Attributes
    ----------
    run
        The program and its arguments. Where one of them contains ``{out}``, the program writes its WAV to the path put
        there, else to standard output. It finds one phrase as UTF-8 on standard input.
    timeout_s
        Longest wait for one phrase, in seconds.
    """

    run: tuple[str, ...]
    timeout_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSettings:
    """How this station reads where the language leaves a choice; the words are those of `READING_CHOICES`."""

    thousand: str = "nghìn"
    four_after_tens: str = "tư"
    zero_tens: str = "linh"
    years: str = "full"
    documents: str = "full"
    early_days: str = "mùng"
    per: str = "một"


READING_CHOICES: Mapping[str, tuple[str, ...]] = {
    "thousand": ("nghìn", "ngàn"),
    "four_after_tens": ("tư", "bốn"),
    "zero_tens": ("linh", "lẻ"),
    "years": ("full", "short"),
    "documents": ("full", "left out"),
    "early_days": ("mùng", "mồng", "none"),
    "per": ("một", "mỗi", "trên"),
}


def command_voices(group: Fields | None) -> dict[str, CommandOptions]:
    """Return the group ``command_voices`` of ``station.yaml``: programs by the name that a ladder knows them by."""
    taken: dict[str, CommandOptions] = {}
    if group is None:
        return taken
    for name, (line, _node) in group.mapping.entries.items():
        if not is_slug(name):
            message = _("“{text}” cannot name a voice.").format(text=name)
            advice = _("Use small letters without marks, digits and hyphens, such as giong-nu.")
            group.findings.add(message, advice, line=line, name=f"command_voices.{name}")
        fields = group.fields(name)
        if fields is not None:
            taken[name] = CommandOptions(
                run=tuple(text for text, _line in fields.texts("run", required=True)),
                timeout_s=fields.number("timeout_s", 120.0, low=1, high=3600),
            )
            fields.refuse_unknown()
    return taken


def reading_settings(fields: Fields | None) -> ReadingSettings:
    """Return the group ``reading`` of ``station.yaml``."""
    if fields is None:
        return ReadingSettings()
    default = ReadingSettings()
    reading = ReadingSettings(
        **{name: fields.choice(name, choices, getattr(default, name)) for name, choices in READING_CHOICES.items()}
    )
    fields.refuse_unknown()
    return reading
