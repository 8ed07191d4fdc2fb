"""Where lines break: the rules of `ruff format` at 88 columns, for the expressions that generated code is made of.

Nodes are built flat, without any line break; the functions here give back the node as it is when it fits, else one that is
broken as ruff would break it. Columns and indentations count characters from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

import libcst as cst

from pygen_codegen.python.rendering import NOTHING, SPACE, bare, code, rendered, width

LIMIT = 88
STEP = 4

Item = TypeVar("Item", cst.Arg, cst.SubscriptElement, cst.Param)
Separated = TypeVar(
    "Separated", cst.Arg, cst.SubscriptElement, cst.Param, cst.BaseElement, cst.Element, cst.ImportAlias
)


@lru_cache(maxsize=64)
def newline(indent: int) -> cst.BaseParenthesizableWhitespace:
    """A line break inside brackets, and the indentation after it."""
    return cst.ParenthesizedWhitespace(last_line=cst.SimpleWhitespace(" " * indent))


def fit(node: cst.BaseExpression, column: int, indent: int, after: int = 0) -> cst.BaseExpression:
    """An expression that stands inside brackets, or one that can be broken at brackets of its own.

    Args:
        node: The flat expression.
        column: Where it begins.
        indent: The indentation of the line on which it begins.
        after: Characters that follow it on its last line.
    """
    whole = rendered(node)
    if column + len(whole.text) + after <= LIMIT:
        return whole
    broken: cst.BaseExpression = whole
    match whole.node:
        case cst.Call() as call:
            broken = _broken_call(call, column, indent)
        case cst.Subscript() as subscript:
            broken = _broken_subscript(subscript, indent)
        case cst.BinaryOperation() as union:
            broken = _broken_union(union, indent, after)
        case cst.Lambda(body=cst.Tuple() as pair) as later:
            broken = later.with_changes(body=_broken_tuple(pair, indent))
        case cst.Lambda() as later:
            broken = later.with_changes(body=parenthesized(later.body, indent))
    return broken


def lines(parts: Sequence[Item], indent: int) -> list[Item]:
    """What stands between two brackets that end and begin lines: on one line if it fits there, else one line each.

    Args:
        parts: The flat parts, without commas.
        indent: Indentation of the line of the closing bracket.

    Returns:
        The parts, the last with the line break before the closing bracket.
    """
    inner = indent + STEP
    if inner + sum(width(part) for part in parts) + len(", ") * (len(parts) - 1) <= LIMIT:
        *others, last = parts
        return [*others, _before_closing(last, indent)]
    if len(parts) == 1:
        return [_before_closing(_fit_item(parts[0], inner, after=0), indent)]
    return one_per_line([_fit_item(part, inner, after=len(",")) for part in parts], indent)


def one_per_line(parts: Sequence[Separated], indent: int) -> list[Separated]:
    """Parts on a line each, a comma behind every one, the closing bracket at `indent`."""
    spaces = [*[newline(indent + STEP)] * (len(parts) - 1), newline(indent)]
    return [
        part.with_changes(comma=cst.Comma(whitespace_after=space)) for part, space in zip(parts, spaces, strict=True)
    ]


def value(node: cst.BaseExpression, column: int, indent: int, *, behind_bracket: bool = False) -> cst.BaseExpression:
    """What stands alone behind `=`, `->` or an annotation's colon, where parentheses may be put around it.

    Args:
        node: The flat expression.
        column: Where it begins.
        indent: The indentation of its statement.
        behind_bracket: An annotation before it could have been broken; then ruff puts parentheses even where they do not
            make everything fit.
    """
    if isinstance(node, cst.List | cst.Tuple):
        return node  # these are built with an item per line
    whole = rendered(node)
    if column + len(whole.text) <= LIMIT:
        return whole
    inside = parenthesized(fit(whole, indent + STEP, indent + STEP), indent)
    if isinstance(whole.node, cst.BinaryOperation):
        return inside
    if _opens_by(whole.node, column) or column + len("(") > LIMIT or not (behind_bracket or _all_fit(inside)):
        return fit(whole, column, indent)
    return inside


def can_split(node: cst.BaseExpression) -> bool:
    """Whether an annotation is broken rather than the value behind it, when not even the value's first bracket fits."""
    return isinstance(bare(node), cst.BinaryOperation | cst.Subscript)


