"""What a person can ask of a station: approvals, the queue, the copies of the last good timetable, and requests."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loa.clock import VirtualClock
from loa.errors import Conflict, InputRefused, LoaError, NotFound, StationNotRunning
from loa.ledger import Ledger, RowKind
from loa.sound import AudioStore
from loa.station import last_good, requests
from loa.station.air_desk import AirDesk
from loa.station.evidence import EXAMPLE_PERSON
from loa.station.folder import StationFolder
from loa.station.queueing import QueueOrder
from loa.station.station import Station
from tests.station.mini_station import STATION, mini_station, tone, write

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 of a Monday in Vietnam

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(mini_station(tmp_path / "station"), VirtualClock(NOW))


def local(at: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-23T{at}+07:00")


class TestApproval:
    def test_a_new_station_has_nothing_approved(self, tmp_path: Path) -> None:
        """`loa init` gives a station that is right and airs nothing before a person has approved it."""
        files = Station.create(tmp_path / "new")
        with Station(tmp_path / "new", VirtualClock(NOW)) as station:
            assert not [finding for finding in station.check() if finding.severity == "error"]
            assert station.contents().shelf.approvals == {}
            assert station.approve_example() == {}
            assert not station.settings.example
            assert all(path.exists() for path in files)
            with pytest.raises(Conflict):
                Station.create(tmp_path / "new")

    def test_the_example_is_approved_in_its_own_name(self, station: Station) -> None:
        """An example station approves every bulletin, once, in a name that is nobody's."""
        with station:
            assert {one.person for one in station.approve_example().values()} == {EXAMPLE_PERSON}
            rows = len(list(station.rows()))
            station.approve_example()
            assert len(list(station.rows())) == rows == 4

    def test_a_persons_decision_stands(self, station: Station) -> None:
        """What a person approved or withdrew, the example does not decide again."""
        with station:
            station.approve(["mot", "hai"], person="Lan")
            station.withdraw("hai", person="Lan", why="cũ")
            approved = station.approve_example()
        assert approved["mot"].person == "Lan"
        assert "hai" not in approved

    def test_no_real_station_is_approved_by_itself(self, station: Station) -> None:
        """Without `example: yes` nothing is approved."""
        write(station.folder.root, "station.yaml", STATION.replace("example: yes\n", ""))
        with station:
            assert station.approve_example() == {}

    def test_one_wrong_name_approves_none(self, station: Station) -> None:
        """All or nothing."""
        with station:
            with pytest.raises(NotFound, match="nope"):
                station.approve(["mot", "nope"], person="Lan")
            assert list(station.rows()) == []

    def test_an_edit_voids_an_approval(self, station: Station) -> None:
        """The edited text is told with a warning and does not air until it is approved again."""
        with station:
            station.approve(["mot"], person="Lan")
            tone(station.folder.root / "audio" / "mot.wav", 3, 700)
            contents = station.contents()
            assert contents.shelf.approval(contents.bulletins.bulletins["mot"]) is None
            assert [one.file for one in contents.findings if "edited" in one.message] == ["scripts/mot.md"]
            station.approve(["mot"], person="Lan")
            contents = station.contents()
            assert contents.shelf.approval(contents.bulletins.bulletins["mot"])

    def test_withdrawing(self, station: Station) -> None:
        """A withdrawn approval is gone; withdrawing twice is a conflict."""
        with station:
            station.approve(["mot"], person="Lan")
            station.withdraw("mot", person="Lan", why="")
            assert station.contents().shelf.approvals == {}
            with pytest.raises(Conflict):
                station.withdraw("mot", person="Lan", why="")


