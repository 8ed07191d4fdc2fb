"""Statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygen_codegen.typescript.tree import names
from pygen_codegen.typescript.tree.expressions import Expression, Index, Member, Name, Object, String
from pygen_codegen.typescript.tree.node import Node, must

if TYPE_CHECKING:
    from pygen_codegen.typescript.tree.types import Documentation, Type

_ASSIGN = frozenset({"=", "+=", "-=", "??=", "||=", "&&="})


class Do(Node, frozen=True):
    """An expression as a statement. A text alone would be a directive, and is refused."""

    value: Expression

    def __post_init__(self) -> None:
        must(not isinstance(self.value, String | Object), "a text or an object is no statement")


class Const(Node, frozen=True):
    """`const name: type = value;`; `let` where it changes."""

    name: str
    value: Expression
    type: Type | None = None
    changes: bool = False
    exported: bool = False
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        names.variable(self.name)


class Assign(Node, frozen=True):
    """`target = value;`."""

    target: Name | Member | Index
    value: Expression
    operator: str = "="

    def __post_init__(self) -> None:
        must(self.operator in _ASSIGN, f"{self.operator!r} does not assign")


class Return(Node, frozen=True):
    """`return value;`."""

    value: Expression | None = None


class Throw(Node, frozen=True):
    """`throw value;`."""

    value: Expression


class Block(Node, frozen=True):
    """`{ statements }`."""

    statements: tuple[BlockStatement, ...] = ()


class If(Node, frozen=True):
    """`if (test) { … } else …`."""

    test: Expression
    then: Block
    otherwise: Block | If | None = None


class ForOf(Node, frozen=True):
    """`for (const name of values) { … }`, or `for await`."""

    name: str
    values: Expression
    body: Block
    is_await: bool = False

    def __post_init__(self) -> None:
        names.variable(self.name)


class Try(Node, frozen=True):
    """`try { … } catch (error) { … } finally { … }`; at least one of the last two."""

    body: Block
    error: str | None = None
    handler: Block | None = None
    cleanup: Block | None = None

    def __post_init__(self) -> None:
        if self.error is not None:
            names.variable(self.error)
        must(self.handler is not None or self.cleanup is not None, "try needs a handler or a cleanup")


BlockStatement = Do | Const | Assign | Return | Throw | Block | If | ForOf | Try
"""What a block holds."""
