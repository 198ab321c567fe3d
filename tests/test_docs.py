"""The guides tell everything: commands, options, fields, rows, codes; and their links lead somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from shutil import copy
from textwrap import dedent

import click
import pytest

from loa.air_rules import AIR_RULE_PRESETS, WEEKDAYS
from loa.bulletins import Genre, Priority
from loa.calendar import CALENDAR_FILE, DayType, read_local_calendar
from loa.checked_yaml import Fields, Findings, Mapped, parse
from loa.cli import loa as command_line
from loa.errors import LoaError
from loa.ledger import Outcome, Reason, RowKind
from loa.settings import read_settings
from loa.sound.cues import Cue, CueSheet
from loa.sound_settings import SoundProfile
from loa.speech_settings import READING_CHOICES
from loa.timetable import TARGETS_FILE, AfterOutage, IfInterrupted, ItemKind, Problem, WhenBusy, read_timetable
from loa.timetable.check import check_slots_air
from loa.timetable.day_fields import WEEKS
from loa.timetable.targets import ALL, Measure, Per, read_targets
from loa.voices.named import KNOWN_VOICES

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "huong-dan-van-hanh.md").read_text(encoding="utf-8")
MAINTAINER = (ROOT / "docs" / "maintainer.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def told(page: str, word: str) -> bool:
    """Return whether `word` stands in `page` as code, not only in passing."""
    code = re.findall(r"```.*?```|`[^`\n]+`", page, re.DOTALL)
    return any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", piece) for piece in code)


def commands(group: click.Group, path: str = "loa") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it."""
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def fields_taken(module: str) -> set[str]:
    """Return the names of the fields that the reading code of a module asks for.

    They are asked for as ``fields.text("…")`` and the like, or by a function that is given both: ``_each(fields, "…")``.
    """
    takers = {name for name in vars(Fields) if not name.startswith("_")} - {"name", "line", "refuse", "refuse_unknown"}
    path = import_module(module).__file__
    assert path
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    asked = [call.args[0] for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in takers]
    asked += [call.args[1] for call in calls if isinstance(call.func, ast.Name) and _gives_fields(call)]
    return {name.value for name in asked if isinstance(name, ast.Constant) and isinstance(name.value, str)}


def _gives_fields(call: ast.Call) -> bool:
    return len(call.args) > 1 and isinstance(call.args[0], ast.Name) and call.args[0].id in {"fields", "entry"}


def error_classes(base: type[LoaError] = LoaError) -> Iterator[type[LoaError]]:
    """Yield the whole error tree."""
    yield base
    for one in base.__subclasses__():
        yield from error_classes(one)


@pytest.mark.parametrize(("path", "command"), [pytest.param(p, c, id=p) for p, c in commands(command_line)])
def test_commands_and_options_are_in_the_operators_guide(path: str, command: click.Command) -> None:
    """A command or option that the guide does not tell is found by nobody."""
    if not isinstance(command, click.Group):
        words = path.removeprefix("loa ")
        shown = told(GUIDE, path) or told(GUIDE, f"python3 start.py {words}")
        assert shown, f"docs/huong-dan-van-hanh.md does not show `{path}`"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            for name in parameter.opts:
                assert told(GUIDE, name), f"docs/huong-dan-van-hanh.md does not tell {name} of `{path}`"


READERS = {
    "loa.settings": {"name", "topics", "signer", "entertainment_topics", "four_eyes"},
    "loa.air_rules": {"quiet_hours", "shortest_gap_min", "preset", "longest_day_min", "days"},
    "loa.console_settings": {"enabled", "listen", "port", "tls"},
    "loa.sound_settings": {"device", "latency_s", "loudness_lufs", "keep_mb"},
    "loa.speech_settings": {"run", "timeout_s"},
    "loa.equipment": {"tone", "on", "lead_s", "webhook", "password_file", "remind_hours"},
    "loa.bulletins.folder": {"title", "genre", "valid_from", "recording"},
    "loa.timetable.schedule_files": {"programmes", "slots", "items", "title", "count", "pause"},
    "loa.timetable.slot_fields": {"programme", "at", "late_min", "except", "skip", "when_busy", "after_outage"},
    "loa.timetable.day_fields": {"from", "until", "every_weeks", "day_of_month", "dates", "lunar", "day_types"},
    "loa.timetable.queue_file": {"queue", "id", "at", "until", "added_by"},
    "loa.timetable.targets": {"topic", "basis", "partners", "per", "from"},
    "loa.calendar.local_file": {"days_off", "working_days", "day_types", "date", "type", "from"},
}
"""Who reads the operator's files, each with fields that are known to be there."""


@pytest.mark.parametrize("module", READERS)
def test_fields_of_the_operators_files_are_in_the_guide(module: str) -> None:
    """Every field that a reader asks for is explained: station.yaml, front matter, everything in schedules."""
    fields = fields_taken(module)
    assert fields
    assert [name for name in sorted(fields) if not re.search(rf"`[^`\n]*\b{name}\b[^`\n]*`", GUIDE)] == []


@pytest.mark.parametrize("module", READERS)
def test_the_search_for_fields_finds_them_all(module: str) -> None:
    """The names above are really found in the code: a few that are known to be there."""
    assert READERS[module] <= fields_taken(module)


