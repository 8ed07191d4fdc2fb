from __future__ import annotations

import ast
import random
from collections.abc import Callable
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen_codegen.python import build as b
from pygen_codegen.python import literals, rendering
from pygen_codegen.python.imports import Imports, export_order, import_order
from tests.codegen.python_tools import ruff_check, ruff_format_diff, write

A, B = b.name("A"), b.name("B")

NODES: dict[str, cst.CSTNode] = {
    "A": A,
    "datetime.date": b.name("datetime.date"),
    '"it\'s"': b.text("it's"),
    "'say \"hi\"'": b.text('say "hi"'),
    '"\\"\'"': b.text("\"'"),
    '"\\\\\\n\\t\\x00\\u202e\\U000e0001"': b.text("\\\n\t\x00\u202e\U000e0001"),
    "25": b.integer(25),
    "A()": b.call(A),
    "A(B, key=None)": b.call(A, B, key=b.NONE),
    "A(B).C(True, False)": b.call(b.attribute(b.call(A, B), "C"), b.TRUE, b.FALSE),
    "A[B]": b.subscript(A, B),
    "A[B, 1]": b.subscript(A, B, b.integer(1)),
    "A | B | None": b.union(A, B, b.NONE),
    "lambda: A": b.later(A),
    "await A(B)": b.awaited(b.call(A, B)),
    "A: B\n": b.field("A", B),
    "A: B = None\n": b.field("A", B, b.NONE),
    "A.B = None\n": b.assign("A.B", b.NONE),
    "return A\n": b.returned(A),
    "A(B)\n": b.expression(b.call(A, B)),
    "import A.B\n": b.plain_import("A.B"),
    "from A.B import C\n": b.from_import("A.B", ["C"]),
    "from .A import C, D\n": b.from_import(".A", ["C", "D"]),
    "if A:\n    return B\n": b.if_(A, [b.returned(B)]),
    "class A(B):\n    x: A\n": b.class_("A", B, [[b.field("x", A)]]),
    "class A(B, key=True):\n    x: A\n\n    y: A\n\n    # note\n": b.class_(
        "A", B, [[b.field("x", A)], [], [b.field("y", A)]], notes=["note"], key=b.TRUE
    ),
    "def f(self, a: A = None, **k) -> B:\n    return A\n": b.function(
        "f", [b.Parameter("self"), b.Parameter("a", A, b.NONE), b.Parameter("k", stars="**")], B, [b.returned(A)]
    ),
    "async def f() -> B:\n    return A\n": b.function("f", [], B, [b.returned(A)], is_async=True),
    '"""Text"""\n': b.docstring("Text"),
    '"""\\"\\"\\""""\n': b.docstring('"""'),
    '""" "a" """\n': b.docstring('"a"'),
    '"""\\\\"""\n': b.docstring("\\"),
    '"""a\n\nc\n  b\n"""\n': b.docstring("  a  \r\n\r\n   c\n     b \n   "),
}


@pytest.mark.parametrize(("expected", "node"), NODES.items(), ids=[repr(each) for each in NODES])
def test_a_node_has_its_text_and_parses_to_the_same(expected: str, node: cst.CSTNode) -> None:
    text = cst.Module([]).code_for_node(node)
    assert text == expected
    inside = (
        f"async def f():\n    {text.rstrip()}".replace("\n    \n", "\n\n")
        if text.startswith(("await", "return"))
        else text
    )
    ast.parse(inside)
    assert cst.parse_module(text if isinstance(node, cst.BaseStatement | cst.SimpleStatementLine) else f"{text}\n").code


@pytest.mark.parametrize("word", ["class", "None", "", "a b", "a-b", "1a", "x\n", "a;b", "a.", "a..b"])
def test_only_identifiers_are_names(word: str) -> None:
    places: list[Callable[[], object]] = [
        lambda: b.name(word),
        lambda: b.attribute(A, word),
        lambda: b.field(word, A),
        lambda: b.assign(word, A),
        lambda: b.class_(word, A, []),
        lambda: b.function(word, [], A, []),
        lambda: b.Parameter(word).node(),
        lambda: b.from_import("a", [word]),
        lambda: b.plain_import(word),
    ]
    for place in places:
        with pytest.raises(ValueError, match="cannot be a name"):
            place()


