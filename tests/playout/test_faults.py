"""Never twice, never silently none: mornings of random faults, held against a listener's notes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.playout.fault_days import KINDS, MORNING_S, Fault, FaultDay
from tests.playout.fault_promises import broken_promises

FAULTS = st.lists(
    st.builds(Fault, st.integers(0, MORNING_S), st.sampled_from(KINDS), st.floats(0, 1)), min_size=1, max_size=8
)


def lived(faults: list[Fault]) -> list[str]:
    """Return the promises that a morning of `faults` broke."""
    with tempfile.TemporaryDirectory() as folder:
        day = FaultDay(Path(folder), faults)
        try:
            day.run()
            return list(broken_promises(day))
        finally:
            day.ledger.close()


@settings(max_examples=6, phases=[Phase.generate])  # a morning takes a second or two: shrinking would take minutes
@given(FAULTS)
def test_no_morning_of_faults_breaks_a_promise(faults: list[Fault]) -> None:
    """One outcome each, as heard, once, by its slot's policy, nothing withheld, no quiet hour broken."""
    assert lived(faults) == []


def test_a_morning_without_faults_airs_everything() -> None:
    """The measure itself: nobody finds anything where nothing happens."""
    assert lived([]) == []
