"""The service manager learns what is true: ready once, fed while sound goes out, not fed when it hangs."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from loa.clock import VirtualClock
from loa.ledger import Ledger
from loa.playout import OutputHealth
from loa.station import on_air
from loa.station.folder import StationFolder
from loa.station.on_air import OnAir
from loa.station.station import Station
from loa.station.watchdog import Watchdog
from tests.station.mini_station import mini_station

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TURN_S = 0.25

pytestmark = pytest.mark.usefixtures("english")


class Manager:
    """The other end of the socket."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)

    def told(self) -> list[str]:
        """Return what has come since, a string a datagram."""
        self._socket.setblocking(False)
        found = []
        while True:
            try:
                found.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return found

    def next(self) -> str:
        """Wait for one datagram."""
        self._socket.settimeout(30)
        return self._socket.recv(4096).decode()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    """Listen as systemd does, on a socket in a folder and on an abstract one."""
    name = f"{tmp_path}/notify" if request.param == "file" else f"@loa-test-{tmp_path.name}-{id(request)}"
    manager = Manager(name.replace("@", "\0", 1) if name.startswith("@") else name)
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    yield manager
    manager.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


def turns(watchdog: Watchdog, clock: VirtualClock, seconds: float, *, per_turn: int, due: bool = True) -> list[bool]:
    """Let the loop turn for `seconds` while the output plays `per_turn` frames a turn."""
    found = []
    for turn in range(round(seconds / TURN_S)):
        found.append(watchdog.look(turn * per_turn, due=due, status=lambda: "On the air"))
        clock.advance(TURN_S)
    return found


def test_ready_is_told_once_and_stopping_at_the_end(manager: Manager, clock: VirtualClock) -> None:
    """The words of sd_notify(3), each in its datagram; a status has no line of its own making."""
    watchdog = Watchdog(clock)
    watchdog.ready("Loa\nWATCHDOG=trigger")
    watchdog.stopping()
    assert manager.told() == ["READY=1\nSTATUS=Loa WATCHDOG=trigger", "STOPPING=1"]


@pytest.mark.parametrize("due", [True, False])
def test_it_is_fed_every_ten_seconds(manager: Manager, clock: VirtualClock, *, due: bool) -> None:
    """A third of WatchdogSec, whether something is on the air or not."""
    assert all(turns(Watchdog(clock), clock, 60, per_turn=100, due=due))
    assert manager.told() == ["WATCHDOG=1\nSTATUS=On the air"] * 6


def test_a_station_that_plays_nothing_is_fed_though_no_frame_moves(manager: Manager, clock: VirtualClock) -> None:
    """Between broadcasts silence is no hang."""
    assert all(turns(Watchdog(clock), clock, 60, per_turn=0, due=False))
    assert len(manager.told()) == 6


def test_a_hang_on_the_air_is_not_fed(manager: Manager, clock: VirtualClock) -> None:
    """The loop turns, the frames stand still: after 15 s nothing is sent until they move."""
    watchdog = Watchdog(clock)
    found = turns(watchdog, clock, 60, per_turn=0)
    assert found.index(False) == round(15 / TURN_S) + 1
    assert not any(found[found.index(False) :])
    assert len(manager.told()) == 2  # at 0 s and 10 s
    assert watchdog.look(480, due=True, status=lambda: "again")
    assert manager.told() == ["WATCHDOG=1\nSTATUS=again"]


def test_nothing_is_sent_without_a_socket(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A station started by hand, or on Windows, opens no socket at all."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setattr(socket, "socket", None)
    watchdog = Watchdog(clock)
    watchdog.ready("")
    assert all(turns(watchdog, clock, 20, per_turn=1))
    watchdog.stopping()


@pytest.mark.parametrize("address", ["/no/such/socket", "@loa-nobody-listens", "x" * 300])
def test_a_broken_socket_never_stops_the_station(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """A manager that went away, or a name no socket can have: the station plays on."""
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    watchdog = Watchdog(clock)
    watchdog.ready("")
    assert all(turns(watchdog, clock, 20, per_turn=1))
    watchdog.stopping()


def test_a_running_station_tells_ready_feeds_and_tells_its_end(manager: Manager, tmp_path: Path) -> None:
    """`loa run` itself, on the machine's clock."""
    folder = mini_station(tmp_path / "station")
    stop = threading.Event()
    with Station(folder) as station:
        thread = threading.Thread(
            target=station.air_desk.run,
            kwargs={"say": lambda _line: None, "on_rendered": lambda *_: None, "stop": stop},
        )
        thread.start()
        told = [manager.next(), manager.next()]
        stop.set()
        thread.join(30)
    told += manager.told()
    assert told[0].startswith("READY=1\nSTATUS=")
    assert told[1].startswith("WATCHDOG=1\nSTATUS=")
    assert told[-1] == "STOPPING=1"
    assert [line for line in told[1:] if "READY" in line] == []


class FrozenOutput:
    """A device whose callback never comes, and that does not know it."""

    heard = True
    name = "frozen"
    trouble = ""

    def __init__(self) -> None:
        self.starved_frames = 0

    def health(self) -> OutputHealth:
        """Return that nothing was rendered but what the disk did not give."""
        return OutputHealth(frames=self.starved_frames, starved_frames=self.starved_frames)


@pytest.mark.parametrize(
    ("trouble", "starved", "fed"), [("", False, False), ("", True, False), ("the card is gone", False, True)]
)
def test_the_station_looks_at_its_output(
    manager: Manager, clock: VirtualClock, tmp_path: Path, trouble: str, *, starved: bool, fed: bool
) -> None:
    """Frames that stand still or are all starved are a hang, told once; a lost device is looked for, not a hang."""
    folder = StationFolder(mini_station(tmp_path / "station"))
    said: list[str] = []
    with Ledger(folder.ledger, clock) as ledger:
        station = OnAir(folder, ledger, clock, say=said.append, stop=threading.Event())
        station._output = output = FrozenOutput()  # type: ignore[assignment]
        output.trouble = trouble
        broadcaster = SimpleNamespace(
            busy=True, state=lambda: {"on_air": {"title": "Morning"}, "output": "frozen"}, coming=lambda _count: []
        )
        for _turn in range(240):
            if starved:
                output.starved_frames += 480
            station._feed_watchdog(broadcaster)  # type: ignore[arg-type]
            clock.advance(TURN_S)
    told = manager.told()
    assert told[0] == "WATCHDOG=1\nSTATUS=On the air: Morning"
    assert len(told) == (6 if fed else 2)
    assert len(said) == (0 if fed else 1)


def test_the_status_names_what_comes_next(clock: VirtualClock) -> None:
    """`systemctl status` shows an operator when the station speaks next, or else its output."""
    del clock
    quiet = {"on_air": None, "output": "card"}
    coming = SimpleNamespace(title="Morning", planned_at=NOW)
    waiting = SimpleNamespace(state=lambda: quiet, coming=lambda _count: [coming])
    idle = SimpleNamespace(state=lambda: quiet, coming=lambda _count: [])
    assert on_air._status_line(waiting) == "Next: Morning, 01:00 23/11/2026."  # type: ignore[arg-type]
    assert on_air._status_line(idle) == "card"  # type: ignore[arg-type]
