"""Types as documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import text
from pygen_codegen.typescript.printer.doc import (
    LINE,
    SOFTLINE,
    Doc,
    concat,
    group,
    if_break,
    indent,
    join,
    mere_text,
)

ANY, RETURNED, JOINED, OPERAND, POSTFIX = range(5)
"""How tightly a type must hold together: anywhere, behind an arrow function's colon, in a union, behind `keyof`, before `[]`."""

_HOLDS: dict[type[Any], int] = {
    t.FunctionType: ANY,
    t.UnionOf: RETURNED,
    t.IntersectionOf: RETURNED,
    t.KeyOf: JOINED,
    t.TypeOf: OPERAND,
}

_WORDS = "any bigint boolean false never null number object string symbol true undefined unknown void"
KEYWORDS = frozenset(_WORDS.split())

ALONE = "alone"
"""The union stands where it need not be indented: behind a `=` that broke, as a type argument, in a tuple."""


T = TypeVar("T")

_PRINTERS: dict[type[Any], Callable[[Any], Doc]] = {}


def prints_type(kind: type[T]) -> Callable[[Callable[[T], Doc]], Callable[[T], Doc]]:
    """Say that a function prints types of a kind."""

    def register(printer: Callable[[T], Doc]) -> Callable[[T], Doc]:
        _PRINTERS[kind] = printer
        return printer

    return register


def type_doc(node: t.Type, within: int = ANY, place: str = "") -> Doc:
    """A type.

    Args:
        node: What to print.
        within: How tightly it must hold together; it stands in parentheses if it does not.
        place: `ALONE` if a union in it brings no indentation of its own.
    """
    return _type_text(node, within, place) if mere_text() else _type_doc(node, within, place)


def _type_doc(node: t.Type, within: int, place: str) -> Doc:
    if type(node) is t.UnionOf:
        return _union(node, within, place)
    doc = _PRINTERS[type(node)](node)
    holds = _HOLDS.get(type(node), POSTFIX)
    if isinstance(node, t.ArrayOf | t.TupleOf) and node.readonly:
        holds = JOINED
    return concat("(", doc, ")") if holds < within else doc


@lru_cache(maxsize=4096)
def _type_text(node: t.Type, within: int, place: str) -> Doc:
    """The text of a type: the same few stand in many places."""
    return _type_doc(node, within, place)


@prints_type(t.Named)
def _named(node: t.Named) -> Doc:
    return concat(node.name, type_arguments(node.arguments)) if node.arguments else node.name


def type_arguments(arguments: Sequence[t.Type], *, hugged: bool = True) -> Doc:
    """`<A, B>`, or nothing.

    Args:
        arguments: The types.
        hugged: Whether a lone one without parts of its own stays on the line.
    """
    if not arguments:
        return ""
    docs = [type_doc(argument, place=ALONE) for argument in arguments]
    if len(arguments) == 1 and (hugged or is_object(arguments[0])) and _hugs(arguments[0]):
        return concat("<", docs[0], ">")
    return group("<", indent(SOFTLINE, join(concat(",", LINE), docs)), SOFTLINE, ">")


def _hugs(node: t.Type) -> bool:
    return is_simple(node) or is_object(node) or (isinstance(node, t.UnionOf) and hugs_one_object(node))


def is_simple(node: t.Type) -> bool:
    """Whether it is a name without arguments, or a literal."""
    return isinstance(node, t.LiteralType) or (isinstance(node, t.Named) and not node.arguments)


def is_object(node: t.Type) -> bool:
    """Whether it is an object type."""
    return isinstance(node, t.ObjectType)


def hugs_one_object(node: t.UnionOf) -> bool:
    """Whether it is one type of objects, or nothing: such a union never breaks between its members."""
    objects = [member for member in node.members if not _is_nothing(member)]
    return len(objects) == 1 and (
        is_object(objects[0]) or (isinstance(objects[0], t.Named) and objects[0].name not in KEYWORDS | {"this"})
    )


def _is_nothing(node: t.Type) -> bool:
    return isinstance(node, t.Named) and node.name in ("null", "void")


@prints_type(t.LiteralType)
def _literal(node: t.LiteralType) -> Doc:
    return text.string(node.value) if isinstance(node.value, str) else str(node.value)


@prints_type(t.ArrayOf)
def _array(node: t.ArrayOf) -> Doc:
    doc = concat(type_doc(node.item, POSTFIX), "[]")
    return concat("readonly ", doc) if node.readonly else doc


@prints_type(t.TupleOf)
def _tuple(node: t.TupleOf) -> Doc:
    if not node.elements:
        doc: Doc = "[]"
    else:
        several = len(node.elements) > 1
        parts = [group(_element(element, several=several)) for element in node.elements]
        doc = group("[", indent(SOFTLINE, join(concat(",", LINE), parts), if_break(",")), SOFTLINE, "]")
    return concat("readonly ", doc) if node.readonly else doc


def _element(node: t.Element, *, several: bool) -> Doc:
    if node.name is not None:
        mark = "?" if node.optional else ""
        before = "..." if node.rest else ""
        return concat(before, node.name, mark, ": ", type_doc(node.type))
    if node.optional:
        return concat(type_doc(node.type, OPERAND), "?")
    if node.rest:
        return concat("...", type_doc(node.type, OPERAND))
    if isinstance(node.type, t.UnionOf) and several and not hugs_one_object(node.type):
        return group(indent(if_break(concat("(", SOFTLINE)), _members(node.type)), SOFTLINE, if_break(")"))
    return type_doc(node.type, place=ALONE)


def _union(node: t.UnionOf, within: int, place: str) -> Doc:
    enclosed = within > RETURNED
    if hugs_one_object(node):
        doc = join(" | ", [type_doc(member, JOINED) for member in node.members])
        return concat("(", doc, ")") if enclosed else doc
    members = _members(node)
    if enclosed:
        return concat("(", group(indent(SOFTLINE, members), SOFTLINE), ")")
    return members if place == ALONE else group(indent(SOFTLINE, members))


def _members(node: t.UnionOf) -> Doc:
    parts: list[Doc] = []
    for member in node.members:
        parts += [concat(LINE, "| ") if parts else if_break("| "), indent(type_doc(member, JOINED))]
    return group(*parts)


@prints_type(t.IntersectionOf)
def _intersection(node: t.IntersectionOf) -> Doc:
    parts: list[Doc] = []
    indented = False
    for index, member in enumerate(node.members):
        doc = type_doc(member, JOINED)
        if not index:
            parts.append(doc)
            continue
        objects = is_object(member) + is_object(node.members[index - 1])
        if objects == 0:
            parts.append(indent(" &", LINE, doc))
        elif objects == 2:
            parts.append(concat(" & ", indent(doc) if indented else doc))
        else:
            indented = indented or index > 1
            parts.append(concat(" & ", indent(doc) if index > 1 else doc))
    return group(*parts)


@prints_type(t.KeyOf)
def _keyof(node: t.KeyOf) -> Doc:
    return concat("keyof ", type_doc(node.type, OPERAND))


@prints_type(t.TypeOf)
def _typeof(node: t.TypeOf) -> Doc:
    return f"typeof {node.name}"


@prints_type(t.IndexedAccess)
def _indexed(node: t.IndexedAccess) -> Doc:
    return concat(type_doc(node.object, POSTFIX), "[", type_doc(node.index), "]")
