"""start.py: the set-up, its stamp, its two ways, and the lock files. Nothing in here needs the network."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from typing import NoReturn

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import start

ROOT = Path(start.__file__).parent
PIN = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[0-9][0-9.]*(?:post[0-9]+)?)"
    r"(?: ; (?P<marker>\(*[a-z_]+ (?:[<>=!]+) '[^']+'\)*(?: (?:and|or) \(*[a-z_]+ (?:[<>=!]+) '[^']+'\)*)*))?"
)
posix_only = pytest.mark.skipif(os.name != "posix", reason="an interpreter is faked with a symbolic link")


class Handed(Exception):
    """What would have been started."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with lock files; nothing can be started from it."""
    (tmp_path / start.CORE).write_text("# core\n")
    (tmp_path / start.DEV).write_text("# dev\n")

    def hand_over(command: list[str]) -> NoReturn:
        raise Handed(command[1:])

    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "hand_over", hand_over)
    monkeypatch.setattr(start, "has_portaudio", lambda: True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class FakeRun:
    """Stands in for programs: makes what they would make, keeps what was asked, fails when told to."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.failing: dict[str, BaseException] = {}  # part of the command: what to raise

    def __call__(self, _words: str, command: list[str], _extra: object = None) -> None:
        line = " ".join(command).replace("\\", "/")
        self.commands.append(line)
        for part, failure in self.failing.items():
            if part in line:
                raise failure
        if command[-1].endswith(".venv"):
            venv = Path(command[-1])
            for name in ("scripts", "purelib"):
                start.in_venv(venv.parent, name).mkdir(parents=True)
            start.venv_python(venv.parent).touch()


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> FakeRun:
    fake = FakeRun()
    monkeypatch.setattr(start, "run", fake)
    monkeypatch.setattr(start, "python_with_pip", lambda _root: sys.executable)
    return fake


def handed(*arguments: str) -> list[str]:
    with pytest.raises(Handed) as caught:
        start.main(list(arguments))
    return list(caught.value.args[0])


def pins(lock: str) -> dict[str, set[str]]:
    """Return a lock file's pins, each with its hashes; fail on a line of any other kind."""
    found: dict[str, set[str]] = {}
    pin = ""
    for line in (ROOT / lock).read_text(encoding="ascii").splitlines():
        words = line.removesuffix(" \\")
        if line.startswith("#"):
            continue
        if line.startswith("    --hash="):
            found[pin].add(words.strip())
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}", words)
            continue
        assert PIN.fullmatch(words), f"{lock}: {line}"
        pin = words
        found[pin] = set()
    return found


