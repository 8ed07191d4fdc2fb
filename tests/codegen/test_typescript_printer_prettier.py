"""The printer of TypeScript against the real prettier: it changes nothing, and reads what was meant.

Node and prettier are needed, see `typescript_printer/`; without them these tests are skipped, unless PYGEN_REQUIRE_INTEROP=1 is set.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import print_module
from tests import node
from tests.codegen import typescript_trees as trees
from tests.codegen.typescript_syntax import syntax, type_syntax

HERE = Path(__file__).parent / "typescript_printer"

EXAMPLES = 250 if os.environ.get("PYGEN_THOROUGH") == "1" else 60
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)

Ask = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def packages() -> Path:
    """A folder with prettier; it is fetched when it is not there and this is wanted."""
    folder = node.packages("typescript-printer", HERE)
    shutil.copy(HERE / "check.mjs", folder)
    return folder


@pytest.fixture(scope="module")
def ask(packages: Path) -> Iterator[Ask]:
    """What prettier makes of a program."""
    command = [node.node(), "check.mjs"]
    with subprocess.Popen(
        command, cwd=packages, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def answer(source: str) -> dict[str, Any]:
            stdin.write(json.dumps({"source": source}) + "\n")
            stdin.flush()
            found: dict[str, Any] = json.loads(stdout.readline(), parse_int=float)  # JavaScript knows no others
            assert "error" not in found, f"{found['error']}\n{source}"
            return found

        yield answer
        stdin.close()
        assert process.wait(timeout=node.PATIENCE) == 0


def printed(module: t.Module) -> str | None:
    """The text, unless a template string holds what has no place in it."""
    try:
        return print_module(module)
    except ValueError as error:
        if "template string" not in str(error):
            raise
        return None


def unchanged(ask: Ask, module: t.Module) -> Any:
    text = printed(module)
    if text is None:
        return None
    found = ask(text)
    assert found["formatted"] == text
    return found["syntax"]


@pytest.mark.parametrize("name", ["showcase", "layouts"])
def test_golden_files(ask: Ask, name: str) -> None:
    source = (HERE / f"{name}.ts").read_text("utf-8")
    assert ask(source)["formatted"] == source


@many
@given(module=trees.modules())
def test_modules(ask: Ask, module: t.Module) -> None:
    unchanged(ask, module)


@many
@given(value=trees.expressions(3))
def test_expressions_and_their_precedence(ask: Ask, value: t.Expression) -> None:
    function = t.Function("run", (), body=t.Block((t.Const("value", value),)), is_async=True)
    found = unchanged(ask, t.Module(((function,),)))
    assert found is None or found == syntax(value)


@many
@given(type_=trees.types(3))
def test_types_and_their_precedence(ask: Ask, type_: t.Type) -> None:
    found = unchanged(ask, t.Module(((t.TypeAlias("Type", type_),),)))
    assert found is None or found == type_syntax(type_)


@many
@given(statement=trees.statements(2, "generator"))
def test_statements(ask: Ask, statement: t.BlockStatement) -> None:
    function = t.Function("run", (), body=t.Block((statement,)), is_async=True, generator=True)
    unchanged(ask, t.Module(((function,),)))
