"""One table of cases, run with the Python and the TypeScript SDK against the same server and fault plans: the same comes of each."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from pygen.testing import LocalServer, local_server
from tests.consistency.building import compiled_sdk, generate
from tests.consistency.data import edges, nodes
from tests.consistency.python_side import ATTEMPTS, SPACE, PythonSide
from tests.node import node

HERE = Path(__file__).parent
TABLE: dict[str, Any] = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in TABLE["cases"]}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """A server with the model and the data."""
    with local_server() as server:
        server.seed(HERE / "model.json")
        with server.http() as http:
            http.post("/models/spaces", json={"items": [{"space": SPACE}, {"space": "elsewhere"}]}).raise_for_status()
            for rows in (nodes(), edges()):
                for start in range(0, len(rows), 1000):
                    body = {"items": rows[start : start + 1000], "autoCreateDirectRelations": True}
                    http.post("/models/instances", json=body).raise_for_status()
        yield server


@pytest.fixture(scope="module")
def python_side(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PythonSide]:
    """The Python SDK, generated."""
    folder = tmp_path_factory.mktemp("python")
    generate("--output", str(folder / "consistency_sdk"))
    sys.path.insert(0, str(folder))
    sdk = importlib.import_module("consistency_sdk")
    yield PythonSide(sdk, server, TABLE)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "consistency_sdk"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def typescript_sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript SDK, generated and compiled, beside the package of its runtime as it is here."""
    return compiled_sdk(tmp_path_factory.mktemp("typescript"))


@pytest.fixture(scope="module")
def typescript_side(server: LocalServer, typescript_sdk: Path) -> Iterator[TypeScriptSide]:
    """The TypeScript SDK, in a process of its own."""
    paths = [typescript_sdk / "sdk" / "index.js", typescript_sdk / "node_modules/cdf-pygen-runtime/dist/index.js"]
    process = subprocess.Popen(
        [node(), str(HERE / "run.mjs"), *map(str, paths)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        side = TypeScriptSide(process)
        plan = {"baseUrl": server.base_url, "project": server.project, "space": SPACE, "attempts": ATTEMPTS}
        side.tell({**plan, "table": TABLE})
        yield side
        side.end()


class TypeScriptSide:
    """A process that runs cases when it is told their names.

    Args:
        process: `run.mjs`.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked: IO[str] = process.stdin
        self._told: IO[str] = process.stdout

    def tell(self, plan: object) -> None:
        """What is to be known before the first case."""
        self._write(json.dumps(plan))

    def run(self, name: str) -> Any:
        """What comes of a case."""
        self._write(name)
        return json.loads(self._told.readline())

    def end(self) -> None:
        """There are no more cases."""
        self._asked.close()

    def _write(self, line: str) -> None:
        self._asked.write(line + "\n")
        self._asked.flush()


@pytest.fixture(scope="module")
def beginning(server: LocalServer) -> Any:
    """The data as it is before each run of a case."""
    return server.snapshot()


@pytest.mark.parametrize("name", CASES)
def test_the_same_comes_of_it(
    name: str, server: LocalServer, beginning: Any, python_side: PythonSide, typescript_side: TypeScriptSide
) -> None:
    case = CASES[name]
    server.restore(beginning)
    with server.http() as http:
        control = str(http.base_url.copy_with(path="/_pygen/faults"))
        http.put(control, json=case.get("faults", {})).raise_for_status()
        try:
            expected = python_side.run(case)
        finally:
            http.delete(control).raise_for_status()
    server.restore(beginning)
    found = typescript_side.run(name)
    if isinstance(found, dict) and "request" in found:
        found["request"] = json.loads(found["request"])  # in which JavaScript would round integers
    assert list(differences(comparable(found), comparable(expected))) == []
    assert error_of(found) == case.get("error")


def error_of(result: Any) -> str | None:
    return result.get("error") if isinstance(result, dict) else None


def comparable(result: Any) -> Any:
    """A result, without what may differ: the order of the items of a plan, and how the offset of UTC is written."""
    if isinstance(result, dict) and "plan" in result:
        ordered = sorted(result["plan"], key=lambda item: (item["instanceType"], item["externalId"]))
        result = {**result, "plan": ordered}
    return json.loads(json.dumps(result).replace("+00:00", "Z"))


def differences(found: Any, expected: Any, where: str = "") -> Iterator[str]:
    """Where TypeScript's result is not that of Python, and how."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in sorted(found.keys() | expected.keys()):
            yield from differences(found.get(key, "absent"), expected.get(key, "absent"), f"{where}.{key}")
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            yield from differences(one, other, f"{where}[{number}]")
    elif found != expected:
        yield f"{where}: TypeScript {found!r}, Python {expected!r}"