class TestQueue:
    @pytest.fixture
    def approved(self, station: Station) -> Station:
        with station:
            station.approve(["chao", "mot", "hai"], person="Lan")
            station.audio_desk.render(on_done=lambda *_done: None)
        return station

    def test_what_may_not_be_queued(self, approved: Station) -> None:
        """Unapproved, unknown, past, in quiet hours, on top of another broadcast: refused, and nothing is written."""
        cases: list[tuple[str, datetime | None, type[LoaError]]] = [
            ("ba", None, Conflict),
            ("nope", None, NotFound),
            ("mot", local("08:00:00"), Conflict),
            ("mot", local("21:00:00"), Conflict),
            ("mot", local("12:00:00"), Conflict),
            ("mot", local("12:00:03"), Conflict),
            ("mot", local("11:59:59"), Conflict),
        ]
        with approved as station:
            rows = len(list(station.rows()))
            for name, at, error in cases:
                with pytest.raises(error):
                    station.queue_add(QueueOrder(bulletin=name, at=at, person="Lan"))
            assert not (station.folder.schedules / "queue.yaml").exists()
            assert len(list(station.rows())) == rows

    def test_queue_list_and_remove(self, approved: Station) -> None:
        """An entry says where it will air, keeps its name, and can be taken out; both are in the ledger."""
        with approved as station:
            (first,) = station.queue_add(QueueOrder(bulletin="mot", person="Lan")).entries
            (second,) = station.queue_add(QueueOrder(bulletin="mot", person="Lan")).entries
            (own,) = station.queue_add(QueueOrder(bulletin="hai", at=local("10:00:00"), person="Lan")).entries
            assert len({first.queue_id, second.queue_id, own.queue_id}) == 3
            airs = [place.broadcast and place.broadcast.planned_at for place in station.queue()]
            assert airs == [local("12:00:00"), local("12:00:00"), local("10:00:00")]
            assert not [finding for finding in station.check() if finding.severity == "error"]
            station.queue_remove(second.queue_id, person="Lan")
            assert [place.entry.queue_id for place in station.queue()] == [first.queue_id, own.queue_id]
            with pytest.raises(NotFound):
                station.queue_remove(second.queue_id, person="Lan")
            kinds = [row.kind for row in station.rows()]
        assert (kinds.count(RowKind.QUEUED), kinds.count(RowKind.UNQUEUED)) == (3, 1)

    def test_repeats_air_every_so_often_until_the_last_time(self, approved: Station) -> None:
        """Three times, every two hours, until 20:00: each a broadcast of its own, the rest told."""
        with approved as station:
            order = QueueOrder(
                bulletin="mot",
                person="Lan",
                at=local("16:00:00"),
                times=4,
                every=timedelta(hours=2),
                until=local("20:00:00"),
            )
            queued = station.queue_add(order)
            assert [entry.at for entry in queued.entries] == [local(f"{hour}:00:00") for hour in (16, 18, 20)]
            assert queued.left_out == (local("22:00:00"),)
            assert [place.broadcast and place.broadcast.planned_at for place in station.queue()] == [
                entry.at for entry in queued.entries
            ]

    def test_repeats_are_refused_whole_with_every_time_that_cannot_be(self, approved: Station) -> None:
        """12:00 is taken, 21:00 is quiet: both are named, and nothing is written."""
        with approved as station:
            order = QueueOrder(bulletin="mot", person="Lan", at=local("12:00:00"), times=4, every=timedelta(hours=3))
            with pytest.raises(Conflict) as refused:
                station.queue_add(order)
            assert "12:00" in refused.value.message
            assert "21:00" in refused.value.message
            assert "15:00" not in refused.value.message
            assert station.queue() == []

    def test_an_order_that_says_too_little_is_refused(self, approved: Station) -> None:
        """Repeats need a first time and how far apart; the last time must leave one."""
        ten = local("10:00:00")
        orders = [
            QueueOrder(bulletin="mot", person="Lan", times=2),
            QueueOrder(bulletin="mot", person="Lan", times=2, at=ten),
            QueueOrder(bulletin="mot", person="Lan", at=ten, until=local("09:59:00")),
        ]
        with approved as station:
            for order in orders:
                with pytest.raises(Conflict):
                    station.queue_add(order)

    def test_repeats_until_a_time_need_no_number(self, approved: Station) -> None:
        """Every two hours until 20:00; without an end it is refused."""
        order = QueueOrder(bulletin="mot", person="Lan", at=local("16:00:00"), every=timedelta(hours=2))
        with approved as station:
            with pytest.raises(Conflict):
                station.queue_add(order)
            queued = station.queue_add(replace(order, until=local("20:30:00")))
            assert [entry.at for entry in queued.entries] == [local(f"{hour}:00:00") for hour in (16, 18, 20)]
            assert queued.left_out == ()

    @pytest.mark.parametrize(
        ("rule", "times"), [("days: [T3]", 1), ("shortest_gap_min: 600", 1), ("longest_day_min: 1", 30)]
    )
    def test_every_air_rule_holds_for_the_queue(self, approved: Station, rule: str, times: int) -> None:
        """What `loa check` would call a mistake is refused when it is queued."""
        write(approved.folder.root, "station.yaml", STATION + f"air_rules:\n  {rule}\n")
        order = QueueOrder(bulletin="mot", person="Lan", at=local("13:00:00"), times=times, every=timedelta(minutes=1))
        with Station(approved.folder.root, approved.clock) as station:
            with pytest.raises(Conflict):
                station.queue_add(order)
            assert station.queue() == []

    def test_now_is_after_what_is_on_the_air(self, approved: Station) -> None:
        """Not refused: it airs as soon as there is room."""
        clock = VirtualClock(local("11:59:50"))
        with Station(approved.folder.root, clock) as station:
            (entry,) = station.queue_add(QueueOrder(bulletin="mot", person="Lan", at_once=True)).entries
            plan = station.plan(station.today(), station.today())
            noon = next(one for one in plan if one.planned_at == local("12:00:00"))
            assert entry.at is not None
            assert 0 < (entry.at - noon.planned_end).total_seconds() <= 3

    def test_now_is_in_a_few_seconds(self, approved: Station) -> None:
        """In a broadcast of its own, as soon as its files can be opened."""
        with approved as station:
            (entry,) = station.queue_add(QueueOrder(bulletin="mot", person="Lan", at_once=True)).entries
            assert entry.at is not None
            assert 5 <= (entry.at - station.clock.now()).total_seconds() <= 20

    def test_an_entry_expires(self, approved: Station) -> None:
        """A notice for this morning is not read out in the evening."""
        with approved as station:
            station.queue_add(QueueOrder(bulletin="mot", person="Lan", until=local("11:00:00")))
            (place,) = station.queue()
            assert place.broadcast is None
            assert place.why

    def test_the_same_content_from_two_sources_is_flagged(self, approved: Station) -> None:
        """The timetable airs it that day anyway."""
        with approved as station:
            queued = station.queue_add(QueueOrder(bulletin="chao", person="Lan", at=local("10:00:00")))
            assert [finding.field for finding in queued.warnings] == [f"queue.{queued.entries[0].queue_id}"]
            assert set(queued.warnings) <= set(station.check())

    def test_what_has_aired_is_out_of_the_queue(self, approved: Station) -> None:
        """Once something of it was heard, an entry is neither listed nor planned again."""
        with approved as station:
            (entry,) = station.queue_add(QueueOrder(bulletin="mot", person="Lan")).entries
            station.ledger.append(
                RowKind.ITEM, {"item": "mot", "queue_id": entry.queue_id, "played_s": 2.0}, broadcast=None
            )
            assert station.queue() == []
            planned = station.plan(station.today(), station.today())
        assert not [one for broadcast in planned for one in broadcast.items if one.queue_id]

    def test_a_queue_with_a_mistake_is_not_overwritten(self, approved: Station) -> None:
        """What a hand wrote wrongly is told; adding to it or removing from it would lose it."""
        text = "queue:\n- {id: a, bulletn: mot, added_at: 2026-11-23T05:00:00+07:00, added_by: Lan}\n"
        path = write(approved.folder.root, "schedules/queue.yaml", text)
        with approved as station:
            with pytest.raises(InputRefused):
                station.queue_add(QueueOrder(bulletin="mot", person="Lan"))
            with pytest.raises(InputRefused):
                station.queue_remove("a", person="Lan")
        assert path.read_text(encoding="utf-8") == text


