"""The station starts with its machine: the files are what systemd, Windows and macOS read, and nothing is left behind."""

from __future__ import annotations

import configparser
import plistlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path, PureWindowsPath

import pytest

from loa.errors import Conflict, NotFound
from loa.station import service
from loa.station.service_files import plist, task_xml, unit_text

ODD = '/srv/Đài xã Minh Đức 100% $HOME ${x} "tốt" \\n & <b>/loa'
NAMES = ["/srv/loa", "/srv/Đài truyền thanh xã", ODD, "/srv/đ\\", "/srv/%h%%"]

pytestmark = pytest.mark.usefixtures("english")


def unit(text: str) -> configparser.ConfigParser:
    """Read a unit as systemd does: names keep their case, % and ; mean nothing."""
    parser = configparser.ConfigParser(interpolation=None, strict=True, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def words(line: str) -> list[str]:
    """Split a command line by the rules of systemd.service(5) and systemd.syntax(7)."""
    found: list[str] = []
    for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"(?: |$)', line):
        plain = re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), quoted).replace("%%", "%")
        found.append(plain if not found else plain.replace("$$", "$"))
        assert not re.search(r"(?<!%)%(?:%%)*(?!%)", quoted), "a lone % is a specifier"
    return found


class TestUnit:
    @pytest.mark.parametrize("folder", NAMES)
    @pytest.mark.parametrize("user", ["", "đài"])
    def test_the_command_comes_out_as_it_went_in(self, folder: str, user: str) -> None:
        """Blanks, Vietnamese letters, quotes, %, $ and backslashes of a folder's name reach the program unchanged."""
        command = ["/usr/bin/python3", f"{folder}/start.py", "-C", folder, "run"]
        assert words(unit(unit_text(command, user=user))["Service"]["ExecStart"]) == command

    def test_it_is_watched_and_always_restarted(self) -> None:
        """Ready is told, a hang is killed, an end of any kind is a new start, without a limit."""
        parsed = unit(unit_text(["/bin/true"]))
        told = dict(parsed["Service"])
        assert (
            told.items()
            >= {
                "Type": "notify",
                "NotifyAccess": "main",
                "LimitNICE": "-11",
                "WatchdogSec": "30",
                "Restart": "always",
                "RestartSec": "2",
                "KillSignal": "SIGTERM",
                "TimeoutStopSec": "20",
            }.items()
        )
        assert parsed["Unit"]["StartLimitIntervalSec"] == "0"

    def test_a_system_unit_runs_as_the_owner(self) -> None:
        """Root installs it, the folder's owner runs it, with the sound server of that person."""
        parsed = unit(unit_text(["/bin/true"], user="hoa", user_id=1000))
        assert parsed["Service"]["User"] == "hoa"
        assert parsed["Service"]["Environment"] == "XDG_RUNTIME_DIR=/run/user/1000"
        assert parsed["Unit"]["After"] == "sound.target network.target"
        assert parsed["Install"]["WantedBy"] == "multi-user.target"
        assert unit(unit_text(["/bin/true"]))["Install"]["WantedBy"] == "default.target"

    @pytest.mark.skipif(
        not shutil.which("systemd-analyze"), reason="no systemd-analyze to ask: sudo apt install systemd"
    )
    @pytest.mark.parametrize("user", ["", "root"])
    def test_systemd_finds_no_fault(self, tmp_path: Path, user: str) -> None:
        """`systemd-analyze verify` reads it without a word, and finds the program under the oddest name."""
        program = tmp_path / "Đài xã Minh Đức 100% $HOME ${x} & <b>" / "python3"
        program.parent.mkdir(parents=True)
        shutil.copy("/bin/true", program)
        file = tmp_path / "loa.service"
        file.write_text(unit_text([str(program), ODD], user=user), encoding="utf-8")
        manager = ["--system"] if user else ["--user"]
        done = subprocess.run(
            ["systemd-analyze", *manager, "verify", "--man=no", str(file)],
            env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")


class TestTask:
    FOLDER = PureWindowsPath(r"C:\Đài xã & <Minh Đức>\loa")
    COMMAND = (r"C:\Python 3\python.exe", r"C:\Đài xã & <Minh Đức>\loa\start.py", "-C", str(FOLDER), "run")

    def root(self) -> ET.Element:
        text = task_xml(self.COMMAND, folder=self.FOLDER, user="PC\\Hoa & Lan")
        return ET.fromstring(text.encode("utf-16"))  # noqa: S314 - our own text

    def value(self, path: str) -> str | None:
        names = "/".join(f"{{*}}{name}" for name in path.split("/"))
        return self.root().findtext(names)

    def test_it_is_xml_of_the_known_parts(self) -> None:
        """Well-formed in UTF-16, with the parts that the schema names, in its order."""
        assert [part.tag.partition("}")[2] for part in self.root()] == [
            "RegistrationInfo",
            "Triggers",
            "Principals",
            "Settings",
            "Actions",
        ]
        assert self.root().tag == "{http://schemas.microsoft.com/windows/2004/02/mit/task}Task"

    def test_the_command_is_quoted_for_windows(self) -> None:
        """Blanks and letters that mean something in XML reach the program."""
        assert self.value("Actions/Exec/Command") == self.COMMAND[0]
        assert self.value("Actions/Exec/Arguments") == f'"{self.COMMAND[1]}" -C "{self.FOLDER}" run'
        assert self.value("Actions/Exec/WorkingDirectory") == str(self.FOLDER)
        assert self.value("Triggers/LogonTrigger/UserId") == "PC\\Hoa & Lan"

    def test_it_runs_on_and_on(self) -> None:
        """No time limit, on battery too, looked after each minute, one at a time."""
        assert self.value("Settings/ExecutionTimeLimit") == "PT0S"
        assert self.value("Settings/DisallowStartIfOnBatteries") == "false"
        assert self.value("Settings/StopIfGoingOnBatteries") == "false"
        assert self.value("Settings/MultipleInstancesPolicy") == "IgnoreNew"
        assert self.value("Settings/RestartOnFailure/Interval") == "PT1M"
        assert 1 <= int(self.value("Settings/RestartOnFailure/Count") or 0) <= 255
        assert self.value("Triggers/LogonTrigger/Repetition/Interval") == "PT1M"


def test_the_property_list_keeps_the_station_alive(tmp_path: Path) -> None:
    """Started at sign-in and whenever it ends; the command unchanged."""
    read = plistlib.loads(plist(["/usr/bin/python3", ODD], folder=Path(ODD), log=tmp_path / "loa.log"))
    assert read["ProgramArguments"] == ["/usr/bin/python3", ODD]
    assert read["RunAtLoad"] is True
    assert read["KeepAlive"] is True
    assert read["WorkingDirectory"] == ODD


class System:
    """Stands for the machine: notes each command, and fails where told."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.failing = ""

    def __call__(self, command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        line = " ".join(command)
        self.ran.append(line)
        if self.failing and self.failing in line:
            return subprocess.CompletedProcess(command, 1, "", "Failed to connect to bus\nmore")
        return subprocess.CompletedProcess(command, 0, "active (running)\n", "")


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> System:
    """Let no command of the real machine run, and nothing be written outside the test's folder."""
    system = System()
    monkeypatch.setattr(service, "_started", system)
    monkeypatch.setattr(service, "SYSTEM_UNITS", tmp_path / "etc")
    monkeypatch.setattr(service, "is_root", lambda: False)
    owner = service.Owner(name="hoa", user_id=1000, home=tmp_path / "home")
    monkeypatch.setattr(service, "owner_of", lambda _folder: owner)
    return system


def ways(folder: Path, platform: str = "linux") -> list[service.Service]:
    folder.mkdir(exist_ok=True)
    return service.services(folder, platform=platform)


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_what_is_installed_can_be_seen_and_removed(system: System, tmp_path: Path, platform: str) -> None:
    """Install writes the file, hands it over and tells how to undo it; remove leaves nothing."""
    found = ways(tmp_path / "đài", platform)
    said: list[str] = []
    service.install(found, said.append, on_air=False)
    assert found[0].file.read_bytes() == found[0].content
    assert len(system.ran) == len(found[0].register)
    assert said[0] == f"Written: {found[0].file}"
    assert said[-1] == "To undo all this: loa service remove"
    assert any(found[0].stop in line for line in said)
    assert "active (running)" in service.state(found)
    service.install(found, said.append, on_air=True)  # again, after an update
    said.clear()
    service.remove(found, said.append, on_air=lambda: False)
    assert not found[0].file.exists()
    assert f"Deleted: {found[0].file}" in said
    with pytest.raises(NotFound, match="loa service install"):
        service.state(found)
    with pytest.raises(NotFound, match="loa service install"):
        service.remove(found, said.append, on_air=lambda: False)


@pytest.mark.usefixtures("system")
def test_root_installs_a_system_unit_and_anyone_else_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unit's place follows who types; a user unit tells of linger."""
    found = ways(tmp_path / "dai")
    assert found[0].file == tmp_path / "home/.config/systemd/user/loa.service"
    assert "sudo loginctl enable-linger hoa" in found[0].hints[0]
    monkeypatch.setattr(service, "is_root", lambda: True)
    by_root = ways(tmp_path / "dai")
    assert by_root[0].file == tmp_path / "etc/loa.service"
    assert b"User=hoa\n" in by_root[0].content
    service.install(by_root, lambda _line: None, on_air=False)
    monkeypatch.setattr(service, "is_root", lambda: False)
    with pytest.raises(Conflict, match="sudo loa service remove"):
        service.install(ways(tmp_path / "dai"), lambda _line: None, on_air=False)
    with pytest.raises(Conflict, match="sudo"):
        service.remove(ways(tmp_path / "dai"), lambda _line: None, on_air=lambda: False)


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_another_stations_service_is_left_alone(system: System, tmp_path: Path, platform: str) -> None:
    """Two stations on one machine: the second neither overwrites nor removes the first one's service."""
    del system
    one, two = ways(tmp_path / "mot", platform), ways(tmp_path / "hai", platform)
    two[0].file.parent.mkdir(parents=True, exist_ok=True)
    two[0].file.write_bytes(one[0].content)
    with pytest.raises(Conflict, match="something else"):
        service.install(two, lambda _line: None, on_air=False)
    with pytest.raises(Conflict, match="something else"):
        service.remove(two, lambda _line: None, on_air=lambda: False)
    assert two[0].file.read_bytes() == one[0].content


def test_a_failed_command_says_what_was_done(system: System, tmp_path: Path) -> None:
    """The system's own words, what stays, and how to undo it; undoing works though the system still fails."""
    found = ways(tmp_path / "dai")
    system.failing = "enable"
    said: list[str] = []
    with pytest.raises(Conflict, match=r"enable loa.*Failed to connect to bus.*stays.*loa service remove"):
        service.install(found, said.append, on_air=False)
    assert [line.split(":")[0] for line in said] == ["Written", "Done"]
    system.failing = "systemctl"
    service.remove(found, said.append, on_air=lambda: True)
    assert not found[0].file.exists()
    assert "The station is still on the air. End it with: loa stop --station" in said


def test_a_machine_without_systemd_is_told(tmp_path: Path, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing program is a sentence, not a trace."""
    del system

    def missing(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        raise FileNotFoundError(command[0])

    monkeypatch.setattr(service, "_started", missing)
    with pytest.raises(Conflict, match="no program systemctl"):
        service.install(ways(tmp_path / "dai"), lambda _line: None, on_air=False)
    with pytest.raises(Conflict, match="systemctl"):
        service.state(ways(tmp_path / "dai"))


def test_what_stands_in_the_way_is_told_before_anything_is_written(system: System, tmp_path: Path) -> None:
    """On the air by hand, a place that cannot be written, a letter that no unit can hold: nothing is changed."""
    found = ways(tmp_path / "dai")
    with pytest.raises(Conflict, match="loa stop --station"):
        service.install(found, lambda _line: None, on_air=True)
    (tmp_path / "home").write_text("no folder", encoding="utf-8")
    with pytest.raises(Conflict, match="Nothing was changed"):
        service.install(found, lambda _line: None, on_air=False)
    with pytest.raises(Conflict, match="Rename the folder"):
        ways(tmp_path / "xuống\ndòng")
    assert system.ran == []
