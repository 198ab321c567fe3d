"""`loa service`: let the station start with the machine, through what the machine has for that."""

from __future__ import annotations

import codecs
import getpass
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import loa
from loa.errors import Conflict, NotFound
from loa.files import write_bytes
from loa.language import translate as _
from loa.station.service_files import LAUNCHD_LABEL, NAME, plist, task_xml, unit_text

SYSTEM_UNITS = Path("/etc/systemd/system")
TIMEOUT_S = 60
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
FOLDER_NAMED = re.compile(  # in a unit, a task, a property list
    r'"-C" .*|<WorkingDirectory>.*</WorkingDirectory>|<key>WorkingDirectory</key>\s*<string>.*</string>'
)
Say = Callable[[str], None]
Command = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One way for this machine to start the station.

    Attributes
    ----------
    file, content
        The file that describes it.
    register, unregister, show_state
        Commands of the system: after the file is written; before it is deleted; to see how it runs.
    after_removal
        Commands once the file is deleted.
    stop
        What a person types to stop the station until the next start of the machine.
    hints
        What a person must still do, one sentence each.
    needs_root, refuses_root
        Who may change it.
    """

    file: Path
    content: bytes
    register: tuple[Command, ...]
    unregister: tuple[Command, ...]
    show_state: Command
    stop: str
    after_removal: tuple[Command, ...] = ()
    hints: tuple[str, ...] = ()
    needs_root: bool = False
    refuses_root: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who owns the station's folder, and so runs the station."""

    name: str
    user_id: int
    home: Path


def text_of(content: bytes) -> str:
    """Return a service's file as text: Windows has it in UTF-16."""
    return content.decode("utf-16" if content.startswith(UTF16_MARKS) else "utf-8", errors="replace")


def start_command(folder: Path) -> list[str]:
    """Return what starts the station: through ``start.py`` where it is, which sets up anew after an update.

    On Linux and macOS ``start.py`` becomes loa in the same process; set up once, it needs no network.
    """
    start = Path(loa.__file__).parents[1] / "start.py"
    if not start.exists():
        return [sys.executable, "-m", "loa", "-C", str(folder), "run"]
    base = Path(sys.base_prefix)
    python = base / "python.exe" if os.name == "nt" else base / "bin" / "python3"
    return [str(python), str(start), "-C", str(folder), "run"]


def owner_of(folder: Path) -> Owner:
    """Return who owns `folder`; on Windows who is signed in."""
    if sys.platform == "win32":
        domain, name = os.environ.get("USERDOMAIN", ""), getpass.getuser()
        return Owner(name=f"{domain}\\{name}" if domain else name, user_id=0, home=Path.home())
    import pwd

    user_id = folder.stat().st_uid
    try:
        known = pwd.getpwuid(user_id)
    except KeyError as error:
        raise Conflict(
            _("The owner of {folder} is not a user of this machine. Give it to one: sudo chown -R USER FOLDER").format(
                folder=folder
            )
        ) from error
    return Owner(name=known.pw_name, user_id=user_id, home=Path(known.pw_dir))


def is_root() -> bool:
    """Return whether this runs with all rights; on Windows that is not asked."""
    return sys.platform != "win32" and os.geteuid() == 0


def services(folder: Path, *, platform: str = sys.platform) -> list[Service]:
    """Return the ways of this machine to start the station in `folder`; the one to install comes first.

    Raises
    ------
    Conflict
        The folder's name cannot be written into such a file, or nobody owns it.
    """
    folder = folder.resolve()
    command = start_command(folder)
    if not all(word.isprintable() for word in command):
        raise Conflict(
            _("The name of {folder} holds a letter that the system cannot keep. Rename the folder.").format(
                folder=ascii(str(folder))
            )
        )
    owner = owner_of(folder)
    if platform == "win32":
        return [_windows(command, folder, owner)]
    if platform == "darwin":
        return [_macos(command, folder, owner)]
    ways = [_user_unit(command, owner), _system_unit(command, owner)]
    return ways[::-1] if is_root() else ways