def test_a_module_has_blank_lines_where_ruff_wants_them() -> None:
    text = b.module(
        "one\ntwo",
        [[b.docstring("Doc.")], [], [b.plain_import("x")]],
        b.rendered([b.class_("A", B, [[b.field("x", A)]])]),
    )
    assert text == '# one\\ntwo\n"""Doc."""\n\nimport x\n\n\nclass A(B):\n    x: A\n'


def test_imports_come_sorted_and_only_when_used(tmp_path: Path) -> None:
    imports = Imports()
    names = [
        "a",
        "B10",
        "B9",
        "B09",
        "CC",
        "b",
        "Ba",
        "BA",
        "bA",
        "ba",
        "Z1Z",
        "z_1",
        "_x",
        "A_",
        "A1b2",
        "A1B2",
        "Sourceable",
        "SourceSystem",
    ]
    for name in names:
        imports.use("pygen_runtime.sdk", name)
    imports.use("msgspec", "field")
    imports.use(".local", "Local")
    imports.use("collections.abc", "Sequence")
    assert rendering.code(imports.use_module("datetime", "date")) == "datetime.date"
    exports = b.assign(
        "__all__", b.text_list(sorted([*names, "Sequence", "Local", "field", "datetime"], key=export_order)), indent=0
    )
    write(tmp_path, {"m.py": b.module("x", [*imports.groups(), [exports]])})
    assert ruff_check(tmp_path) == ""
    assert ruff_format_diff(tmp_path) == ""
    assert sorted(names, key=import_order) != sorted(names, key=export_order)


HOSTILE = st.text(
    st.one_of(st.sampled_from("\"'\\\n\t \r#{}%\x0c\x85\u2028\u202e\x00\ud800é😀"), st.characters()), max_size=20
)


@given(HOSTILE)
def test_a_string_literal_is_its_text(text: str) -> None:
    literal = literals.quoted(text)
    assert ast.literal_eval(literal) == text
    assert literal.isprintable()


@given(HOSTILE, st.sampled_from([0, 4, 8]))
def test_a_docstring_holds_its_words_and_nothing_gets_out(text: str, indent: int) -> None:
    literal = literals.docstring(text, indent)
    tree = ast.parse(f"class A:\n{' ' * indent}{literal}" if indent else literal)
    holder = tree.body[0] if indent else tree
    assert isinstance(holder, ast.Module | ast.ClassDef)
    assert len(holder.body) == 1
    assert (ast.get_docstring(holder) or "").split() == text.split()
    assert all(line.isprintable() for line in literal.split("\n"))


@given(HOSTILE)
def test_a_comment_stays_on_its_line(text: str) -> None:
    module = b.module(text, [[b.plain_import("x")]])
    assert [type(stmt) for stmt in ast.parse(module).body] == [ast.Import]
    assert module.count("\n") == 2


def test_hostile_docstrings_are_as_ruff_wants_them(tmp_path: Path) -> None:
    pieces = [
        '"',
        '""',
        '"""',
        "'",
        "\\",
        "\n",
        "\n\n",
        "\n  ",
        "\n\t",
        "\t",
        " ",
        "a",
        "word",
        "\r",
        "\r\n",
        "\x0c",
        "\u2028",
    ]
    pieces += [
        "\u202e",
        "\x85",
        "é",
        "😀",
        "\x00",
        "#",
        "{",
        "\ud800",
        "\xa0",
        "long " * 30,
        "\n>>> f( 1)\n",
        "::\n\n    x = 1\n",
    ]
    chance = random.Random(7)

    def text() -> str:
        return "".join(chance.choices(pieces, k=chance.randint(0, 9)))

    classes = []
    for number in range(150):
        members: list[b.Stmt] = []
        for index in range(8):
            members += [b.assign(f"a{index}", b.text(text())), b.docstring(f"{text()}x", indent=4)]
            members += [b.assign(f"b{index}", b.text(text())), b.docstring(f'{text()}"', indent=4)]
        body = [[b.docstring(f"x{text()}", indent=4)], members]
        classes.append(b.class_(f"C{number}", b.name("Exception"), body, notes=[f"{text()} "]))
    write(tmp_path, {"m.py": b.module("x ", [[b.docstring(text() or "x")]], b.rendered(classes))})
    assert ruff_format_diff(tmp_path) == ""


