"""Printed TypeScript: its layout, its parentheses, and texts that stay where they were put.

The expected texts are what prettier makes of them: `test_typescript_printer_prettier.py` asks it.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import print_module, text
from pygen_codegen.typescript.printer.doc import BREAK_PARENT, HARDLINE, LINE, choice, concat, group, indent
from pygen_codegen.typescript.printer.layout import layout, width
from tests.codegen import typescript_trees as trees
from tests.codegen.typescript_layouts import layouts
from tests.codegen.typescript_showcase import showcase

GOLDEN = Path(__file__).parent / "typescript_printer"
LONG = "x" * 70
A, B, C = t.Name("a"), t.Name("b"), t.Name("c")


def printed(*statements: t.Statement) -> str:
    return print_module(b.module([statements]))


@pytest.mark.parametrize(("name", "module"), [("showcase", showcase()), ("layouts", layouts())])
def test_golden_files(name: str, module: t.Module, update_golden: bool) -> None:
    path, found = GOLDEN / f"{name}.ts", print_module(module)
    if update_golden:
        path.write_text(found, "utf-8")
    assert found == path.read_text("utf-8")


PARENTHESES = [
    ("(a ?? b) || c", t.Binary("||", t.Binary("??", A, B), C)),
    ("(a && b) || c", t.Binary("||", t.Binary("&&", A, B), C)),
    ("a && b && c", b.chain("&&", A, B, C)),
    ("a - (b - c)", t.Binary("-", A, t.Binary("-", B, C))),
    ("(a % b) * c", t.Binary("*", t.Binary("%", A, B), C)),
    ("(a === b) === c", t.Binary("===", t.Binary("===", A, B), C)),
    ("!(await a)", t.Unary("!", t.Await(A))),
    ("await !a", t.Await(t.Unary("!", A))),
    ("-(-a)", t.Unary("-", t.Unary("-", A))),
    ("!!a", t.Unary("!", t.Unary("!", A))),
    ("(await a).b", t.Member(t.Await(A), "b")),
    ("(a as B)!", t.NonNull(t.As(A, b.type_of("B")))),
    ("a as B as C", t.As(t.As(A, b.type_of("B")), b.type_of("C"))),
    ("(1).b", t.Member(t.Number(1), "b")),
    ("[...(a || b)]", b.array(t.Spread(t.Binary("||", A, B)))),
    ("() => ({})", b.arrow(b.obj({}))),
    ("() => ({}).b", b.arrow(t.Member(b.obj({}), "b"))),
    ("(() => a) as B", t.As(b.arrow(A), b.type_of("B"))),
    ("a ? (b as B) : (b ?? c)", t.Conditional(A, t.As(B, b.type_of("B")), t.Binary("??", B, C))),
]


@pytest.mark.parametrize(("expected", "node"), PARENTHESES, ids=[case[0] for case in PARENTHESES])
def test_parentheses(expected: str, node: t.Expression) -> None:
    assert printed(t.Const("x", node)) == f"const x = {expected};\n"


def test_an_empty_module_is_empty() -> None:
    assert print_module(t.Module(())) == ""
    assert print_module(t.Module(((),), header=("said",))) == "// said\n"


# --- texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("plain", '"plain"'),
        ("it's", '"it\'s"'),
        ('"a"', "'\"a\"'"),
        ("\"'", '"\\"\'"'),
        ("\\", '"\\\\"'),
        ("a\nb\r\t", '"a\\nb\\r\\t"'),
        ("\u2028\u2029\u202e\ufeff\0", '"\\u2028\\u2029\\u202e\\ufeff\\u0000"'),
        ("\ud800", '"\\ud800"'),
        ("\U000e0041", '"\\u{e0041}"'),
        ("°C größe 風 😀", '"°C größe 風 😀"'),
        ("👍🏽 1\ufe0f\u20e3", '"👍\\u{1f3fd} 1\\ufe0f\\u20e3"'),
    ],
)
def test_strings(value: str, literal: str) -> None:
    assert text.string(value) == literal


@given(st.text())
def test_strings_end_where_they_should(value: str) -> None:
    literal = text.string(value)
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', literal)
    assert literal.isprintable()
    assert re.fullmatch(r"(?:[^`$\\]|\\.|\$(?!\{))*", text.template(value))
    assert text.template(value).isprintable()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("plain", "plain"),
        ("class", "class"),
        ("$a_1", "$a_1"),
        ("1", '"1"'),
        ("a-b", '"a-b"'),
        ("", '""'),
        ("größe", '"gr\\u00f6\\u00dfe"'),
        ("風", '"\\u98a8"'),
        ("new", "new"),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert text.key(name) == key


def test_a_method_named_new_makes_nothing() -> None:
    signature = t.MethodSignature("new", (), b.type_of("string"))
    assert printed(t.Interface("A", (signature,))) == 'interface A {\n  "new"(): string;\n}\n'


@pytest.mark.parametrize(
    ("value", "literal"), [(1, "1"), (1.0, "1"), (0.5, "0.5"), (1e21, "1e21"), (1.5e-7, "1.5e-7"), (2.5e-10, "2.5e-10")]
)
def test_numbers(value: float, literal: str) -> None:
    assert text.number(value) == literal


@given(st.text(), st.lists(st.tuples(st.sampled_from(["see", "remarks"]), st.text()), max_size=2))
def test_comments_end_where_they_should(said: str, tags: list[tuple[str, str]]) -> None:
    lines = text.documentation(t.Documentation(said, tuple(tags)), 2)
    comment = "\n".join(lines)
    assert comment.startswith("/**")
    assert comment.index("*/") == len(comment) - 2
    assert all(line.isprintable() for line in lines)
    assert sum(line.startswith((" * @", "/** @")) for line in lines) == len(tags)
    assert "{@" not in comment
    assert not text.line_comment(said).partition("//")[0]
    assert text.line_comment(said).isprintable()


def test_comments_are_wrapped() -> None:
    doc = t.Documentation(
        f"{'word ' * 30}\n\n  - an item {'that is long ' * 8}\n{LONG}{LONG}", (("see", "more " * 20),)
    )
    lines = text.documentation(doc, 2)
    assert lines[3] == " *"
    assert [line for line in lines if len(line) > 78] == [f" * {LONG}{LONG}"]
    assert len([line for line in lines if line.startswith(" *   ")]) == 3
    assert lines[-2].startswith(" *   more")


def test_words_that_begin_a_wrapped_line_are_no_tags() -> None:
    lines = text.documentation(t.Documentation(f"{'x' * 75} @evil"), 0)
    assert lines == ["/**", f" * {'x' * 75}", " * \\@evil", " */"]


def test_width() -> None:
    assert [width(one) for one in ("abc", "größe", "風力", "e\u0301", "😀")] == [3, 5, 4, 1, 2]


# --- documents -----------------------------------------------------------------------------------


def test_a_group_breaks_where_it_has_no_room() -> None:
    doc = group("call(", indent(LINE, "a,", LINE, "b"), LINE, ")")
    assert layout(doc, 20) == "call( a, b )"
    assert layout(doc, 11) == "call(\n  a,\n  b\n)"


def test_a_forced_break_breaks_what_is_around_it() -> None:
    assert layout(group("a", LINE, group("b", HARDLINE, "c"))) == "a\nb\nc"
    assert layout(group("a", BREAK_PARENT, LINE, "b")) == "a\nb"


def test_a_choice_hides_its_breaks() -> None:
    doc = group("a", LINE, choice(concat("b", LINE, "c"), lambda: concat("b", HARDLINE, "c")))
    assert layout(doc, 10) == "a b c"
    assert layout(doc, 4) == "a\nb c"
    assert layout(doc, 2) == "a\nb\nc"


def test_blanks_at_the_ends_of_lines_are_left_out() -> None:
    assert layout(concat("a ", " ", HARDLINE, HARDLINE, "b")) == "a\n\nb"


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(module=trees.modules())
def test_every_module_is_clean_and_printed_alike_each_time(module: t.Module) -> None:
    try:
        found = print_module(module)
    except ValueError as error:
        if "template string" not in str(error):
            raise
        return
    assert found == print_module(module)
    assert found == "" or found.endswith("\n")
    assert all(line == line.rstrip() and line.isprintable() for line in found.splitlines())
    assert "\n\n\n" not in found


def test_threads_do_not_disturb_each_other() -> None:
    module, expected = showcase(), (GOLDEN / "showcase.ts").read_text("utf-8")
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(print_module, [module] * 20)) == {expected}


def test_a_template_holds_no_statements() -> None:
    template = t.Template((t.Call(t.Name("f"), (t.Arrow((), t.Block((t.Return(),))),)),))
    with pytest.raises(ValueError, match="template string"):
        printed(t.Const("a", template))
