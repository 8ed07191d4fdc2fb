"""Writes the synchronous twins of the resources: for each class of `pygen_runtime/client` a thin one in `pygen_runtime/sync`.

The asynchronous code is the only one that people write. A coroutine function becomes a method that runs it on the client's loop;
a method that gives a `PageStream` gives a `PageReader` over it; one that gives an `AsyncIterator` is the items of `stream`, if there is
that, or drained in chunks. Signatures, overloads, comments and docstrings are taken over as they are.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import libcst as cst

from pygen_runtime.client import AsyncPygenClient

ROOT = Path(__file__).resolve().parents[2]
SYNC = ROOT / "runtime" / "pygen_runtime" / "sync"

HEAD = """# Written by tests/runtime/sync_twins.py from {source}. Change that one, then run
# pytest tests/runtime/test_sync_twins.py --update-golden
"""

ITERATORS = {"PageStream": "PageReader", "AsyncIterator": "Iterator"}


def resources() -> dict[str, type]:
    """The resources of a client, by the name of their attribute."""
    client = AsyncPygenClient.from_token(base_url="http://127.0.0.1:1", project="p", token="t")
    return {name: type(value) for name, value in vars(client).items() if type(value).__name__.endswith("API")}


def twins() -> Iterator[tuple[Path, str]]:
    """File → text for all of them; resources that share a module share their twins' module."""
    modules: dict[Path, list[tuple[str, type]]] = {}
    for attribute, resource in resources().items():
        modules.setdefault(Path(inspect.getfile(resource)), []).append((attribute, resource))
    for source, found in modules.items():
        yield SYNC / source.name, _module(source, found)


def _module(source: Path, resources: list[tuple[str, type]]) -> str:
    parts = [(attribute, resource, _written(resource)) for attribute, resource in resources]
    sources = {path: tree for _, _, written in parts for path, tree, _ in written}
    lines = [
        '"""Without `await`: ' + ", ".join(resource.__name__ for resource in (one[1] for one in parts)) + '."""',
        "from __future__ import annotations",
        "from collections.abc import Iterator",
        "from typing import Any, cast",
        "from pygen_runtime.sync.bridge import Bridge",
        "from pygen_runtime.sync.reader import PageReader, drain",
    ]
    for path, tree in sources.items():
        lines += [tree.code_for_node(one).strip() for one in tree.body if _is_import(one)]
        names = [name for one in tree.body for name in _defined(one)]
        lines += [f"from pygen_runtime.client.{path.stem} import {', '.join(names)}"] if names else []
    lines += sorted(
        {tree.code_for_node(one).strip() for tree in sources.values() for one in tree.body if _is_variable(one)}
    )
    lines += [_class(attribute, resource, [one for _, _, one in written]) for attribute, resource, written in parts]
    return HEAD.format(source=source.relative_to(ROOT).as_posix()) + tidy("\n".join(lines))


def _written(resource: type) -> list[tuple[Path, cst.Module, cst.ClassDef]]:
    """Where a class and those that it derives from are written, the class itself first."""
    found = []
    for kind in resource.__mro__:
        if kind.__module__.startswith("pygen_runtime."):
            path = Path(inspect.getfile(kind))
            tree = cst.parse_module(path.read_text("utf-8"))
            classes = [one for one in tree.body if isinstance(one, cst.ClassDef) and one.name.value == kind.__name__]
            found.append((path, tree, classes[0]))
    return found


