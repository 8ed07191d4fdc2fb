"""SDKs kept as real folders: they are reviewed as code, and every checker is content with them."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.codegen.python_models import ASSETS, COLLISIONS, EVERYTHING
from tests.codegen.python_tools import generate, mypy, pyright, ruff_check, ruff_format_diff, write

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
MODELS = {"assets": ASSETS, "collisions": COLLISIONS, "everything": EVERYTHING}

USAGE = """
from __future__ import annotations

import datetime

from everything import AsyncEverythingClient, BoxState, Everything, Link, Other, SharedEdge
from everything.filters import EverythingConditions


async def use(client: AsyncEverythingClient) -> None:
    async for item in client.everything.filter(text_value_prefix="a", min_int_32_value=1, state="running"):
        name: str | None = item.text_value
        moment: datetime.datetime = item.timestamp_required
        other: Other | None = await item.other.get()
        async for each in item.others:
            state: BoxState = each.state
            print(state)
        edge: Link | None = await item.links.edges().first()
        shared: SharedEdge | None = await item.shared_link.edge()
        print(await item.others.where(lambda o: (o.state == "running") & o.external_id.prefix("a")).count())
        item.links.where(lambda o: o.state.prefix("a"))  # type: ignore[attr-defined]
        item.text_value.upper()  # type: ignore[union-attr]
        item.nothing  # type: ignore[attr-defined]
        print(name, moment, other, edge, shared)
    await client.everything.list(has_json_value=True, limit=None, others=[])
    await client.everything.list(date_value=None, space="here")
    await client.everything.list(nothing=1)  # type: ignore[call-arg]
    await client.everything.list(int_32_value="one")  # type: ignore[arg-type]
    await client.everything.list(text_required=None)  # type: ignore[arg-type]
    query = client.everything.where(lambda t: (t.int_32_value > 1) & t.other.where(lambda o: o.state == "running"))
    rows = await query.sort(lambda t: t.text_value.desc()).select(lambda t: (t.text_value, t.float_64_required)).to_list()
    first: tuple[str | None, float] = rows[0]
    most: int | None = await query.aggregate(lambda t: t.int_64_required.max())
    print(first, most)
    client.everything.all().include(lambda t: t.links.where(lambda o: o.state == "running"))
    client.everything.all().include(lambda t: t.others.where(lambda o: o.nothing.exists()))  # type: ignore[attr-defined]
    client.everything.where(lambda t: t.nothing.exists())  # type: ignore[attr-defined]
    client.everything.where(lambda t: t.int_32_value > "one")  # type: ignore[operator]
    client.everything.where(lambda t: t.text_list == "one")  # type: ignore[comparison-overlap,arg-type,return-value]
    client.everything.sort(lambda t: t.text_list.desc())  # type: ignore[attr-defined]
    conditions: EverythingConditions = {"boolean_value": True}
    await client.everything.list(**conditions)
    Everything(text_value="a")  # type: ignore[call-arg]
"""


@pytest.mark.parametrize("name", MODELS)
def test_generated_code_is_the_golden_one(name: str, update_golden: bool) -> None:
    files = generate(MODELS[name], name)
    if update_golden:
        write(GOLDEN / name, files)
    kept = {path.name: path.read_text("utf-8") for path in (GOLDEN / name).iterdir() if path.is_file()}
    assert kept == files


def test_goldens_satisfy_ruff() -> None:
    assert ruff_format_diff(GOLDEN) == ""
    assert ruff_check(GOLDEN) == ""


def test_goldens_and_their_use_satisfy_type_checkers(tmp_path: Path, checker_cache: Path) -> None:
    folder = tmp_path / "sdks"
    for name, model in MODELS.items():
        write(folder / name, generate(model, name))
    write(folder, {"usage.py": USAGE})
    assert mypy(checker_cache, folder) == ""
    assert pyright(folder) == ""


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    program = (
        "import hashlib\n"
        "from tests.codegen.python_models import *\n"
        "from tests.codegen.python_tools import generate\n"
        "files = [*generate(EVERYTHING).items(), *generate(COLLISIONS).items()]\n"
        "print(hashlib.sha256(repr(files).encode()).hexdigest())\n"
    )
    folder = GOLDEN.parents[1]
    paths = os.pathsep.join(map(str, (folder, folder / "codegen", folder / "runtime")))
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(digests) == 1


def test_hostile_text_is_only_ever_text() -> None:
    for path, text in generate(EVERYTHING).items():
        assert all(line.isprintable() for line in text.split("\n")), path
        if not path.endswith(".py"):
            continue
        called = {
            node.func.id
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "system" not in called
        assert not any(
            isinstance(node, ast.Import) and node.names[0].name == "os" for node in ast.walk(ast.parse(text))
        )
