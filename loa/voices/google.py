"""The online voice: Google's speech service through gTTS, asked in a way that a station can rely on.

gTTS cuts the text, knows the service's headers and packs its calls (`gtts.gTTS.get_bodies`). Sending is done here,
because `gTTS.save` of 2.5.4 switches the check of certificates off, may wait for ever, and leaves an empty file behind
when it fails. Proxies come from the environment, as everywhere in `requests`. Nothing is written to disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loa.clock import Clock, SystemClock
from loa.errors import VoiceFailed
from loa.voices.google_answer import clip_of, mp3_in
from loa.voices.google_failures import because, failure
from loa.voices.port import Clip, VoiceOptions

if TYPE_CHECKING:
    import requests

GOOGLE = "https://translate.google.com"
SERVICE = "_/TranslateWebserverUi/data/batchexecute"
MOST_BYTES = 4_000_000  # an answer of 100 characters is about 60 kB
BLOCK_BYTES = 65_536
REST_BEFORE_RETRY_S = 0.5
OK, TOO_MANY, SERVER_FAULT = 200, 429, 500
WORTH_ANOTHER_TRY = {"cut", "server-fault"}  # a second wait for a slow or absent network would only double the delay


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleVoice:
    """Google's Vietnamese voice, asked sentence by sentence.

    Attributes
    ----------
    options
        Longest wait, number of attempts, and where to ask.
    clock
        Measures the wait, so that an answer that drips in cannot hold a render up.
    """

    options: VoiceOptions = field(default_factory=VoiceOptions)
    clock: Clock = field(default_factory=SystemClock)

    @property
    def name(self) -> str:
        """The name in ``station.yaml``."""
        return "gtts"

    @property
    def identity(self) -> str:
        """The name: the service tells nothing of its version."""
        return "gtts"

    def speak(self, phrases: Sequence[str]) -> Iterator[Clip]:
        """Yield each phrase as soon as it is spoken.

        Raises
        ------
        VoiceFailed
            Its reasons are the keys of `loa.voices.google_failures.sentences`.
        """
        try:
            import requests
        except ImportError as error:
            raise failure("not-installed", str(error)) from error
        with requests.Session() as session:
            for phrase in phrases:
                yield self._clip(session, phrase)

    def _clip(self, session: requests.Session, phrase: str) -> Clip:
        call, headers, bodies = _packed(phrase)
        parts = []
        for body in bodies:
            part = mp3_in(self._asked(session, headers, body), call)
            if part is None:
                raise failure("no-audio", phrase[:40])
            parts.append(part)
        try:
            return clip_of(parts)
        except ValueError as error:
            raise failure("garbage", str(error)) from error

    def _asked(self, session: requests.Session, headers: dict[str, str], body: str) -> bytes:
        """Send one call, again where the connection broke or the server stumbled, and return the answer's body."""
        for tries_left in reversed(range(max(self.options.gtts_attempts, 1))):
            try:
                return self._asked_once(session, headers, body)
            except VoiceFailed as failed:
                if failed.reason not in WORTH_ANOTHER_TRY or not tries_left:
                    raise
            self.clock.sleep(REST_BEFORE_RETRY_S)
        raise AssertionError("the last try returns or raises")

    def _asked_once(self, session: requests.Session, headers: dict[str, str], body: str) -> bytes:
        import requests
        import urllib3

        timeout_s = self.options.gtts_timeout_s
        try:
            with session.post(
                f"{(self.options.gtts_base_url or GOOGLE).rstrip('/')}/{SERVICE}",
                data=body,
                headers=headers,
                timeout=timeout_s,
                verify=self.options.gtts_ca_file or True,
                allow_redirects=False,  # the service never redirects; a page that asks "are you a robot" does
                stream=True,
            ) as response:
                _check_status(response.status_code)
                return b"".join(self._blocks(response, self.clock.monotonic() + timeout_s))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise because(error) from error

    def _blocks(self, response: requests.Response, deadline_s: float) -> Iterator[bytes]:
        """Yield the body as it arrives, each block at once, until the end, the deadline or the most bytes."""
        received = 0
        while block := response.raw.read1(BLOCK_BYTES, decode_content=True):
            received += len(block)
            if received > MOST_BYTES:
                raise failure("garbage", f"> {MOST_BYTES} B")
            if self.clock.monotonic() > deadline_s:
                raise failure("timeout", f"{received} B")
            yield block


def _packed(phrase: str) -> tuple[str, dict[str, str], list[str]]:
    """Return the name of the remote call, its headers and one body for each part of at most 100 characters."""
    try:
        import gtts
    except ImportError as error:
        raise failure("not-installed", str(error)) from error
    if not any(letter.isalnum() for letter in phrase):
        raise failure("empty", repr(phrase))
    # gTTS's own preparation of the text knows English abbreviations; the words have been read out already
    speech = gtts.gTTS(phrase, lang="vi", lang_check=False, pre_processor_funcs=[])
    return speech.GOOGLE_TTS_RPC, dict(speech.GOOGLE_TTS_HEADERS), list(speech.get_bodies())


def _check_status(status: int) -> None:
    if status == OK:
        return
    if status == TOO_MANY:
        raise failure("too-many-requests", str(status))
    raise failure("server-fault" if status >= SERVER_FAULT else "refused", str(status))