def _class(attribute: str, resource: type, written: list[cst.ClassDef]) -> str:
    public = [
        one
        for class_ in written
        for one in cst.ensure_type(class_.body, cst.IndentedBlock).body
        if isinstance(one, cst.FunctionDef) and not one.name.value.startswith("_")
    ]
    public.sort(key=lambda one: one.name.value == "list")  # last: after it, `list` in an annotation means the method
    overloaded = {one.name.value for one in public if _is_overload(one)}
    kinds = {one.name.value: _kind(one) for one in reversed(public)}  # of overloads the first one tells
    if "stream" in kinds:
        kinds["iterate"] = "items of the stream"
    methods = [_method(one, attribute, kinds[one.name.value], untyped=one.name.value in overloaded) for one in public]
    name = resource.__name__
    made = cst.parse_module(
        f'class Sync{name}:\n    """The synchronous twin of `{name}`, as `client.{attribute}`.\n\n'
        "    Args:\n        bridge: The way to the client.\n    "
        '"""\n\n    def __init__(self, bridge: Bridge) -> None:\n        self._bridge = bridge\n'
    )
    class_ = cst.ensure_type(made.body[0], cst.ClassDef)
    return made.with_changes(
        body=[class_.with_changes(body=class_.body.with_changes(body=[*class_.body.body, *methods]))]
    ).code


def _method(method: cst.FunctionDef, attribute: str, kind: str, *, untyped: bool) -> cst.FunctionDef:
    name, returns = method.name.value, method.returns
    if (own := _kind(method)) in ITERATORS and returns is not None:
        named = cst.ensure_type(returns.annotation, cst.Subscript).with_changes(value=cst.Name(ITERATORS[own]))
        returns = returns.with_changes(annotation=named)
    changed = method.with_changes(asynchronous=None, returns=returns)
    if _is_overload(method):
        return changed
    given = _arguments(method.params)
    twin = f'cast("Any", client.{attribute})' if untyped else f"client.{attribute}"  # no overload takes what all take
    call = f"lambda client: {twin}.{name}({given})"
    if kind == "items of the stream":
        line = f"return self.stream({given}).items()"
    elif kind == "AsyncIterator":
        line = f"return drain(self._bridge, {call})"
    elif kind == "PageStream":
        line = f"return PageReader(self._bridge, {call})"
    else:
        assert method.asynchronous is not None, f"{name} is not a coroutine function: teach this tool what it is"
        line = f"return self._bridge.run({call})"
    block = cst.ensure_type(method.body, cst.IndentedBlock)
    return changed.with_changes(body=block.with_changes(body=[block.body[0], cst.parse_statement(line)], footer=[]))


def _kind(method: cst.FunctionDef) -> str:
    """What a method gives: the name before the brackets of its return type."""
    kind = method.returns and method.returns.annotation
    return kind.value.value if isinstance(kind, cst.Subscript) and isinstance(kind.value, cst.Name) else ""


def _is_overload(method: cst.FunctionDef) -> bool:
    return any(isinstance(one.decorator, cst.Name) and one.decorator.value == "overload" for one in method.decorators)


def _arguments(params: cst.Parameters) -> str:
    positional = [one.name.value for one in (*params.posonly_params, *params.params)][1:]
    named = [f"{one.name.value}={one.name.value}" for one in params.kwonly_params]
    return ", ".join([*positional, *named])


def _is_import(statement: cst.CSTNode) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], (cst.Import, cst.ImportFrom))
        and "__future__" not in cst.Module([statement]).code
    )


def _is_variable(statement: cst.CSTNode) -> bool:
    """Whether this makes a type variable."""
    return isinstance(statement, cst.SimpleStatementLine) and "= TypeVar(" in cst.Module([statement]).code


def _defined(statement: cst.CSTNode) -> list[str]:
    """Names that a module defines and a signature may speak of."""
    if isinstance(statement, cst.ClassDef):
        return [statement.name.value]
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.Assign):
        return []
    names = [one.target.value for one in statement.body[0].targets if isinstance(one.target, cst.Name)]
    return [] if _is_variable(statement) else names


def tidy(text: str) -> str:
    """Without imports that are not used, and formatted."""
    ruff = [sys.executable, "-m", "ruff"]
    name = ["--stdin-filename", str(SYNC / "twin.py")]
    fix = [*ruff, "check", "--fix-only", "--quiet", "--select", "F401,F811,I001,F841", *name, "-"]
    for command in (fix, [*ruff, "format", "--quiet", *name, "-"]):
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return text
