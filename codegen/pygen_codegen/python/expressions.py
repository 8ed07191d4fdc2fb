"""Our own constructors over libcst, of expressions: small, typed, and refusing what is not valid Python.

Text from a data model enters through `text` alone, and identifiers are checked wherever one is taken. Nodes are never edited,
so that many lines can share one; names, texts and types, which return in view after view, are kept and written out once.
"""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from functools import lru_cache, partial

import libcst as cst

from pygen_codegen.python import layout, literals
from pygen_codegen.python.layout import STEP
from pygen_codegen.python.rendering import NOTHING, SPACE, Rendered, bare, rendered, width

Expr = cst.BaseExpression

SHARED = 4096
"""How many nodes of each kind are kept for the lines to come."""

_TIGHT = cst.AssignEqual(NOTHING, NOTHING)
_OR = cst.BitOr(SPACE, SPACE)

# libcst makes new whitespace for each node that is not given any, which takes longer than all the rest
_Arg = partial(cst.Arg, whitespace_after_star=NOTHING, whitespace_after_arg=NOTHING)
_Call = partial(cst.Call, whitespace_after_func=NOTHING, whitespace_before_args=NOTHING)
_Subscript = partial(
    cst.Subscript,
    lbracket=cst.LeftSquareBracket(NOTHING),
    rbracket=cst.RightSquareBracket(NOTHING),
    whitespace_after_value=NOTHING,
)


@lru_cache(maxsize=SHARED)
def word(identifier: str) -> cst.Name:
    """A name without dots.

    Raises:
        ValueError: It is no identifier, or a keyword.
    """
    if not identifier.isidentifier() or keyword.iskeyword(identifier):
        raise ValueError(f"{identifier!r} cannot be a name in Python")
    return cst.Name(identifier)


def dotted(identifier: str) -> cst.Name | cst.Attribute:
    """A name, dotted or not, where libcst asks for the bare node.

    Raises:
        ValueError: It is not made of identifiers, or holds a keyword.
    """
    first, *rest = identifier.split(".")
    node: cst.Name | cst.Attribute = word(first)
    for part in rest:
        node = cst.Attribute(node, word(part))
    return node


@lru_cache(maxsize=SHARED)
def name(identifier: str) -> Rendered:
    """A name, dotted or not.

    Raises:
        ValueError: It is not made of identifiers, or holds a keyword.
    """
    return Rendered(node=dotted(identifier), text=identifier)


@lru_cache(maxsize=SHARED)
def text(value: str) -> Rendered:
    """A string literal."""
    quoted = literals.quoted(value)
    return Rendered(node=cst.SimpleString(quoted), text=quoted)


def integer(value: int) -> Rendered:
    """A whole number from 0 on."""
    return rendered(cst.Integer(str(value)))


@lru_cache(maxsize=SHARED)
def call(function: Expr, *arguments: Expr, **keywords: Expr) -> Rendered:
    """`function(argument, keyword=value)`."""
    return rendered(_Call(function, args(arguments, keywords)))


def args(arguments: Sequence[Expr], keywords: dict[str, Expr]) -> list[cst.Arg]:
    """What stands between the brackets of a call, or of a class."""
    found = [_Arg(argument) for argument in arguments]
    return found + [_Arg(value, word(key), equal=_TIGHT) for key, value in keywords.items()]


@lru_cache(maxsize=SHARED)
def subscript(base: Expr, *elements: Expr) -> Rendered:
    """`base[element, …]`: a generic type with its arguments."""
    return rendered(_Subscript(base, [cst.SubscriptElement(cst.Index(element)) for element in elements]))


@lru_cache(maxsize=SHARED)
def union(first: Expr, *others: Expr) -> Rendered:
    """`A | B | C`."""
    for other in others:
        first = cst.BinaryOperation(bare(first), _OR, other)
    return rendered(first)


def attribute(owner: Expr, identifier: str) -> cst.Attribute:
    """`owner.identifier`, of any expression."""
    return cst.Attribute(owner, word(identifier))


@lru_cache(maxsize=SHARED)
def later(body: Expr) -> cst.Lambda:
    """`lambda: body`: for a name that is defined further down."""
    return cst.Lambda(cst.Parameters(), body)


@lru_cache(maxsize=SHARED)
def pair(first: Expr, second: Expr) -> cst.Tuple:
    """`(first, second)`."""
    return cst.Tuple([cst.Element(first), cst.Element(second)])


def awaited(expression: Expr) -> cst.Await:
    """`await expression`."""
    return cst.Await(expression)


def text_list(values: Sequence[str]) -> cst.List:
    """A list of texts, one per line, at the level of the module."""
    elements = layout.one_per_line([cst.Element(text(value)) for value in values], indent=0)
    return cst.List(elements, lbracket=cst.LeftSquareBracket(whitespace_after=layout.newline(STEP)))


def tuple_(values: Sequence[Expr], column: int) -> cst.Tuple:
    """A tuple behind `name = ` in a class, one value per line; of one value on the same line if it fits there."""
    alone = cst.Tuple([cst.Element(values[0], comma=cst.Comma())])
    if len(values) == 1 and column + width(alone) <= layout.LIMIT:
        return alone
    fitting = [layout.fit(value, 2 * STEP, 2 * STEP, after=len(",")) for value in values]
    elements = layout.one_per_line([cst.Element(value) for value in fitting], STEP)
    return cst.Tuple(elements, lpar=[cst.LeftParen(whitespace_after=layout.newline(2 * STEP))])


NONE = rendered(cst.Name("None"))
TRUE = rendered(cst.Name("True"))
FALSE = rendered(cst.Name("False"))
