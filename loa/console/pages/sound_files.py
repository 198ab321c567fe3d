"""Finished sound, sent to a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from loa.console.routes import Routes
from loa.console.visit import Visit
from loa.errors import NotFound
from loa.language import translate as _
from loa.station.accounts import Right

if TYPE_CHECKING:
    pass

ROUTES = Routes()


@ROUTES.get("/am-thanh/{key}", Right.VIEW)
def audio(visit: Visit) -> Response:
    """Send finished audio; a browser may ask for a piece of it."""
    with visit.station() as station:
        found = station.listening_desk.audio(visit.path_values["key"].removesuffix(".flac"))
    return sound_file(found.path)


def sound_file(path: Path) -> Response:
    """Return an answer with the sound at `path`. Raises NotFound."""
    if not path.is_file():
        raise NotFound(_("This sound is not here any more. Press “Listen” again."))
    headers = {
        "content-encoding": "identity",
        "cache-control": "private, max-age=3600",
    }  # never packed: ranges count bytes
    return FileResponse(path, media_type="audio/flac", headers=headers)
