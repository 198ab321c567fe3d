"""What every room's tests may use: a copy of the example station, and one that is checked once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]

settings.register_profile(
    "loa", deadline=None, max_examples=100, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("loa")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long because it plays in real time."""
    items.sort(key=lambda item: item.get_closest_marker("real_time") is None)


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the source strings be what is shown, whatever the catalogue holds."""
    monkeypatch.setenv("LOA_LANGUAGE", "en")


@pytest.fixture
def example(tmp_path: Path, english: None) -> Path:
    """Return a copy of the example station, nothing rendered, nothing logged."""
    del english
    folder = tmp_path / "station"
    for name in ("scripts", "schedules", "audio"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("rendered"))
    for path in ROOT.glob("*.yaml"):
        shutil.copy(path, folder)
    return folder
