"""Runs the command line in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from pygen.cli import connection
from tests.sources.models import data_model


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Pygen = Callable[..., Result]


@pytest.fixture
def pygen(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pygen:
    """Runs `pygen` in this process, in a temporary folder, with nothing about servers in the environment."""
    for variable in (*connection.VARIABLES.values(), "CDF_CLUSTER", "IDP_TENANT_ID"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(connection, "ATTEMPTS", 1)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Result:
        from pygen.cli.app import run

        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Result(code, said.out, said.err)

    return run


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    """A small data model in a file."""
    path = tmp_path / "model.json"
    path.write_text(json.dumps(data_model(description="Wind farms")), encoding="utf-8")
    return path


@contextmanager
def answering(status: int, body: object) -> Iterator[str]:
    """A server that answers everything the same; gives its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815 - these names are the base class's

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