class TestLastGood:
    def test_copies_follow_the_good_files(self, tmp_path: Path) -> None:
        """A kept timetable is complete: new files are in it, files that were deleted are not."""
        folder = StationFolder(mini_station(tmp_path / "station", recorded=False))
        assert last_good.kept(folder) is None
        last_good.keep(folder)
        write(folder.root, "schedules/z.yaml", "slots: {}\n")
        (folder.schedules / "khung-gio.yaml").unlink()
        last_good.keep(folder)
        kept = last_good.kept(folder)
        assert kept is not None
        assert sorted(path.name for path in kept.schedules.iterdir()) == ["chuong-trinh.yaml", "z.yaml"]
        assert (kept.root / "station.yaml").read_text(encoding="utf-8") == STATION

    def test_what_has_not_changed_is_not_written(self, tmp_path: Path) -> None:
        """Keeping again touches no file."""
        folder = StationFolder(mini_station(tmp_path / "station", recorded=False))
        last_good.keep(folder)
        before = {path: path.stat().st_ino for path in folder.last_good.rglob("*")}
        last_good.keep(folder)
        assert {path: path.stat().st_ino for path in folder.last_good.rglob("*")} == before


class AnsweringClock(VirtualClock):
    """A clock on which a station answers what is asked while the asker sleeps."""

    def __init__(self, start: datetime, folder: Path) -> None:
        super().__init__(start)
        self.folder = folder
        self.seen: list[requests.Request] = []

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.monotonic() > 1:
            for request in requests.waiting(self.folder, self):
                self.seen.append(request)
                request.answer({"said": request.values["text"]})


