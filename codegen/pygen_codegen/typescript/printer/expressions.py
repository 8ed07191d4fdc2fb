"""Expressions as documents."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import operators, text
from pygen_codegen.typescript.printer.arguments import is_row_of_numbers
from pygen_codegen.typescript.printer.assignments import assignment
from pygen_codegen.typescript.printer.dispatch import prints, show
from pygen_codegen.typescript.printer.doc import (
    LINE,
    SOFTLINE,
    Doc,
    concat,
    flat,
    group,
    if_break,
    indent,
    join,
    lazily,
)
from pygen_codegen.typescript.printer.place import Place
from pygen_codegen.typescript.printer.types import type_doc


@prints(t.Name)
def _name(node: t.Name, _: Place) -> Doc:
    return node.text


@prints(t.String)
def _string(node: t.String, _: Place) -> Doc:
    return text.string(node.value)


@prints(t.Number)
def _number(node: t.Number, _: Place) -> Doc:
    return text.number(node.value)


@prints(t.BigInt)
def _bigint(node: t.BigInt, _: Place) -> Doc:
    return f"{node.value}n"


@prints(t.Boolean)
def _boolean(node: t.Boolean, _: Place) -> Doc:
    return "true" if node.value else "false"


@prints(t.Null)
def _null(_: t.Null, __: Place) -> Doc:
    return "null"


@prints(t.Template)
def _template(node: t.Template, place: Place) -> Doc:
    parts: list[str] = []
    for part in node.parts:
        if isinstance(part, str):
            parts.append(text.template(part))
            continue
        inside = flat(show(part, Place(node, "part", place)))
        if inside is None:
            raise ValueError("an expression in a template string has to fit on its line")
        parts.append(f"${{{inside}}}")
    return f"`{''.join(parts)}`"


@prints(t.Spread)
def _spread(node: t.Spread, place: Place) -> Doc:
    return concat("...", show(node.value, Place(node, "spread", place)))


@prints(t.Array)
def _array(node: t.Array, place: Place) -> Doc:
    if not node.elements:
        return "[]"
    here = Place(node, "element", place)
    docs = [group(show(element, here)) for element in node.elements]
    if is_row_of_numbers(node):
        separator: Doc = concat(",", group(LINE))
    else:
        separator = concat(",", LINE)
    return group(
        "[", indent(SOFTLINE, join(separator, docs), if_break(",")), SOFTLINE, "]", broken=_table(node.elements)
    )


def _table(elements: Sequence[t.Expression | t.Spread]) -> bool:
    """Whether it holds several arrays, or several objects, all of them with several parts."""
    kind = type(elements[0])
    if len(elements) < 2 or kind not in (t.Array, t.Object):
        return False
    return all(
        type(one) is kind and len(one.elements if isinstance(one, t.Array) else one.members) > 1 for one in elements
    )


@prints(t.Object)
def _object(node: t.Object, place: Place) -> Doc:
    if not node.members:
        return "{}"
    return lazily(lambda: _braces(node, place), broken=node.expanded)


def _braces(node: t.Object, place: Place) -> Doc:
    docs = [_object_member(member, node, place) for member in node.members]
    return concat("{", indent(LINE, join(concat(",", LINE), docs), if_break(",")), LINE, "}")


def _object_member(member: t.ObjectMember, node: t.Object, place: Place) -> Doc:
    if isinstance(member, t.Spread):
        return _spread(member, Place(node, "member", place))
    if member.value is None:
        return member.key
    inside = Place(member, "value", Place(node, "member", place))
    return assignment(text.key(member.key), ":", member.value, inside)


@prints(t.NonNull)
def _nonnull(node: t.NonNull, place: Place) -> Doc:
    return concat(show(node.value, Place(node, "certain", place)), "!")


@prints(t.Await)
def _await(node: t.Await, place: Place) -> Doc:
    doc = concat("await ", show(node.value, Place(node, "awaited", place)))
    if place.role in ("object", "function"):
        doc = concat(indent(SOFTLINE, doc), SOFTLINE)
        return doc if place.begins(t.Await, "awaited") else group(doc)
    return doc


@prints(t.Yield)
def _yield(node: t.Yield, place: Place) -> Doc:
    word = "yield* " if node.each else "yield "
    return concat(word, operators.enclosed(node.value, Place(node, "yielded", place)))


@prints(t.Unary)
def _unary(node: t.Unary, place: Place) -> Doc:
    operator = node.operator + " " if node.operator.isalpha() else node.operator
    return concat(operator, show(node.value, Place(node, "operand", place)))


@prints(t.As)
def _as(node: t.As, place: Place) -> Doc:
    word = " satisfies " if node.satisfies else " as "
    doc = concat(show(node.value, Place(node, "cast", place)), word, type_doc(node.type))
    if place.role == "object":
        return group(indent(SOFTLINE, doc), SOFTLINE)
    return doc
