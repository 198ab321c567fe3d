"""The machine below the station: is it fit, does it start the station, what is copied from it, how a week would sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from loa.errors import InputRefused
from loa.ledger import Ledger
from loa.station.contents_reading import read_contents
from loa.station.doctor import Checkup, examine
from loa.station.evidence import approve_all
from loa.station.rehearsal import Rehearsal, rehearse

if TYPE_CHECKING:
    from loa.station.service import Service
    from loa.station.station import Station


class MachineDesk:
    """What the machine does for the station; reached as `Station.machine_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def examine(self) -> Iterator[Checkup]:
        """Look at the machine, one checkup after another."""
        return examine(self._station.folder, self._station.settings, lambda: self._station.ledger)

    def service_file(self) -> tuple[Path, str]:
        """Return which file would let this machine start the station, and its text. Raises Conflict."""
        from loa.station.service import text_of

        service = self._services()[0]
        return service.file, text_of(service.content)

    def install_service(self, *, say: Callable[[str], None]) -> None:
        """Let this machine start the station; `say` what was done. Raises Conflict."""
        from loa.station.service import install as install_service

        install_service(self._services(), say, on_air=self._station.air_desk.is_on_the_air())

    def remove_service(self, *, say: Callable[[str], None]) -> None:
        """Stop the service and take it away; `say` what was done. Raises NotFound, Conflict."""
        from loa.station.service import remove

        remove(self._services(), say, on_air=self._station.air_desk.is_on_the_air)

    def service_state(self) -> str:
        """Return what the system says about the station's service. Raises NotFound, Conflict."""
        from loa.station.service import state

        return state(self._services())

    def _services(self) -> list[Service]:
        from loa.station.service import services

        self._station.require_station()
        return services(self._station.folder.root)

    def rehearse(
        self,
        *,
        first_day: date,
        days: int,
        out: Path,
        on_progress: Callable[[float], None],
    ) -> tuple[Rehearsal, list[Path]]:
        """Air any days on a virtual clock into files; return what was made, and the reports of those months.

        Its audio must be finished (`AudioDesk.render`); what is not is missing from the broadcasts, as on the air.

        Raises
        ------
        InputRefused
            The timetable has mistakes.
        """
        self._station.require_station()
        contents = read_contents(self._station.folder, {}, today=first_day)
        if contents.timetable_errors:
            raise InputRefused(contents.timetable_errors)
        made = rehearse(
            contents,
            first_day=first_day,
            days=days,
            out=out,
            approve=lambda ledger: approve_all(ledger, contents, known=()),
            on_progress=on_progress,
        )
        from loa.station.reporting import ReportSources, write_report

        months = sorted({f"{first_day + timedelta(days=offset):%Y-%m}" for offset in range(days)})
        reports: list[Path] = []
        with Ledger(made.ledger, self._station.clock) as ledger:
            for month in months:
                sources = ReportSources(ledger=ledger, settings=contents.settings, rehearsal=True)
                formats = ("docx", "xlsx")
                reports += write_report(sources, month, out, made_at=self._station.clock.now(), formats=formats).files
        return made, reports

    def write_backup(self, target: Path, *, secrets: bool) -> int:
        """Write this station to the ZIP `target` and return how many files that were. Raises OutputFailed."""
        from loa.station.backup import write_backup

        self._station.require_station()
        return write_backup(self._station.folder, target, made_at=self._station.clock.now(), secrets=secrets)

    def write_diagnostics(self, target: Path) -> None:
        """Write what a helper from afar needs to know, without secrets, to the ZIP `target`."""
        from loa.station.diagnostics import write_diagnostics

        write_diagnostics(self._station, target)

    def console_link(self) -> str:
        """Return a new one-time link with which an administrator is made, or gets a new password."""
        from loa.station.accounts import Accounts
        from loa.station.console_address import console_url

        self._station.require_station()
        token = Accounts(self._station.folder.accounts, self._station.clock).make_link()
        return f"{console_url(self._station.settings.console)}/bat-dau/{token}"
