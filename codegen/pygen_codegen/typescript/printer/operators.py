"""Operators between values, and conditions."""

from __future__ import annotations

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer.dispatch import prints, show
from pygen_codegen.typescript.printer.doc import LINE, SOFTLINE, Doc, concat, group, if_break, indent
from pygen_codegen.typescript.printer.place import Place, flattens
from pygen_codegen.typescript.tree.expressions import LOGICAL

_PLAIN_IN = frozenset({"returned", "thrown", "yielded", "body", "part"})
"""Roles in which a chain of operators is not indented below its first line."""


def enclosed(node: t.Expression, place: Place) -> Doc:
    """A value behind `return`, `throw` or `yield`: a chain of operators that breaks stands in parentheses."""
    doc = show(node, place)
    if not isinstance(node, t.Binary):
        return doc
    return group(if_break("("), indent(SOFTLINE, doc), SOFTLINE, if_break(")"))


def keeps_last_open(node: t.Expression) -> bool:
    """Whether it is logical and ends in an object or array, which stays on the line of the operator."""
    return isinstance(node, t.Binary) and node.operator in LOGICAL and _has_parts(node.right)


def _has_parts(node: t.Expression) -> bool:
    return (isinstance(node, t.Object) and bool(node.members)) or (isinstance(node, t.Array) and bool(node.elements))


@prints(t.Binary)
def binary(node: t.Binary, place: Place) -> Doc:
    """A chain of operators of one kind: all on one line, or each at the end of its own."""
    condition = place.role == "condition"
    parts = _chain(node, place, condition=condition)
    if condition:
        return concat(*parts)
    if place.role in ("operand", "function") or place.dotted():
        return group(indent(SOFTLINE, *parts), SOFTLINE)
    if _stays(node, place):
        return group(*parts)
    return group(parts[0], indent(*parts[1:]))


def _stays(node: t.Binary, place: Place) -> bool:
    """Whether what breaks is not indented."""
    if place.role in _PLAIN_IN or _ends_open(node):
        return True
    if isinstance(place.node, t.Conditional):
        outside = place.up
        return outside is None or outside.role not in ("returned", "thrown", "function", "argument")
    if place.role == "argument":
        return (
            isinstance(place.node, t.Call)
            and place.node.function == t.Name("Boolean")
            and len(place.node.arguments) == 1
        )
    return place.role == "value" and not keeps_last_open(node)


def _ends_open(node: t.Binary) -> bool:
    """Whether only its last operand can break."""
    while keeps_last_open(node):
        if not (isinstance(node.left, t.Binary) and flattens(node.operator, node.left.operator)):
            return True
        node = node.left
    return False


def _chain(node: t.Binary, place: Place, *, condition: bool) -> list[Doc]:
    """The first operand, then each operator with its right one."""
    here = Place(node, "left", place)
    if isinstance(node.left, t.Binary) and flattens(node.operator, node.left.operator):
        parts = _chain(node.left, here, condition=condition)
    else:
        parts = [group(show(node.left, here))]
    right = show(node.right, Place(node, "right", place))
    space = " " if keeps_last_open(node) else LINE
    part = concat(node.operator, space, right)
    logical = node.operator in LOGICAL
    if not (condition and logical) and not any(_alike(node, other) for other in (place.node, node.left, node.right)):
        part = group(part)
    return [*parts, " ", part]


def _alike(node: t.Binary, other: object) -> bool:
    """Whether both are logical, or both are not."""
    return isinstance(other, t.Binary) and (other.operator in LOGICAL) == (node.operator in LOGICAL)


@prints(t.Conditional)
def conditional(node: t.Conditional, place: Place) -> Doc:
    """`test ? then : otherwise`, on one line or on three; one that follows another continues its column."""
    then, otherwise = (
        show(one, Place(node, role, place)) for one, role in ((node.then, "then"), (node.otherwise, "otherwise"))
    )
    nested = isinstance(node.then, t.Conditional)
    branches = concat(
        LINE,
        "? ",
        if_break("", "(") if nested else "",
        indent(then),
        if_break("", ")") if nested else "",
        LINE,
        ": ",
        indent(otherwise),
    )
    test = show(node.test, Place(node, "test", place))
    inner = isinstance(place.node, t.Conditional)
    if inner and place.role == "otherwise":
        test = indent(test)
    if inner:
        return concat(test, branches)
    doc = group(test, indent(branches))
    return group(indent(SOFTLINE, doc), SOFTLINE) if _cast_whole(place) else doc


def _cast_whole(place: Place) -> bool:
    """Whether it stands in the parentheses of a cast that is all there is."""
    outside = place.up
    if place.role != "cast" or outside is None:
        return False
    whole = ("returned", "thrown", "yielded", "awaited", "operand")
    return outside.role in whole or (outside.role == "value" and isinstance(outside.node, t.Const | t.Assign))
