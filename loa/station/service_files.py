"""The files that let a station start with its machine: systemd unit, Task Scheduler XML, launchd property list.

Pure text from what is given: nothing is read, written or started here. Quoting follows systemd.syntax(7) and
systemd.service(5), the Task Scheduler schema of Windows, and launchd.plist(5).
"""

from __future__ import annotations

import plistlib
import subprocess
from collections.abc import Sequence
from pathlib import PurePath
from xml.sax.saxutils import escape

NAME = "loa"
LAUNCHD_LABEL = "loa.station"
TASK_RESTARTS = 255  # the schema's most

UNIT = """\
# Written by `loa service install`; `loa service remove` takes it away.
[Unit]
Description=loa, the commune's loudspeaker station
After={after}
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
{owner}Restart=always
RestartSec=2
LimitNICE=-11
WatchdogSec=30
TimeoutStartSec=15min
KillSignal=SIGTERM
TimeoutStopSec=20

[Install]
WantedBy={wanted_by}
"""
OWNER = """\
User={user}
Environment=XDG_RUNTIME_DIR=/run/user/{user_id}
"""

TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>loa, the commune's loudspeaker station</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Repetition>
        <Interval>PT1M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>4</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>{restarts}</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def unit_text(command: Sequence[str], *, user: str = "", user_id: int = 0) -> str:
    """Return a systemd unit that runs `command`.

    Parameters
    ----------
    command
        Program, by its whole path, and arguments. It must end as the process that notifies: by ``exec`` or itself.
    user, user_id
        For a system unit: whose rights, and whose sound server, it runs with. Without: a unit of the user manager.
    """
    program, *arguments = command
    words = [_unit_word(program), *(_unit_word(argument).replace("$", "$$") for argument in arguments)]
    return UNIT.format(
        after="sound.target network.target" if user else "sound.target pipewire.service pulseaudio.service",
        command=" ".join(words),
        owner=OWNER.format(user=user.replace("%", "%%"), user_id=user_id) if user else "",
        wanted_by="multi-user.target" if user else "default.target",
    )


def _unit_word(word: str) -> str:
    """Return `word` quoted for a unit; a dollar sign is doubled in arguments only, so not here."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


def task_xml(command: Sequence[str], *, folder: PurePath, user: str) -> str:
    """Return a task that runs `command` when `user` signs in, and again each minute it is found not running.

    Windows restarts on failure only what could not be started, so the trigger repeats as well; while the station runs
    a repetition is ignored. It runs in the user's session because there the sound device is; without a time limit, on
    battery too, at normal priority (a task's default is lower). Written as UTF-16, which ``schtasks /XML`` expects.
    """
    program, *arguments = command
    return TASK.format(
        user=escape(user),
        restarts=TASK_RESTARTS,
        program=escape(program),
        arguments=escape(subprocess.list2cmdline(arguments)),
        folder=escape(str(folder)),
    )


def plist(command: Sequence[str], *, folder: PurePath, log: PurePath) -> bytes:
    """Return a launchd agent that runs `command` from sign-in on, and again whenever it ends; its lines go to `log`."""
    return plistlib.dumps(
        {
            "Label": LAUNCHD_LABEL,
            "ProgramArguments": list(command),
            "WorkingDirectory": str(folder),
            "RunAtLoad": True,
            "KeepAlive": True,
            "ProcessType": "Interactive",
            "StandardOutPath": str(log),
            "StandardErrorPath": str(log),
        },
        sort_keys=False,
    )
