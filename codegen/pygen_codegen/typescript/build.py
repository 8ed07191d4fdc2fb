"""Short ways to make nodes. Names are checked where they are taken; text of a data model enters only as a literal, a key or a comment.

Where a type is asked for, a name may stand for it: `"string"`, `"Turbine"`. Expressions are always nodes: `name` or `value`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from pygen_codegen.typescript import tree as t

TypeLike = t.Type | str
Plain = None | bool | int | float | str | Sequence["Plain"] | Mapping[str, "Plain"]
"""What JSON can say."""


# --- types ---------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def named(name: str, *arguments: TypeLike) -> t.Named:
    """`Name<A, B>`."""
    return t.Named(name, tuple(map(type_of, arguments)))


def type_of(given: TypeLike) -> t.Type:
    """A type, or the name of one as a type."""
    return named(given) if isinstance(given, str) else given


def union(*members: TypeLike) -> t.Type:
    """`A | B`, flat; of one member that member."""
    flat: list[t.Type] = []
    for member in map(type_of, members):
        flat += member.members if isinstance(member, t.UnionOf) else (member,)
    return t.UnionOf(tuple(flat)) if len(flat) > 1 else flat[0]


def intersection(first: TypeLike, *others: TypeLike) -> t.Type:
    """`A & B`; of one member that member."""
    return t.IntersectionOf(tuple(map(type_of, (first, *others)))) if others else type_of(first)


def nullable(given: TypeLike) -> t.Type:
    """`T | null`."""
    return union(given, "null")


def array_of(item: TypeLike, *, readonly: bool = False) -> t.ArrayOf:
    """`T[]`, or `readonly T[]`."""
    return t.ArrayOf(type_of(item), readonly)


def literal_type(value: str | int | bool) -> t.Type:
    """`"text"` as a type."""
    return named(str(value).lower()) if isinstance(value, bool) else t.LiteralType(value)


def function_type(parameters: Sequence[t.Parameter], returns: TypeLike) -> t.FunctionType:
    """`(a: A) => B`."""
    return t.FunctionType(tuple(parameters), type_of(returns))


def object_type(members: Iterable[t.TypeMember], *, expanded: bool = False) -> t.ObjectType:
    """`{ a: A }`."""
    return t.ObjectType(tuple(members), expanded)


def doc(text: str | None, **tags: str) -> t.Documentation | None:
    """A JSDoc comment, or nothing if there is nothing to say. Tags with a name of Python end in `_`: `return_="…"`."""
    if not text and not tags:
        return None
    return t.Documentation(text or "", tuple((name.rstrip("_"), said) for name, said in tags.items()))


def prop(
    name: str, type_: TypeLike, *, optional: bool = False, readonly: bool = False, about: str | None = None
) -> t.Property:
    """`readonly name?: type` of an interface, below what is said about it."""
    return t.Property(name, type_of(type_), optional, readonly, doc(about))


def param(
    name: str,
    type_: TypeLike | None = None,
    *,
    optional: bool = False,
    default: t.Expression | None = None,
    rest: bool = False,
) -> t.Parameter:
    """`name: type`."""
    return t.Parameter(name, None if type_ is None else type_of(type_), optional, default, rest)


def type_param(name: str, constraint: TypeLike | None = None, default: TypeLike | None = None) -> t.TypeParameter:
    """`Name extends constraint = default`."""
    bounds = [None if bound is None else type_of(bound) for bound in (constraint, default)]
    return t.TypeParameter(name, *bounds)


# --- expressions ---------------------------------------------------------------------------------

THIS = t.Name("this")
UNDEFINED = t.Name("undefined")
NULL = t.Null()


@lru_cache(maxsize=4096)
def name(path: str) -> t.Name | t.Member:
    """`a`, or `a.b.c`."""
    first, *others = path.split(".")
    node: t.Name | t.Member = t.Name(first)
    for other in others:
        node = t.Member(node, other)
    return node


def text(value: str) -> t.String:
    """A text."""
    return t.String(value)


def value(given: Plain) -> t.Expression:
    """The literal of what JSON can say; whole numbers beyond 2**53 cannot be said so.

    Raises:
        ValueError: A number is too large, or not finite.
        TypeError: It is something else.
    """
    match given:
        case None:
            return NULL
        case bool():
            return t.Boolean(given)
        case int() | float():
            return t.Unary("-", t.Number(-given)) if given < 0 else t.Number(given)
        case str():
            return t.String(given)
        case Mapping():
            return obj({key: value(one) for key, one in given.items()})
        case Sequence():
            return array(*map(value, given))
        case _:
            raise TypeError(f"{type(given).__name__} has no literal in TypeScript")


def bigint(number: int) -> t.Expression:
    """`12n`."""
    return t.Unary("-", t.BigInt(-number)) if number < 0 else t.BigInt(number)


def array(*elements: t.Expression | t.Spread) -> t.Array:
    """`[a, b]`."""
    return t.Array(elements)


def obj(pairs: Mapping[str, t.Expression], *, expanded: bool = False) -> t.Object:
    """`{ a: 1 }`; `expanded` puts each pair on a line of its own."""
    return t.Object(tuple(t.Pair(key, one) for key, one in pairs.items()), expanded)


def member(owner: t.Expression, name: str, *, optional: bool = False) -> t.Member:
    """`owner.name`."""
    return t.Member(owner, name, optional)


def call(function: t.Expression | str, *arguments: t.Expression | t.Spread, types: Sequence[TypeLike] = ()) -> t.Call:
    """`function<T>(a, b)`."""
    called = name(function) if isinstance(function, str) else function
    return t.Call(called, arguments, tuple(map(type_of, types)))


def method_call(owner: t.Expression, method: str, *arguments: t.Expression | t.Spread) -> t.Call:
    """`owner.method(a, b)`."""
    return t.Call(t.Member(owner, method), arguments)


def new(class_: str, *arguments: t.Expression | t.Spread, types: Sequence[TypeLike] = ()) -> t.New:
    """`new Class<T>(a, b)`."""
    return t.New(name(class_), arguments, tuple(map(type_of, types)))


def arrow(body: t.Expression | t.Block, *parameters: t.Parameter | str) -> t.Arrow:
    """`(a) => body`; a parameter without type may be given by its name."""
    return t.Arrow(tuple(param(one) if isinstance(one, str) else one for one in parameters), body)


def as_const(given: t.Expression) -> t.As:
    """`value as const`."""
    return t.As(given, named("const"))


def satisfies(given: t.Expression, type_: TypeLike) -> t.As:
    """`value satisfies type`."""
    return t.As(given, type_of(type_), satisfies=True)


def chain(operator: str, *operands: t.Expression) -> t.Expression:
    """`a && b && c`, nested on its left."""
    first, *others = operands
    for other in others:
        first = t.Binary(operator, first, other)
    return first


# --- statements and modules ----------------------------------------------------------------------


def block(*statements: t.BlockStatement) -> t.Block:
    """`{ … }`."""
    return t.Block(statements)


def returns(given: t.Expression | None = None) -> t.Return:
    """`return value;`."""
    return t.Return(given)


def module(
    sections: Iterable[Iterable[t.Statement]], *, header: Sequence[str] = (), about: str | None = None
) -> t.Module:
    """A file: sections with a blank line between them; those without statements are left out."""
    kept = tuple(tuple(section) for section in sections)
    return t.Module(tuple(section for section in kept if section), tuple(header), doc(about))


class Imports:
    """What a module imports, learnt while its body is built.

    What is used as a type only is imported as one, so that nothing of it is left at run time.
    """

    def __init__(self) -> None:
        self._types: dict[str, set[str]] = {}
        self._values: dict[str, set[str]] = {}

    def type(self, module: str, name: str) -> str:
        """The name of a type of a module."""
        self._types.setdefault(module, set()).add(name)
        return name

    def value(self, module: str, name: str) -> str:
        """The name of a function, class or constant of a module."""
        self._values.setdefault(module, set()).add(name)
        return name

    def statements(self) -> list[t.Import]:
        """The imports: packages before files of this one, by their names, types before values."""
        found: list[t.Import] = []
        for module in sorted(self._types.keys() | self._values.keys(), key=lambda one: (one.startswith("."), one)):
            values = self._values.get(module, set())
            for names, type_only in ((self._types.get(module, set()) - values, True), (values, False)):
                if names:
                    symbols = tuple(t.Symbol(name) for name in sorted(names, key=lambda one: (one.lower(), one)))
                    found.append(t.Import(module, symbols, type_only=type_only))
        return found