class Shapes:
    """Random code of the shapes that generated modules have, with names and texts of all lengths around the limit."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def identifier(self, letter: str = "a", most: int = 95) -> str:
        return letter * int(self.chance.triangular(1, most, self.chance.choice([1, 20, 60, 80])))

    def cls(self) -> b.Expr:
        return b.name(self.identifier("A"))

    def text(self, most: int = 70) -> b.Expr:
        return b.text("s" * self.chance.randint(1, most))

    def scalar(self) -> b.Expr:
        return self.chance.choice([b.name("str"), b.name("datetime.datetime"), self.cls()])

    def annotation(self) -> b.Expr:
        one, list_, annotated = self.scalar(), b.name("list"), b.name("Annotated")
        several = b.subscript(b.name("Sequence"), b.union(one, b.name("str")))
        return self.chance.choice(
            [
                one,
                b.union(one, b.NONE),
                b.subscript(list_, one),
                b.union(b.subscript(list_, one), b.NONE),
                b.subscript(annotated, one, b.call(b.name("equals"), self.text())),
                b.subscript(
                    annotated, b.union(one, b.name("str"), several, b.NONE), b.call(b.name("in_"), self.text(110))
                ),
            ]
        )

    def default(self) -> b.Expr:
        field = b.name("field")
        view = b.call(b.name("ViewId"), self.text(), self.text(), self.text(3))
        return self.chance.choice(
            [b.NONE, b.call(field, name=self.text(95)), b.call(field, default=b.NONE, name=self.text(95)), view]
        )

    def relation(self) -> b.Expr:
        node = b.call(b.name("NodeId"), self.text(), self.text(90))
        edges = b.call(b.name("Edges"), node, b.text("outwards"))
        view = b.call(b.name("ViewId"), self.text(), self.text(), self.text(3))
        reverse = b.call(b.name("Reverse"), view, self.text(95), through_list=b.TRUE)
        return self.chance.choice(
            [
                b.call(b.name("edge_to_many"), b.later(self.cls()), edges, b.later(self.cls())),
                b.call(b.name("to_many"), b.later(self.cls()), reverse),
                b.call(b.name(f"{self.identifier('A')}API"), b.name("client")),
                self.cls(),
                self.text(95),
            ]
        )

    def member(self) -> b.Stmt:
        name = self.identifier()
        return self.chance.choice(
            [
                b.field(name, self.annotation()),
                b.field(name, self.annotation(), self.default()),
                b.assign(name, self.relation()),
            ]
        )

    def method(self) -> b.Stmt:
        keywords = b.Parameter("conditions", b.subscript(b.name("Unpack"), self.cls()), stars="**")
        limit = [b.Parameter("limit", b.union(b.name("int"), b.NONE), b.integer(25))] * self.chance.randint(0, 1)
        inside = b.assign(f"self.{self.identifier()}", b.call(self.cls(), b.name("client")), indent=8)
        parameters = [b.Parameter("self"), *limit, keywords]
        returns = b.subscript(b.name("PygenQuery"), self.cls())
        return b.function("list", parameters, returns, [inside], is_async=self.chance.random() < 0.5)

    def definition(self) -> b.Stmt:
        base = self.chance.choice([b.name("PygenNode"), b.subscript(b.name("ViewAPI"), self.cls())])
        body = [[self.member() for _ in range(30)], *([self.method()] for _ in range(3))]
        if self.chance.random() < 0.5:
            return b.class_(self.identifier("A"), base, body, kw_only=b.TRUE)
        return b.class_(self.identifier("A"), base, body)


@pytest.mark.parametrize("seed", [1, 2])
def test_lines_break_as_ruff_breaks_them(seed: int, tmp_path: Path) -> None:
    shapes = Shapes(seed)
    imports = [
        b.from_import(".x", [f"{shapes.identifier('A')}{number}" for number in range(count)])
        for count in (1, 1, 2, 3, 9) * 5
    ]
    calls = [b.expression(shapes.relation()) for _ in range(20)]
    module = b.module("x", [imports, calls], b.rendered(shapes.definition() for _ in range(40)))
    ast.parse(module)
    write(tmp_path, {"m.py": module})
    assert ruff_format_diff(tmp_path) == ""
