"""Render jobs that misbehave in a worker process; a module of their own, so that a worker can import them."""

from __future__ import annotations

import multiprocessing
import os
import threading
from dataclasses import dataclass

from loa.station.rendering import RenderJob


@dataclass(frozen=True, slots=True, kw_only=True)
class KillingJob(RenderJob):
    """Takes the worker process down, as an out-of-memory killer would; harmless elsewhere.

    Attributes
    ----------
    after_s
        How long it works before that, in seconds.
    """

    after_s: float = 0.0

    def key(self, identity: str) -> str:
        """Return the key, in the parent alone."""
        if multiprocessing.parent_process() is not None:
            threading.Event().wait(self.after_s)
            os._exit(9)
        return RenderJob.key(self, identity)
