"""Set up loa in ``.venv`` beside this file, then hand over to it.

``python3 start.py`` sets up and runs the station of this folder; ``python3 start.py test [pytest's arguments]`` sets up
and runs the tests; any other arguments are loa's own. Standard library only, Linux, macOS, Windows. What is written on
the screen is Vietnamese, here in the source: there is no catalogue before the set-up.
"""

import sys

# This file must still be parsed by Python 3.6, or whoever has an old Python sees a SyntaxError in place of this.
if sys.version_info < (3, 11):  # noqa: UP036
    print("loa cần Python 3.11 trở lên; máy này đang dùng Python {}.{}.".format(*sys.version_info))
    print("Hãy cài Python mới hơn (Debian 12, Ubuntu 24.04 có sẵn), rồi chạy lại: python3 start.py")
    sys.exit(1)

import collections
import contextlib
import ctypes
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent
STAMP_FORMAT = 1  # raise it when this file sets up differently, so that every station is set up anew
CORE, DEV = "requirements.lock", "requirements-dev.lock"  # DEV holds all of CORE, in the same versions
SOUND_PACKAGES = ("libportaudio2", "libasound2-plugins")
SHOWN_LINES = 8  # of a failed program's output


class SetUpError(Exception):
    """A step failed; the message is for the operator."""


def in_venv(root: Path, name: str) -> Path:
    """Return a path of the environment under `root`: ``scripts`` or ``purelib``."""
    venv = str(root / ".venv")
    return Path(sysconfig.get_path(name, "venv", {"base": venv, "platbase": venv}))


def venv_python(root: Path) -> Path:
    """Return the environment's interpreter."""
    return in_venv(root, "scripts") / ("python.exe" if os.name == "nt" else "python")


def read_stamp(root: Path) -> dict[str, str]:
    """Return what a completed set-up wrote, lock file to hash; empty if there is none that this Python can use."""
    venv = root / ".venv"
    try:
        stamp = json.loads((venv / "loa-stamp.json").read_bytes())
        whole = stamp["made_by"] == made_by() and venv_python(root).exists() and not (venv / "loa-unfinished").exists()
        return dict(stamp["locks"]) if whole else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_stamp(root: Path, locks: Mapping[str, str]) -> None:
    """Record a completed set-up, in one step and last of all."""
    new = root / ".venv" / "loa-stamp.json.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump({"made_by": made_by(), "locks": dict(locks)}, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(root / ".venv" / "loa-stamp.json")


def made_by() -> str:
    """Return what an environment depends on besides the lock files: this Python, this machine's kind, this file."""
    flags = getattr(sys, "abiflags", "")
    python = (sys.implementation.cache_tag, flags, sysconfig.get_platform(), sys.base_prefix, STAMP_FORMAT)
    return " ".join(map(str, python))


