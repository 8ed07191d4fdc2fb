"""The TypeScript SDK in a web page: a browser asks the local server, as `pygen serve --cors-origin` allows it to."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import httpx
import pytest

from tests.consistency.building import HERE, compiled_sdk
from tests.consistency.data import nodes
from tests.consistency.python_side import SPACE

PATIENCE = 60
PAGE = """<!doctype html>
<script type="importmap">
{"imports": {
    "cdf-pygen-runtime": "/node_modules/cdf-pygen-runtime/dist/index.js",
    "cdf-pygen-runtime/sdk": "/node_modules/cdf-pygen-runtime/dist/sdk/index.js"
}}
</script>
<script type="module" src="/page.js"></script>
"""
SCRIPT = """
import { token } from "cdf-pygen-runtime";
import { ConsistencyClient } from "./sdk/index.js";

async function told() {
    const baseUrl = new URLSearchParams(location.search).get("server");
    const client = new ConsistencyClient({ baseUrl, project: "browser", credentials: token("any"), defaultSpace: "SPACE" });
    const seen = [];
    for await (const turbine of client.turbine.all()) seen.push(turbine.externalId);
    await client.rotor.upsert({ externalId: "from a page", name: "R" });
    const missing = (await client.turbine.retrieve("nobody has this id")) === undefined;
    return { seen: seen.sort(), written: (await client.rotor.retrieve("from a page"))?.externalId, missing };
}

const report = await told().catch((error) => ({ error: String(error), stack: error.stack }));
await fetch("/told", { method: "POST", body: JSON.stringify(report) });
"""


class Site(SimpleHTTPRequestHandler):
    """Hands out the folder, and takes what the page tells."""

    def __init__(self, *args: Any, told: Queue[Any], **keywords: Any) -> None:
        self._told = told
        super().__init__(*args, **keywords)

    def do_POST(self) -> None:
        self._told.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def site(folder: Path, told: Queue[Any]) -> Iterator[str]:
    """The folder as a web site, while the block runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, told=told, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def serving(origin: str) -> Iterator[str]:
    """`pygen serve` with the model, for pages from there, while the block runs."""
    command = [sys.executable, "-m", "pygen", "serve", "--port", "0"]
    command += ["--cors-origin", origin, "--file", str(HERE / "model.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            yield next(line.split("Listening on ")[1].split()[0] for line in process.stdout if "Listening on " in line)
        finally:
            process.terminate()


@pytest.fixture
def browser() -> str:
    """A browser that needs no screen."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no chromium")  # also where interop is required: npm has none to fetch
    return found


def test_a_page_reads_and_writes(browser: str, tmp_path: Path) -> None:
    folder = compiled_sdk(tmp_path)
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "page.js").write_text(SCRIPT.replace("SPACE", SPACE), encoding="utf-8")
    turbines = [one for one in nodes() if one["sources"][0]["source"]["externalId"] == "Turbine"]
    told: Queue[Any] = Queue()
    with site(folder, told) as origin, serving(origin) as server:
        with httpx.Client(
            base_url=f"{server}/api/v1/projects/browser", headers={"authorization": "Bearer any"}
        ) as http:
            http.post("/models/spaces", json={"items": [{"space": SPACE}, {"space": "elsewhere"}]}).raise_for_status()
            body = {"items": turbines, "autoCreateDirectRelations": True}
            http.post("/models/instances", json=body).raise_for_status()
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
        command = [browser, *options, "--remote-debugging-port=0", f"{origin}/?server={server}"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                report = told.get(timeout=PATIENCE)
            except Empty:
                pytest.fail("the page told nothing")
            finally:
                process.terminate()
    turbine_ids = sorted(one["externalId"] for one in turbines)
    assert report == {"seen": turbine_ids, "written": "from a page", "missing": True}
