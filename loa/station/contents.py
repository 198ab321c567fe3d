"""One consistent look at a station's folder, as read by `loa.station.contents_reading`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loa.bulletins import BulletinFolder
from loa.errors import Finding, Severity
from loa.playout import Material
from loa.reading import Doubt
from loa.settings import StationSettings
from loa.sound import FinishedAudio
from loa.station.lexicon_file import WayOfReading
from loa.station.rendering import RenderJob, untried_voices
from loa.timetable import (
    Shelf,
    Timetable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """One consistent look at a station's folder.

    Attributes
    ----------
    jobs
        How each item is rendered, by item name: bulletins and the audio files that programmes name.
    doubts
        By bulletin: where its reading was guessed.
    made
        Finished audio by item name, as lexicon and settings want it now.
    audio
        What airs: the same, but of an approved bulletin the sound that was approved.
    findings
        Every mistake and warning, in reading order.
    plan_findings
        Those of them that concern the plan (overlaps, quiet hours, lengths), not what is written.
    """

    settings: StationSettings
    way_of_reading: WayOfReading
    bulletins: BulletinFolder
    timetable: Timetable
    shelf: Shelf
    jobs: Mapping[str, RenderJob]
    doubts: Mapping[str, tuple[Doubt, ...]]
    made: Mapping[str, FinishedAudio]
    audio: Mapping[str, FinishedAudio]
    findings: tuple[Finding, ...]
    plan_findings: tuple[Finding, ...] = ()

    @property
    def material(self) -> Material:
        """What the broadcaster works from."""
        return Material(
            timetable=self.timetable,
            shelf=self.shelf,
            audio=self.audio,
            zone=self.settings.time_zone,
            rules=self.settings.air_rules,
        )

    @property
    def timetable_errors(self) -> tuple[Finding, ...]:
        """The mistakes that keep this timetable from going on air; a broken bulletin alone does not."""
        return tuple(
            finding
            for finding in self.findings
            if finding.severity is Severity.ERROR and not finding.file.startswith("scripts/")
        )

    @property
    def unrendered(self) -> list[RenderJob]:
        """Jobs whose item may air but whose audio is not settled: approved bulletins and the timetable's audio files.

        Audio is not settled where there is none, or where a better voice has come into the ladder since.
        """
        return [
            job
            for name, job in self.jobs.items()
            if (name not in self.made or untried_voices(job, self.made[name]))
            and (name not in self.bulletins.bulletins or self.shelf.approval(self.bulletins.bulletins[name]))
        ]