def parenthesized(node: cst.BaseExpression, indent: int) -> cst.BaseExpression:
    """An expression on lines of its own between parentheses that stand at `indent`."""
    return bare(node).with_changes(
        lpar=[cst.LeftParen(whitespace_after=newline(indent + STEP))],
        rpar=[cst.RightParen(whitespace_before=newline(indent))],
    )


def _all_fit(broken: cst.BaseExpression) -> bool:
    """Whether no line but the first is too long."""
    return all(len(line) <= LIMIT for line in code(broken).split("\n")[1:])


def _opens_by(node: cst.BaseExpression, column: int) -> bool:
    """Whether the expression has a bracket, and everything up to it fits on the line."""
    opening = bare(node.func) if isinstance(node, cst.Call) else node
    if isinstance(opening, cst.Subscript):
        opening = opening.value
    return opening is not node and column + width(opening) + 1 <= LIMIT


def _fit_item(part: Item, indent: int, after: int) -> Item:
    match part:
        case cst.Arg(value=inner, keyword=keyword):
            column = indent + (width(keyword) + 1 if keyword else 0)
            return part.with_changes(value=fit(inner, column, indent, after))
        case cst.SubscriptElement(slice=cst.Index(value=inner)):
            return part.with_changes(slice=cst.Index(fit(inner, indent, indent, after)))
        case cst.Param(annotation=cst.Annotation(annotation=inner), default=None):
            column = indent + width(part) - width(inner)
            return part.with_changes(annotation=cst.Annotation(fit(inner, column, indent, after)))
        case _:
            return part


def _before_closing(part: Item, indent: int) -> Item:
    match part:
        case cst.Arg():
            return part.with_changes(whitespace_after_arg=newline(indent))
        case cst.Param():
            return part.with_changes(whitespace_after_param=newline(indent))
        case _:
            return part  # the bracket of a subscript holds the line break itself


def _broken_call(node: cst.Call, column: int, indent: int) -> cst.Call:
    head = bare(node.func)
    if isinstance(head, cst.Subscript) and column + width(head) + len("(") > LIMIT:
        return node.with_changes(func=_broken_subscript(head, indent))
    if not node.args:
        return node
    return node.with_changes(whitespace_before_args=newline(indent + STEP), args=lines(node.args, indent))


def _broken_subscript(node: cst.Subscript, indent: int) -> cst.Subscript:
    elements = lines(node.slice, indent)
    ended = isinstance(elements[-1].comma, cst.Comma)
    return node.with_changes(
        lbracket=cst.LeftSquareBracket(whitespace_after=newline(indent + STEP)),
        slice=elements,
        rbracket=cst.RightSquareBracket(whitespace_before=NOTHING if ended else newline(indent)),
    )


def _broken_tuple(node: cst.Tuple, indent: int) -> cst.Tuple:
    opening = cst.LeftParen(whitespace_after=newline(indent + STEP))
    return node.with_changes(elements=one_per_line(node.elements, indent), lpar=[opening])


def _broken_union(node: cst.BinaryOperation, indent: int, after: int) -> cst.BinaryOperation:
    left = bare(node.left)
    first = _broken_union(left, indent, 0) if isinstance(left, cst.BinaryOperation) else fit(left, indent, indent)
    right = fit(node.right, indent + len("| "), indent, after)
    return node.with_changes(
        left=first,
        operator=cst.BitOr(whitespace_before=newline(indent), whitespace_after=SPACE),
        right=right,
    )
