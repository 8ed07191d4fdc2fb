"""Expressions.

What is left out because prettier lays it out in ways of its own, or because a name reads better: arrow functions that return arrow
functions, calls of what a call returned, conditions as the test of conditions, members of conditions, assignments inside
expressions, comments inside expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygen_codegen.typescript.tree import names
from pygen_codegen.typescript.tree.node import Node, must

if TYPE_CHECKING:
    from pygen_codegen.typescript.tree.statements import Block
    from pygen_codegen.typescript.tree.types import Parameter, Type, TypeParameter

BINARY = {
    "??": 1,
    "||": 2,
    "&&": 3,
    "===": 4,
    "!==": 4,
    "<": 5,
    ">": 5,
    "<=": 5,
    ">=": 5,
    "instanceof": 5,
    "in": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "%": 7,
}
"""How tightly each operator between two operands holds."""

LOGICAL = frozenset({"??", "||", "&&"})
UNARY = frozenset({"!", "-", "+", "typeof", "void", "delete"})


class Name(Node, frozen=True):
    """A variable; also `this`, `super` and `undefined`."""

    text: str

    def __post_init__(self) -> None:
        if self.text not in ("this", "super"):
            names.variable(self.text)


class String(Node, frozen=True):
    """A text."""

    value: str


class Number(Node, frozen=True):
    """A number from 0 on; `Unary("-", …)` makes it negative."""

    value: int | float

    def __post_init__(self) -> None:
        exact = isinstance(self.value, float) or self.value <= 2**53
        must(exact and 0 <= self.value < float("inf"), f"{self.value!r} is no number literal of TypeScript")


class BigInt(Node, frozen=True):
    """`12n`, from 0 on."""

    value: int

    def __post_init__(self) -> None:
        must(self.value >= 0, f"{self.value} has a sign, which is an operator")


class Boolean(Node, frozen=True):
    """`true` or `false`."""

    value: bool


class Null(Node, frozen=True):
    """`null`."""


class Template(Node, frozen=True):
    """A template string. Its expressions stay on its line, so they hold no functions with statements."""

    parts: tuple[str | Expression, ...]


class Array(Node, frozen=True):
    """`[a, b]`."""

    elements: tuple[Expression | Spread, ...]


class Pair(Node, frozen=True):
    """`key: value` of an object. Any text is a key; it is quoted where it must be. Without value: `key`, the short form."""

    key: str
    value: Expression | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            names.variable(self.key)


class Spread(Node, frozen=True):
    """`...value`, in a call, an array or an object."""

    value: Expression


class Object(Node, frozen=True):
    """`{ a: 1, ...b }`; `expanded` puts each member on a line of its own even if they fit on one."""

    members: tuple[Pair | Spread, ...]
    expanded: bool = False


class Member(Node, frozen=True):
    """`object.name`, or `object?.name`."""

    object: Expression
    name: str
    optional: bool = False

    def __post_init__(self) -> None:
        names.member(self.name)
        _has_members(self.object)


class Index(Node, frozen=True):
    """`object[index]`, or `object?.[index]`."""

    object: Expression
    index: Expression
    optional: bool = False

    def __post_init__(self) -> None:
        _has_members(self.object)


class NonNull(Node, frozen=True):
    """`value!`."""

    value: Expression

    def __post_init__(self) -> None:
        must(not isinstance(self.value, NonNull), "once is enough to say that a value is not null")
        _has_members(self.value)


class Call(Node, frozen=True):
    """`function<T>(arguments)`, or `function?.(arguments)`."""

    function: Expression
    arguments: tuple[Expression | Spread, ...] = ()
    type_arguments: tuple[Type, ...] = ()
    optional: bool = False

    def __post_init__(self) -> None:
        called = isinstance(self.function, Name | Member | Index | NonNull)
        must(called, "what is called is a name or a member: give other things a name first")


class New(Node, frozen=True):
    """`new Class<T>(arguments)`."""

    function: Name | Member
    arguments: tuple[Expression | Spread, ...] = ()
    type_arguments: tuple[Type, ...] = ()

    def __post_init__(self) -> None:
        part: Expression = self.function
        while isinstance(part, Member) and not part.optional:
            part = part.object
        must(isinstance(part, Name), "what `new` makes has a name, dotted or not")


class Arrow(Node, frozen=True):
    """`async <T>(parameters): returns => body`."""

    parameters: tuple[Parameter, ...]
    body: Expression | Block
    returns: Type | None = None
    type_parameters: tuple[TypeParameter, ...] = ()
    is_async: bool = False

    def __post_init__(self) -> None:
        must(not isinstance(self.body, Arrow), "an arrow function that returns one needs a block around it")


class Unary(Node, frozen=True):
    """`!value`, `-value`, `typeof value`."""

    operator: str
    value: Expression

    def __post_init__(self) -> None:
        must(self.operator in UNARY, f"{self.operator!r} is no operator before a value")


class Await(Node, frozen=True):
    """`await value`."""

    value: Expression


class Yield(Node, frozen=True):
    """`yield value`, or `yield* value`."""

    value: Expression
    each: bool = False


class Binary(Node, frozen=True):
    """`left operator right`. Logical ones hold what is to the right last: build them from the left."""

    operator: str
    left: Expression
    right: Expression

    def __post_init__(self) -> None:
        must(self.operator in BINARY, f"{self.operator!r} is no operator between values")
        turned = self.operator in LOGICAL and isinstance(self.right, Binary) and self.right.operator == self.operator
        must(not turned, f"a chain of {self.operator} nests on its left")


class Conditional(Node, frozen=True):
    """`test ? then : otherwise`."""

    test: Expression
    then: Expression
    otherwise: Expression

    def __post_init__(self) -> None:
        must(not isinstance(self.test, Conditional), "a condition tests no condition: give the test a name first")


class As(Node, frozen=True):
    """`value as type` (`as const` with `Named("const")`), or `value satisfies type`."""

    value: Expression
    type: Type
    satisfies: bool = False


Expression = (
    Name
    | String
    | Number
    | BigInt
    | Boolean
    | Null
    | Template
    | Array
    | Object
    | Member
    | Index
    | NonNull
    | Call
    | New
    | Arrow
    | Unary
    | Await
    | Yield
    | Binary
    | Conditional
    | As
)
ObjectMember = Pair | Spread


def _has_members(node: Expression) -> None:
    refused = isinstance(node, Conditional | Yield | Arrow | Unary | Boolean | Null)
    must(not refused, f"members of {type(node).__name__}: give it a name first")
