"""Faults that only a real socket shows: connections that close or reset at a given byte."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from pygen.server import Store, run_in_thread
from pygen.server.control import Control
from pygen.server.fault_plans import Action, Cut, Drip, FaultPlan, Refuse, Reset, Rule

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
    head = (
        f"{method} /api/v1/projects/p/models/spaces HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    received = b""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(head.encode() + body)
        try:
            while piece := connection.recv(65536):
                received += piece
        except ConnectionResetError:
            return received, True
    return received, False


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
