"""``station.yaml``: read as written, refused where it is wrong, never replaced by defaults in silence."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from loa.air_rules import AirRules
from loa.errors import InputRefused
from loa.settings import read_settings

pytestmark = pytest.mark.usefixtures("english")

LEAST = "name: Đài\nauthority: UBND\nplace: Minh Đức\ntopics:\n  cchc: Cải cách\n"


def write(folder: Path, text: str) -> Path:
    """Write station.yaml and return its folder."""
    (folder / "station.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_example_station_is_right(example: Path) -> None:
    """The settings a newcomer starts from have no mistake."""
    settings = read_settings(example)
    assert settings.example
    assert settings.topics[settings.spotlight_topic]
    assert settings.time_zone.key == "Asia/Ho_Chi_Minh"


def test_what_is_left_out_has_its_documented_value(tmp_path: Path) -> None:
    """Name, authority, place and topics are enough."""
    settings = read_settings(write(tmp_path, LEAST))
    assert settings.air_rules == AirRules(quiet_hours=((time(21), time(5)),), longest_session_s=2700)
    assert (settings.voices, settings.example, settings.station_check) == (("espeak:south",), False, "")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("nmae: x", "nmae"),
        ("time_zone: Asia/Hanoi", "time_zone"),
        ("time_zone: ../../etc/passwd", "time_zone"),
        ("time_zone: ''", "time_zone"),
        ("example: maybe", "example"),
        ("example: true", "example"),
        ("spotlight_topic: cchd", "spotlight_topic"),
        ("voices: []", "voices"),
        ("voices: [[espeak]]", "voices"),
        ("output: default", "output"),
        ("output: {latency_s: 5}", "output.latency_s"),
        ("output: {devise: x}", "output.devise"),
        ("sound: {loudness_lufs: loud}", "sound.loudness_lufs"),
        ("sound: {true_peak_dbtp: 3}", "sound.true_peak_dbtp"),
        ("sound: {profile: trumpet}", "sound.profile"),
        ("sound: {keep_mb: -1}", "sound.keep_mb"),
        ("command_voices: {Giọng: {run: [x]}}", "command_voices.Giọng"),
        ("command_voices: {nu: {timeout_s: 5}}", "command_voices.nu.run"),
        ("command_voices: {nu: {run: [x], timeout_s: 0}}", "command_voices.nu.timeout_s"),
        ("command_voices: {nu: {run: [x], shell: yes}}", "command_voices.nu.shell"),
        ("command_voices: [x]", "command_voices"),
        ("air_rules: {quiet_hours: ['21h']}", "air_rules.quiet_hours"),
        ("air_rules: {quiet_hours: ['21:00-25:00']}", "air_rules.quiet_hours"),
        ("air_rules: {quiet_hours: ['05:00-05:00']}", "air_rules.quiet_hours"),
        ("air_rules: {longest_session_min: 0}", "air_rules.longest_session_min"),
        ("air_rules: {longest_min: 5}", "air_rules.longest_min"),
        ("signer: {titel: x}", "signer.titel"),
        ("signer: Hoa", "signer"),
        ("recipients: {a: b}", "recipients"),
        ("name: Đài", "name"),
    ],
)
def test_one_mistake_is_one_finding(tmp_path: Path, line: str, field: str) -> None:
    """Each wrong line is told once: file, line, field, and what to write."""
    with pytest.raises(InputRefused) as refused:
        read_settings(write(tmp_path, LEAST + line + "\n"))
    (finding,) = refused.value.findings
    assert (finding.file, finding.line, finding.field) == ("station.yaml", 6, field)
    assert finding.advice


@pytest.mark.parametrize(
    ("topics", "line"),
    [("  Cải cách: x", 5), ("  a: x\n  b:", 6), ("  a: x\n  b: [c]", 6), ("  a: x\n  a: y", 6)],
)
def test_a_wrong_topic_has_its_own_line(tmp_path: Path, topics: str, line: int) -> None:
    """Among many topics the wrong one is pointed at."""
    with pytest.raises(InputRefused) as refused:
        read_settings(write(tmp_path, LEAST.replace("  cchc: Cải cách", topics)))
    assert [finding.line for finding in refused.value.findings] == [line]


@pytest.mark.parametrize("missing", ["name", "authority", "place", "topics"])
def test_what_is_required(tmp_path: Path, missing: str) -> None:
    """A required field that is left out is named."""
    kept = "".join(line + "\n" for line in LEAST.splitlines() if not line.startswith(missing))
    kept = kept.replace("  cchc: Cải cách\n", "") if missing == "topics" else kept
    with pytest.raises(InputRefused) as refused:
        read_settings(write(tmp_path, kept))
    assert [finding.field for finding in refused.value.findings] == [missing]


def test_all_mistakes_in_one_pass(tmp_path: Path) -> None:
    """Many mistakes are one refusal with all of them."""
    with pytest.raises(InputRefused) as refused:
        read_settings(write(tmp_path, "name: x\nexample: 7\ntopics: {A: b}\noutput: {latency_s: x}\nfoo: 1\n"))
    assert {finding.field for finding in refused.value.findings} == {
        "authority",
        "place",
        "example",
        "topics.A",
        "output.latency_s",
        "foo",
    }


def test_no_quiet_hours_can_be_asked_for(tmp_path: Path) -> None:
    """An empty list means none; it is not filled with the default behind the operator's back."""
    assert read_settings(write(tmp_path, LEAST + "air_rules: {quiet_hours: []}\n")).air_rules.quiet_hours == ()


def test_no_station_is_a_finding(tmp_path: Path) -> None:
    """Where there is no station.yaml, that is said of station.yaml."""
    with pytest.raises(InputRefused) as refused:
        read_settings(tmp_path)
    assert [finding.file for finding in refused.value.findings] == ["station.yaml"]


def test_a_command_voice_is_a_program_with_its_arguments(tmp_path: Path) -> None:
    """Each argument as written; nothing goes through a shell."""
    lines = "command_voices:\n  nu:\n    run: [vieneu, --giọng, 'nữ miền nam', --out, '{out}']\n    timeout_s: 30\n"
    voice = read_settings(write(tmp_path, LEAST + lines)).command_voices["nu"]
    assert voice.run == ("vieneu", "--giọng", "nữ miền nam", "--out", "{out}")
    assert voice.timeout_s == 30