def test_values_that_fields_take_are_in_the_guide() -> None:
    """Genres, item kinds, day types, ways of meeting and of reading: each word an operator may write is explained."""
    words: set[str] = {*Genre, *Priority, *ItemKind, *KNOWN_VOICES, *READING_CHOICES}
    words |= {*WhenBusy, *IfInterrupted, *AfterOutage, *DayType, *SoundProfile, *AIR_RULE_PRESETS, *WEEKDAYS, *WEEKS}
    words |= {*Measure, *Per, ALL}
    words |= {choice for choices in READING_CHOICES.values() for choice in choices}
    words |= {problem.value for problem in Problem if problem.value}
    assert [word for word in sorted(words) if not told(GUIDE, word)] == []


def test_error_codes_and_exit_codes_are_in_the_maintainers_guide() -> None:
    """Whoever writes a script around loa finds each exit code with the errors that end with it."""
    for error in error_classes():
        if error.__module__ == "loa.errors":
            line = rf"^\| {error.exit_code} \|.*`{error.code}`"
            assert re.search(line, MAINTAINER, re.MULTILINE), f"{error.code} ({error.exit_code})"


def test_ledger_rows_are_in_the_maintainers_guide() -> None:
    """A row kind, outcome or reason without a description is evidence that nobody can read."""
    rows = re.findall(r"^\| `([a-z-]+)` \|", MAINTAINER, re.MULTILINE)
    assert {kind.value for kind in RowKind} <= set(rows)
    assert [word for word in [*Outcome, *Reason] if not told(MAINTAINER, word)] == []


def test_file_formats_are_in_the_maintainers_guide() -> None:
    """What loa writes for itself is described field by field, so that it can be read in ten years."""
    from loa.ledger import Row
    from loa.playout.progress import Progress
    from loa.station.requests import NEEDED

    names = {*CueSheet.__slots__, *Cue.__slots__, *Progress.__slots__, *Row.__slots__, *NEEDED}
    assert [name for name in sorted(names) if not told(MAINTAINER, name)] == []


def test_folders_of_a_station_are_in_the_guides() -> None:
    """Each file or folder that a station makes is named in a guide."""
    from loa.station.folder import StationFolder

    folder = StationFolder(Path("station"))
    for name in (n for n, value in vars(StationFolder).items() if isinstance(value, property)):
        last = getattr(folder, name).name
        assert last in GUIDE or last in MAINTAINER, last


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    """No link of README or guides leads nowhere; each picture is there and is an image."""
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        name, _, heading = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name} links to {link}"
        if target.suffix == ".png":
            assert target.read_bytes().startswith(b"\x89PNG"), link
        if heading:
            titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
            assert heading in anchors, f"{page.name} links to {link}"


def test_no_picture_is_left_over() -> None:
    """Each picture is shown somewhere."""
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [path.name for path in (ROOT / "docs" / "pictures").glob("*") if path.name not in shown] == []


def test_benchmarks_are_in_the_maintainers_guide() -> None:
    """Each benchmark is named with how to run it."""
    names = [path.stem for path in (ROOT / "benchmarks").glob("*.py") if path.stem != "__init__"]
    assert [name for name in names if f"benchmarks.{name}" not in MAINTAINER] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_examples_of_yaml_can_be_read(page: Path) -> None:
    """A YAML example can be copied as it stands: no tab, no field twice, no syntax error."""
    blocks = re.findall(
        r"^```(?:yaml)?\n((?:programmes|slots|queue|targets|days_off|day_types):[^\n]*\n.*?)^```",
        page.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    for block in blocks:
        findings = Findings(page.name)
        assert isinstance(parse(block, findings), Mapped)
        assert findings.found == []


def examples(*first_words: str) -> list[str]:
    """Return the YAML examples of the operator's guide that begin with one of `first_words`."""
    blocks = re.findall(r"^ *```yaml\n(.*?)^ *```", GUIDE, re.MULTILINE | re.DOTALL)
    return [block for block in map(dedent, blocks) if block.startswith(first_words)]


def test_examples_of_timetables_are_right(tmp_path: Path) -> None:
    """A clerk copies an example of the timetable beside the example station's programmes, and it is taken and airs."""
    beginning, *others = examples("programmes:", "slots:")
    alone, together = tmp_path / "alone", tmp_path / "together"
    alone.mkdir()
    together.mkdir()
    (alone / "lich.yaml").write_text(beginning, encoding="utf-8")
    copy(ROOT / "schedules" / "chuong-trinh.yaml", together)
    for number, example in enumerate(others):
        (together / f"vi-du-{number}.yaml").write_text(example, encoding="utf-8")
    assert len(re.findall(r"^\*\*Ví dụ \d+\.", GUIDE, re.MULTILINE)) == 10
    assert {f"vd-{number}" for number in range(2, 11)} <= read_timetable(together, station_folder=tmp_path)[
        0
    ].slots.keys()
    for folder in (alone, together):
        timetable, found = read_timetable(folder, station_folder=tmp_path)
        assert found == ()
        assert list(check_slots_air(timetable, date(2026, 11, 23))) == []


def test_examples_of_days_and_targets_are_right(tmp_path: Path) -> None:
    """A clerk copies an example of the local calendar or of the targets as it stands, and it is taken."""
    days, targets = examples("days_off:", "working_days:", "day_types:"), examples("targets:")
    assert days
    assert targets
    for example in days:
        (tmp_path / CALENDAR_FILE).write_text(example, encoding="utf-8")
        assert read_local_calendar(tmp_path / CALENDAR_FILE, file=CALENDAR_FILE)[1] == ()
    for example in targets:
        (tmp_path / TARGETS_FILE).write_text(example, encoding="utf-8")
        read, found = read_targets(tmp_path, station_folder=tmp_path, topics=read_settings(ROOT).topics)
        assert read
        assert found == ()
