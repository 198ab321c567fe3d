"""The error tree: every failure has a stable code, an exit code and an HTTP status, and findings say where and what."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from loa import errors
from loa.errors import Finding, InputRefused, LoaError, Severity, VoiceFailed


def tree(base: type[LoaError] = LoaError) -> Iterator[type[LoaError]]:
    """Yield every error class."""
    yield base
    for one in base.__subclasses__():
        yield from tree(one)


CLASSES = [one for one in tree() if one.__module__ == errors.__name__]


def test_codes_are_unique() -> None:
    """Programs can tell failures apart by their code."""
    codes = [one.code for one in CLASSES]
    assert len(set(codes)) == len(codes)
    assert [one.exit_code for one in CLASSES if one.code == "not-found"] == [3]


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.__name__)
def test_an_error_class_is_complete(one: type[LoaError]) -> None:
    """Each has an exit code that a shell can carry, an HTTP error status, a docstring, and stands in the tree drawn."""
    assert 0 < one.exit_code < 126
    assert 400 <= one.http_status < 600
    assert one.__doc__
    assert one.__name__ in (errors.__doc__ or "")


def test_no_error_ends_as_success_or_as_clicks_own() -> None:
    """Wrong input ends with 2, as click's usage errors do; only LoaError itself ends with 1."""
    assert InputRefused.exit_code == 2
    assert [one for one in CLASSES if one.exit_code == 1] == [LoaError]


def test_a_finding_says_where_and_what_to_do(english: None) -> None:
    """File, line, field, message and advice stand on one line."""
    del english
    finding = Finding(file="station.yaml", line=3, field="name", message="It is empty.", advice="Write one.")
    assert str(finding) == "station.yaml, line 3 [name]: It is empty. Write one."
    assert str(Finding(file="a", message="No.", advice="")) == "a: No."


def test_a_finding_is_plain_json() -> None:
    """--json shows every attribute as a plain value."""
    finding = Finding(file="a", message="m", advice="b", severity=Severity.WARNING)
    assert json.loads(json.dumps(finding.as_json())) == {
        "file": "a",
        "message": "m",
        "advice": "b",
        "line": None,
        "field": None,
        "severity": "warning",
    }


def test_a_refusal_tells_every_finding() -> None:
    """All mistakes of one pass are in the message, in reading order."""
    findings = [Finding(file=f"{n}", message="m", advice="a") for n in range(3)]
    refused = InputRefused(iter(findings))
    assert refused.findings == tuple(findings)
    assert refused.message.splitlines() == [str(finding) for finding in findings]


def test_a_voices_failure_keeps_its_reason() -> None:
    """The short reason is kept for the audio's record."""
    assert VoiceFailed("The server is slow.", reason="slow").reason == "slow"
