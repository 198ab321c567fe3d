"""The bundle for a helper from afar: machine, settings, findings, last rows; no password, no address, no words, no names."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from loa.clock import SystemClock
from loa.station.accounts import Accounts, Role
from loa.station.diagnostics import HIDDEN, without_secrets
from loa.station.station import Station
from tests.station.mini_station import mini_station, write

pytestmark = pytest.mark.usefixtures("english")
SETTINGS = """\
name: Đài thử
alerts:
  webhook: https://hooks.example.test/T0/secret-part
  email:
    host: smtp.example.test
    user: hoa@example.test
    password: mat-khau-thu
    to: [chu-tich@example.test]
  command: [gui-tin, --token, khoa-bi-mat]
signer_password: cu
console:
  port: 8765
"""


def test_secret_fields_and_addresses_are_hidden() -> None:
    """Whatever may be a password, a key or an address is not told; the rest is."""
    shown = without_secrets(SETTINGS)
    for secret in ("secret-part", "smtp.example", "hoa@", "mat-khau-thu", "chu-tich@", "hooks.", "signer_password: cu"):
        assert secret not in shown
    assert "name: Đài thử" in shown
    assert "port: 8765" in shown
    assert f"alerts: {HIDDEN}" in shown


def test_a_command_with_its_key_is_hidden() -> None:
    """Arguments of a program may be keys."""
    assert "khoa-bi-mat" not in without_secrets(SETTINGS)


def test_the_bundle_says_what_a_helper_needs_and_nothing_secret(tmp_path: Path) -> None:
    """It is whole where parts fail (here: no station runs), and holds no words of bulletins, no person, no account."""
    folder = mini_station(tmp_path / "station")
    write(
        folder, "scripts/mot.md", (folder / "scripts/mot.md").read_text(encoding="utf-8").replace("Kính chào", "BÍ MẬT")
    )
    accounts = Accounts(folder / "log" / "console.sqlite", SystemClock())
    token = accounts.make_link(role=Role.ADMIN)
    with Station(folder) as station:
        station.approve(["hai"], person="Nguyễn Văn Duyệt")
        station.machine_desk.write_diagnostics(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as packed:
        content = {name: packed.read(name).decode() for name in packed.namelist()}
    assert "failed" in json.loads(content["status.json"])
    assert [row["kind"] for row in json.loads(content["last-rows.json"])][-1] == "approved"
    assert json.loads(content["machine.json"])["python"]
    whole = "".join(content.values())
    for secret in ("BÍ MẬT", "Nguyễn Văn Duyệt", token, "argon2id$"):
        assert secret not in whole
