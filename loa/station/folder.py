"""Where things lie in a station's folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loa.ledger import ATTACHMENTS


@dataclass(frozen=True, slots=True)
class StationFolder:
    """The paths of one station.

    Attributes
    ----------
    root
        The folder with ``station.yaml``.
    """

    root: Path

    @property
    def scripts(self) -> Path:
        """The bulletins."""
        return self.root / "scripts"

    @property
    def schedules(self) -> Path:
        """The timetable."""
        return self.root / "schedules"

    @property
    def voices(self) -> Path:
        """Installed Piper voices."""
        return self.root / "voices"

    @property
    def rendered(self) -> Path:
        """Finished audio by content hash."""
        return self.root / "audio" / "rendered"

    @property
    def trials(self) -> Path:
        """Sentences that voices spoke on trial."""
        return self.root / "audio" / "nghe-thu"

    @property
    def log(self) -> Path:
        """What the running station writes: ledger, progress, requests, lock."""
        return self.root / "log"

    @property
    def ledger(self) -> Path:
        """The ledger's SQLite file."""
        return self.log / "ledger.sqlite"

    @property
    def attachments(self) -> Path:
        """Photos and papers that belong to rows of the ledger."""
        return self.log / ATTACHMENTS

    @property
    def progress(self) -> Path:
        """How far the broadcast on air has come."""
        return self.log / "on-air.json"

    @property
    def requests(self) -> Path:
        """What command lines ask of the running station."""
        return self.log / "requests"

    @property
    def lock(self) -> Path:
        """Held by the one running station."""
        return self.log / "station.lock"

    @property
    def history(self) -> Path:
        """Every content of a file that an edit has replaced, under its SHA-256."""
        return self.log / "history"

    @property
    def drafts(self) -> Path:
        """What somebody is writing and has not saved."""
        return self.log / "drafts"

    @property
    def accounts(self) -> Path:
        """Who may sign in to the console, and who is signed in."""
        return self.log / "console.sqlite"

    @property
    def certificate(self) -> Path:
        """The certificate that the console's pages are encrypted with, with its key."""
        return self.log / "console-cert.pem"

    @property
    def scratch(self) -> Path:
        """What the console needs for a moment: uploads, downloads. Emptied at each start."""
        return self.log / "tam"

    @property
    def last_good(self) -> Path:
        """Copies of the last settings and timetable without a mistake."""
        return self.log / "last-good"

    @property
    def output(self) -> Path:
        """What a station without a sound card records."""
        return self.root / "output"

    @property
    def reports(self) -> Path:
        """The month reports."""
        return self.root / "reports"
