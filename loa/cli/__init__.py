"""The command line: each command parses, calls `Station`, shows what it says. One file a command."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from loa import __version__
from loa.errors import LoaError
from loa.language import speak_click
from loa.language import translate as _

COMMANDS = {
    "init": "init",
    "check": "check",
    "read": "read",
    "import": "import_",
    "approve": "approve",
    "withdraw": "approve",
    "render": "render",
    "plan": "plan",
    "queue": "queue",
    "targets": "targets",
    "run": "run",
    "status": "status",
    "emergency": "emergency",
    "stop": "stop",
    "resume": "resume",
    "log": "log",
    "report": "report",
    "export": "export",
    "voices": "voices",
    "doctor": "doctor",
    "service": "service",
    "console": "console",
    "backup": "backup",
    "restore": "backup",
    "rehearse": "rehearse",
}


class LazyCommands(click.Group):
    """Imports a command's file only when it is called, so that ``loa --help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a working day."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"loa.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where there is none of this name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from loa.checked_yaml import choose_from

            ctx.fail(
                _("There is no command “{name}”. {advice}").format(
                    name=args[0], advice=choose_from(args[0], list(COMMANDS))
                )
            )


speak_click()


@click.command(
    cls=LazyCommands,
    help=_("Keeps a commune's loudspeaker station on the air."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--station",
    "-C",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help=_("The station's folder; by default the folder you are in."),
)
@click.version_option(__version__, message="loa %(version)s", help=_("Show the version and end."))
@click.pass_context
def loa(ctx: click.Context, folder: Path) -> None:
    """Keep the folder for the commands."""
    ctx.obj = folder


def main(args: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code.

    Every `LoaError` becomes its sentence on standard error and its exit code; anything else is a fault of loa and
    shows its trace.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        loa.main(args=args, prog_name="loa", standalone_mode=False)
    except LoaError as error:
        click.echo(error.message, err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - so that nothing is flushed to it
        sys.exit(1)
    except OSError as error:
        click.echo(
            _("The system refuses: {error}. Look whether the disk is full and the folder may be written.").format(
                error=error
            ),
            err=True,
        )
        sys.exit(LoaError.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Stopped."), err=True)
        sys.exit(130)