def _system_unit(command: list[str], owner: Owner) -> Service:
    return Service(
        file=SYSTEM_UNITS / f"{NAME}.service",
        content=unit_text(command, user=owner.name, user_id=owner.user_id).encode(),
        register=(
            ("systemctl", "daemon-reload"),
            ("systemctl", "enable", NAME),
            ("systemctl", "restart", "--no-block", NAME),
        ),
        unregister=(("systemctl", "disable", "--now", NAME),),
        after_removal=(("systemctl", "daemon-reload"),),
        show_state=("systemctl", "status", "--no-pager", "--full", "--lines=5", NAME),
        stop=f"sudo systemctl stop {NAME}",
        needs_root=True,
    )


def _user_unit(command: list[str], owner: Owner) -> Service:
    user = ("systemctl", "--user")
    return Service(
        file=owner.home / ".config" / "systemd" / "user" / f"{NAME}.service",
        content=unit_text(command).encode(),
        register=((*user, "daemon-reload"), (*user, "enable", NAME), (*user, "restart", "--no-block", NAME)),
        unregister=((*user, "disable", "--now", NAME),),
        after_removal=((*user, "daemon-reload"),),
        show_state=(*user, "status", "--no-pager", "--full", "--lines=5", NAME),
        stop=f"systemctl --user stop {NAME}",
        hints=(
            _("It starts when {user} signs in. To let it start with the machine, type once: {command}").format(
                user=owner.name, command=f"sudo loginctl enable-linger {shlex.quote(owner.name)}"
            ),
        ),
        refuses_root=True,
    )


def _windows(command: list[str], folder: Path, owner: Owner) -> Service:
    file = folder / "log" / "loa-task.xml"
    return Service(
        file=file,
        content=task_xml(command, folder=folder, user=owner.name).encode("utf-16"),
        register=(
            ("schtasks", "/Create", "/TN", NAME, "/XML", str(file), "/F"),
            ("schtasks", "/Run", "/TN", NAME),
        ),
        unregister=(("schtasks", "/End", "/TN", NAME), ("schtasks", "/Delete", "/TN", NAME, "/F")),
        show_state=("schtasks", "/Query", "/TN", NAME, "/V", "/FO", "LIST"),
        stop=f"schtasks /Change /TN {NAME} /DISABLE && loa stop --station",
        hints=(_("It starts when {user} signs in: let Windows sign in by itself.").format(user=owner.name),),
    )


def _macos(command: list[str], folder: Path, owner: Owner) -> Service:
    domain = f"gui/{owner.user_id}"
    file = owner.home / "Library" / "LaunchAgents" / f"{LAUNCHD_LABEL}.plist"
    return Service(
        file=file,
        content=plist(command, folder=folder, log=owner.home / "Library" / "Logs" / f"{NAME}.log"),
        register=(("launchctl", "bootstrap", domain, str(file)),),
        unregister=(("launchctl", "bootout", f"{domain}/{LAUNCHD_LABEL}"),),
        show_state=("launchctl", "print", f"{domain}/{LAUNCHD_LABEL}"),
        stop=f"launchctl bootout {domain}/{LAUNCHD_LABEL}",
        hints=(_("It starts when {user} signs in: let macOS sign in by itself.").format(user=owner.name),),
        refuses_root=True,
    )


