"""``station.yaml``: who the station is, its voices, its output and its air rules, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loa.checked_yaml import Fields, Findings, Scalar, choose_from, parse, read_text, time_from_text
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

STATION_FILE = "station.yaml"
WEEKDAYS = {"T2": 0, "T3": 1, "T4": 2, "T5": 3, "T6": 4, "T7": 5, "CN": 6}
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AirRules:
    """When the loudspeakers may sound.

    Attributes
    ----------
    quiet_hours
        Pairs of local times (from, until); a pair may run past midnight. Only an emergency may sound in them.
    longest_session_s
        Longest broadcast allowed, in seconds.
    longest_day_s
        Most that may sound in one local day, in seconds; None: as much as fits.
    shortest_gap_s
        Least silence between two broadcasts, in seconds.
    weekdays
        Days on which the station airs; 0 is Monday.
    """

    quiet_hours: tuple[tuple[time, time], ...] = ((time(21, 0), time(5, 0)),)
    longest_session_s: float = 45 * 60.0
    longest_day_s: float | None = None
    shortest_gap_s: float = 0.0
    weekdays: frozenset[int] = frozenset(range(7))

    def quiet_at(self, at: time) -> bool:
        """Return whether local time `at` lies in quiet hours (the end itself does not)."""
        for start, end in self.quiet_hours:
            inside = start <= at < end if start < end else at >= start or at < end
            if inside:
                return True
        return False


AIR_RULE_PRESETS: Mapping[str, AirRules] = {
    "none": AirRules(),
    # practice of Hà Nội, 2021: in town at most two sessions of 15 minutes a day, Monday to Friday; in the country 45
    "urban": AirRules(longest_session_s=15 * 60.0, longest_day_s=30 * 60.0, weekdays=frozenset(range(5))),
    "rural": AirRules(longest_session_s=45 * 60.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSettings:
    """Where the sound goes.

    Attributes
    ----------
    device
        Name (or the beginning of a name) of the sound device; ``default`` for the system's, ``file`` for files only.
    latency_s
        Buffer of the device in seconds; 0.5 survives a busy old PC.
    """

    device: str = "default"
    latency_s: float = 0.5


class SoundProfile(StrEnum):
    """What the loudspeakers are: FLAT for boxes, HORN for horn loudspeakers heard from afar."""

    FLAT = "flat"
    HORN = "horn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundSettings:
    """How finished audio sounds.

    Attributes
    ----------
    loudness_lufs, true_peak_dbtp
        Loudness of every item and its highest true peak (ITU-R BS.1770).
    profile
        What the loudspeakers are.
    keep_mb
        How many megabytes of audio are kept that nothing needs any more, so that an old text need not be spoken anew.
    """

    loudness_lufs: float = -18.0
    true_peak_dbtp: float = -1.0
    profile: SoundProfile = SoundProfile.FLAT
    keep_mb: float = 2000.0


class ConsoleTls(StrEnum):
    """How the console's pages travel: NO in the open, OWN encrypted with a certificate that the station makes itself."""

    NO = "no"
    OWN = "own"


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """The pages in the browser.

    Attributes
    ----------
    enabled
        Whether `loa run` serves them.
    listen
        Address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for the office's network.
    port
        TCP port.
    tls
        How the pages travel.
    """

    enabled: bool = True
    listen: str = "127.0.0.1"
    port: int = 8765
    tls: ConsoleTls = ConsoleTls.NO

    @property
    def open_to_network(self) -> bool:
        """Whether other machines reach it."""
        return self.listen not in LOOPBACK


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


def is_slug(text: str) -> bool:
    """Return whether `text` may name a bulletin, a topic, a programme or a slot: a-z, 0-9 and single hyphens."""
    return bool(_SLUG.fullmatch(text))


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
        command_voices=_command_voices(fields.fields("command_voices")),
        reading=_reading(fields.fields("reading")),
        output=_output(fields.fields("output")),
        sound=_sound(fields.fields("sound")),
        air_rules=_air_rules(fields.fields("air_rules")),
        emergency=emergency_settings(fields.fields("emergency")),
        amplifier=amplifier_settings(fields.fields("amplifier")),
        alerts=alert_settings(fields.fields("alerts")),
        station_check=fields.text("station_check"),
        four_eyes=_four_eyes(fields.fields("approval")),
        console=_console(fields.fields("console")),
        example=fields.choice("example", ("yes", "no"), "no") == "yes",
    )
    if signer:
        signer.refuse_unknown()
    fields.refuse_unknown()
    return settings


