"""Random trees of TypeScript, of all kinds of nodes, with names and texts of all lengths."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.tree.expressions import BINARY, UNARY

NAMES = ["a", "it_", "of", "Api", "_", "x1", "turbine", "Rotor", "windTurbines", "capacityFactor", "MeasuredPowerCurve"]
LONG = ["aRatherLongNameOfAVariable", "AVeryLongNameThatTakesUpNearlyHalfOfTheLine", "x" * 70]

Strategy = st.SearchStrategy[Any]


def late(make: Callable[..., Strategy]) -> Callable[..., Strategy]:
    """Made once, when it is drawn from: strategies that hold each other would be endless, and their names too long to tell."""
    once = lru_cache(make)

    @st.composite
    def strategy(draw: st.DrawFn, *arguments: Any, **named: Any) -> Any:
        return draw(once(*arguments, **named))

    return strategy


@late
def names() -> Strategy:
    return st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(LONG))


@late
def texts() -> Strategy:
    return st.one_of(
        st.sampled_from(
            ["", "power", "two words", "both \" and '", '"quoted"', "°C", "a`b${c}", "風力", "*/", "a\nb\tc\\d"]
        ),
        st.text(max_size=30),
        st.text("abc ", min_size=20, max_size=90),
    )


@late
def keys() -> Strategy:
    return st.one_of(
        names(), names(), texts(), st.sampled_from(["new", "default", "12", "1e3", "größe", "get", "__proto__"])
    )


def several(strategy: Strategy, least: int = 0, most: int = 4) -> Strategy:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def made(node: Callable[..., Any], /, **fields: Strategy) -> Strategy:
    """Nodes of a kind; where it refuses what is asked for, a name."""

    def make(values: dict[str, Any]) -> Any:
        try:
            return node(**values)
        except ValueError:
            return t.Name("refused")

    return st.fixed_dictionaries(fields).map(make)


def nodes(node: Callable[..., Any], /, *fields: Strategy, **named: Strategy) -> Strategy:
    """Nodes of a kind that refuses nothing of this. (`st.builds` would ask msgspec for types that only a checker knows.)"""
    return st.tuples(st.tuples(*fields), st.fixed_dictionaries(named)).map(lambda one: node(*one[0], **one[1]))


@late
def docs() -> Strategy:
    tags = several(st.tuples(st.sampled_from(["remarks", "see"]), texts()), 0, 2)
    return st.one_of(st.none(), st.none(), nodes(t.Documentation, st.one_of(texts(), st.text(max_size=200)), tags))


# --- types ---------------------------------------------------------------------------------------


@late
def types(depth: int = 3) -> Strategy:
    simple = st.one_of(
        st.sampled_from([t.Named(name) for name in ("string", "null", "undefined", "true", "this", "void", "unknown")]),
        nodes(t.Named, names()),
        nodes(t.Named, names().map(lambda name: f"{name}.Inner")),
        nodes(t.LiteralType, st.one_of(texts(), st.integers(-9, 10**6))),
        nodes(t.TypeOf, names()),
    )
    if not depth:
        return simple
    inner = types(depth - 1)
    plain = nodes(t.Element, inner)
    element = st.one_of(
        plain,
        nodes(t.Element, inner, names(), st.booleans()),
        nodes(t.Element, inner, rest=st.just(True)),
    )
    optional_last = st.tuples(several(plain, 0, 2), nodes(t.Element, inner, optional=st.just(True)))
    tuples = st.one_of(
        several(nodes(t.Element, inner, names()), 0, 3),
        several(plain, 0, 3),
        optional_last.map(lambda pair: (*pair[0], pair[1])),
        st.tuples(several(plain, 0, 2), element.filter(lambda one: one.rest)).map(lambda pair: (*pair[0], pair[1])),
    )
    return st.one_of(
        simple,
        nodes(t.Named, names(), several(inner, 1, 3)),
        nodes(t.ArrayOf, inner, st.booleans()),
        nodes(t.UnionOf, several(inner, 2, 4)),
        nodes(t.UnionOf, st.tuples(inner, st.just(t.Named("null")))),
        nodes(t.IntersectionOf, several(inner, 2, 4)),
        nodes(t.KeyOf, inner),
        nodes(t.IndexedAccess, inner, inner),
        nodes(t.FunctionType, parameters(depth - 1, defaults=False), returned(depth - 1), type_parameters(depth - 1)),
        nodes(t.ObjectType, several(members(depth - 1), 0, 3), st.booleans()),
        nodes(t.TupleOf, tuples, st.booleans()),
    )


@late
def returned(depth: int) -> Strategy:
    """What functions return: object types only as a whole, see there."""
    return types(depth).filter(lambda one: isinstance(one, t.ObjectType) or "ObjectType(" not in repr(one))


@late
def members(depth: int, *, documented: bool = False) -> Strategy:
    about = docs() if documented else st.none()
    inner = types(depth)
    return st.one_of(
        nodes(t.Property, keys(), inner, st.booleans(), st.booleans(), about),
        nodes(t.Property, names(), inner, st.booleans(), st.booleans(), about),
        nodes(
            t.MethodSignature,
            keys(),
            parameters(depth, defaults=False),
            returned(depth),
            type_parameters(depth),
            st.booleans(),
            about,
        ),
        nodes(t.IndexSignature, names(), st.just(t.Named("string")), inner, st.booleans(), about),
    )


def unique(parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple({one.name: one for one in parameters}.values())


@late
def parameters(depth: int, *, defaults: bool) -> Strategy:
    inner = types(depth)
    default = expressions(min(depth, 1), "plain") if defaults else st.none()
    required = nodes(t.Parameter, names(), inner)
    behind = st.one_of(
        st.just(()),
        several(nodes(t.Parameter, names(), inner, optional=st.just(True)), 1, 2),
        several(nodes(t.Parameter, names(), inner, default=default), 1, 2),
        nodes(t.Parameter, names(), nodes(t.ArrayOf, inner), rest=st.just(True)).map(lambda one: (one,)),
    )
    return st.tuples(several(required, 0, 3), behind).map(lambda pair: unique(pair[0] + pair[1]))


@late
def type_parameters(depth: int) -> Strategy:
    bound = st.one_of(st.none(), types(depth))
    plain = several(nodes(t.TypeParameter, names(), bound), 0, 2)
    with_default = several(nodes(t.TypeParameter, names(), bound, types(depth)), 0, 2)
    return st.one_of(st.just(()), st.tuples(plain, with_default).map(lambda pair: unique(pair[0] + pair[1])))


# --- expressions ---------------------------------------------------------------------------------


@late
def expressions(depth: int = 3, around: str = "async") -> Strategy:
    """Expressions in a function that is `async`, a `generator`, or neither (`plain`)."""
    simple = st.one_of(
        nodes(t.Name, names()),
        nodes(t.Name, names()),
        st.just(t.Name("this")),
        nodes(t.String, texts()),
        nodes(t.Number, st.one_of(st.integers(0, 10**7), st.floats(0, 1e30))),
        nodes(t.BigInt, st.integers(0, 2**70)),
        nodes(t.Boolean, st.booleans()),
        st.just(t.Null()),
    )
    if not depth:
        return simple
    inner = expressions(depth - 1, around)
    spread = st.one_of(inner, inner, inner, nodes(t.Spread, inner))
    pairs = st.one_of(nodes(t.Pair, keys(), inner), nodes(t.Pair, names()), nodes(t.Spread, inner))
    templates = st.one_of(texts(), expressions(0), expressions(min(depth - 1, 1), around))
    return st.one_of(
        simple,
        made(t.Template, parts=several(templates, 0, 3)),
        nodes(t.Array, several(spread, 0, 4)),
        nodes(t.Array, several(nodes(t.Number, st.integers(0, 10**6)), 0, 30)),
        nodes(t.Object, several(pairs, 0, 4), st.booleans()),
        made(t.Member, object=inner, name=names(), optional=st.booleans()),
        made(t.Member, object=st.just(t.Name("this")), name=names().map(lambda name: f"#{name}")),
        made(t.Index, object=inner, index=inner, optional=st.booleans()),
        made(t.NonNull, value=inner),
        calls(depth, around),
        made(
            t.New,
            function=nodes(t.Name, names()),
            arguments=several(spread),
            type_arguments=several(types(depth - 1), 0, 2),
        ),
        arrows(depth),
        made(t.Unary, operator=st.sampled_from(sorted(UNARY)), value=inner),
        nodes(t.Await, inner) if around != "plain" else simple,
        made(t.Yield, value=inner, each=st.booleans()) if around == "generator" else simple,
        made(t.Binary, operator=st.sampled_from(sorted(BINARY)), left=inner, right=inner),
        made(t.Binary, operator=st.sampled_from(["&&", "||", "+"]), left=inner, right=inner),
        made(t.Conditional, test=inner, then=inner, otherwise=inner),
        nodes(t.As, inner, st.one_of(st.just(t.Named("const")), types(depth - 1)), st.booleans()).filter(
            lambda node: not (node.satisfies and node.type == t.Named("const"))
        ),
    )


@late
def calls(depth: int, around: str) -> Strategy:
    inner = expressions(depth - 1, around)
    arguments = several(st.one_of(inner, inner, nodes(t.Spread, inner)), 0, 3)
    return st.one_of(
        made(
            t.Call,
            function=inner,
            arguments=arguments,
            type_arguments=several(types(depth - 1), 0, 2),
            optional=st.booleans(),
        ),
        made(t.Call, function=made(t.Member, object=inner, name=names()), arguments=arguments),
        st.tuples(inner, several(st.tuples(names(), arguments), 1, 5)).map(_chained),
    )


def _chained(parts: tuple[Any, tuple[tuple[str, tuple[Any, ...]], ...]]) -> Any:
    node, links = parts
    try:
        for name, arguments in links:
            node = t.Call(t.Member(node, name), arguments)
    except ValueError:
        return t.Name("refused")
    return node


@late
def arrows(depth: int) -> Strategy:
    return st.one_of(*(_arrows(depth, around) for around in ("async", "plain")))


@late
def _arrows(depth: int, around: str) -> Strategy:
    body = st.one_of(expressions(depth - 1, around), blocks(depth - 1, around))
    is_async = st.just(around == "async")
    return st.one_of(
        made(t.Arrow, parameters=several(nodes(t.Parameter, names()), 0, 2).map(unique), body=body, is_async=is_async),
        made(
            t.Arrow,
            parameters=parameters(min(depth - 1, 1), defaults=True),
            body=body,
            returns=st.one_of(st.none(), types(min(depth - 1, 1))),
            type_parameters=type_parameters(min(depth - 1, 1)),
            is_async=is_async,
        ),
    )


# --- statements ----------------------------------------------------------------------------------


@late
def blocks(depth: int, around: str = "async") -> Strategy:
    return nodes(t.Block, several(statements(depth, around), 0, 3))


@late
def statements(depth: int = 2, around: str = "async") -> Strategy:
    value = expressions(depth, around)
    targets = st.one_of(
        nodes(t.Name, names()),
        nodes(t.Member, nodes(t.Name, names()), names()),
        nodes(t.Member, st.just(t.Name("this")), names()),
        nodes(t.Index, nodes(t.Name, names()), expressions(min(depth, 1), around)),
    )
    simple = st.one_of(
        made(t.Do, value=value).filter(lambda node: not isinstance(node, t.Name)),
        nodes(t.Assign, targets, value, st.sampled_from(["=", "=", "??=", "+="])),
        nodes(t.Return, st.one_of(st.none(), value)),
        nodes(t.Throw, value),
        nodes(t.Const, names(), value, st.one_of(st.none(), types(depth)), st.booleans()),
    )
    if not depth:
        return simple
    block = blocks(depth - 1, around)
    tests = expressions(depth - 1, around)
    handlers = st.tuples(names(), block, st.one_of(st.none(), block))
    return st.one_of(
        simple,
        simple,
        nodes(t.If, tests, block, st.one_of(st.none(), block, nodes(t.If, tests, block))),
        nodes(t.ForOf, names(), tests, block, st.just(around != "plain")),
        st.tuples(block, handlers).map(lambda parts: t.Try(parts[0], *parts[1])),
        nodes(t.Try, block, cleanup=block),
    )


# --- declarations --------------------------------------------------------------------------------


@late
def heritage() -> Strategy:
    return nodes(t.Named, st.one_of(names(), names().map(lambda name: f"{name}.Base")), several(types(1), 0, 2))


@late
def declarations() -> Strategy:
    common = {"exported": st.booleans(), "doc": docs()}
    interfaces = several(members(2, documented=True), 0, 4)
    return st.one_of(
        made(t.TypeAlias, name=names(), type=types(3), type_parameters=type_parameters(2), **common),
        made(
            t.Interface,
            name=names(),
            members=interfaces,
            type_parameters=type_parameters(1),
            extends=several(heritage(), 0, 3),
            **common,
        ),
        made(t.Const, name=names(), value=expressions(3, "plain"), type=st.one_of(st.none(), types(2)), **common),
        made(t.Const, name=names(), value=arrows(3), type=st.one_of(st.none(), types(2)), **common),
        functions(t.Function, name=names(), **common),
        made(
            t.Class,
            name=names(),
            members=several(class_members(), 0, 4).map(_one_constructor),
            type_parameters=type_parameters(1),
            extends=st.one_of(st.none(), heritage()),
            implements=several(heritage(), 0, 2),
            abstract=st.booleans(),
            **common,
        ),
    ).filter(lambda node: not isinstance(node, t.Name))


def functions(node: Callable[..., Any], **fields: Strategy) -> Strategy:
    kinds = [("plain", False, False), ("async", True, False), ("generator", True, True)]
    return st.one_of(
        *(
            made(
                node,
                parameters=parameters(2, defaults=True),
                returns=st.one_of(st.none(), returned(2)),
                type_parameters=type_parameters(1),
                body=blocks(2, around),
                is_async=st.just(is_async),
                generator=st.just(generator),
                **fields,
            )
            for around, is_async, generator in kinds
        )
    )


def _one_constructor(members: tuple[Any, ...]) -> tuple[Any, ...]:
    found = [one for one in members if isinstance(one, t.Constructor)]
    return tuple(one for one in members if not isinstance(one, t.Constructor) or one is found[0])


@late
def class_members() -> Strategy:
    access = st.sampled_from(["", "private", "protected"])
    return st.one_of(
        made(
            t.Field,
            name=keys(),
            type=st.one_of(st.none(), types(2)),
            value=st.one_of(st.none(), expressions(2)),
            access=access,
            static=st.booleans(),
            readonly=st.booleans(),
            doc=docs(),
        ),
        made(t.Field, name=names().map(lambda name: f"#{name}"), value=expressions(2)),
        made(t.Constructor, parameters=parameters(2, defaults=True), body=blocks(2, "plain"), doc=docs()),
        functions(t.Method, name=keys(), access=access, static=st.booleans(), doc=docs()),
        made(
            t.Method,
            name=names(),
            parameters=st.just(()),
            returns=types(2),
            body=blocks(2, "plain"),
            kind=st.just("get"),
        ),
    ).filter(lambda node: not isinstance(node, t.Name))


@late
def imports() -> Strategy:
    symbols = several(nodes(t.Symbol, names(), st.one_of(st.none(), names())), 1, 6)
    module = st.one_of(texts(), st.just("./views.js"))
    return st.one_of(
        nodes(t.Import, module, symbols, st.booleans()),
        nodes(t.Import, module, all=names()),
        nodes(t.Import, module),
        nodes(t.Export, symbols, st.one_of(st.none(), module), st.booleans()),
        nodes(t.ExportAll, module, st.one_of(st.none(), names()), st.booleans()),
    )


@late
def modules() -> Strategy:
    sections = st.one_of(
        several(imports(), 1, 3),
        declarations().map(lambda one: (one,)),
        nodes(t.Function, st.just("run"), st.just(()), body=blocks(2), is_async=st.just(True)).map(lambda one: (one,)),
    )
    return nodes(t.Module, several(sections, 0, 3), several(texts(), 0, 2), docs())