def hashed(root: Path, lock: str) -> str:
    """Return the hash of a lock file, whichever way git ended its lines."""
    return hashlib.sha256((root / lock).read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def ready(root: Path, lock: str) -> bool:
    """Tell whether what `lock` asks for is installed."""
    return read_stamp(root).get(lock) == hashed(root, lock)


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep a second start out while one sets up."""
    with (root / CORE).open("rb") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 30)  # past the end: the lock there keeps nobody from reading the file
            while True:
                with contextlib.suppress(OSError):  # gives up after 10 s
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Một lần cài đặt khác đang chạy, đang chờ nó xong…")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(words: str) -> None:
    """Show one line to the operator."""
    print(words, flush=True)


def run(words: str, command: list[str], extra: Mapping[str, str] | None = None) -> None:
    """Run one step quietly: its name, what it is at (on a terminal), how long it took; its last lines if it fails."""
    line_so_far = f"  • {words} … "
    print(line_so_far, end="", flush=True)
    started = time.perf_counter()
    unset = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX"}
    # An operator's pip configuration is honoured (index, certificates, proxy); only where it installs is ours to say.
    env = {name: value for name, value in os.environ.items() if name not in unset}
    env |= {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    env |= {"PYTHONUNBUFFERED": "1", "DEBIAN_FRONTEND": "noninteractive"} | dict(extra or {})
    last: collections.deque[str] = collections.deque(maxlen=SHOWN_LINES)
    out = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT) as process:
        for raw in process.stdout or ():
            line = raw.decode(errors="replace")
            if not line.startswith("WARNING"):  # pip repeats each try to connect; its last words say what matters
                last.append(line.rstrip()[:150])
            doing = re.match(r"(?:Collecting|Installing) (\w[\w.-]*)", line)
            if doing and sys.stdout.isatty():
                print(f"\r{line_so_far}{doing[1]:30.30}", end="", flush=True)
    back = f"\r{line_so_far}{'':30}\r{line_so_far}" if sys.stdout.isatty() else ""
    if process.returncode:
        print(f"{back}không được", flush=True)
        raise SetUpError("\n".join(f"    | {line}" for line in last))
    print(f"{back}xong ({time.perf_counter() - started:.0f} giây)", flush=True)


def python_with_pip(root: Path) -> str:
    """Return an interpreter outside ``.venv`` that has pip: the one that runs this, or the one that it came from."""
    here = [] if Path(sys.prefix) == root / ".venv" else [sys.executable]
    for python in [*here, getattr(sys, "_base_executable", sys.executable)]:
        if not subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
            return str(python)
    debian = "sudo apt install python3-pip" if shutil.which("apt-get") else "python3 -m ensurepip --upgrade"
    raise SetUpError(f"Python này chưa có pip. Hãy gõ:\n    {debian}\nrồi chạy lại: python3 start.py")


def source(root: Path) -> list[str]:
    """Return pip's words for where packages come from: ``wheels/`` beside this file, or what pip is configured for."""
    wheels = root / "wheels"
    return ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []


def make_venv(root: Path, words: str, command: list[str]) -> None:
    """Make ``.venv`` anew, in place of an unusable one."""
    venv = root / ".venv"
    if venv.is_symlink():
        venv.unlink()
    elif venv.exists():
        say("  • .venv đang có không dùng được (cài dở dang, hoặc của Python khác): xoá để làm lại")
        shutil.rmtree(venv)
    run(words, [*command, str(venv)])


def install_with_pip(root: Path, python: str, lock: str, *, keep: bool) -> None:
    """Install what `lock` pins with the system's pip: the environment needs neither pip nor ensurepip."""
    if not keep:
        make_venv(root, "Tạo môi trường riêng .venv", [python, "-m", "venv", "--without-pip"])
    (root / ".venv" / "loa-unfinished").touch()
    into = [python, "-m", "pip", "--python", str(venv_python(root)), "install", *source(root)]
    run(f"Cài các gói trong {lock}", [*into, "--only-binary", ":all:", "--require-hashes", "-r", str(root / lock)])


def install_with_uv(root: Path, python: str, lock: str, *, keep: bool) -> None:
    """Do the same with uv, where venv or pip cannot (a pip older than 22.3). uv itself comes without a hash."""
    uv = root / ".uv" / "bin" / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        into = ["install", "--target", str(root / ".uv"), "--only-binary", ":all:", *source(root)]
        run("Lấy công cụ uv", [python, "-m", "pip", *into, "uv"])
    if not keep:
        make_venv(root, "Tạo môi trường riêng .venv bằng uv", [str(uv), "venv", "--python", python])
    (root / ".venv" / "loa-unfinished").touch()
    settings = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found = re.findall(r"^(?:global|install|:env:)\.(index-url|cert)='(.*)'$", settings.stdout, re.MULTILINE)
    names = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}  # uv does not read pip's configuration
    extra = {names[key]: value for key, value in found if names[key] not in os.environ}
    into = [str(uv), "pip", "install", "--python", str(venv_python(root)), *source(root)]
    hashes = ["--only-binary", ":all:", "--require-hashes", "-r", str(root / lock)]
    run(f"Cài các gói trong {lock} bằng uv", [*into, *hashes], extra)


def install(root: Path, lock: str) -> None:
    """Install what `lock` pins, the first way or the second; on failure say what to do."""
    python = python_with_pip(root)
    keep = bool(read_stamp(root))
    for way in (install_with_pip, install_with_uv):
        try:
            return way(root, python, lock, keep=keep)
        except SetUpError as failure:
            say(str(failure))
            if re.search("No matching distribution|HASHES", str(failure)):  # not to be had, or not what was locked
                break
    if keep:  # nothing is replaced before all is at hand, and pip puts back what it could not replace
        (root / ".venv" / "loa-unfinished").unlink()
    raise SetUpError(what_to_do(root, lock))


