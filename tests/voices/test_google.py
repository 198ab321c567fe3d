"""The online voice against a local stand-in: every failure has a name, an end and a sentence, and nothing stays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from loa.clock import VirtualClock
from loa.errors import VoiceFailed
from loa.voices import Ladder, VoiceOptions
from loa.voices.google import GoogleVoice
from loa.voices.google_answer import clip_of, mp3_in
from tests.fakes.voices import FakeVoice
from tests.voices.google_stand_in import CERTIFICATE, RATE, Answer, GoogleStandIn, answer_body, google_stand_in, mp3

SENTENCE = "ủy ban nhân dân xã minh đức thông báo"
LONG_SENTENCE = " ".join([SENTENCE] * 8)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own proxy and certificates out of these tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[GoogleStandIn]:
    with google_stand_in() as running:
        yield running


@pytest.fixture(scope="module")
def tls_server() -> Iterator[GoogleStandIn]:
    with google_stand_in(tls=True) as running:
        yield running


def asking(server: GoogleStandIn, *, timeout_s: float = 5.0, ca_file: Path | None = None) -> GoogleVoice:
    options = VoiceOptions(
        gtts_base_url=server.url, gtts_timeout_s=timeout_s, gtts_ca_file=None if ca_file is None else str(ca_file)
    )
    return GoogleVoice(options=options, clock=VirtualClock(datetime(2026, 11, 23, tzinfo=UTC)))


def test_a_sentence_is_asked_for_in_vietnamese_as_gtts_would(server: GoogleStandIn) -> None:
    """The request is gTTS's own: its address, its call, its headers; only the sending is ours."""
    (clip,) = asking(server).speak([SENTENCE])
    (request,) = server.received
    assert (request.text, request.language) == (SENTENCE, "vi")
    assert "translate.google.com" in request.headers["Referer"]
    assert request.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert clip.rate == RATE
    assert clip.length_s == pytest.approx(len(SENTENCE.split()) * 0.25, abs=0.1)


def test_a_long_sentence_is_asked_for_in_parts_and_comes_back_as_one_clip(server: GoogleStandIn) -> None:
    """The service takes 100 characters at a time; no word is lost or cut by that."""
    clips = list(asking(server).speak([LONG_SENTENCE, SENTENCE]))
    assert len(clips) == 2
    assert len(server.received) > 3
    assert " ".join(request.text for request in server.received[:-1]) == LONG_SENTENCE
    assert clips[0].length_s == pytest.approx(len(LONG_SENTENCE.split()) * 0.25, rel=0.1)


@pytest.mark.parametrize(
    ("answer", "reason", "requests_sent"),
    [
        (Answer.NO_AUDIO, "no-audio", 1),
        (Answer.TOO_MANY, "too-many-requests", 1),
        (Answer.SERVER_FAULT, "server-fault", 2),
        (Answer.ROBOT_PAGE, "refused", 1),
        (Answer.CUT, "cut", 2),
        (Answer.CUT_AT_ONCE, "cut", 2),
        (Answer.GARBAGE, "garbage", 1),
        (Answer.BROKEN_BASE64, "no-audio", 1),
        (Answer.HTML, "no-audio", 1),
    ],
)
def test_each_failure_has_its_reason_and_a_bounded_number_of_tries(
    server: GoogleStandIn, answer: Answer, reason: str, requests_sent: int
) -> None:
    """A failure is a VoiceFailed with a stable reason; what cannot get better is not asked again."""
    server.usual = answer
    with pytest.raises(VoiceFailed) as failure:
        list(asking(server).speak([SENTENCE]))
    assert failure.value.reason == reason
    assert failure.value.message.endswith(".")
    assert len(server.received) == requests_sent


def test_a_silent_server_is_given_up_after_the_timeout(server: GoogleStandIn) -> None:
    """Left alone, gTTS would wait for ever."""
    server.usual = Answer.SLOW
    with pytest.raises(VoiceFailed) as failure:
        list(asking(server, timeout_s=0.3).speak([SENTENCE]))
    assert failure.value.reason == "timeout"
    assert len(server.received) == 1


def test_an_answer_that_drips_in_is_given_up_too(server: GoogleStandIn) -> None:
    """The timeout bounds the whole answer, not only the wait between two bytes."""
    server.usual = Answer.DRIP
    voice = GoogleVoice(options=VoiceOptions(gtts_base_url=server.url, gtts_timeout_s=0.5))
    with pytest.raises(VoiceFailed) as failure:
        list(voice.speak([SENTENCE]))
    assert failure.value.reason == "timeout"


def test_one_broken_connection_is_mended_by_asking_again(server: GoogleStandIn) -> None:
    """A single cut in the middle costs a second request, not the voice."""
    server.plan = [Answer.CUT]
    assert len(list(asking(server).speak([SENTENCE]))) == 1
    assert len(server.received) == 2


