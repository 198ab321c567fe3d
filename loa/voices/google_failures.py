"""Why the online voice did not speak: a stable reason and a sentence for each thing that goes wrong on a network."""

from __future__ import annotations

from loa.errors import VoiceFailed
from loa.language import translate as _

LONGEST_DETAIL = 200


def sentences() -> dict[str, str]:
    """Return the sentence for each reason, in the operator's language, with a place for the detail."""
    return {
        "not-installed": _("The gTTS voice is not installed completely ({detail}). Run start.py again."),
        "empty": _("There is a phrase without words ({detail}). Correct the text and render it again."),
        "address": _("The address of the gTTS voice is wrong ({detail}). Correct it in station.yaml."),
        "no-network": _("The gTTS voice cannot be reached ({detail}). Check the network connection and the proxy."),
        "tls": _(
            "The connection of the gTTS voice cannot be trusted ({detail}). "
            "Check the computer's date and certificates; somebody may be listening in."
        ),
        "timeout": _("The gTTS voice did not answer in time ({detail}). Check the network, then try again."),
        "cut": _("The connection to the gTTS voice broke off ({detail}). Try again later."),
        "too-many-requests": _("The gTTS voice was asked too often ({detail}). Wait an hour, then render again."),
        "server-fault": _("The gTTS service has a fault of its own ({detail}). Try again later."),
        "refused": _("The gTTS service refused the request ({detail}). Use another voice until loa is updated."),
        "no-audio": _("The gTTS service gave no speech for “{detail}”. Correct the text, or use another voice."),
        "garbage": _("The gTTS service sent something that is not speech ({detail}). Try again later."),
    }


def failure(reason: str, detail: str) -> VoiceFailed:
    """Return the failure for `reason`, with a technical detail for whoever looks into it."""
    return VoiceFailed(sentences()[reason].format(detail=detail[:LONGEST_DETAIL]), reason=reason)


def because(error: Exception) -> VoiceFailed:
    """Return the failure for what `requests`, urllib3 below it, or the system raised."""
    return failure(_reason(error), f"{type(error).__name__}: {error}")


def _reason(error: Exception) -> str:
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.SSLError):
        return "tls"
    if isinstance(error, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)):
        return "timeout"
    if isinstance(error, requests.exceptions.ConnectionError):
        broken = error.args and isinstance(error.args[0], urllib3.exceptions.ProtocolError)
        return "cut" if broken else "no-network"
    if isinstance(error, requests.RequestException):
        return "address" if isinstance(error, ValueError) else "refused"
    # urllib3 speaks for itself while the body is read; a plain OSError is the file of certificates that cannot be read
    return "cut" if isinstance(error, urllib3.exceptions.HTTPError) else "tls"
