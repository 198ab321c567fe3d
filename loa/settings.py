"""``station.yaml``: who the station is, its voices, its output and its air rules, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loa.air_rules import AirRules, air_rules
from loa.checked_yaml import Fields, Findings, Scalar, choose_from, parse, read_text
from loa.console_settings import ConsoleSettings, console_settings
from loa.equipment import (
    AlertSettings,
    AmplifierSettings,
    EmergencySettings,
    alert_settings,
    amplifier_settings,
    emergency_settings,
)
from loa.errors import InputRefused
from loa.language import translate as _
from loa.slug import is_slug
from loa.sound_settings import OutputSettings, SoundSettings, output_settings, sound_settings
from loa.speech_settings import CommandOptions, ReadingSettings, command_voices, reading_settings

STATION_FILE = "station.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSettings:
    """Everything in ``station.yaml``.

    Attributes
    ----------
    name, authority, superior, place
        Names for reports: the station, the body it belongs to, the body above, the place before the date.
    document_code
        Ending of the report's number, such as ``BC-UBND``.
    signer_title, signer_name, recipients
        Foot of the report.
    topics
        Slug to title, in the order of reports.
    spotlight_topic
        The topic that reports show apart.
    entertainment_topics
        Topics that do not air in state mourning.
    voices
        The ladder, best first.
    command_voices
        Programs that speak, by the name that ``command:`` stands before in a ladder.
    reading
        How this station reads where the language leaves a choice.
    four_eyes
        Whoever edited a bulletin last may not approve it.
    console
        The pages in the browser.
    example
        True for an example station: its first start approves the bulletins in the example's name.
    """

    name: str
    authority: str
    superior: str
    place: str
    document_code: str = "BC-UBND"
    signer_title: str = ""
    signer_name: str = ""
    recipients: tuple[str, ...] = ()
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    topics: Mapping[str, str]
    spotlight_topic: str = ""
    entertainment_topics: frozenset[str] = frozenset()
    voices: tuple[str, ...] = ("espeak:south",)
    command_voices: Mapping[str, CommandOptions] = field(default_factory=dict)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    output: OutputSettings = field(default_factory=OutputSettings)
    sound: SoundSettings = field(default_factory=SoundSettings)
    air_rules: AirRules = field(default_factory=AirRules)
    emergency: EmergencySettings = field(default_factory=EmergencySettings)
    amplifier: AmplifierSettings | None = None
    alerts: AlertSettings = field(default_factory=AlertSettings)
    station_check: str = ""
    four_eyes: bool = False
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    example: bool = False


def read_settings(folder: Path) -> StationSettings:
    """Return the settings of the station in `folder`.

    Raises
    ------
    InputRefused
        With every mistake in the file, or where there is no station in `folder`.
    """
    findings = Findings(STATION_FILE)
    text = read_text(folder / STATION_FILE, findings)
    mapping = None if text is None else parse(text, findings)
    if mapping is None:
        raise InputRefused(findings.found)
    settings = _settings(Fields(mapping, findings))
    findings.raise_if_any()
    return settings


def _settings(fields: Fields) -> StationSettings:
    topics = _topics(fields)
    signer = fields.fields("signer")
    settings = StationSettings(
        name=fields.text("name", required=True),
        authority=fields.text("authority", required=True),
        superior=fields.text("superior"),
        place=fields.text("place", required=True),
        document_code=fields.text("document_code", "BC-UBND"),
        signer_title=signer.text("title") if signer else "",
        signer_name=signer.text("name") if signer else "",
        recipients=tuple(text for text, _line in fields.texts("recipients", may_be_empty=True)),
        time_zone=fields.value("time_zone", _zone, advice=_("Write Asia/Ho_Chi_Minh.")) or ZoneInfo("Asia/Ho_Chi_Minh"),
        topics=topics,
        spotlight_topic=fields.choice("spotlight_topic", topics, "") if topics else fields.text("spotlight_topic"),
        entertainment_topics=_topics_named(fields, "entertainment_topics", topics),
        voices=tuple(text for text, _line in fields.texts("voices")) or ("espeak:south",),
        command_voices=command_voices(fields.fields("command_voices")),
        reading=reading_settings(fields.fields("reading")),
        output=output_settings(fields.fields("output")),
        sound=sound_settings(fields.fields("sound")),
        air_rules=air_rules(fields.fields("air_rules")),
        emergency=emergency_settings(fields.fields("emergency")),
        amplifier=amplifier_settings(fields.fields("amplifier")),
        alerts=alert_settings(fields.fields("alerts")),
        station_check=fields.text("station_check"),
        four_eyes=_four_eyes(fields.fields("approval")),
        console=console_settings(fields.fields("console")),
        example=fields.choice("example", ("yes", "no"), "no") == "yes",
    )
    if signer:
        signer.refuse_unknown()
    fields.refuse_unknown()
    return settings


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(text) from error


def _topics(fields: Fields) -> dict[str, str]:
    group = fields.fields("topics", required=True)
    taken: dict[str, str] = {}
    for slug, (line, node) in group.mapping.entries.items() if group else ():
        if not is_slug(slug):
            message = _("“{text}” cannot name a topic.").format(text=slug)
            advice = _("Use small letters without marks, digits and hyphens, such as cai-cach.")
            fields.findings.add(message, advice, line=line, name=f"topics.{slug}")
        if isinstance(node, Scalar) and node.text.strip():
            taken[slug] = node.text
        else:
            message = _("“{name}” needs a text.").format(name=slug)
            fields.findings.add(message, _("Write it as “name: text”."), line=line, name=f"topics.{slug}")
    return taken


def _topics_named(fields: Fields, name: str, topics: Mapping[str, str]) -> frozenset[str]:
    named = fields.texts(name, may_be_empty=True)
    for text, line in named:
        if text not in topics:
            fields.findings.add(
                _("There is no topic “{name}”.").format(name=text),
                choose_from(text, list(topics)),
                line=line,
                name=fields.name(name),
            )
    return frozenset(text for text, _line in named)


def _four_eyes(fields: Fields | None) -> bool:
    if fields is None:
        return False
    four_eyes = fields.choice("four_eyes", ("yes", "no"), "no") == "yes"
    fields.refuse_unknown()
    return four_eyes