class TestRequests:
    def test_ask_and_answer(self, tmp_path: Path) -> None:
        """What is asked arrives whole, the answer comes back, and no file is left."""
        clock = AnsweringClock(NOW, tmp_path)
        assert requests.ask(tmp_path, "say", {"text": "Bão!"}, clock) == {"said": "Bão!"}
        assert [(one.name, one.values) for one in clock.seen] == [("say", {"text": "Bão!"})]
        assert list(tmp_path.iterdir()) == []

    def test_nobody_answers(self, tmp_path: Path) -> None:
        """After ten seconds the request is taken back: it is not carried out later."""
        clock = VirtualClock(NOW)
        with pytest.raises(StationNotRunning):
            requests.ask(tmp_path, "stop", {}, clock)
        assert clock.monotonic() == pytest.approx(requests.ANSWER_WITHIN_S, abs=0.1)
        assert list(tmp_path.iterdir()) == []

    def test_an_emergency_waits_for_no_network_and_no_other_program(
        self, station: Station, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """New words are spoken by a voice of this machine, whatever stands before it in the ladder."""
        root = station.folder.root
        write(
            root,
            "station.yaml",
            STATION + "voices: [gtts, command:slow, espeak:north]\ncommand_voices:\n  slow: {run: [sleep, '60']}\n",
        )
        asked: list[dict[str, Any]] = []

        def ask(_desk: AirDesk, name: str, values: dict[str, Any]) -> dict[str, Any]:
            asked.append({"name": name, **values})
            return {}

        monkeypatch.setattr(AirDesk, "_ask", ask)
        monkeypatch.setattr(AirDesk, "require_on_the_air", lambda _desk: None)
        with Station(root, station.clock) as edited:
            edited.air_desk.emergency(text="Nước lên nhanh, mời bà con di dời ngay.", authoriser="Chủ tịch")
            audio = AudioStore(edited.folder.rendered).find(asked[0]["audio_key"])
        assert audio is not None
        assert (audio.cue_sheet.voice, audio.cue_sheet.refusals) == ("espeak:north", ())

    @pytest.mark.parametrize("command", ["status", "stop_current", "shut_down", "emergency", "all_clear"])
    def test_a_station_that_is_not_running(self, station: Station, command: str) -> None:
        """Each command for the running station says that there is none, without waiting for an answer."""
        given: dict[str, dict[str, Any]] = {
            "stop_current": {"person": "Lan", "why": ""},
            "emergency": {"bulletin": "mot", "authoriser": "Lan"},
            "all_clear": {"authoriser": "Lan"},
        }
        with station, pytest.raises(StationNotRunning):
            getattr(station.air_desk, command)(**given.get(command, {}))
        assert list(station.folder.requests.glob("*")) == []
        assert station.clock.monotonic() == 0.0

    @pytest.mark.parametrize(
        "content", ["", "{", "[]", "1", '{"name": "stop"}', '{"name": "stop", "values": {}, "asked_at": "now"}',
                    '{"name": "stop", "values": {"person": "Lan"}, "asked_at": 1795395600}',
                    '{"name": "emergency", "values": {"text": "Bão"}, "asked_at": 1795395600}',
                    '{"name": "stop", "values": [], "asked_at": 1795395600}', '{"name": 1, "values": {}, "asked_at": 1795395600}']
    )  # fmt: skip
    def test_broken_requests_are_dropped(self, tmp_path: Path, content: str) -> None:
        """A file that is no request is passed over and deleted; the good one beside it is served."""
        (tmp_path / "a.request").write_text(content, encoding="utf-8")
        good = {"name": "status", "values": {}, "asked_at": NOW.timestamp()}
        (tmp_path / "b.request").write_text(json.dumps(good), encoding="utf-8")
        assert [one.name for one in requests.waiting(tmp_path, VirtualClock(NOW))] == ["status"]
        assert [path.name for path in tmp_path.iterdir()] == ["b.request"]

    def test_old_requests_are_dropped(self, tmp_path: Path) -> None:
        """An emergency asked for a minute before the station woke up is not aired then."""
        for name, age_s in (("old", 61), ("future", -61), ("fresh", 59)):
            content = {"name": name, "values": {}, "asked_at": NOW.timestamp() - age_s}
            (tmp_path / f"{name}.request").write_text(json.dumps(content), encoding="utf-8")
        assert [one.name for one in requests.waiting(tmp_path, VirtualClock(NOW))] == ["fresh"]
        requests.forget_all(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_no_folder_is_no_request(self, tmp_path: Path) -> None:
        """Before anything was ever asked there is nothing to serve."""
        assert list(requests.waiting(tmp_path / "none", VirtualClock(NOW))) == []


class TestRehearsal:
    def test_a_day_from_end_to_end(self, station: Station, tmp_path: Path) -> None:
        """Every planned broadcast has exactly one outcome; sound, ledger and report are there; twice gives the same."""
        runs = []
        with station:
            station.audio_desk.render(on_done=lambda *_done: None)
            day = station.today()
            for number in range(2):
                shares: list[float] = []
                made, reports = station.machine_desk.rehearse(
                    first_day=day, days=1, out=tmp_path / f"{number}", on_progress=shares.append
                )
                assert shares == sorted(shares)
                assert shares[-1] == 1.0
                assert [path.suffix for path in reports] == [".docx", ".xlsx"]
                assert all(path.stat().st_size > 1000 for path in (*reports, *made.sound))
                assert len(made.sound) == 3
                with Ledger(made.ledger, station.clock) as ledger:
                    ledger.verify()
                    rows = list(ledger.rows())
                runs.append([row.as_json() for row in rows])
                closed = [row.broadcast for row in rows if row.kind is RowKind.CLOSED]
                planned = {row.broadcast for row in rows if row.kind is RowKind.PLANNED}
                today = {key for key in planned if key and f"@{day}" in key}
                assert len(closed) == len(set(closed))
                assert set(closed) >= today
                assert len(today) == 3
                aired = [row.data for row in rows if row.kind is RowKind.CLOSED and row.broadcast in today]
                assert {data["outcome"] for data in aired} == {"aired"}
            assert list(station.rows()) == []
        volatile = {"file", "output"}
        first, second = ([{k: v for k, v in row["data"].items() if k not in volatile} for row in run] for run in runs)
        assert first == second

    def test_a_queued_bulletin_airs_once(self, station: Station, tmp_path: Path) -> None:
        """An entry of the queue is heard once, not in the first programme of every day."""
        with station:
            station.approve_example()
            station.audio_desk.render(on_done=lambda *_done: None)
            (entry,) = station.queue_add(QueueOrder(bulletin="mot", person="Lan")).entries
            made, _reports = station.machine_desk.rehearse(
                first_day=station.today(), days=3, out=tmp_path / "out", on_progress=lambda _share: None
            )
            with Ledger(made.ledger, station.clock) as ledger:
                heard = [row for row in ledger.rows(kinds=[RowKind.ITEM]) if row.data["queue_id"] == entry.queue_id]
        assert len(heard) == 1

    def test_a_wrong_timetable_is_not_rehearsed(self, station: Station, tmp_path: Path) -> None:
        """Mistakes are told before anything is made."""
        write(station.folder.root, "schedules/x.yaml", "slots: x\n")
        with station, pytest.raises(InputRefused):
            station.machine_desk.rehearse(
                first_day=station.today() + timedelta(days=1),
                days=1,
                out=tmp_path / "out",
                on_progress=lambda _share: None,
            )
        assert not (tmp_path / "out").exists()
