"""Each layout that prettier has a rule for, once on a line and once on several."""

from __future__ import annotations

from collections.abc import Iterator

from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t

MEDIUM = "someNameOfMediumLength"
LONG = "aNameThatIsRatherLongForAnyLineToHold"
LONGER = "aNameThatTakesUpAlmostTheWholeOfALineAndLeavesNoRoomForMuchElse"


def n(*names: str) -> list[t.Expression]:
    return [b.name(name) for name in names]


def layouts() -> t.Module:
    kinds = (_values, _operators, _calls, _functions, _types, _statements)
    return b.module([statement] for kind in kinds for statement in kind())


def const(value: t.Expression, type_: t.Type | None = None) -> t.Const:
    return t.Const("value", value, type_)


def _values() -> Iterator[t.Statement]:
    yield t.Const(LONGER, b.text("a text that begins on the next line"))
    yield t.Const(LONGER, b.name(f"{LONG}.{MEDIUM}.x"))
    yield t.Const(LONGER, b.value(1234567890123456))
    yield t.Const(LONGER, t.Template(("a template stays ", b.name("behind"), " the sign")))
    yield const(b.array(*n(LONG, LONG, MEDIUM)))
    yield const(b.value(list(range(100_000, 100_030))))
    yield const(b.value([{"a": 1, "b": 2}, {"a": 3, "b": 4}]))
    yield const(b.value([[1], [2, 3]]))
    yield const(b.obj({"a": b.text(LONGER + LONG), MEDIUM: b.text(LONGER + LONG), "x-y": b.array(), "z": b.obj({})}))
    yield const(b.obj({"a": b.value(1)}, expanded=True))
    yield const(b.as_const(b.obj({LONG: b.name(LONG), MEDIUM: b.name(LONG)})))


def _operators() -> Iterator[t.Statement]:
    yield const(b.chain("&&", *n(LONG, LONG, MEDIUM)))
    yield const(t.Binary("??", b.name(MEDIUM), b.obj({LONG: b.name(LONG), MEDIUM: b.value(1)})))
    yield const(t.Binary("||", b.chain("&&", *n("a", "b")), t.Unary("!", b.chain("+", *n("c", "d")))))
    yield const(t.Binary("*", b.chain("+", *n("a", "b")), t.Binary("%", *n("c", "d"))))
    yield const(t.Conditional(t.Binary("===", *n(LONG, MEDIUM)), *n(LONG, MEDIUM)))
    yield const(t.Conditional(b.name("a"), b.name(LONG), t.Conditional(b.name("b"), *n(LONG, MEDIUM))))
    yield const(t.Member(t.As(b.name("a"), b.type_of("A")), "b"))
    yield const(t.Index(t.NonNull(b.name(LONG)), b.chain("+", *n(LONG, MEDIUM))))


def _calls() -> Iterator[t.Statement]:
    yield const(b.call("make", *n(LONG, LONG, MEDIUM)))
    yield const(b.call("make", b.name(LONG), b.obj({LONG: b.name(LONG)})))
    yield const(b.call("make", b.arrow(b.call("other", *n(LONG, MEDIUM)), "one", "other")))
    yield const(b.call("make", b.arrow(b.block(b.returns()), "one"), b.value(500)))
    yield const(b.call("make", b.arrow(b.name("a")), b.arrow(b.name("b"))))
    yield const(b.call("effect", b.arrow(b.block()), b.array(*n("a", "b"))))
    body = b.block(b.returns())
    yield const(
        b.call("make", b.arrow(body, b.param("one", b.object_type([b.prop("a", "A")], expanded=True))), b.value(500))
    )
    yield const(b.call("make", b.arrow(body, "one"), t.As(b.name("a"), b.array_of(b.named("A", "B")))))
    yield const(b.call("make", b.arrow(body, "one"), b.chain("+", *n("a", "b"))))
    yield const(b.call("make", b.arrow(body, MEDIUM, LONG), b.new("A", *n(MEDIUM, LONG))))
    yield const(b.call("make", b.arrow(body, MEDIUM, LONG), b.name(MEDIUM)))
    yield const(b.call("make", t.Arrow((), body, b.object_type([b.prop("a", "A", about="said")]))))
    yield const(b.call("make", b.arrow(b.value([1, 2])), b.obj({"a": b.value({})}, expanded=True)))
    yield const(b.call("make", b.obj({"a": b.value(1)}, expanded=True), b.name("last")))
    yield const(b.call("make", b.obj({"a": b.value(1)}, expanded=True), b.arrow(body)))
    yield const(b.call("make", b.name(MEDIUM), b.call("other", b.arrow(b.name("a")))))
    yield const(b.call("effect", b.name("a"), b.arrow(body), b.array()))
    for argument in (
        t.Template(("a", b.name("b"))),
        b.value({"a": [1]}),
        b.new("A", b.value(None)),
        t.Index(b.name("a"), b.value(0)),
        t.Unary("!", b.name("a")),
        t.Spread(b.name("a")),
    ):
        link = b.method_call(b.method_call(b.call("first", argument), "second", b.name("a")), "third", b.name("b"))
        yield const(b.method_call(link, "fourth", b.name("c")))
    for argument in (t.Template(("a b",)), t.Unary("!", b.name("a")), b.call("now"), b.text("a"), b.NULL):
        yield t.Const(LONGER, b.call(f"{MEDIUM}.make", argument))
    yield t.Const(LONGER, b.call(f"{MEDIUM}.make", types=[b.object_type([])]))
    yield t.Const(LONGER, b.call(f"{MEDIUM}.make", types=["A"]))
    yield const(b.new("some.Class", *n(LONG, LONG), types=["A", "B"]))
    chained: t.Expression = b.THIS
    for name in ("where", "sort", "limit", "include"):
        chained = b.method_call(chained, name, b.arrow(b.name("t.name"), "t"))
    yield const(chained)
    yield t.Do(
        t.Await(b.method_call(b.method_call(b.method_call(b.name("client"), MEDIUM), LONG), MEDIUM, b.text(MEDIUM)))
    )
    yield const(t.Member(t.Await(b.call(MEDIUM, b.name(MEDIUM))), "items", optional=True))


