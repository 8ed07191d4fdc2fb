"""The server as a process: start, signals, and what is left after `kill -9`."""

from __future__ import annotations

import pathlib
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from pygen.server import LocalServerError, Store, run_in_thread, serve
from pygen.server.database_lock import held
from pygen.server.serve import base_url, listen

PROGRAM = """
import sys
from pygen.server import serve
serve(database=sys.argv[1], on_ready=lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


class Process:
    """A server in a process of its own."""

    def __init__(self, database: pathlib.Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(database)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"{self.url}/api/v1/projects/p", headers={"authorization": "Bearer x"})

    def end(self, number: signal.Signals) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def database(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "project.db"


@pytest.fixture
def process(database: pathlib.Path) -> Iterator[Process]:
    process = Process(database)
    yield process
    process.process.kill()
    process.process.communicate()


def write_nodes(client: httpx.Client, request: int) -> None:
    items = [{"instanceType": "node", "space": "plant", "externalId": f"n{request}-{number}"} for number in range(10)]
    client.post("/models/instances", json={"items": items}).raise_for_status()


def test_acknowledged_writes_survive_a_kill(process: Process, database: pathlib.Path) -> None:
    with process.client() as client:
        client.post("/models/spaces", json={"items": [{"space": "plant"}]}).raise_for_status()
        for request in range(20):
            write_nodes(client, request)
    returncode, _, _ = process.end(signal.SIGKILL)
    assert returncode == -signal.SIGKILL
    again = Process(database)
    with again.client() as client:
        assert client.get("/models/statistics").json()["instances"]["nodes"] == 200
        write_nodes(client, 20)
    again.end(signal.SIGTERM)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_stop_it_cleanly(process: Process, number: signal.Signals) -> None:
    with process.client() as client:
        assert client.get("/models/spaces").status_code == 200
        returncode, out, err = process.end(number)
    assert (returncode, out.strip(), err) == (0, "stopped", "")


def test_a_taken_port_is_said_in_one_line() -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LocalServerError, match=f"Cannot listen on 127.0.0.1:{port}: .*Choose another port"):
            serve(port=port)


@pytest.mark.parametrize(("host", "port"), [("no such host", 0), ("127.0.0.1", 99999), ("a" * 300, 0)])
def test_bad_addresses_are_said_in_one_line(host: str, port: int) -> None:
    with pytest.raises(LocalServerError, match="Cannot listen on"):
        listen(host, port)


def test_urls_reach_the_socket() -> None:
    with listen("0.0.0.0") as listener:
        assert base_url(listener).startswith("http://127.0.0.1:")
    if socket.has_ipv6:
        try:
            listener = listen("::1")
        except LocalServerError:
            pytest.skip("this computer has no IPv6")
        with listener:
            assert base_url(listener).startswith("http://[::1]:")


def test_serving_in_a_thread() -> None:
    store = Store.open()
    headers = {"authorization": "Bearer x"}
    with run_in_thread(store) as url:
        answer = httpx.get(f"{url}/api/v1/projects/p/models/spaces", headers=headers)
        assert answer.json() == {"items": []}
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, headers=headers)
    store.close()


def test_a_failing_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        return

    monkeypatch.setattr("uvicorn.Server._serve", never)
    store = Store.open()
    with pytest.raises(LocalServerError, match="did not start"), run_in_thread(store):
        pass
    store.close()


def test_a_database_has_one_server(process: Process, database: pathlib.Path) -> None:
    with pytest.raises(LocalServerError, match=r"project\.db: another local server is using it\. Stop that one"):
        serve(database=database)
    with process.client() as client:
        assert client.get("/models/spaces").status_code == 200
    process.end(signal.SIGKILL)
    again = Process(database)  # the lock went with its process
    assert again.url
    again.end(signal.SIGTERM)


def test_a_lock_that_cannot_be_made_is_told(tmp_path: pathlib.Path) -> None:
    with pytest.raises(LocalServerError, match="Choose another file"), held(tmp_path / "no" / "folder.db"):
        pass
    (tmp_path / "text.db-lock").write_text("no database at all\n" * 100, encoding="utf-8")
    with pytest.raises(LocalServerError, match=r"not a database.*Choose another file"), held(tmp_path / "text.db"):
        pass
    with held(None):
        pass
