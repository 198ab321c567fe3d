"""The playout room: the plan and finished audio in, sound at the right instant and rows in the ledger out."""

from loa.playout.broadcaster import Broadcaster
from loa.playout.device import SoundDeviceOutput, find_device
from loa.playout.health import OutputHealth
from loa.playout.material import Material
from loa.playout.output import Output, PacedFileOutput, VirtualFileOutput
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
