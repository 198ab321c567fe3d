"""Where sound is taken in, finished, and handed out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from loa.errors import InputRefused, LoaError, NotFound
from loa.language import translate as _
from loa.ledger import RowKind
from loa.sound import AudioStore, FinishedAudio
from loa.sound.clearing import clear
from loa.station.rendering import OnSpoken, RenderJob, render_all

if TYPE_CHECKING:
    from loa.station.audio_import import Imported
    from loa.station.export import Exported
    from loa.station.station import Station

OnRendered = Callable[[RenderJob, FinishedAudio | LoaError], None]


class AudioDesk:
    """The station's sound; reached as `Station.audio_desk`."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def import_audio(self, source: Path, *, name: str = "") -> Imported:
        """Judge a sound file and, where it can air, copy it into ``audio/`` under `name` or its own name made safe."""
        from loa.station.audio_import import import_sound

        self._station.require_station()
        longest_s = self._station.settings.air_rules.longest_session_s
        return import_sound(source, self._station.folder.root, longest_s=longest_s, name=name)

    def render(
        self,
        names: Sequence[str] = (),
        *,
        on_done: OnRendered,
        unapproved: bool = True,
        again: bool = False,
        on_spoken: OnSpoken | None = None,
    ) -> dict[str, FinishedAudio | LoaError]:
        """Finish the audio of the bulletins named, or of everything.

        Parameters
        ----------
        on_done
            Called after each item with what became of it.
        unapproved
            Also of bulletins that are not approved yet.
        again
            Let better voices try once more where a lesser one spoke.
        on_spoken
            Called with each phrase that is spoken, where the work is little or slow.

        Raises
        ------
        NotFound
            A name is no bulletin and no audio file of the timetable.
        """
        jobs = self.render_jobs(names, unapproved=unapproved)
        return self.render_these(jobs, on_done=on_done, again=again, on_spoken=on_spoken)

    def render_these(
        self,
        jobs: Sequence[RenderJob],
        *,
        on_done: OnRendered,
        again: bool = False,
        on_spoken: OnSpoken | None = None,
    ) -> dict[str, FinishedAudio | LoaError]:
        """Do what `render_jobs` returned; the parameters are those of `render`."""
        made = render_all(jobs, self._store(), on_done=on_done, again=again, on_spoken=on_spoken)
        self._clear_audio()
        return made

    def _store(self) -> AudioStore:
        return AudioStore(self._station.folder.rendered)

    def _clear_audio(self) -> None:
        """Remove the oldest audio that nothing needs, where there is more of it than `sound.keep_mb`."""
        clear(
            self._store(),
            needed=self._needed,
            logged=lambda: {row.data["audio_sha256"] for row in self._station.ledger.rows(kinds=[RowKind.ITEM])},
            most_bytes=self._station.settings.sound.keep_mb * 1e6,
        )

    def _needed(self) -> set[str]:
        """Return the keys of what may air, and of what waits to be heard by an approver."""
        contents = self._station.contents()
        return {audio.cue_sheet.key for audio in (*contents.audio.values(), *contents.made.values())}

    def render_jobs(self, names: Sequence[str] = (), *, unapproved: bool = True) -> list[RenderJob]:
        """Return what `render` would do, rendered before or not."""
        contents = self._station.contents()
        for name in names:
            if name not in contents.jobs:
                raise NotFound(
                    _("There is no bulletin “{name}”. The bulletins are: {names}").format(
                        name=name, names=", ".join(sorted(contents.bulletins.bulletins))
                    )
                )
        waiting = {job.item for job in contents.unrendered}
        return [
            job
            for name, job in contents.jobs.items()
            if (name in names or not names) and (unapproved or names or name in waiting)
        ]

    def export(
        self, programme: str, folder: Path, *, day: date | None, on_progress: Callable[[float], None]
    ) -> Exported:
        """Write `programme` as MP3 files to `folder`, as it airs on local `day` (today where None).

        Raises
        ------
        InputRefused, NotFound, Conflict
            The timetable has mistakes, there is no such programme, or nothing of it can be exported.
        OutputFailed
            `folder` has no room or cannot be written.
        """
        contents = self._station.contents()
        if contents.timetable_errors:
            raise InputRefused(contents.timetable_errors)
        from loa.station.export import export_programme

        return export_programme(
            contents,
            AudioStore(self._station.folder.rendered),
            programme=programme,
            day=day or self._station.today(),
            folder=folder,
            made_at=self._station.clock.now().astimezone(self._station.settings.time_zone),
            on_progress=on_progress,
        )
