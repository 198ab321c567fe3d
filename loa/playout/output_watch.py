"""Watching the output: when it is lost, when it is back, and whether it has been gone for so long that sound must end."""

from __future__ import annotations

from loa.clock import Clock
from loa.ledger import Ledger, RowKind
from loa.playout.output import Output

OUTPUT_GONE_S = 120.0


class OutputWatch:
    """What has become of the output since the start.

    Attributes
    ----------
    trouble
        Why nothing is heard, as of the last look; empty while all is well.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._since_s = 0.0
        self._last_s = float("-inf")
        self.trouble = ""

    def look(self, output: Output) -> None:
        """Write down that `output` is lost, or back. Raises LedgerFailed."""
        trouble = output.trouble
        if trouble and not self.trouble:
            self._ledger.append(RowKind.OUTPUT_LOST, {"output": output.name, "error": trouble})
            self._since_s = self._clock.monotonic()
        elif self.trouble and not trouble:
            self._ledger.append(RowKind.OUTPUT_BACK, {"output": output.name, "heard": output.heard})
        self.trouble = trouble
        if trouble:
            self._last_s = self._clock.monotonic()

    def changed(self, output: Output) -> None:
        """Write down that the sound goes to another `output` from now on. Raises LedgerFailed."""
        self.trouble = ""
        self._ledger.append(RowKind.OUTPUT_BACK, {"output": output.name, "heard": output.heard})

    @property
    def gone(self) -> bool:
        """Whether it has been lost for so long that what is on the air is given up."""
        return bool(self.trouble) and self._clock.monotonic() - self._since_s > OUTPUT_GONE_S

    @property
    def lost_of_late(self) -> bool:
        """Whether it was lost a moment ago, or still is."""
        return self._clock.monotonic() - self._last_s < OUTPUT_GONE_S