def install(ways: Sequence[Service], say: Say, *, on_air: bool) -> None:
    """Write the first of `ways` and hand it to the system; say each thing done.

    Raises
    ------
    Conflict
        It cannot be done so: the sentence tells why and how to undo what was done.
    """
    service = ways[0]
    _require_rights(service)
    for other in ways[1:]:
        if other.file.exists():
            raise Conflict(
                _(
                    "The station is a service of this machine already, by {file}. Take that away first: {command}"
                ).format(file=other.file, command=_remove_command(other))
            )
    if service.file.exists() and not _same_station(service):
        raise Conflict(
            _("{file} starts something else than this station. In the folder that it names, type: {command}").format(
                file=service.file, command=_remove_command(service)
            )
        )
    if on_air and not service.file.exists():
        raise Conflict(
            _("The station is on the air in a window. End it there with: loa stop --station; then install again.")
        )
    try:
        write_bytes(service.file, service.content)
    except OSError as error:
        raise Conflict(
            _("{file} cannot be written ({error}). Nothing was changed.").format(file=service.file, error=error)
        ) from error
    say(_("Written: {file}").format(file=service.file))
    for command in service.register:
        failed = _run(command)
        if failed is not None:
            raise Conflict(
                _(
                    "“{command}” failed: {said} The file {file} stays, but the station does not start by it. "
                    "To undo it type: {undo}"
                ).format(command=shlex.join(command), said=failed, file=service.file, undo=_remove_command(service))
            )
        say(_("Done: {command}").format(command=shlex.join(command)))
    say(_("The station is started by the machine now, and again whenever it dies."))
    for hint in service.hints:
        say(hint)
    say(_("To stop it for now: {command}").format(command=service.stop))
    say(_("To undo all this: {command}").format(command=_remove_command(service)))


def remove(ways: Sequence[Service], say: Say, *, on_air: Callable[[], bool]) -> None:
    """Stop the service, take it from the system and delete its file; say each thing done.

    A command that fails is told and passed over: what is left must go all the same.

    Raises
    ------
    NotFound
        There is none.
    Conflict
        It is another station's, or needs other rights.
    """
    service = installed(ways)
    _require_rights(service)
    if not _same_station(service):
        raise Conflict(
            _("{file} starts something else than this station. In the folder that it names, type: {command}").format(
                file=service.file, command=_remove_command(service)
            )
        )
    _run_all(service.unregister, say)
    service.file.unlink()
    say(_("Deleted: {file}").format(file=service.file))
    _run_all(service.after_removal, say)
    if on_air():
        say(_("The station is still on the air. End it with: loa stop --station"))
    say(_("The station no longer starts with the machine. To let it: loa service install"))


def state(ways: Sequence[Service]) -> str:
    """Return what the system says about the service. Raises NotFound where there is none, Conflict without an answer."""
    service = installed(ways)
    try:
        answer = _started(service.show_state)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Conflict(
            _("“{command}” failed: {said} The file {file} is there.").format(
                command=shlex.join(service.show_state), said=error, file=service.file
            )
        ) from error
    return "\n".join(part for part in (str(service.file), answer.stdout.strip(), answer.stderr.strip()) if part)


def installed(ways: Sequence[Service]) -> Service:
    """Return the one of `ways` whose file is there. Raises NotFound."""
    for service in ways:
        if service.file.exists():
            return service
    raise NotFound(_("The station does not start with the machine. To let it: loa service install"))


def _same_station(service: Service) -> bool:
    """Return whether the file there starts a station in the same folder as ours would."""
    here, ours = (FOLDER_NAMED.findall(text_of(content)) for content in (service.file.read_bytes(), service.content))
    return here == ours


def _require_rights(service: Service) -> None:
    if service.needs_root and not is_root():
        raise Conflict(
            _("{file} belongs to the whole machine. Type the same with sudo before it.").format(file=service.file)
        )
    if service.refuses_root and is_root():
        raise Conflict(
            _("{file} belongs to one person. Type the same without sudo, as that person.").format(file=service.file)
        )


def _remove_command(service: Service) -> str:
    return "sudo loa service remove" if service.needs_root else "loa service remove"


def _run_all(commands: Sequence[Command], say: Say) -> None:
    for command in commands:
        failed = _run(command)
        line = shlex.join(command)
        if failed is None:
            say(_("Done: {command}").format(command=line))
        else:
            say(_("“{command}” failed: {said}").format(command=line, said=failed))


def _run(command: Command) -> str | None:
    """Run `command`; return None, or what it said where it failed."""
    try:
        done = _started(command)
    except FileNotFoundError:
        return _("This machine has no program {name}.").format(name=command[0])
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return said[0] if said else _("It ended with {code}.").format(code=done.returncode)


def _started(command: Command) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own words, no shell
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=TIMEOUT_S,
        check=False,
    )