def _command_voices(group: Fields | None) -> dict[str, CommandOptions]:
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


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(text) from error


def _reading(fields: Fields | None) -> ReadingSettings:
    if fields is None:
        return ReadingSettings()
    default = ReadingSettings()
    reading = ReadingSettings(
        **{name: fields.choice(name, choices, getattr(default, name)) for name, choices in READING_CHOICES.items()}
    )
    fields.refuse_unknown()
    return reading


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


def _output(fields: Fields | None) -> OutputSettings:
    if fields is None:
        return OutputSettings()
    output = OutputSettings(
        device=fields.text("device", "default"), latency_s=fields.number("latency_s", 0.5, low=0.05, high=2.0)
    )
    fields.refuse_unknown()
    return output


def _four_eyes(fields: Fields | None) -> bool:
    if fields is None:
        return False
    four_eyes = fields.choice("four_eyes", ("yes", "no"), "no") == "yes"
    fields.refuse_unknown()
    return four_eyes


def _sound(fields: Fields | None) -> SoundSettings:
    if fields is None:
        return SoundSettings()
    sound = SoundSettings(
        loudness_lufs=fields.number("loudness_lufs", -18.0, low=-40, high=-10),
        true_peak_dbtp=fields.number("true_peak_dbtp", -1.0, low=-12, high=0),
        profile=SoundProfile(fields.choice("profile", list(SoundProfile), SoundProfile.FLAT)),
        keep_mb=fields.number("keep_mb", 2000.0, low=0, high=1_000_000),
    )
    fields.refuse_unknown()
    return sound


def _console(fields: Fields | None) -> ConsoleSettings:
    if fields is None:
        return ConsoleSettings()
    default = ConsoleSettings()
    console = ConsoleSettings(
        enabled=fields.choice("enabled", ("yes", "no"), "yes") == "yes",
        listen=fields.value(
            "listen", _address, advice=_("Write 127.0.0.1 for this machine alone, 0.0.0.0 for the office.")
        )
        or default.listen,
        port=round(fields.number("port", default.port, low=1024, high=65535, whole=True)),
        tls=ConsoleTls(fields.choice("tls", list(ConsoleTls), ConsoleTls.NO)),
    )
    fields.refuse_unknown()
    return console


def _address(text: str) -> str:
    return text if text == "localhost" else str(ip_address(text))


def _air_rules(fields: Fields | None) -> AirRules:
    if fields is None:
        return AirRules()
    default = AIR_RULE_PRESETS[fields.choice("preset", list(AIR_RULE_PRESETS), "none")]
    quiet: list[tuple[time, time]] = []
    written = fields.texts("quiet_hours", may_be_empty=True)
    for text, line in written:
        try:
            start, end = _span(text)
        except ValueError:
            fields.findings.add(
                _("“{text}” is no span of hours.").format(text=text),
                _("Write it as “21:00-05:00”, with quotation marks."),
                line=line,
                name=fields.name("quiet_hours"),
            )
            continue
        quiet.append((start, end))
    most_min = fields.number("longest_day_min", (default.longest_day_s or 0) / 60, low=1, high=1440)
    rules = AirRules(
        quiet_hours=default.quiet_hours if fields.node("quiet_hours") is None else tuple(quiet),
        longest_session_s=60 * fields.number("longest_session_min", default.longest_session_s / 60, low=1, high=180),
        longest_day_s=60 * most_min or None,
        shortest_gap_s=60 * fields.number("shortest_gap_min", default.shortest_gap_s / 60, low=0, high=600),
        weekdays=weekdays_in(fields) or default.weekdays,
    )
    fields.refuse_unknown()
    return rules


def weekdays_in(fields: Fields) -> frozenset[int]:
    """Return the days of the week in the field ``days`` (0 is Monday), none where it is left out."""
    days = set()
    for text, line in fields.texts("days"):
        if text in WEEKDAYS:
            days.add(WEEKDAYS[text])
        else:
            fields.findings.add(
                _("“{text}” is no day of the week.").format(text=text),
                choose_from(text.upper(), list(WEEKDAYS)),
                line=line,
                name=fields.name("days"),
            )
    return frozenset(days)


def _span(text: str) -> tuple[time, time]:
    start, end = (time_from_text(part) for part in text.split("-"))
    if start == end:
        raise ValueError(text)  # the whole day, or nothing?
    return start, end