def what_to_do(root: Path, lock: str) -> str:
    """Return the operator's ways out of a failed installation."""
    version = "{}.{}".format(*sys.version_info)
    if (root / "wheels").is_dir():
        tail = "Thư mục wheels thiếu gói, hoặc làm cho hệ điều hành hay bản Python khác. Làm lại thư mục ấy:"
    else:
        tail = "Máy này không có mạng? Chuẩn bị sẵn các gói ở máy khác rồi mang sang bằng USB:"
    return (
        "Chưa cài được các gói. Nếu máy có mạng: kiểm tra đường truyền rồi chạy lại lệnh vừa gõ.\n"
        f"{tail}\n"
        f"  1. Trên một máy có mạng, cùng hệ điều hành, cùng Python {version}, mở thư mục này và gõ:\n"
        f"         python3 -m pip download --only-binary :all: -d wheels -r {lock}\n"
        f"  2. Chép thư mục wheels vào cạnh start.py ({root}) rồi chạy lại."
    )


def has_portaudio() -> bool:
    """Tell whether sound can leave this machine; the packages for Windows and macOS carry PortAudio themselves."""
    if not sys.platform.startswith("linux"):
        return True
    with contextlib.suppress(OSError):
        ctypes.CDLL("libportaudio.so.2")
        return True
    return False


def see_to_sound() -> None:
    """Install PortAudio where this may, otherwise say how. Never fatal: loa then plays into a file and says so."""
    if has_portaudio():
        return
    apt = shutil.which("apt-get")
    if apt and sys.platform != "win32" and os.geteuid() == 0:
        command = [apt, "install", "--yes", "--quiet", "--no-install-recommends", *SOUND_PACKAGES]
        with contextlib.suppress(SetUpError):
            run("Cập nhật danh mục gói của hệ điều hành", [apt, "update", "--quiet"])
        try:
            run("Cài thư viện âm thanh PortAudio", command)
        except SetUpError as failure:
            say(str(failure))
    if not has_portaudio():
        how = f"sudo apt install {' '.join(SOUND_PACKAGES)}" if apt else "(cài gói PortAudio của hệ điều hành)"
        say(f"  ! Chưa có thư viện âm thanh PortAudio: loa sẽ phát vào tệp, KHÔNG ra loa. Hãy gõ:\n         {how}")


def set_up(root: Path, lock: str) -> None:
    """Install what `lock` pins into ``.venv``, make loa importable there, and write the stamp."""
    with alone(root):
        if ready(root, lock):  # the start that held the lock did it
            return
        say("Cài đặt loa (chỉ làm một lần, khoảng một phút):")
        before = read_stamp(root)
        install(root, lock)
        packages = in_venv(root, "purelib")
        # A relative path, so that the folder may be moved and its name may hold any letter.
        (packages / "loa.pth").write_text(os.path.relpath(root, packages) + "\n", encoding="utf-8")
        if not before:
            see_to_sound()
        wanted = {CORE, lock}
        (root / ".venv" / "loa-unfinished").unlink()
        write_stamp(root, {name: hashed(root, name) for name in sorted(wanted)})


def hand_over(command: list[str]) -> int:
    """Become `command`; where a process cannot (Windows), wait for it and return its exit code."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606
    with subprocess.Popen(command) as process:
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C reaches loa too; it ends in its own way
                return process.wait()


def main(arguments: list[str]) -> int:
    """Set up what is not set up yet, then hand over."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a redirected Windows console is not UTF-8
            stream.reconfigure(encoding="utf-8", errors="replace")
    testing = arguments[:1] == ["test"]
    lock = DEV if testing else CORE
    try:
        if not ready(ROOT, lock):
            set_up(ROOT, lock)
    except SetUpError as failure:
        say(str(failure))
        if testing or CORE not in read_stamp(ROOT):
            return 1
        say("  ! Chạy tiếp bằng các gói đã cài lần trước; lần khởi động sau sẽ thử cập nhật lại.")
    except OSError as failure:
        say(
            f"\nKhông ghi hoặc đọc được tệp: {failure}\nKiểm tra quyền ghi và chỗ trống ở {ROOT}; tắt loa nếu nó đang chạy."
        )
        return 1
    except KeyboardInterrupt:
        say("\nĐã dừng cài đặt. Lần chạy sau sẽ làm lại từ đầu.")
        return 130
    if testing or not arguments:
        os.chdir(ROOT)
    program = ["pytest", *arguments[1:]] if testing else ["loa", *(arguments or ["run"])]
    return hand_over([str(venv_python(ROOT)), "-m", *program])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
