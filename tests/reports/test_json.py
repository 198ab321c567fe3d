"""The model as JSON, for a month with every outcome."""

from __future__ import annotations

import json
from typing import Any

from loa.reports import report_json
from tests.reports.golden_files import assert_golden
from tests.reports.synthetic import golden_month


def test_json_is_as_last_looked_at(report: Any) -> None:
    """No figure changes without somebody seeing it."""
    assert_golden("november.json", json.dumps(report_json(report(golden_month())), ensure_ascii=False, indent=1) + "\n")


def test_sound_in_a_file_is_never_heard(report: Any) -> None:
    """A broadcast into a file is in no figure of what the public heard."""
    said = report_json(report(golden_month()))
    assert said["broadcasts"]["file_only"]["count"] == 2
    assert said["broadcasts"]["heard"]["count"] == 5
    heard = sum(
        item["played_s"] for line in said["lines"] if line["heard"] and line["outcome"] for item in line["items"]
    )
    assert said["items"]["heard"]["played_s"] == heard == said["broadcasts"]["heard"]["played_s"]
    assert [line["result"] for line in said["lines"] if not line["heard"] and line["played_s"]] == ["file-only"] * 2


def test_what_is_to_come_is_counted_apart(report: Any) -> None:
    """In a running month, broadcasts that have not ended are neither aired nor missed, and their items are nowhere."""
    said = report_json(report(golden_month()))
    assert said["running"] is True
    assert said["broadcasts"]["to_come"]["count"] == 2
    assert said["broadcasts"]["due"]["count"] == said["broadcasts"]["planned"]["count"] - 3
