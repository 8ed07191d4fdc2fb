"""Types, the members of object types, parameters, and the documentation of anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygen_codegen.typescript.tree import names
from pygen_codegen.typescript.tree.node import Node, must

if TYPE_CHECKING:
    from pygen_codegen.typescript.tree.expressions import Expression


class Documentation(Node, frozen=True):
    """A JSDoc comment.

    Attributes:
        text: Any text; its lines are kept, and wrapped where they are too long.
        tags: Names and texts of tags, such as `("deprecated", "Use b.")`.
    """

    text: str
    tags: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for tag, _ in self.tags:
            names.member(tag)


# --- types ---------------------------------------------------------------------------------------


class Named(Node, frozen=True):
    """`Name`, `Name<A, B>`, `space.Name`; also `string`, `null`, `this`, `const` (behind `as`)."""

    name: str
    arguments: tuple[Type, ...] = ()

    def __post_init__(self) -> None:
        names.path(self.name)


class LiteralType(Node, frozen=True):
    """`"text"` or `12`; `true` is `Named("true")`, which Python would take for 1."""

    value: str | int

    def __post_init__(self) -> None:
        must(not isinstance(self.value, bool), "true and false are names of types")


class ArrayOf(Node, frozen=True):
    """`item[]` or `readonly item[]`."""

    item: Type
    readonly: bool = False


class Element(Node, frozen=True):
    """One element of a tuple: `type`, `name: type`, `name?: type`, `type?` or `...type`."""

    type: Type
    name: str | None = None
    optional: bool = False
    rest: bool = False

    def __post_init__(self) -> None:
        if self.name is not None:
            names.variable(self.name)
        must(not (self.optional and self.rest), "the rest of a tuple cannot be optional")


class TupleOf(Node, frozen=True):
    """`[A, name: B]` or `readonly [A, name: B]`."""

    elements: tuple[Element, ...]
    readonly: bool = False


class UnionOf(Node, frozen=True):
    """`A | B`."""

    members: tuple[Type, ...]

    def __post_init__(self) -> None:
        _several(self.members)


class IntersectionOf(Node, frozen=True):
    """`A & B`."""

    members: tuple[Type, ...]

    def __post_init__(self) -> None:
        _several(self.members)


class KeyOf(Node, frozen=True):
    """`keyof type`."""

    type: Type


class TypeOf(Node, frozen=True):
    """`typeof name`."""

    name: str

    def __post_init__(self) -> None:
        names.path(self.name)


class IndexedAccess(Node, frozen=True):
    """`object[index]`."""

    object: Type
    index: Type


class FunctionType(Node, frozen=True):
    """`<T>(name: A) => B`."""

    parameters: tuple[Parameter, ...]
    returns: Type
    type_parameters: tuple[TypeParameter, ...] = ()

    def __post_init__(self) -> None:
        _without_defaults(self.parameters)


class ObjectType(Node, frozen=True):
    """`{ a: A; b?: B }`; `expanded` puts each member on a line of its own even if they fit on one.

    What a function returns is such a type or has none in it: give it a name (`interface`). If it breaks inside, say, a union there,
    prettier lays out the parameters in another way each time it looks at them.
    """

    members: tuple[TypeMember, ...]
    expanded: bool = False


# --- members of interfaces and object types ------------------------------------------------------


class Property(Node, frozen=True):
    """`readonly name?: type`. Any text is a name; it is quoted where it must be."""

    name: str
    type: Type
    optional: bool = False
    readonly: bool = False
    doc: Documentation | None = None


class MethodSignature(Node, frozen=True):
    """`name?<T>(parameters): returns`."""

    name: str
    parameters: tuple[Parameter, ...]
    returns: Type
    type_parameters: tuple[TypeParameter, ...] = ()
    optional: bool = False
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        _without_defaults(self.parameters)


class IndexSignature(Node, frozen=True):
    """`readonly [name: key]: type`."""

    name: str
    key: Type
    type: Type
    readonly: bool = False
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        names.variable(self.name)


# --- parameters ----------------------------------------------------------------------------------


class Parameter(Node, frozen=True):
    """`name?: type`, `name: type = default` or `...name: type`."""

    name: str
    type: Type | None = None
    optional: bool = False
    default: Expression | None = None
    rest: bool = False

    def __post_init__(self) -> None:
        if self.name != "this":
            names.variable(self.name)
        marks = self.optional + self.rest + (self.default is not None)
        must(marks <= 1, f"parameter {self.name} can have only one of `?`, a default and `...`")


class TypeParameter(Node, frozen=True):
    """`Name extends constraint = default`."""

    name: str
    constraint: Type | None = None
    default: Type | None = None

    def __post_init__(self) -> None:
        names.variable(self.name)


Type = (
    Named
    | LiteralType
    | ArrayOf
    | TupleOf
    | UnionOf
    | IntersectionOf
    | KeyOf
    | TypeOf
    | IndexedAccess
    | FunctionType
    | ObjectType
)
TypeMember = Property | MethodSignature | IndexSignature


def _several(members: tuple[Type, ...]) -> None:
    must(len(members) >= 2, "a union or an intersection has two members or more")


def _without_defaults(parameters: tuple[Parameter, ...]) -> None:
    defaults = any(parameter.default is not None for parameter in parameters)
    must(not defaults, "parameters have defaults only where there is a body")
