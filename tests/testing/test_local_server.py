"""The handle: clients, snapshots, faults and the journal of a running server."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import pygen.testing
from pygen.server import LocalServerError
from pygen.server.snapshots import Snapshot
from pygen.testing import Cut, FaultPlan, LocalServer, Refuse, Rule, TimeoutAbove, local_server
from pygen_runtime.client import AsyncPygenClient, ClientSettings
from pygen_runtime.errors import InvalidResponseError, NotReachedError
from pygen_runtime.schema import NodeWrite, SpaceWrite
from pygen_runtime.transport import RetryPolicy


@pytest.fixture(params=["in memory", "on disk"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalServer]:
    with local_server(tmp_path / "data.sqlite" if request.param == "on disk" else None) as server:
        yield server


def spaces(server: LocalServer) -> list[str]:
    with server.sync_client() as client:
        return [space.space for space in client.spaces.list()]


def create(server: LocalServer, space: str) -> None:
    with server.sync_client() as client:
        client.spaces.create(SpaceWrite(space=space))


async def test_its_environment_leads_clients_to_it(server: LocalServer) -> None:
    create(server, "plant")
    async with AsyncPygenClient.from_env(server.env) as client:
        assert [space.space for space in await client.spaces.list()] == ["plant"]


def test_it_is_on_this_computer_alone(server: LocalServer) -> None:
    assert server.base_url.startswith("http://127.0.0.1:")
    assert server.base_url in repr(server)


def test_a_snapshot_brings_everything_back(server: LocalServer) -> None:
    create(server, "before")
    snapshot = server.snapshot()
    for name in ("after", "later"):
        create(server, name)
    for _ in range(2):
        server.restore(snapshot)
        assert spaces(server) == ["before"]
        create(server, "again")
        assert spaces(server) == ["again", "before"]


def test_schemas_do_not_mix_after_a_restore(server: LocalServer) -> None:
    """The server remembers schemas by number; numbers of before must not mean what came after."""
    snapshot = server.snapshot()
    create(server, "first")
    server.restore(snapshot)
    create(server, "second")
    assert spaces(server) == ["second"]
    with server.http() as http:
        nodes = [{"instanceType": "node", "space": name, "externalId": "n"} for name in ("first", "second")]
        answers = [http.post("models/instances", json={"items": [node]}).status_code for node in nodes]
    assert answers == [400, 200]


def test_a_snapshot_fits_another_server(server: LocalServer) -> None:
    create(server, "plant")
    with local_server() as other:
        other.restore(server.snapshot())
        assert spaces(other) == ["plant"]


def test_a_closed_snapshot_says_so(server: LocalServer) -> None:
    with server.snapshot() as snapshot:
        pass
    with pytest.raises(LocalServerError, match="cannot be restored"):
        server.restore(snapshot)


def test_readers_see_one_state_or_the_other_while_it_is_restored(server: LocalServer) -> None:
    with server.sync_client() as client:
        client.spaces.create(SpaceWrite(space="plant"))
        client.instances.upsert([NodeWrite(space="plant", external_id=f"n{number}") for number in range(500)])
    full = server.snapshot()
    with server.sync_client() as client:
        client.instances.delete([node.as_id() for node in client.instances.iterate()])
    empty = server.snapshot()
    done = threading.Event()
    counts: set[int] = set()

    def read() -> None:
        with server.sync_client() as client:
            while not done.is_set():
                counts.add(len(list(client.instances.iterate())))

    reader = threading.Thread(target=read)
    reader.start()
    for snapshot in (full, empty) * 10:
        server.restore(snapshot)
    done.set()
    reader.join()
    assert counts <= {0, 500}


def test_snapshots_end_with_the_server() -> None:
    with local_server() as server:
        snapshot = server.snapshot()
    with local_server() as other, pytest.raises(LocalServerError):
        other.restore(snapshot)


def impatient() -> ClientSettings:
    return ClientSettings(retry=RetryPolicy(attempts=1))


async def test_a_client_gets_over_a_fault(cdf_server: LocalServer) -> None:
    create(cdf_server, "plant")
    cdf_server.journal.clear()
    cdf_server.faults.use(
        FaultPlan(rules=(Rule(operation="spaces", first_try=True, action=Refuse(status=503, retry_after=0)),))
    )
    async with cdf_server.client() as client:
        assert [space.space for space in await client.spaces.list()] == ["plant"]
    assert [(one.status, one.fault) for one in cdf_server.journal.entries()] == [(503, "refuse"), (200, None)]


async def test_a_client_asks_for_less_after_a_time_out(cdf_server: LocalServer) -> None:
    create(cdf_server, "plant")
    async with cdf_server.client() as client:
        await client.instances.upsert([NodeWrite(space="plant", external_id=f"n{number}") for number in range(900)])
        cdf_server.journal.clear()
        cdf_server.faults.add(Rule(action=TimeoutAbove(rows=300)))
        assert len([node async for node in client.instances.iterate()]) == 900
    entries = cdf_server.journal.entries("instances/list")
    assert {one.status for one in entries} == {200, 408}
    assert sum(one.items or 0 for one in entries) == 900


async def test_a_broken_connection_is_an_error_of_the_transport(cdf_server: LocalServer) -> None:
    cdf_server.faults.add(Rule(action=Cut(at=5)))
    async with cdf_server.client(impatient()) as client:
        with pytest.raises((NotReachedError, InvalidResponseError)):
            await client.spaces.list()
    assert {one.fault for one in cdf_server.journal.entries()} == {"cut"}


def test_other_programs_control_it_over_http(cdf_server: LocalServer) -> None:
    plan = FaultPlan(rules=(Rule(action=Refuse(status=500)),))
    request = urllib.request.Request(f"{cdf_server.base_url}/_pygen/faults", data=plan.to_json(), method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert FaultPlan.from_json(answer.read()) == plan
    assert cdf_server.faults.plan == plan
    with cdf_server.http() as http:
        assert http.get("models/spaces").status_code == 500


def test_the_package_has_what_it_says_and_nothing_else() -> None:
    assert all(hasattr(pygen.testing, name) for name in pygen.testing.__all__)
    assert pygen.testing.Snapshot is Snapshot
    with pytest.raises(AttributeError):
        _ = pygen.testing.Nonsense