def test_no_server_at_all_is_no_network() -> None:
    """Without a network the voice fails at once and says so."""
    with google_stand_in() as gone:
        voice = asking(gone)
    with pytest.raises(VoiceFailed) as failure:
        list(voice.speak([SENTENCE]))
    assert failure.value.reason == "no-network"


def test_an_untrusted_certificate_is_refused(tls_server: GoogleStandIn) -> None:
    """Nobody between the station and Google may put words into its mouth; gTTS alone would not notice."""
    before = len(tls_server.received)
    with pytest.raises(VoiceFailed) as failure:
        list(asking(tls_server).speak([SENTENCE]))
    assert failure.value.reason == "tls"
    assert len(tls_server.received) == before


def test_a_certificate_named_by_the_station_is_trusted(tls_server: GoogleStandIn) -> None:
    """A mirror with a certificate of its own can be used by naming that certificate."""
    assert len(list(asking(tls_server, ca_file=CERTIFICATE).speak([SENTENCE]))) == 1


def test_a_missing_certificate_file_is_a_voice_failure(tls_server: GoogleStandIn, tmp_path: Path) -> None:
    """A wrong path in the settings does not end in a traceback."""
    with pytest.raises(VoiceFailed) as failure:
        list(asking(tls_server, ca_file=tmp_path / "none.pem").speak([SENTENCE]))
    assert failure.value.reason == "tls"


def test_an_address_that_is_none_is_a_voice_failure() -> None:
    """A typing mistake in the settings does not end in a traceback."""
    with pytest.raises(VoiceFailed) as failure:
        list(GoogleVoice(options=VoiceOptions(gtts_base_url="translate.google.com")).speak([SENTENCE]))
    assert failure.value.reason == "address"


def test_the_proxy_of_the_environment_is_used(server: GoogleStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offices reach the network through a proxy only."""
    monkeypatch.setenv("http_proxy", server.url)
    options = VoiceOptions(gtts_base_url="http://speech.example")
    assert len(list(GoogleVoice(options=options).speak([SENTENCE]))) == 1
    assert server.received[0].target.startswith("http://speech.example/")


@pytest.mark.parametrize("phrase", ["", "   ", "…", "-"])
def test_a_phrase_without_words_is_refused_before_asking(server: GoogleStandIn, phrase: str) -> None:
    """Left alone, gTTS ends in an AssertionError."""
    with pytest.raises(VoiceFailed) as failure:
        list(asking(server).speak([phrase]))
    assert failure.value.reason == "empty"
    assert not server.received


def test_the_next_voice_speaks_and_the_record_says_why(server: GoogleStandIn) -> None:
    """A text never changes its voice half-way, and the record names the better voice's reason."""
    server.plan = [Answer.SPEECH, Answer.TOO_MANY]
    spoken = Ladder([asking(server), FakeVoice(name="fake")]).speak([SENTENCE, "bà con và các bạn"])
    assert spoken.voice == "fake"
    assert len(spoken.clips) == 2
    ((refusal),) = spoken.refusals
    assert (refusal.voice, refusal.reason) == ("gtts", "too-many-requests")


def test_two_renders_ask_at_once_without_mixing(server: GoogleStandIn) -> None:
    """The voice keeps nothing between calls: two texts at once come back as their own."""
    voice = asking(server)
    lengths: dict[int, list[float]] = {}

    def speak(words: int) -> None:
        lengths[words] = [clip.length_s for clip in voice.speak(["một " * words] * 5)]

    threads = [threading.Thread(target=speak, args=(words,)) for words in (4, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert lengths[4] == pytest.approx([1.0] * 5, abs=0.1)
    assert lengths[12] == pytest.approx([3.0] * 5, abs=0.1)


def test_padding_that_json_escapes_is_understood() -> None:
    """The service may write the equals signs of base64 as backslash u003d."""
    body = answer_body("QUI=").replace(b"=", b"\\\\u003d")
    assert mp3_in(body, "jQ1olc") == b"AB"


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b'["jQ1olc"]', b'[["wrb.fr","jQ1olc",7]]', b'[["wrb.fr","jQ1olc","["]]', b'{"jQ1olc":1}']
)
def test_an_answer_of_another_form_carries_no_speech(body: bytes) -> None:
    """Whatever the service sends, taking it apart does not raise."""
    assert mp3_in(body, "jQ1olc") is None


def test_decoded_speech_is_sixteen_bit_mono() -> None:
    """The parts of a phrase are joined in order."""
    clip = clip_of([mp3(4), mp3(8)])
    assert clip.samples.dtype == np.int16
    assert clip.samples.ndim == 1
    assert clip.length_s == pytest.approx(3.0, abs=0.15)
