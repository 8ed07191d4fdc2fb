"""The plugin as its users have it: in a folder of their own, in a pytest of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FIVE_LINES = """\
def test_a_pump_is_loaded(cdf_server, tmp_path):
    (tmp_path / "pump.yaml").write_text("{space: plant, externalId: p1, instanceType: node}")
    cdf_server.seed(tmp_path / "pump.yaml")
    with cdf_server.sync_client() as client:
        assert [node.external_id for node in client.instances.iterate()] == ["p1"]
"""
SHARED = """\
import pytest

from pygen.testing import LocalServer


@pytest.fixture(scope="session")
def empty(cdf_server_session: LocalServer):
    return cdf_server_session.snapshot()


@pytest.mark.parametrize("space", ["one", "two"])
def test_each_finds_it_empty(cdf_server_session: LocalServer, empty, space: str) -> None:
    cdf_server_session.restore(empty)
    with cdf_server_session.sync_client() as client:
        assert client.spaces.list() == []
    with cdf_server_session.http() as http:
        assert http.post("models/spaces", json={"items": [{"space": space}]}).status_code == 200


def test_two_servers_know_nothing_of_each_other(cdf_server: LocalServer, cdf_server_session: LocalServer) -> None:
    assert cdf_server.base_url != cdf_server_session.base_url
    with cdf_server.sync_client() as client:
        assert client.spaces.list() == []
"""
LIGHT = """\
import sys

before = set(sys.modules)  # a tool that measures coverage may have loaded something
import pygen.testing.plugin

heavy = {"starlette", "uvicorn", "httpx", "msgspec", "yaml", "sqlite3", "pygen.server", "pygen.sources"}
print(sorted(heavy & set(sys.modules) - before))
"""


def test_tests_in_an_empty_folder(tmp_path: Path) -> None:
    """No other plugin is loaded: what this one needs, it brings."""
    (tmp_path / "test_pump.py").write_text(FIVE_LINES, encoding="utf-8")
    (tmp_path / "test_shared.py").write_text(SHARED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "pygen.testing.plugin"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def test_loading_the_plugin_loads_nothing_else() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
