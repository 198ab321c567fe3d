"""The command line: every command helps, every listing speaks JSON, every failure has its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from loa.cli import COMMANDS, loa, main
from loa.clock import VirtualClock
from loa.errors import Conflict, InputRefused, LoaError, NotFound, StationNotRunning
from loa.station.station import Station
from tests.station.mini_station import mini_station, write

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 of a Monday in Vietnam
Run = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("english")


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command and group with its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


ALL = dict(commands(loa))
LISTINGS = ["check", "plan", "queue list", "log list", "log verify", "status", "doctor", "render", "read"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return mini_station(tmp_path / "station")


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command on the small station at a fixed time, without waiting."""
    clock = VirtualClock(NOW)
    real = Station.__init__

    def at_a_fixed_time(self: Station, folder: Path, _clock: object = None) -> None:
        real(self, folder, clock)

    monkeypatch.setattr(Station, "__init__", at_a_fixed_time)

    def run(*args: str, **more: Any) -> Result:
        return CliRunner().invoke(loa, ["-C", str(folder), *args], **more)

    return run


def good(result: Result) -> str:
    """Return what a command that succeeded printed."""
    assert result.exception is None, result.output
    return result.output


def program(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `loa` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "loa", *args],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "LOA_LANGUAGE": "en", "PATH": "", "HOME": str(cwd)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


class TestHelp:
    def test_the_working_day_is_complete(self) -> None:
        """Every command that the station's guide promises is there."""
        promised = "init check read render approve plan queue run status emergency stop log report doctor rehearse"
        assert set(promised.split()) <= set(COMMANDS)
        assert {"queue add", "queue list", "queue remove", "log list", "log verify", "log export"} <= set(ALL)

    @pytest.mark.parametrize("name", ALL)
    def test_a_command_explains_itself(self, name: str) -> None:
        """Each has a help text, a short one, a callback with a docstring, and an explanation of every option."""
        command = ALL[name]
        assert command.help
        assert command.get_short_help_str(100)
        assert command.callback is None or command.callback.__doc__
        for param in command.params:
            if isinstance(param, click.Option):
                assert param.help, f"{name} {param.name}"
        result = CliRunner().invoke(loa, [*name.split(), "--help"])
        assert f"loa {name}" in good(result).splitlines()[0]
        assert "--help" in result.output

    @pytest.mark.parametrize("name", LISTINGS)
    def test_a_listing_has_json(self, name: str) -> None:
        """Every listing can be read by another program."""
        assert "--json" in {option for param in ALL[name].params for option in param.opts}

    def test_a_near_miss_is_named(self) -> None:
        """`loa chek` asks whether check was meant and ends with 2."""
        result = CliRunner().invoke(loa, ["chek"])
        assert result.exit_code == 2
        assert "check" in result.output


