"""The TypeScript SDK in Deno, which is let nowhere but to the local server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pygen.testing import LocalServer, local_server
from tests.consistency.building import compiled_sdk
from tests.consistency.data import nodes
from tests.consistency.python_side import SPACE
from tests.node import PATIENCE, packages

HERE = Path(__file__).parent
DENO = HERE / "deno"
MAP = {
    "imports": {
        "cdf-pygen-runtime": "./node_modules/cdf-pygen-runtime/dist/index.js",
        "cdf-pygen-runtime/sdk": "./node_modules/cdf-pygen-runtime/dist/sdk/index.js",
        "sdk": "./sdk/index.js",
    }
}
TURBINES = [one for one in nodes() if one["sources"][0]["source"]["externalId"] == "Turbine"]


@pytest.fixture
def deno() -> str:
    """Deno; it is fetched when it is not there and this is wanted."""
    if installed := shutil.which("deno"):
        return installed
    fetched = packages("deno", DENO) / "node_modules" / "@deno" / "linux-x64-glibc" / "deno"
    if not fetched.is_file():
        pytest.skip("there is no Deno")  # also where interop is required: it can be fetched for one platform only
    return str(fetched)


def test_a_script_reads_writes_and_follows_changes(deno: str, tmp_path: Path) -> None:
    folder = compiled_sdk(tmp_path)
    shutil.copy(DENO / "run.mjs", folder)
    (folder / "map.json").write_text(json.dumps(MAP), encoding="utf-8")
    with local_server() as server:
        plant(server)
        report = run(deno, folder, server.base_url)
    turbines = sorted(one["externalId"] for one in TURBINES)
    assert report == {
        "all": turbines,
        "streamed": turbines,
        "serial": str(2**63 - 2),
        "written": ["one", "two"],
        "name": True,
        "changes": [["upserted", "R" * 2000], ["deleted", "two"]],
        "figures": {"most": 6, "count": 13},
        "wrong": ["ApiError", True, False, 400],
        "nobody": ["NotReachedError", False, True, 0],
        "aborted": ["Error", False, False, 0],
    }


def plant(server: LocalServer) -> None:
    """The model, and its turbines."""
    server.seed(HERE / "model.json")
    with server.http() as http:
        http.post("/models/spaces", json={"items": [{"space": SPACE}, {"space": "elsewhere"}]}).raise_for_status()
        body = {"items": TURBINES, "autoCreateDirectRelations": True}
        http.post("/models/instances", json=body).raise_for_status()


def run(deno: str, folder: Path, base_url: str) -> Any:
    """What the script tells; all it may do is to ask this machine."""
    alone = ["--no-prompt", "--no-config", "--no-lock", "--no-npm", "--no-remote"]
    options = [*alone, "--import-map=map.json", "--allow-net=127.0.0.1"]
    done = subprocess.run(
        [deno, "run", *options, "run.mjs", base_url, SPACE],
        cwd=folder,
        env={**os.environ, "DENO_DIR": str(folder / ".deno"), "DENO_NO_UPDATE_CHECK": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
