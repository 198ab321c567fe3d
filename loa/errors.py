"""The error tree: every failure an operator can meet, each with a code, a sentence, an exit code and an HTTP status.

::

    LoaError
    ├── InputRefused        a file or a value is wrong; carries Findings with file, line, field, advice
    ├── NotFound            a bulletin, voice, folder or row that was named does not exist
    ├── Conflict            it exists, but its state forbids this (unapproved, edited, already running)
    │   └── EditedMeanwhile somebody else saved in between; carries both texts
    ├── VoiceFailed         one voice could not speak; the next of the ladder is asked
    ├── NoVoice             the whole ladder failed
    ├── SoundRefused        an audio file cannot be used (unreadable, silent, wrong length)
    ├── OutputFailed        the sound device or the output file cannot be opened or fell silent
    ├── LedgerFailed        the ledger cannot be written or read
    ├── LedgerTampered      the hash chain does not hold
    └── StationNotRunning   a command needs `loa run`, and it does not answer

The message of an error is one or more sentences in the operator's language that end by saying what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar

from loa.language import translate as _


class Severity(StrEnum):
    """How bad a finding is: an error is refused, a warning is shown and goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake or doubt in the operator's input.

    Attributes
    ----------
    file
        Path as the operator knows it, relative to the station folder where it lies in it.
    line
        Line number counted from 1, or None where the finding concerns the whole file.
    field
        Name of the field, or None.
    message
        What is wrong, one sentence in the operator's language.
    advice
        What to write or do instead, in the operator's language.
    """

    file: str
    message: str
    advice: str
    line: int | None = None
    field: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return ``file:line: field: message advice`` on one line."""
        place = self.file if self.line is None else _("{file}, line {line}").format(file=self.file, line=self.line)
        field = f" [{self.field}]" if self.field else ""
        return f"{place}{field}: {self.message} {self.advice}".rstrip()

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain values for ``--json``."""
        return asdict(self)


class LoaError(Exception):
    """Base of every failure that loa reports on purpose.

    Attributes
    ----------
    code
        Stable short name for logs and programs.
    exit_code
        What the command line ends with.
    http_status
        What the console answers with.
    """

    code: ClassVar[str] = "loa"
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    @property
    def message(self) -> str:
        """The sentence for the operator."""
        return str(self)


class InputRefused(LoaError):
    """Input is wrong: all mistakes of one pass, nothing was changed.

    Parameters
    ----------
    findings
        Every mistake found, in reading order; at least one.
    """

    code = "input-refused"
    exit_code = 2
    http_status = 422

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class NotFound(LoaError):
    """What was named does not exist."""

    code = "not-found"
    exit_code = 3
    http_status = 404


class Conflict(LoaError):
    """The thing exists, but its state forbids what was asked."""

    code = "conflict"
    exit_code = 4
    http_status = 409


class EditedMeanwhile(Conflict):
    """Somebody else saved it since it was opened.

    Parameters
    ----------
    mine, theirs
        What was to be saved, and what the file holds now: whole contents, so that nothing is lost.
    revision
        Of what the file holds now.
    """

    code = "edited-meanwhile"

    def __init__(self, message: str, *, mine: str, theirs: str, revision: str) -> None:
        self.mine, self.theirs, self.revision = mine, theirs, revision
        super().__init__(message)


class VoiceFailed(LoaError):
    """One voice could not speak. `reason` is a stable short code kept in the audio's record."""

    code = "voice-failed"
    exit_code = 5
    http_status = 503

    def __init__(self, message: str, *, reason: str) -> None:
        self.reason = reason
        super().__init__(message)


class NoVoice(LoaError):
    """Every voice of the ladder failed."""

    code = "no-voice"
    exit_code = 5
    http_status = 503


class SoundRefused(LoaError):
    """An audio file cannot be used."""

    code = "sound-refused"
    exit_code = 6
    http_status = 422


class OutputFailed(LoaError):
    """The sound device or the output file cannot be opened, or fell silent."""

    code = "output-failed"
    exit_code = 7
    http_status = 503


class LedgerFailed(LoaError):
    """The ledger cannot be written or read."""

    code = "ledger-failed"
    exit_code = 8
    http_status = 503


class LedgerTampered(LoaError):
    """The ledger's hash chain does not hold. `row` is the first bad row, 0 where it is none; `damage` a stable word."""

    code = "ledger-tampered"
    exit_code = 9
    http_status = 500

    def __init__(self, message: str, *, row: int = 0, damage: str = "") -> None:
        self.row = row
        self.damage = damage
        super().__init__(message)


class StationNotRunning(LoaError):
    """A command needs a running station, and none answers."""

    code = "station-not-running"
    exit_code = 10
    http_status = 503
