"""`loa service`: what it shows is what it would write, and what fails has its exit code."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from loa.cli import loa
from loa.errors import Conflict, NotFound
from loa.station import service
from tests.station.mini_station import mini_station

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a station on a machine where no command of the system really runs."""
    monkeypatch.setattr(service, "_started", lambda command: subprocess.CompletedProcess(command, 0, "running", ""))
    monkeypatch.setattr(service, "SYSTEM_UNITS", tmp_path / "etc")
    owner = service.Owner(name="hoa", user_id=1000, home=tmp_path / "home")
    monkeypatch.setattr(service, "owner_of", lambda _folder: owner)
    monkeypatch.setattr(service, "is_root", lambda: False)
    return mini_station(tmp_path / "Đài xã")


def test_the_days_of_a_service(folder: Path) -> None:
    """Show changes nothing; install, status, remove each say what they did."""
    run = CliRunner()
    shown = run.invoke(loa, ["-C", str(folder), "service", "show"])
    assert shown.exception is None
    file = folder.parent / "home/.config/systemd/user/loa.service"
    assert str(file) in shown.output
    assert not file.exists()
    said = run.invoke(loa, ["-C", str(folder), "service", "install"]).output
    assert f"Written: {file}" in said
    assert "To undo all this: loa service remove" in said
    assert file.read_text(encoding="utf-8") in shown.output
    assert "running" in run.invoke(loa, ["-C", str(folder), "service", "status"]).output
    assert f"Deleted: {file}" in run.invoke(loa, ["-C", str(folder), "service", "remove"]).output


def test_what_cannot_be_done_has_its_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No service, no station, no rights: each its own error of the tree."""
    run = CliRunner()
    assert isinstance(run.invoke(loa, ["-C", str(folder), "service", "remove"]).exception, NotFound)
    assert isinstance(run.invoke(loa, ["-C", str(folder.parent), "service", "install"]).exception, NotFound)
    run.invoke(loa, ["-C", str(folder), "service", "install"])
    monkeypatch.setattr(service, "is_root", lambda: True)
    assert isinstance(run.invoke(loa, ["-C", str(folder), "service", "remove"]).exception, Conflict)
