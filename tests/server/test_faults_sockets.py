"""Faults that only a real socket shows: connections that close or reset at a given byte, and clients that do not wait."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pygen.server import Store, run_in_thread
from pygen.server.control import Control
from pygen.server.fault_plans import Action, Cut, Drip, FaultPlan, Refuse, Reset, Rule
from pygen.server.journal import Entry
from pygen.server.waits import Waits

HEAD = b"HTTP/1.1 GET"


@pytest.fixture
def control() -> Control:
    return Control()


@pytest.fixture
def address(store: Store, control: Control) -> Iterator[tuple[str, int]]:
    with run_in_thread(store, control=control) as base_url:
        host, _, port = base_url.removeprefix("http://").partition(":")
        yield host, int(port)


def exchange(address: tuple[str, int], *, method: str = "GET", body: bytes = b"") -> tuple[bytes, bool]:
    """What comes back on a connection until it ends, and whether it ended with a reset."""
    received = b""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request(method=method, body=body))
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:
            return received, True
    return received, False


def request(*, method: str = "GET", body: bytes = b"") -> bytes:
    head = (
        f"{method} /api/v1/projects/p/models/spaces HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def put(control: Control, action: Action) -> None:
    control.faults.use(FaultPlan(rules=(Rule(action=action),)))


def test_nothing_at_all(address: tuple[str, int], control: Control) -> None:
    put(control, Cut())
    assert exchange(address) == (b"", False)
    put(control, Reset())
    assert exchange(address) == (b"", True)


@pytest.mark.parametrize("at", [0, 1, 7])
def test_a_body_is_cut_at_a_byte(address: tuple[str, int], control: Control, at: int) -> None:
    put(control, Cut(at=at))
    received, was_reset = exchange(address)
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"content-length: 12" in head.lower()
    assert (body, was_reset) == (b'{"items":[]}'[:at], False)


def test_a_body_is_reset_at_a_byte(address: tuple[str, int], control: Control) -> None:
    put(control, Reset(at=3))
    received, was_reset = exchange(address)
    assert was_reset
    assert b'{"items":[]}' not in received


@pytest.mark.parametrize("action", [Cut(carried_out=True), Reset(carried_out=True), Cut(at=0)], ids=str)
def test_what_is_carried_out_is_there_though_no_answer_came(
    address: tuple[str, int], control: Control, action: Action
) -> None:
    put(control, action)
    exchange(address, method="POST", body=b'{"items":[{"space":"plant"}]}')
    put(control, Cut(at=10_000))
    assert b'"plant"' in exchange(address)[0]


def test_what_is_not_carried_out_is_not_there(address: tuple[str, int], control: Control) -> None:
    put(control, Reset())
    exchange(address, method="POST", body=b'{"items":[{"space":"plant"}]}')
    put(control, Cut(at=10_000))
    assert b'"plant"' not in exchange(address)[0]


def test_the_journal_has_broken_requests_as_soon_as_the_client_sees_them(
    address: tuple[str, int], control: Control
) -> None:
    for action, status in ((Cut(), None), (Reset(), None), (Cut(at=3), 200), (Reset(at=3), 200)):
        put(control, action)
        exchange(address)
        entry = control.journal.entries()[-1]
        assert (entry.status, entry.fault) == (status, "cut" if isinstance(action, Cut) else "reset")


def test_the_server_goes_on_after_all_of_it(
    address: tuple[str, int], control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    for action in (Reset(), Cut(at=2), Drip(size=3, pause=0), Refuse(status=500), Cut(at=10_000)):
        put(control, action)
        if isinstance(action, (Drip, Refuse)):
            continue
        exchange(address)
    control.faults.clear()
    assert not caplog.records


LONG = 3600.0
DELAYS = [Rule(delay=LONG), Rule(action=Drip(size=1, pause=LONG))]


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once a request is delayed."""
    begun = threading.Event()
    wait = Waits.wait

    async def told(self: Waits, seconds: float, receive: Any) -> bool:
        begun.set()
        return await wait(self, seconds, receive)

    monkeypatch.setattr(Waits, "wait", told)
    return begun


@pytest.fixture
def written_down(control: Control, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once a request has ended."""
    ended = threading.Event()
    add = control.journal.add

    def told(entry: Entry) -> None:
        add(entry)
        ended.set()

    monkeypatch.setattr(control.journal, "add", told)
    return ended


@pytest.mark.parametrize("rule", DELAYS, ids=["delay", "drip"])
def test_a_delayed_request_ends_when_its_client_has_gone(
    address: tuple[str, int],
    control: Control,
    *,
    waiting: threading.Event,
    written_down: threading.Event,
    caplog: pytest.LogCaptureFixture,
    rule: Rule,
) -> None:
    control.faults.use(FaultPlan(rules=(rule,)))
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request())
        assert waiting.wait(10)
    assert written_down.wait(10)
    (entry,) = control.journal.entries()
    assert (entry.status, entry.fault) == ((None, "delay") if rule.delay else (200, "drip"))
    assert not caplog.records


def test_a_delayed_write_whose_client_has_gone_is_not_carried_out(
    address: tuple[str, int], control: Control, waiting: threading.Event, written_down: threading.Event
) -> None:
    control.faults.use(FaultPlan(rules=(Rule(method="POST", delay=LONG),)))
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request(method="POST", body=b'{"items":[{"space":"plant"}]}'))
        assert waiting.wait(10)
    assert written_down.wait(10)
    put(control, Cut(at=10_000))
    assert b'"plant"' not in exchange(address)[0]


def test_a_client_that_goes_in_the_middle_of_a_body_is_no_failure(
    address: tuple[str, int], control: Control, written_down: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    control.faults.use(FaultPlan(rules=(Rule(delay=LONG),)))
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request(method="POST", body=b'{"items":[{"space":"plant"}]}')[:-5])
    assert written_down.wait(10)
    assert not caplog.records


@pytest.mark.parametrize("rule", DELAYS, ids=["delay", "drip"])
def test_a_server_that_stops_waits_for_no_delay(store: Store, waiting: threading.Event, rule: Rule) -> None:
    control = Control()
    control.faults.use(FaultPlan(rules=(rule,)))
    received = b""
    with run_in_thread(store, control=control) as base_url:
        host, _, port = base_url.removeprefix("http://").partition(":")
        connection = socket.create_connection((host, int(port)), timeout=10)
        connection.sendall(request())
        assert waiting.wait(10)
    with connection:
        while piece := connection.recv(65536):
            received += piece
    assert received.startswith(b"HTTP/1.1 200 ")
    assert received.endswith(b'{"items":[]}')