class TestTheFile:
    def test_imports_the_standard_library_only(self) -> None:
        """start.py runs before anything is installed."""
        tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names

    def test_an_old_python_is_told_which_one_is_needed(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Python 3.6 to 3.10 can parse the file, and the first thing it does is to say what is missing."""
        ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 6))
        monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
        with pytest.raises(SystemExit) as caught:
            runpy.run_path(str(ROOT / "start.py"), run_name="__main__")
        assert caught.value.code == 1
        assert "cần Python 3.11 trở lên; máy này đang dùng Python 3.9." in capsys.readouterr().out


class TestLockFiles:
    @pytest.mark.parametrize("lock", [start.CORE, start.DEV])
    def test_hold_pins_and_hashes_and_no_address(self, lock: str) -> None:
        """A lock file names no host and no folder: it serves behind any mirror."""
        assert all(pins(lock).values())
        assert "://" not in (ROOT / lock).read_text(encoding="ascii")

    @pytest.mark.parametrize("lock", [start.CORE, start.DEV])
    def test_cover_what_pyproject_asks_for(self, lock: str) -> None:
        """A dependency added to pyproject.toml and not locked is found here."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        wanted = project["project"]["dependencies"] + (project["dependency-groups"]["dev"] if lock == start.DEV else [])
        locked: dict[str, set[Version]] = {}
        for match in filter(None, map(PIN.fullmatch, pins(lock))):
            locked.setdefault(match["name"], set()).add(Version(match["version"]))
        for requirement in map(Requirement, wanted):
            versions = locked.get(canonicalize_name(requirement.name), set())
            assert versions, f"{requirement} is not in {lock}"
            assert all(map(requirement.specifier.contains, versions)), f"{lock} is older than {requirement}"

    def test_dev_holds_all_of_core(self) -> None:
        """Setting up the tests changes nothing that the station runs with; only a test tool may widen a marker."""
        core, dev = (
            {pin.partition(" ; ")[0]: hashes for pin, hashes in pins(lock).items()} for lock in (start.CORE, start.DEV)
        )
        assert {pin: dev.get(pin) for pin in core} == core


class TestStamp:
    @pytest.fixture
    def done(self, root: Path, programs: FakeRun) -> Path:
        start.set_up(root, start.CORE)
        assert programs.commands
        return root

    def test_a_completed_set_up_is_ready(self, done: Path) -> None:
        """What is set up once is not set up again, and the tests' set is another one."""
        assert start.ready(done, start.CORE)
        assert not start.ready(done, start.DEV)

    def test_line_ends_do_not_matter(self, done: Path) -> None:
        """A lock file checked out on Windows is the same lock file."""
        (done / start.CORE).write_bytes(b"# core\r\n")
        assert start.ready(done, start.CORE)

    def test_a_new_lock_file_is_noticed(self, done: Path) -> None:
        """An update of loa updates its packages."""
        (done / start.CORE).write_text("# newer\n")
        assert not start.ready(done, start.CORE)

    def test_another_python_is_noticed(self, done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An upgraded Python gets an environment of its own."""
        monkeypatch.setattr(sys, "base_prefix", "/another")
        assert not start.ready(done, start.CORE)

    @pytest.mark.parametrize("content", [b"", b"[]", b'{"made_by": "', b'{"made_by": 1}', b"\xff"])
    def test_a_spoilt_stamp_is_no_stamp(self, done: Path, content: bytes) -> None:
        """Half a file (power cut, full disk) means: set up again."""
        (done / ".venv" / "loa-stamp.json").write_bytes(content)
        assert not start.ready(done, start.CORE)

    def test_a_missing_interpreter_is_noticed(self, done: Path) -> None:
        """An environment emptied by hand is set up again."""
        start.venv_python(done).unlink()
        assert not start.ready(done, start.CORE)


class TestArguments:
    @pytest.fixture(autouse=True)
    def _set_up(self, root: Path, programs: FakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
        start.set_up(root, start.DEV)
        programs.failing[""] = AssertionError("set up twice")
        (root / "below").mkdir()
        monkeypatch.chdir(root / "below")

    def test_none_is_run_in_this_folder(self, root: Path) -> None:
        """`python3 start.py` puts the station of its own folder on air, wherever it is called from."""
        assert handed() == ["-m", "loa", "run"]
        assert Path.cwd() == root

    def test_others_are_loas(self, root: Path) -> None:
        """`python3 start.py report 2026-11` is `loa report 2026-11`, in the caller's folder."""
        assert handed("report", "2026-11") == ["-m", "loa", "report", "2026-11"]
        assert Path.cwd() == root / "below"

    def test_test_is_pytest(self) -> None:
        """`python3 start.py test -k stamp` runs pytest."""
        assert handed("test", "-k", "stamp") == ["-m", "pytest", "-k", "stamp"]


class TestSetUp:
    def test_asks_for_hashes(self, root: Path, programs: FakeRun) -> None:
        """Every installation checks hashes and builds nothing."""
        start.set_up(root, start.CORE)
        assert "--only-binary :all: --require-hashes -r" in programs.commands[-1]
        assert "index" not in programs.commands[-1]

    def test_the_folder_may_be_moved(self, root: Path, programs: FakeRun) -> None:
        """The package is found by a relative path."""
        start.set_up(root, start.CORE)
        packages = start.in_venv(root, "purelib")
        line = (packages / "loa.pth").read_text().strip()
        assert not Path(line).is_absolute()
        assert (packages / line).resolve() == root
        assert programs.commands

    def test_tests_are_added_to_the_same_environment(self, root: Path, programs: FakeRun) -> None:
        """Setting up the tests keeps the station's packages."""
        start.set_up(root, start.CORE)
        start.set_up(root, start.DEV)
        assert sum(command.endswith(".venv") for command in programs.commands) == 1
        assert start.ready(root, start.CORE)
        assert start.ready(root, start.DEV)

    def test_a_killed_one_is_done_again(self, root: Path, programs: FakeRun) -> None:
        """A set-up stopped in the middle leaves no stamp, and the next one starts from nothing."""
        programs.failing = {"--require-hashes": KeyboardInterrupt()}
        assert start.main([]) == 130
        (root / ".venv" / "half").touch()
        assert not start.ready(root, start.CORE)
        programs.failing = {}
        assert handed() == ["-m", "loa", "run"]
        assert not (root / ".venv" / "half").exists()

    def test_killed_while_updating(self, root: Path, programs: FakeRun) -> None:
        """An update stopped in the middle leaves no environment that passes for whole."""
        start.set_up(root, start.CORE)
        (root / start.CORE).write_text("# newer\n")
        programs.failing = {"--require-hashes": KeyboardInterrupt()}
        assert start.main([]) == 130
        assert not start.read_stamp(root)

    def test_uv_where_pip_cannot(self, root: Path, programs: FakeRun) -> None:
        """The second way is taken when the first one fails, with hashes as well."""
        programs.failing = {"-m pip --python": start.SetUpError("no such option")}
        start.set_up(root, start.CORE)
        assert "--require-hashes" in programs.commands[-1]
        assert "/.uv/bin/uv" in programs.commands[-1]
        assert start.ready(root, start.CORE)

    def test_a_wrong_hash_has_no_second_way(self, root: Path, programs: FakeRun) -> None:
        """What is not the locked package is not tried again with a tool that came without a hash."""
        programs.failing = {"-m pip --python": start.SetUpError("THESE PACKAGES DO NOT MATCH THE HASHES")}
        assert start.main([]) == 1
        assert not any("uv" in command.split() for command in programs.commands)
        assert not start.ready(root, start.CORE)

    def test_failing_says_how_without_network(
        self, root: Path, programs: FakeRun, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Without network the operator is told how to bring the packages on a stick."""
        programs.failing = {"install": start.SetUpError("    | the last line")}
        assert start.main([]) == 1
        shown = capsys.readouterr().out
        assert "the last line" in shown
        assert "python3 -m pip download --only-binary :all: -d wheels -r requirements.lock" in shown
        assert not start.ready(root, start.CORE)

    def test_a_station_goes_on_with_the_packages_it_has(self, root: Path, programs: FakeRun) -> None:
        """An update that cannot be had keeps no station off air; tests want the real thing."""
        start.set_up(root, start.CORE)
        (root / start.CORE).write_text("# newer\n")
        programs.failing = {"install": start.SetUpError("no network")}
        assert handed() == ["-m", "loa", "run"]
        assert start.main(["test"]) == 1
        assert not start.ready(root, start.CORE)

    def test_nowhere_to_write(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A folder that cannot be written to is a sentence, not a traceback."""

        def full(*_: object) -> NoReturn:
            raise PermissionError(13, "Permission denied", str(root))

        monkeypatch.setattr(start, "set_up", full)
        assert start.main([]) == 1


def tiny_wheel(folder: Path) -> str:
    """Make a package without content; return its hash."""
    folder.mkdir()
    wheel = folder / "tiny_package-1.0-py3-none-any.whl"
    info = "tiny_package-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny_package.py", "")
        file.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-package\nVersion: 1.0\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", f"tiny_package.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@posix_only
class TestForReal:
    """The real file, real pip, packages from ``wheels/``: a set-up from a stick."""

    @pytest.fixture
    def station(self, tmp_path: Path) -> Path:
        station = tmp_path / "đài xã"
        (station / "loa").mkdir(parents=True)
        shutil.copy(ROOT / "start.py", station)
        (station / "loa" / "__init__.py").touch()
        main = "import json, sys, tiny_package\nprint(json.dumps(sys.argv[1:]))\nsys.exit(7)\n"
        (station / "loa" / "__main__.py").write_text(main)
        pin = f"tiny-package==1.0 \\\n    --hash=sha256:{tiny_wheel(station / 'wheels')}\n"
        (station / start.CORE).write_text(pin)
        return station

    @staticmethod
    def started(station: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        # No PATH: nothing of the system is installed by this test. C: the worst locale there is.
        env = {"HOME": str(station), "PATH": str(station), "LC_ALL": "C", "PIP_FIND_LINKS": ""}
        command = [sys.executable, str(station / "start.py"), *arguments]
        return subprocess.run(
            command, env=env, cwd=station.parent, capture_output=True, encoding="utf-8", check=False, timeout=60
        )

    def test_sets_up_offline_and_hands_over(self, station: Path) -> None:
        """The first start installs from the stick, the second one in no time; arguments and exit code go through."""
        first = self.started(station, "read", "Đài  xã", "--x=1")
        assert first.returncode == 7, first.stdout + first.stderr
        assert "Cài các gói trong requirements.lock … xong" in first.stdout
        began = time.perf_counter()
        second = self.started(station, "report", "2026-11")
        assert time.perf_counter() - began < 1
        assert (second.returncode, json.loads(second.stdout)) == (7, ["report", "2026-11"])

    def test_a_wrong_hash_is_refused(self, station: Path) -> None:
        """A package that is not the locked one is never run."""
        lock = station / start.CORE
        lock.write_text(re.sub("sha256:.{64}", "sha256:" + "0" * 64, lock.read_text()))
        refused = self.started(station)
        assert refused.returncode == 1
        assert "HASHES" in refused.stdout
        assert "Thư mục wheels thiếu gói" in refused.stdout
        assert "Traceback" not in refused.stdout + refused.stderr
