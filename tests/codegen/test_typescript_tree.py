"""Nodes of TypeScript refuse what they cannot be printed as; builders make the right ones."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import print_module

A = t.Name("a")
TEXT = t.Named("string")
HOSTILE = ["", "a b", "a;", "1a", "a\n", "größe", "class", "a-b", "let", "await", "a.b", "/*", "describe", "require"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "make",
    [
        t.Name,
        t.TypeParameter,
        t.Pair,
        t.Parameter,
        lambda name: t.Element(TEXT, name),
        lambda name: t.IndexSignature(name, TEXT, TEXT),
        lambda name: t.TypeAlias(name, TEXT),
        lambda name: t.Interface(name, ()),
        lambda name: t.Const(name, A),
        lambda name: t.Function(name, ()),
        lambda name: t.Class(name, ()),
        t.Symbol,
        lambda name: t.Symbol("a", name),
        lambda name: t.Import("m", all=name or "-"),
        lambda name: t.ExportAll("m", name),
        lambda name: t.ForOf(name, A, t.Block()),
        lambda name: t.Try(t.Block(), name, t.Block()),
    ],
)
def test_declared_names_are_identifiers(make: Callable[[str], Any], name: str) -> None:
    with pytest.raises(ValueError, match="cannot be declared"):
        make(name)


@pytest.mark.parametrize("name", ["", "a b", "a;", "1a", "größe", "a-b", "a.b", "##a", "/*"])
def test_names_behind_dots_are_identifiers(name: str) -> None:
    with pytest.raises(ValueError, match="cannot follow a dot"):
        t.Member(A, name)
    with pytest.raises(ValueError, match="cannot follow a dot"):
        t.Documentation("", ((name, "said"),))


@pytest.mark.parametrize("name", ["", "a b", "a..b", ".a", "a<b>", "a[]", "import('x')"])
def test_names_of_types_are_identifiers(name: str) -> None:
    for make in (t.Named, t.TypeOf):
        with pytest.raises(ValueError, match="is no name"):
            make(name)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: t.Number(-1), "no number literal"),
        (lambda: t.Number(float("inf")), "no number literal"),
        (lambda: t.Number(float("nan")), "no number literal"),
        (lambda: t.Number(2**53 + 1), "no number literal"),
        (lambda: t.BigInt(-1), "has a sign"),
        (lambda: t.LiteralType(True), "names of types"),
        (lambda: t.UnionOf((TEXT,)), "two members"),
        (lambda: t.IntersectionOf(()), "two members"),
        (lambda: t.Element(TEXT, optional=True, rest=True), "cannot be optional"),
        (lambda: t.Parameter("a", optional=True, default=A), "only one of"),
        (lambda: t.Parameter("a", rest=True, default=A), "only one of"),
        (lambda: t.FunctionType((t.Parameter("a", default=A),), TEXT), "where there is a body"),
        (lambda: t.MethodSignature("m", (t.Parameter("a", default=A),), TEXT), "where there is a body"),
        (lambda: t.Function("f", (t.Parameter("a", default=A),)), "where there is a body"),
        (lambda: t.Function("f", (), is_async=True), "neither async nor"),
        (lambda: t.Method("f", (), generator=True), "neither async nor"),
        (lambda: t.Method("f", (), kind="get"), "neither async nor"),
        (lambda: t.Method("f", (), body=t.Block(), kind="new"), "of the kind"),
        (lambda: t.Method("f", (), body=t.Block(), kind="get", is_async=True), "of the kind"),
        (lambda: t.Method("f", (), body=t.Block(), kind="set"), "`set` has one"),
        (lambda: t.Method("constructor", (), body=t.Block()), "a node of its own"),
        (lambda: t.Field("#a", access="private"), "private by its name"),
        (lambda: t.Field("a", access="internal"), "no access"),
        (lambda: t.Import("m", (t.Symbol("a"),), all="b"), "one name for all"),
        (lambda: t.Import("m", type_only=True), "has names"),
        (lambda: t.Import("m", (t.Symbol("a", type_only=True),), type_only=True), "said once"),
        (lambda: t.Export(()), "has names"),
        (lambda: t.Unary("~", A), "no operator before"),
        (lambda: t.Binary("==", A, A), "no operator between"),
        (lambda: t.Binary("&&", A, t.Binary("&&", A, A)), "on its left"),
        (lambda: t.Assign(A, A, "=="), "does not assign"),
        (lambda: t.NonNull(t.NonNull(A)), "once is enough"),
        (lambda: t.NonNull(t.Conditional(A, A, A)), "give it a name"),
        (lambda: t.Member(t.Conditional(A, A, A), "b"), "give it a name"),
        (lambda: t.Index(t.Null(), A), "give it a name"),
        (lambda: t.Call(t.Call(A)), "a name or a member"),
        (lambda: t.New(t.Member(t.Call(A), "B")), "dotted or not"),
        (lambda: t.New(t.Member(A, "B", optional=True)), "dotted or not"),
        (lambda: t.Arrow((), t.Arrow((), A)), "a block around it"),
        (lambda: t.Conditional(t.Conditional(A, A, A), A, A), "tests no condition"),
        (lambda: t.Do(t.String("use strict")), "no statement"),
        (lambda: t.Do(t.Object(())), "no statement"),
        (lambda: t.Try(t.Block()), "a handler or a cleanup"),
    ],
)
def test_what_cannot_be_said_is_refused(make: Callable[[], Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make()


def test_nodes_are_values() -> None:
    one, other = (t.Interface("A", (b.prop("a", "string", about="said"),)) for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    with pytest.raises(AttributeError):
        one.name = "B"  # type: ignore[misc]  # that it is refused is the point


def test_builders_of_types() -> None:
    assert b.union("A", b.union("B", "C")) == t.UnionOf((t.Named("A"), t.Named("B"), t.Named("C")))
    assert b.union("A") == t.Named("A")
    assert b.nullable("A") == t.UnionOf((t.Named("A"), t.Named("null")))
    assert b.intersection("A") == t.Named("A")
    assert b.named("Map", "string", b.array_of("A")) == t.Named("Map", (TEXT, t.ArrayOf(t.Named("A"))))
    assert b.literal_type(False) == t.Named("false")
    assert b.literal_type(0) == t.LiteralType(0)
    assert b.doc(None) is None
    assert b.doc("", return_="x") == t.Documentation("", (("return", "x"),))


def test_values_become_literals() -> None:
    given: b.Plain = {"a": [None, True, -1, 2.5, "text"], "b": {}}
    elements = t.Array((t.Null(), t.Boolean(True), t.Unary("-", t.Number(1)), t.Number(2.5), t.String("text")))
    assert b.value(given) == t.Object((t.Pair("a", elements), t.Pair("b", t.Object(()))))
    assert b.bigint(-3) == t.Unary("-", t.BigInt(3))
    with pytest.raises(TypeError, match="object has no literal"):
        b.value(object())  # type: ignore[arg-type]  # that it is refused is the point
    with pytest.raises(ValueError, match="no number literal"):
        b.value(2**60)


def test_chains_nest_on_their_left() -> None:
    c, d = t.Name("c"), t.Name("d")
    assert b.chain("&&", A, c, d) == t.Binary("&&", t.Binary("&&", A, c), d)
    assert b.name("a.b.c") == t.Member(t.Member(A, "b"), "c")


def test_imports_are_those_used() -> None:
    imports = b.Imports()
    assert imports.type("./b.js", "B") == "B"
    assert imports.value("package", "make") == "make"
    imports.type("package", "zeta")
    imports.type("package", "Alpha")
    imports.type("./b.js", "both")
    imports.value("./b.js", "both")
    assert print_module(b.module([imports.statements(), []])) == (
        'import type { Alpha, zeta } from "package";\n'
        'import { make } from "package";\n'
        'import type { B } from "./b.js";\n'
        'import { both } from "./b.js";\n'
    )


def test_nothing_else_is_loaded() -> None:
    asked = (
        "import sys, pygen_codegen.typescript.build, pygen_codegen.typescript.printer;"
        "print(sorted({'httpx', 'typer', 'libcst', 'anyio'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {asked}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
