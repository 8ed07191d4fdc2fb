"""Text in the data modeling language, which is GraphQL's schema language with directives, to its types (contract §11.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import GraphQLSyntaxError, parse
from graphql.language import ast
from graphql.utilities import value_from_ast_untyped

from pygen.errors import SourceError

TOKENS_LIMIT = 200_000
"""Words and signs of a text; the largest public model has some thousands."""

Directives = Mapping[str, Mapping[str, Any]]

_LABEL = re.compile(r"[ \t]*@(\w+)[ \t]*(.*)")
_HARMLESS = (ast.ScalarTypeDefinitionNode, ast.DirectiveDefinitionNode)  # some declare them for their editor


class Documentation(NamedTuple):
    """What a doc-string says: a name for people, and a description."""

    name: str | None
    description: str | None


class Field(NamedTuple):
    """A field of a type.

    Attributes:
        name: Its name.
        type: The name of its type, without what follows.
        list: Whether it is a list.
        required: Whether the field as a whole must have a value.
        directives: Name → arguments.
        documentation: What its doc-string says.
        line: Where it stands.
    """

    name: str
    type: str
    list: bool
    required: bool
    directives: Directives
    documentation: Documentation
    line: int

    def means(self) -> tuple[object, ...]:
        """What makes two fields the same one."""
        return self.type, self.list, self.required, self.directives


class Type(NamedTuple):
    """A type or an interface."""

    name: str
    interfaces: Sequence[str]
    fields: Mapping[str, Field]
    directives: Directives
    documentation: Documentation
    line: int


class Enum(NamedTuple):
    """An enum.

    Attributes:
        name: Its name.
        values: Value → what its doc-string says.
        directives: Those of the enum, and of its values.
        line: Where it stands.
    """

    name: str
    values: Mapping[str, Documentation]
    directives: Directives
    line: int


class Document(NamedTuple):
    """The types and enums of a text, in its order."""

    types: Mapping[str, Type]
    enums: Mapping[str, Enum]


def parse_graphql(text: str) -> Document:
    """The types in a text.

    Raises:
        SourceError: It is not GraphQL, is too large, or defines something that a data model cannot have; the message says on
            which line.
    """
    if not text.strip():
        raise SourceError("it is empty")
    try:
        document = parse(text, max_tokens=TOKENS_LIMIT)
        return _document(document.definitions)
    except GraphQLSyntaxError as error:
        line = f"line {error.locations[0].line}: " if error.locations else ""
        raise SourceError(f"{line}this is not GraphQL: {error.message.removeprefix('Syntax Error: ')}") from error
    except RecursionError as error:
        raise SourceError("the nesting is too deep for a data model") from error


def _document(definitions: Iterable[ast.DefinitionNode]) -> Document:
    types: dict[str, Type] = {}
    enums: dict[str, Enum] = {}
    for node in definitions:
        if isinstance(node, _HARMLESS):
            continue
        match node:
            case ast.ObjectTypeDefinitionNode() | ast.InterfaceTypeDefinitionNode():
                _check_new(node, types, enums)
                types[node.name.value] = _type(node)
            case ast.EnumTypeDefinitionNode():
                _check_new(node, types, enums)
                enums[node.name.value] = _enum(node)
            case _:
                kind = node.kind.replace("_", " ").removesuffix(" definition")
                raise SourceError(
                    f"line {_line(node)}: {kind} is not part of a data model; types, interfaces and enums are"
                )
    if not types:
        raise SourceError("it defines no types")
    return Document(types, enums)


_Definition = ast.ObjectTypeDefinitionNode | ast.InterfaceTypeDefinitionNode | ast.EnumTypeDefinitionNode


def _check_new(node: _Definition, *known: Mapping[str, object]) -> None:
    if any(node.name.value in names for names in known):
        raise SourceError(f"line {_line(node)}: {node.name.value} is defined a second time")


def _type(node: ast.ObjectTypeDefinitionNode | ast.InterfaceTypeDefinitionNode) -> Type:
    fields: dict[str, Field] = {}
    for field in node.fields or ():
        if field.name.value in fields:
            raise SourceError(f"line {_line(field)}: {node.name.value}.{field.name.value} is defined a second time")
        fields[field.name.value] = _field(field)
    return Type(
        name=node.name.value,
        interfaces=[each.name.value for each in node.interfaces or ()],
        fields=fields,
        directives=_directives(node.directives),
        documentation=_documentation(node.description),
        line=_line(node),
    )


def _enum(node: ast.EnumTypeDefinitionNode) -> Enum:
    directives = [*(node.directives or ()), *(each for value in node.values or () for each in value.directives or ())]
    return Enum(
        name=node.name.value,
        values={each.name.value: _documentation(each.description) for each in node.values or ()},
        directives=_directives(directives),
        line=_line(node),
    )


def _field(node: ast.FieldDefinitionNode) -> Field:
    type_ = node.type
    required = isinstance(type_, ast.NonNullTypeNode)
    if isinstance(type_, ast.NonNullTypeNode):
        type_ = type_.type
    is_list = isinstance(type_, ast.ListTypeNode)
    if isinstance(type_, ast.ListTypeNode):
        type_ = type_.type
        if isinstance(type_, ast.NonNullTypeNode):
            type_ = type_.type
    if not isinstance(type_, ast.NamedTypeNode):
        raise SourceError(f"line {_line(node)}: {node.name.value} is a list of lists")
    if node.arguments:
        raise SourceError(f"line {_line(node)}: {node.name.value} has arguments")
    return Field(
        name=node.name.value,
        type=type_.name.value,
        list=is_list,
        required=required,
        directives=_directives(node.directives),
        documentation=_documentation(node.description),
        line=_line(node),
    )


def _directives(nodes: Iterable[ast.ConstDirectiveNode] | None) -> Directives:
    """Directives by name; of one that stands there twice all arguments count, the later before the earlier."""
    directives: dict[str, dict[str, Any]] = {}
    for node in nodes or ():
        arguments = directives.setdefault(node.name.value, {})
        arguments |= {each.name.value: value_from_ast_untyped(each.value) for each in node.arguments or ()}
    return directives


def _documentation(node: ast.StringValueNode | None) -> Documentation:
    """A doc-string; on lines of their own `@name` and `@description` say which is which, and other labels are not for us."""
    name: str | None = None
    lines: list[str] = []
    for line in node.value.splitlines() if node else ():
        label = _LABEL.fullmatch(line)
        if label is None:
            lines.append(line)
        elif label[1].lower() == "name":
            name = label[2].strip() or None
        elif label[1].lower() == "description":
            lines.append(label[2])
    return Documentation(name, "\n".join(lines).strip() or None)


def _line(node: ast.Node) -> int:
    return node.loc.start_token.line if node.loc else 0
