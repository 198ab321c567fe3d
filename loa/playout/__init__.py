"""The playout room: the plan and finished audio in, sound at the right instant and rows in the ledger out.

Its names are loaded when they are first asked for: the player's own process (`loa.playout.engine`) loads no more of the
house than it plays with.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loa.playout.broadcaster import Broadcaster
    from loa.playout.device import find_device
    from loa.playout.file_outputs import PacedFileOutput, VirtualFileOutput
    from loa.playout.health import OutputHealth
    from loa.playout.material import Material
    from loa.playout.output import Output
    from loa.playout.player import SoundDeviceOutput
    from loa.playout.progress import Progress, ProgressFile
    from loa.playout.waker import Waker

__all__ = [
    "Broadcaster",
    "Material",
    "Output",
    "OutputHealth",
    "PacedFileOutput",
    "Progress",
    "ProgressFile",
    "SoundDeviceOutput",
    "VirtualFileOutput",
    "Waker",
    "find_device",
]
_MODULES = {
    "Broadcaster": "broadcaster",
    "Material": "material",
    "Output": "output",
    "OutputHealth": "health",
    "PacedFileOutput": "file_outputs",
    "Progress": "progress",
    "ProgressFile": "progress",
    "SoundDeviceOutput": "player",
    "VirtualFileOutput": "file_outputs",
    "Waker": "waker",
    "find_device": "device",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for."""
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"loa.playout.{_MODULES[name]}"), name)
