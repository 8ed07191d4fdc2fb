"""Declarations, the members of classes, and modules."""

from __future__ import annotations

from pygen_codegen.typescript.tree import names
from pygen_codegen.typescript.tree.expressions import Expression
from pygen_codegen.typescript.tree.node import Node, must
from pygen_codegen.typescript.tree.statements import Block, BlockStatement, Const
from pygen_codegen.typescript.tree.types import (
    Documentation,
    Named,
    Parameter,
    Type,
    TypeMember,
    TypeParameter,
)


class TypeAlias(Node, frozen=True):
    """`type Name<T> = type;`."""

    name: str
    type: Type
    type_parameters: tuple[TypeParameter, ...] = ()
    exported: bool = False
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        names.variable(self.name)


class Interface(Node, frozen=True):
    """`interface Name<T> extends A, B { … }`."""

    name: str
    members: tuple[TypeMember, ...]
    type_parameters: tuple[TypeParameter, ...] = ()
    extends: tuple[Named, ...] = ()
    exported: bool = False
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        names.variable(self.name)


class Function(Node, frozen=True):
    """`async function* name<T>(parameters): returns { … }`; without a body one of several signatures."""

    name: str
    parameters: tuple[Parameter, ...]
    returns: Type | None = None
    body: Block | None = None
    type_parameters: tuple[TypeParameter, ...] = ()
    is_async: bool = False
    generator: bool = False
    exported: bool = False
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        names.variable(self.name)
        _signature(self.name, self.parameters, self.body, plain=not (self.is_async or self.generator))


class Field(Node, frozen=True):
    """`private static override readonly name?: type = value;` in a class. `#name` is private to the engine."""

    name: str
    type: Type | None = None
    value: Expression | None = None
    access: str = ""
    static: bool = False
    override: bool = False
    readonly: bool = False
    optional: bool = False
    declare: bool = False
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        _member(self.name, self.access)


class Constructor(Node, frozen=True):
    """`constructor(parameters) { … }`."""

    parameters: tuple[Parameter, ...]
    body: Block
    access: str = ""
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        _member("", self.access)


class Method(Node, frozen=True):
    """`static override async *name<T>(parameters): returns { … }`; without a body one of several signatures.

    Attributes:
        kind: `get` or `set` for an accessor, otherwise empty.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: Type | None = None
    body: Block | None = None
    type_parameters: tuple[TypeParameter, ...] = ()
    access: str = ""
    static: bool = False
    override: bool = False
    is_async: bool = False
    generator: bool = False
    kind: str = ""
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        _member(self.name, self.access)
        plain = not (self.is_async or self.generator or self.kind)
        _signature(self.name, self.parameters, self.body, plain=plain)
        known = not self.kind or (self.kind in ("get", "set") and not (self.is_async or self.generator))
        must(known, f"{self.name} cannot be a method of the kind {self.kind!r}")
        counts = {"": len(self.parameters), "get": 0, "set": 1}
        must(len(self.parameters) == counts[self.kind], f"{self.name}: `get` has no parameter, `set` has one")


ClassMember = Field | Constructor | Method


class Class(Node, frozen=True):
    """`abstract class Name<T> extends Base<T> implements A, B { … }`."""

    name: str
    members: tuple[ClassMember, ...]
    type_parameters: tuple[TypeParameter, ...] = ()
    extends: Named | None = None
    implements: tuple[Named, ...] = ()
    abstract: bool = False
    exported: bool = False
    doc: Documentation | None = None

    def __post_init__(self) -> None:
        names.variable(self.name)


class Symbol(Node, frozen=True):
    """`name`, `name as alias`, `type name`: one name of an import or export."""

    name: str
    alias: str | None = None
    type_only: bool = False

    def __post_init__(self) -> None:
        names.variable(self.name)
        if self.alias is not None:
            names.variable(self.alias)


class Import(Node, frozen=True):
    """`import type { a, b as c } from "module";`; `import * as all from …`; with neither, for what importing it does."""

    module: str
    symbols: tuple[Symbol, ...] = ()
    type_only: bool = False
    all: str | None = None

    def __post_init__(self) -> None:
        if self.all is not None:
            names.variable(self.all)
            must(not self.symbols, "an import has names, or one name for all")
        must(bool(self.all or self.symbols) or not self.type_only, "an import of types has names")
        _no_type_twice(self.symbols, self.type_only)


class Export(Node, frozen=True):
    """`export type { a, b as c } from "module";`, or without module the names of this one."""

    symbols: tuple[Symbol, ...]
    module: str | None = None
    type_only: bool = False

    def __post_init__(self) -> None:
        must(len(self.symbols) > 0, "an export has names")
        _no_type_twice(self.symbols, self.type_only)


class ExportAll(Node, frozen=True):
    """`export * from "module";`, or `export * as name from "module";`."""

    module: str
    name: str | None = None
    type_only: bool = False

    def __post_init__(self) -> None:
        if self.name is not None:
            names.variable(self.name)


Declaration = TypeAlias | Interface | Const | Function | Class
Statement = Declaration | Import | Export | ExportAll | BlockStatement
"""What a module holds."""


class Module(Node, frozen=True):
    """A file.

    Attributes:
        sections: Statements without blank lines between them; one blank line between sections.
        header: Lines of comment above everything.
        doc: The JSDoc of the file.
    """

    sections: tuple[tuple[Statement, ...], ...]
    header: tuple[str, ...] = ()
    doc: Documentation | None = None


def _member(name: str, access: str) -> None:
    if name.startswith("#"):
        names.member(name)
        must(not access, f"{name} is private by its name")
    must(access in ("", "private", "protected", "public"), f"{access!r} is no access to members")
    must(name not in ("constructor", "#constructor"), "a constructor has a node of its own")


def _signature(name: str, parameters: tuple[Parameter, ...], body: Block | None, *, plain: bool) -> None:
    if body is None:
        must(plain, f"{name}: a signature without body is neither async nor a generator")
        defaults = any(parameter.default is not None for parameter in parameters)
        must(not defaults, f"{name}: parameters have defaults only where there is a body")


def _no_type_twice(symbols: tuple[Symbol, ...], type_only: bool) -> None:
    twice = type_only and any(symbol.type_only for symbol in symbols)
    must(not twice, "`type` is said once, for all names or for each")
