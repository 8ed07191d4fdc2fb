"""Where an expression stands: in which role, of which node, and so on outwards. Parentheses and a few layouts depend on it."""

from __future__ import annotations

from typing import Any

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.tree.expressions import BINARY, LOGICAL

_FIRST = frozenset({"left", "object", "function", "test", "certain", "cast"})
"""Roles of what a node begins with."""


class Place:
    """A role in a node, which has a place itself unless it is a statement or a declaration."""

    __slots__ = ("node", "role", "up")

    def __init__(self, node: Any, role: str, up: Place | None = None) -> None:
        self.node, self.role, self.up = node, role, up

    def begins(self, kind: type[Any], role: str) -> bool:
        """Whether what stands here is the first thing of that role in a node of that kind."""
        place: Place | None = self
        while place is not None and place.role in _FIRST:
            place = place.up
        return place is not None and place.role == role and isinstance(place.node, kind)

    def dotted(self) -> bool:
        """Whether it is the object of `object.name`."""
        return self.role == "object" and isinstance(self.node, t.Member)


_YIELD, _CONDITIONAL, _CAST, _AWAIT, _BINARY, _UNARY, _POSTFIX = 1, 2, 3, 4, 5, 20, 21

_HOLDS: dict[type[Any], int] = {
    t.Arrow: 0,
    t.Yield: _YIELD,
    t.Conditional: _CONDITIONAL,
    t.As: _CAST,
    t.Await: _AWAIT,
    t.Binary: _BINARY,
    t.Unary: _UNARY,
}
"""How tightly a node holds together; what is not here always does. Binary operators have an order of their own above theirs."""

_WITHIN = {
    "left": _BINARY,
    "right": _BINARY,
    "test": _BINARY,
    "spread": _UNARY,
    "awaited": _UNARY,
    "cast": _UNARY,
    "operand": _UNARY,
    "certain": _POSTFIX,
    "object": _POSTFIX,
    "function": _POSTFIX,
}
"""How tightly it must hold together to stand in a role without parentheses."""

_WELCOME = {("spread", t.Arrow), ("awaited", t.Await), ("cast", t.As)}
"""Kinds of nodes that need no parentheses in a role although they hold less tightly."""


def needs_parentheses(node: t.Expression, place: Place) -> bool:
    """Whether a node stands in parentheses at a place: where they say what belongs together, and where prettier likes them."""
    role, kind = place.role, type(node)
    if kind is t.Object:
        return place.begins(t.Do, "statement") or place.begins(t.Arrow, "body")
    if kind is t.Number:
        return role == "object"
    if isinstance(place.node, t.Conditional) and _is_set_off(node):
        return True
    holds = _HOLDS.get(kind)
    if holds is None or holds >= _WITHIN.get(role, 0):
        return isinstance(node, t.Binary | t.Unary) and _beside_operator(node, place)
    return (role, kind) not in _WELCOME


def _is_set_off(node: t.Expression) -> bool:
    """Whether it stands in parentheses in any part of a condition."""
    return isinstance(node, t.As) or (isinstance(node, t.Binary) and node.operator == "??")


def _beside_operator(node: t.Binary | t.Unary, place: Place) -> bool:
    """Whether the operators inside and outside would be read, or mistaken, for something else."""
    role, outer = place.role, place.node
    if isinstance(node, t.Unary):
        if role == "operand":
            return node.operator == outer.operator and node.operator in "+-"
        return role == "left" and outer.operator in ("in", "instanceof")
    return role in ("left", "right") and _mixed(node.operator, outer.operator, right=role == "right")


def _mixed(inner: str, outer: str, *, right: bool) -> bool:
    if inner in LOGICAL and outer in LOGICAL:
        return inner != outer
    tighter = BINARY[outer] - BINARY[inner]
    if tighter:
        return tighter > 0 or (inner == "%" and outer in "+-")
    return right or not flattens(outer, inner)


def flattens(outer: str, inner: str) -> bool:
    """Whether a chain of two operators is laid out as one."""
    if BINARY[outer] != BINARY[inner] or BINARY[outer] == BINARY["==="] or (outer, inner) == (">", "<"):
        return False
    return outer == inner != "%" or BINARY[outer] != BINARY["*"]