class TestExitCodes:
    @pytest.mark.parametrize(
        ("args", "error"),
        [
            (["approve", "nope", "--by", "Lan"], NotFound),
            (["queue", "add", "mot", "--by", "Lan"], Conflict),
            (["queue", "remove", "nope", "--by", "Lan"], NotFound),
            (["withdraw", "mot", "--by", "Lan"], Conflict),
            (["render", "nope"], NotFound),
            (["status"], StationNotRunning),
            (["stop", "--by", "Lan"], StationNotRunning),
            (["stop", "--station"], StationNotRunning),
            (["emergency", "mot", "--by", "Lan"], StationNotRunning),
            (["report", "2026-13"], InputRefused),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_each_failure_has_its_own(
        self, run: Run, folder: Path, capsys: pytest.CaptureFixture[str], args: list[str], error: type[LoaError]
    ) -> None:
        """A failure is one sentence on standard error and the exit code of its class; no trace."""
        del run  # fixes the time
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(folder), *args])
        assert ended.value.code == error.exit_code
        said = capsys.readouterr().err
        assert said.strip()
        assert "Traceback" not in said

    @pytest.mark.parametrize(
        "args",
        [
            ["plan", "--from", "31/02/2026"],
            ["plan", "--from", "9999-12-31"],
            ["queue", "add", "mot", "--by", "Lan", "--at", "25:61"],
            ["queue", "add", "mot", "--by", "Lan", "--at", ""],
            ["queue", "add", "mot", "--by", "Lan", "--at", "24/11/2026 or 17:45"],
            ["queue", "add", "mot"],
            ["stop"],
            ["emergency", "--by", "Lan"],
            ["emergency", "mot", "--text", "x", "--by", "Lan"],
            ["emergency", "mot"],
            ["emergency", "mot", "--by", "Lan", "--every", "0"],
            ["emergency", "mot", "--by", "Lan", "--every", "5", "--until", "25:00"],
            ["emergency", "--all-clear"],
            ["emergency", "--all-clear", "--by", "Lan", "--every", "5"],
            ["rehearse", "--days", "0"],
            ["approve", "--by", "Lan"],
        ],
        ids=" ".join,
    )
    def test_wrong_words_end_with_2(self, run: Run, args: list[str]) -> None:
        """What cannot be understood is a usage error, before anything is done."""
        result = run(*args)
        assert result.exit_code == 2
        assert isinstance(result.exception, SystemExit)

    @pytest.mark.parametrize("args", [["check"], ["plan"], ["log", "list"], ["doctor"], ["queue", "list"], ["render"]])
    def test_no_station_here(self, tmp_path: Path, capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
        """In a wrong folder every command says so, ends with 3, and leaves nothing behind."""
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(tmp_path), *args])
        assert ended.value.code == 3
        assert str(tmp_path) in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    def test_a_full_or_forbidden_disk_is_a_sentence(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """What the system refuses is told, not traced."""
        write(tmp_path, "x", "")
        with pytest.raises(SystemExit) as ended:
            main(["init", str(tmp_path / "x" / "y")])
        assert ended.value.code == 1
        assert "Traceback" not in capsys.readouterr().err


class TestADay:
    def test_the_example_station_has_no_mistake(self, example: Path) -> None:
        """What a newcomer starts from is right."""
        result = CliRunner().invoke(loa, ["-C", str(example), "check", "--json"])
        assert [one for one in json.loads(good(result)) if one["severity"] == "error"] == []

    def test_from_init_to_the_report(self, run: Run, tmp_path: Path) -> None:
        """init, check, approve (with a real voice), plan, queue, log, report: the week of an operator."""
        del run  # fixes the time
        new = tmp_path / "new"

        def loa_(*args: str) -> str:
            return good(CliRunner().invoke(loa, ["-C", str(new), *args]))

        good(CliRunner().invoke(loa, ["init", str(new)]))
        assert "0 mistakes" in loa_("check")
        assert json.loads(loa_("plan", "--json")) == []
        assert "Lan" in loa_("approve", "loi-chao", "--by", "Lan")
        (rendered,) = json.loads(loa_("render", "--json"))
        assert (rendered["item"], rendered["voice"]) == ("loi-chao", "espeak:south")
        planned = json.loads(loa_("plan", "--from", "2026-11-23", "--to", "23/11/2026", "--json"))
        assert [one["key"] for one in planned] == ["chieu@2026-11-23T17:30:00+07:00"]
        assert {item["problem"] for item in planned[0]["items"]} == {""}
        assert "Bản tin buổi chiều" in loa_("plan")
        loa_("queue", "add", "loi-chao", "--by", "Lan")
        loa_("queue", "add", "scripts/loi-chao.md", "--by", "Lan", "--at", "24/11/2026 9:15")
        queue = json.loads(loa_("queue", "list", "--json"))
        assert [one["airs_at"] for one in queue] == ["2026-11-23T17:30:00+07:00", "2026-11-24T09:15:00+07:00"]
        assert "loi-chao" in loa_("queue", "list")
        loa_("queue", "remove", queue[0]["id"], "--by", "Lan")
        assert [one["id"] for one in json.loads(loa_("queue", "list", "--json"))] == [queue[1]["id"]]
        assert json.loads(loa_("log", "list", "--json")) == []
        loa_("log", "list")
        assert json.loads(loa_("log", "verify", "--json"))["rows"] == 4
        loa_("log", "export", str(tmp_path / "rows.jsonl"))
        assert len((tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()) == 4
        said = [line for line in loa_("report", "2026-11").splitlines() if "bao-cao" in line]
        reports = [new / line for line in said]
        assert [path.suffix for path in reports] == [".docx", ".xlsx", ".pdf"]
        assert all(path.stat().st_size for path in reports)
        assert "withdrawn" in loa_("withdraw", "loi-chao", "--by", "Lan")

    def test_mistakes_end_with_2(self, run: Run, folder: Path) -> None:
        """`loa check` shows every mistake, also as JSON, and ends with 2; plan refuses the same timetable with 2."""
        write(folder, "schedules/x.yaml", "slots:\n  toi:\n    programme: sagn\n    at: 19:00\n")
        result = run("check", "--json")
        assert result.exit_code == 2
        (finding,) = [one for one in json.loads(result.output) if one["severity"] == "error"]
        assert (finding["file"], finding["line"], finding["field"]) == ("schedules/x.yaml", 3, "slots.toi.programme")
        assert "schedules/x.yaml" in run("check").output
        assert isinstance(run("plan").exception, InputRefused)

    def test_rehearse(self, run: Run, tmp_path: Path) -> None:
        """One command makes sound, log and report of a day and says where they are."""
        out = tmp_path / "out"
        said = good(run("rehearse", "--from", "2026-11-23", "--days", "1", "--out", str(out)))
        for path in (out / "sound", out / "log" / "ledger.sqlite"):
            assert str(path) in said
            assert path.exists()

    def test_doctor(self, run: Run) -> None:
        """The doctor looks at machine, loudspeaker, voices, ffmpeg, disk and ledger, as text and as JSON."""
        checkups = json.loads(run("doctor", "--json").output)
        assert len(checkups) == 6
        assert {one["state"] for one in checkups} <= {"good", "warning", "bad"}


class TestRead:
    def test_text_name_file_and_standard_input(self, run: Run, folder: Path, tmp_path: Path) -> None:
        """A text is read as it stands; a bulletin's name or a file stands for its text, without the front matter."""
        write(
            folder, "scripts/mot.md", (folder / "scripts/mot.md").read_text(encoding="utf-8").replace("bà con", "5 kg")
        )
        spoken = "kính chào năm ki lô gam"
        path = write(tmp_path, "other.txt", "Kính chào 5 kg")
        for said in (
            run("read", "Kính chào 5 kg"),
            run("read", "mot"),
            run("read", str(path)),
            run("read", input="Kính chào 5 kg"),
        ):
            assert good(said).strip().rstrip(".") == spoken
        assert json.loads(good(run("read", "Kính chào 5 kg", "--json")))["spoken"] == spoken
        assert "5" in good(run("read", "Kính chào 5 kg", "--explain"))

    @pytest.mark.parametrize("letters", [60, 90, 150, 199, 4000])
    def test_a_long_text_is_no_file_name(self, run: Run, letters: int) -> None:
        """Vietnamese letters take three bytes each: a text too long for a file name is still read."""
        assert good(run("read", ("ề" * 9 + " ") * (letters // 10))).strip()

    def test_without_a_station(self, tmp_path: Path) -> None:
        """Anybody can hear how a text is read, anywhere."""
        assert good(CliRunner().invoke(loa, ["-C", str(tmp_path), "read", "ngày 23/11"])).strip()


class TestRealProcess:
    def test_help_loads_no_heavy_library(self) -> None:
        """`loa --help` imports nothing that takes time: neither numpy nor the scheduler, the web or the sound."""
        code = (
            "import sys\nfrom loa.cli import main\n"
            "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
            "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
        )
        result = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
        )
        loaded = set(result.stdout.rpartition("LOADED")[2].split())
        heavy = {
            "numpy",
            "apscheduler",
            "requests",
            "soundfile",
            "sounddevice",
            "pydub",
            "gtts",
            "docx",
            "sqlite3",
            "yaml",
        }
        assert "click" in loaded
        assert not loaded & heavy

    def test_exit_codes_reach_the_shell(self, tmp_path: Path) -> None:
        """As a process: help 0, a wrong command 2, no station 3, and the sentence on standard error."""
        assert program("--help", cwd=tmp_path).returncode == 0
        assert program("chek", cwd=tmp_path).returncode == 2
        lost = program("check", cwd=tmp_path)
        assert (lost.returncode, lost.stdout) == (3, "")
        assert str(tmp_path) in lost.stderr

    def test_vietnamese_survives_a_plain_terminal(self, tmp_path: Path) -> None:
        """With no locale set, Vietnamese letters still come out as UTF-8."""
        said = program("read", "Đài xã Minh Đức", cwd=tmp_path)
        assert (said.returncode, said.stdout.strip()) == (0, "đài xã minh đức")

    def test_a_reader_that_goes_away(self, folder: Path) -> None:
        """`loa plan | head -1` ends quietly."""
        command = f"'{sys.executable}' -m loa -C '{folder}' plan --to 2027-11-01 | head -c 1"
        result = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        assert "Traceback" not in result.stderr
        assert "BrokenPipe" not in result.stderr