def _functions() -> Iterator[t.Statement]:
    many = [b.param(name, "string", optional=True) for name in (MEDIUM, LONG, "c")]
    yield t.Function("run", tuple(many), b.named("Promise", "void"), b.block())
    yield t.Function(
        "run", (b.param("options", b.object_type([b.prop(MEDIUM, LONG), b.prop(LONG, MEDIUM)])),), None, b.block()
    )
    yield t.Function("run", (b.param(MEDIUM),), b.object_type([b.prop(MEDIUM, LONG), b.prop(LONG, MEDIUM)]), b.block())
    yield t.Function(
        "run", (b.param("rest", b.array_of("A"), rest=True),), None, b.block(), (b.type_param("T", LONG, LONGER),)
    )
    yield const(b.arrow(b.obj({LONG: b.name(LONG), MEDIUM: b.name("a")}), *many))
    yield const(b.arrow(b.chain("+", *n(LONG, LONG, MEDIUM)), "a"))
    yield const(b.arrow(t.Conditional(*n(LONG, LONG, MEDIUM)), "a"))
    yield const(b.arrow(b.obj({})), b.function_type([], b.function_type([], b.union("A", "B"))))


def _types() -> Iterator[t.Statement]:
    yield t.TypeAlias("A", b.union(LONG, LONG, MEDIUM))
    yield t.TypeAlias("A", b.array_of(b.union(LONG, LONG, b.function_type([], "void")), readonly=True))
    yield t.TypeAlias(
        "A", b.intersection(b.object_type([b.prop("a", LONG)]), LONG, b.object_type([b.prop("b", MEDIUM)]))
    )
    yield t.TypeAlias("A", b.named(MEDIUM, b.named(LONG, LONG), b.nullable("B")))
    yield t.TypeAlias("A", t.TupleOf((t.Element(b.union(LONG, LONG, MEDIUM)), t.Element(b.type_of("B"), rest=True))))
    yield t.TypeAlias("A", t.KeyOf(b.union("A", "B")), (b.type_param(LONG, MEDIUM), b.type_param(MEDIUM, None, LONG)))
    yield t.Interface("A", (), extends=(b.named(LONG), b.named(LONG), b.named("B")))
    yield t.Class("A", (), extends=b.named(f"{MEDIUM}.{LONG}"), implements=(b.named(LONG),))
    yield t.Class("A", (t.Field("a"),), extends=b.named(LONG, LONG, LONG))
    yield t.Class("A", (t.Field("a", b.nullable(LONGER), b.name(MEDIUM)), t.Field(LONG, value=b.name(LONGER))))


def _statements() -> Iterator[t.Statement]:
    yes, no = b.block(b.returns(b.chain("||", *n(LONG, LONG, MEDIUM)))), b.block()
    yield t.If(b.chain("&&", *n(LONG, LONG, MEDIUM)), yes, t.If(t.Unary("!", b.chain("&&", *n(LONG, LONG))), no, yes))
    yield t.ForOf("one", b.call("all", *n(LONG, LONG)), no)
    yield t.Try(no, None, no)
    yield t.Try(no, "error", no, no)
    yield t.Assign(b.name(f"this.{LONG}"), b.call(LONG, *n(MEDIUM, LONG)))
    yield t.Import("./module.js", tuple(t.Symbol(name, f"{name}2") for name in (LONG, MEDIUM)), type_only=True)
