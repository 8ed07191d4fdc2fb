"""`pygen serve`, as a process of its own."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pygen.cli.exit_codes import ExitCode
from tests.cli.conftest import Pygen
from tests.sources.models import data_model, mapped, view

PATIENCE = 20  # seconds; a server that starts takes less than one


@contextmanager
def serving(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on a free port; gives the process and its base URL. Whatever the test does, it is gone afterwards."""
    command = [sys.executable, "-m", "pygen", "serve", "--port", "0", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Listening on http://"), (line, process.stderr and process.stderr.read())
            yield process, line.removeprefix("Listening on ").rstrip("\n")
        finally:
            process.kill()


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> tuple[str, str]:
    """What it still wrote, after it left as it should."""
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == ExitCode.DONE, err
    return out, err


def call(base_url: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=PATIENCE)
    headers = {"authorization": "Bearer any", "content-type": "application/json"}
    try:
        connection.request(method, f"/api/v1/projects/any/{path}", json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def models(base_url: str) -> list[str]:
    status, answer = call(base_url, "GET", "models/datamodels?limit=100")
    assert status == 200
    return [model["externalId"] for model in answer["items"]]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_says_where_and_stops_cleanly(number: signal.Signals) -> None:
    with serving() as (process, base_url):
        assert base_url.startswith("http://127.0.0.1:")
        assert models(base_url) == []
        out, err = stop(process, number)
    assert out == ""
    assert "in memory" in err
    assert "any token" in err
    assert "Traceback" not in err


def test_deploys_models_before_it_says_that_it_listens(tmp_path: Path) -> None:
    paths = []
    for name in ("Wind", "Sea"):
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(data_model(externalId=name)), encoding="utf-8")
    with serving("--file", paths[0], "--file", paths[1]) as (process, base_url):
        assert sorted(models(base_url)) == ["Sea", "Wind"]
        _, err = stop(process)
    assert "power:Wind/1" in err
    assert "power:Sea/1" in err


def test_a_database_outlives_the_server(tmp_path: Path) -> None:
    database = tmp_path / "data.sqlite"
    with serving("--database", database) as (process, base_url):
        assert call(base_url, "POST", "models/spaces", {"items": [{"space": "kept"}]})[0] == 200
        _, err = stop(process)
    assert str(database) in err
    with serving("--database", database) as (process, base_url):
        assert [space["space"] for space in call(base_url, "GET", "models/spaces")[1]["items"]] == ["kept"]
        stop(process)


def test_acknowledged_writes_outlive_a_kill(tmp_path: Path) -> None:
    database = tmp_path / "data.sqlite"
    with serving("--database", database) as (process, base_url):
        assert call(base_url, "POST", "models/spaces", {"items": [{"space": "kept"}]})[0] == 200
        process.kill()
        process.wait()
    with serving("--database", database) as (process, base_url):
        assert [space["space"] for space in call(base_url, "GET", "models/spaces")[1]["items"]] == ["kept"]
        stop(process)


def test_goes_on_when_nobody_reads_what_it_says() -> None:
    with serving() as (process, base_url):
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stderr.close()
        assert call(base_url, "GET", "models/nonsense")[0] in (404, 501)
        assert models(base_url) == []
        process.terminate()
        assert process.wait(PATIENCE) == ExitCode.DONE


def test_warns_when_others_can_reach_it() -> None:
    with serving("--host", "0.0.0.0") as (process, _):
        _, err = stop(process)
    assert "WARNING" in err
    assert "0.0.0.0" in err


def test_port_in_use(pygen: Pygen) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = pygen("serve", "--port", port)
    assert result.code == ExitCode.BAD_INPUT
    assert result.out == ""
    last = result.err.splitlines()[-1]
    assert last.startswith("pygen: ")
    assert str(port) in last
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--port", "70000"), "'--port'"),
        (("--port", "http"), "'--port'"),
        (("--host", "no.such.host.invalid"), "no.such.host.invalid"),
        (("--database", "no/such/folder/data.sqlite"), "no/such/folder/data.sqlite"),
        (("--database", "text.txt"), "text.txt"),
        (("--file", "missing.yaml"), "missing.yaml cannot be read"),
        (("--file", "bad.json"), "hyper"),
    ],
)
def test_bad_input(pygen: Pygen, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "text.txt").write_text("no database at all, but quite some text\n" * 100, encoding="utf-8")
    bad = data_model(view(properties={"x": mapped("hyper")}))
    (tmp_path / "bad.json").write_text(json.dumps(bad), encoding="utf-8")
    result = pygen("serve", "--port", 0, *arguments)
    assert result.code == ExitCode.BAD_INPUT, result
    assert "Listening" not in result.out
    last = result.err.splitlines()[-1]
    assert last.startswith("pygen: ")
    assert said in last
    assert "Traceback" not in result.err


def test_a_database_has_one_server(pygen: Pygen, tmp_path: Path) -> None:
    database = tmp_path / "data.sqlite"
    with serving("--database", database) as (process, _):
        result = pygen("serve", "--port", 0, "--database", database)
        assert result.code == ExitCode.BAD_INPUT
        (line,) = result.err.splitlines()  # nothing about data in a file that it has not got
        assert "another local server" in line
        assert "data.sqlite" in line
        stop(process)


def test_pages_of_named_origins_may_use_it() -> None:
    with serving("--cors-origin", "http://localhost:3000") as (process, base_url):
        connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=PATIENCE)
        connection.request("GET", "/openapi.json", headers={"origin": "http://localhost:3000"})
        answer = connection.getresponse()
        assert json.loads(answer.read())["openapi"].startswith("3.1")
        assert answer.getheader("access-control-allow-origin") == "http://localhost:3000"
        connection.close()
        stop(process)


def test_a_model_of_the_system_is_told_to_be_there(tmp_path: Path) -> None:
    """Its views and containers are global already."""
    path = tmp_path / "core.json"
    shown = view("CogniteSchedulable", space="cdf_cdm", version="v1", properties={})
    path.write_text(json.dumps(data_model(shown, space="mine", externalId="Mine")), encoding="utf-8")
    with serving("--file", path) as (process, _):
        _, err = stop(process)
    assert "1 containers and views belong to the system and stay as they are" in err


INTERRUPTED_IMPORT = """
import sys
class Interrupt:
    def find_spec(self, name, *_):
        if name == "pygen.cli.app":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
from pygen.__main__ import main
main()
"""


def test_an_interrupt_before_anything_runs_is_quiet() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT, "serve"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (ExitCode.INTERRUPTED, "")
