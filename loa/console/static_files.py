"""Style, scripts and icons: named by their content, so that a browser keeps them until they change."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

STATIC = Path(__file__).with_name("static")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    content: bytes
    packed: bytes
    media_type: str


class StaticFiles:
    """The files of ``static/``, in memory: a request never names a path."""

    def __init__(self) -> None:
        self._by_url: dict[str, _File] = {}
        self._urls: dict[str, str] = {}
        for path in sorted(STATIC.iterdir()):
            if path.suffix in TYPES:
                content = path.read_bytes()
                url = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
                packed = gzip.compress(content, 9, mtime=0)
                self._by_url[url] = _File(content=content, packed=packed, media_type=TYPES[path.suffix])
                self._urls[path.name] = f"/static/{url}"

    def url(self, name: str) -> str:
        """Return where the file `name` is found. Raises KeyError."""
        return self._urls[name]

    async def answer(self, request: Request) -> Response:
        """Serve a file."""
        file = self._by_url.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("404", status_code=404)
        headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(file.packed, media_type=file.media_type, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)


@cache
def static_files() -> StaticFiles:
    """Return the files, read and packed once."""
    return StaticFiles()
