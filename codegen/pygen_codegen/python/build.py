"""Our own constructors over libcst: small, typed, and refusing what is not valid Python.

Text from a data model enters through `text`, `docstring` or a comment, and identifiers are checked wherever one is taken.
Every function returns nodes that `ruff format` leaves as they are. Nodes are never edited, so that many lines can share one.
"""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from pygen_codegen.python import layout, literals
from pygen_codegen.python.layout import width

STEP = layout.STEP

Expr = cst.BaseExpression
Name = cst.Name | cst.Attribute
Stmt = cst.SimpleStatementLine | cst.BaseCompoundStatement

_TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
_BLANK = cst.EmptyLine(indent=False)


# --- expressions ---------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def name(identifier: str) -> Name:
    """A name, dotted or not.

    Raises:
        ValueError: It is not made of identifiers, or holds a keyword.
    """
    first, *rest = identifier.split(".")
    node: Name = _word(first)
    for part in rest:
        node = cst.Attribute(node, _word(part))
    return node


def _word(identifier: str) -> cst.Name:
    if not identifier.isidentifier() or keyword.iskeyword(identifier):
        raise ValueError(f"{identifier!r} cannot be a name in Python")
    return cst.Name(identifier)


def text(value: str) -> cst.SimpleString:
    """A string literal."""
    return cst.SimpleString(literals.quoted(value))


def integer(value: int) -> cst.Integer:
    """A whole number from 0 on."""
    return cst.Integer(str(value))


def call(function: Expr, *arguments: Expr, **keywords: Expr) -> cst.Call:
    """`function(argument, keyword=value)`."""
    args = [cst.Arg(argument) for argument in arguments]
    args += [cst.Arg(value, _word(key), equal=_TIGHT) for key, value in keywords.items()]
    return cst.Call(function, args)


@lru_cache(maxsize=1024)
def subscript(base: Expr, *elements: Expr) -> cst.Subscript:
    """`base[element, …]`: a generic type with its arguments."""
    parts = [cst.SubscriptElement(cst.Index(element)) for element in elements]
    return cst.Subscript(base, parts)


@lru_cache(maxsize=1024)
def union(first: Expr, *others: Expr) -> Expr:
    """`A | B | C`."""
    for other in others:
        first = cst.BinaryOperation(first, cst.BitOr(), other)
    return first


def attribute(owner: Expr, identifier: str) -> cst.Attribute:
    """`owner.identifier`, of any expression."""
    return cst.Attribute(owner, _word(identifier))


def later(body: Expr) -> cst.Lambda:
    """`lambda: body`: for a name that is defined further down."""
    return cst.Lambda(cst.Parameters(), body)


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


def text_tuple(values: Sequence[str], column: int) -> cst.Tuple:
    """A tuple of texts behind `name = ` in a class, one per line; of one text on the same line if it fits there."""
    alone = cst.Tuple([cst.Element(text(values[0]), comma=cst.Comma())])
    if len(values) == 1 and column + width(alone) <= layout.LIMIT:
        return alone
    elements = layout.one_per_line([cst.Element(text(value)) for value in values], STEP)
    return cst.Tuple(elements, lpar=[cst.LeftParen(whitespace_after=layout.newline(2 * STEP))])


NONE = cst.Name("None")
TRUE = cst.Name("True")
FALSE = cst.Name("False")


# --- statements ----------------------------------------------------------------------------------


def expression(value: Expr, *, indent: int = 0) -> Stmt:
    """An expression as a statement."""
    return _line(cst.Expr(layout.fit(value, indent, indent)))


def docstring(value: str, *, indent: int = 0) -> Stmt:
    """A docstring: of a module or class when it comes first, of an attribute when it follows one."""
    return _line(cst.Expr(cst.SimpleString(literals.docstring(value, indent))))


def field(attribute: str, annotation: Expr, value: Expr | None = None, *, indent: int = STEP) -> Stmt:
    """`attribute: annotation = value`."""
    column = indent + len(f"{attribute}: ")
    if value is None:
        annotation = layout.value(annotation, column, indent)
    else:
        splits = layout.can_split(annotation)
        behind = column + width(annotation) + len(" = ")
        if splits and behind + len("(") > layout.LIMIT:
            annotation = layout.value(annotation, layout.LIMIT, indent)
            behind = indent + len(") = ")
        value = layout.value(value, behind, indent, behind_bracket=splits)
    return _line(cst.AnnAssign(_word(attribute), cst.Annotation(annotation), value))


def assign(target: str, value: Expr, *, indent: int = STEP) -> Stmt:
    """`target = value`; the target may be dotted."""
    node = layout.value(value, indent + len(f"{target} = "), indent)
    return _line(cst.Assign([cst.AssignTarget(name(target))], node))


def returned(value: Expr) -> Stmt:
    """`return value`."""
    return _line(cst.Return(value))


def from_import(module: str, names: Sequence[str], *, indent: int = 0) -> Stmt:
    """`from module import names`, which come sorted; the module may start with a dot."""
    path = module.lstrip(".")
    relative = [cst.Dot()] * (len(module) - len(path))
    aliases = [cst.ImportAlias(_word(each)) for each in names]
    if indent + len(f"from {module} import {', '.join(names)}") <= layout.LIMIT:
        return _line(cst.ImportFrom(name(path), aliases, relative=relative))
    aliases = layout.one_per_line(aliases, indent)
    opening = cst.LeftParen(whitespace_after=layout.newline(indent + STEP))
    return _line(cst.ImportFrom(name(path), aliases, relative=relative, lpar=opening, rpar=cst.RightParen()))


def plain_import(module: str) -> Stmt:
    """`import module`."""
    return _line(cst.Import([cst.ImportAlias(name(module))]))


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function; `stars` is `**` for the one that takes all further keywords."""

    name: str
    annotation: Expr | None = None
    default: Expr | None = None
    stars: str = ""

    def node(self) -> cst.Param:
        """The parameter as a node."""
        annotation = cst.Annotation(self.annotation) if self.annotation else None
        return cst.Param(_word(self.name), annotation, default=self.default, star=self.stars)


def if_(condition: Expr, body: Sequence[Stmt]) -> Stmt:
    """`if condition: body`."""
    return cst.If(condition, cst.IndentedBlock(body))


def function(
    identifier: str,
    parameters: Sequence[Parameter],
    returns: Expr,
    body: Sequence[Stmt],
    *,
    is_async: bool = False,
    indent: int = STEP,
) -> Stmt:
    """`def identifier(parameters) -> returns: body`; `body` is indented one step more than `indent`."""
    parts = [parameter.node() for parameter in parameters]
    inside = ", ".join(layout.code(part) for part in parts)
    start = f"{'async ' if is_async else ''}def {identifier}("
    opening: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace("")
    if indent + len(f"{start}{inside}) -> :") + width(returns) > layout.LIMIT:
        opening = layout.newline(indent + STEP)
        parts = layout.lines(parts, indent)
        returns = layout.fit(returns, indent + len(") -> "), indent, after=len(":"))
    rest = parts.pop() if parameters and parameters[-1].stars else None
    return cst.FunctionDef(
        _word(identifier),
        cst.Parameters(parts, star_kwarg=rest),
        cst.IndentedBlock(body),
        returns=cst.Annotation(returns),
        asynchronous=cst.Asynchronous() if is_async else None,
        whitespace_before_params=opening,
    )


def read_only(identifier: str, type_: Expr, *, indent: int = STEP) -> Stmt:
    """A property without a body: `def identifier(self) -> type_: ...`, as Protocols have them."""
    self = cst.Param(_word("self"))
    opening: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace("")
    if indent + len(f"def {identifier}(self) -> : ...") + width(type_) > layout.LIMIT:
        opening = layout.newline(indent + STEP)
        (self,) = layout.one_per_line([self], indent)
        type_ = layout.fit(type_, indent + len(") -> "), indent, after=len(": ..."))
    return cst.FunctionDef(
        _word(identifier),
        cst.Parameters([self]),
        cst.SimpleStatementSuite([cst.Expr(cst.Ellipsis())]),
        [cst.Decorator(cst.Name("property"))],
        returns=cst.Annotation(type_),
        whitespace_before_params=opening,
    )


def class_(
    identifier: str,
    base: Expr | Sequence[Expr],
    body: Sequence[Sequence[Stmt]],
    *,
    notes: Sequence[str] = (),
    **keywords: Expr,
) -> Stmt:
    """A class, at the level of the module.

    Args:
        identifier: Its name.
        base: Its base class, or several.
        body: Groups of statements; a blank line stands between groups.
        notes: Comments at the end of the body.
        keywords: Arguments of the class, such as `kw_only=True`.
    """
    bases = [base] if isinstance(base, cst.BaseExpression) else base
    parts = [*map(cst.Arg, bases), *(cst.Arg(value, _word(key), equal=_TIGHT) for key, value in keywords.items())]
    opening: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace("")
    if len(f"class {identifier}():") + sum(width(part) + 2 for part in parts) - 2 > layout.LIMIT:
        opening = layout.newline(STEP)
        parts = layout.lines(parts, 0)
    comments = [_BLANK, *(cst.EmptyLine(comment=_comment(note)) for note in notes)] if notes else []
    return cst.ClassDef(
        _word(identifier),
        cst.IndentedBlock(spaced(body), footer=comments),
        bases=parts[: len(bases)],
        keywords=parts[len(bases) :],
        lpar=cst.LeftParen(whitespace_after=opening),
        rpar=cst.RightParen(),
    )


def spaced(groups: Sequence[Sequence[Stmt]], blank_lines: int = 1) -> list[Stmt]:
    """The statements of all groups, with blank lines between the groups; empty groups do not count."""
    first, *others = [group for group in groups if group] or [[]]
    return [*first, *(stmt for group in others for stmt in (_after_blank(group[0], blank_lines), *group[1:]))]


def module(header: str, groups: Sequence[Sequence[Stmt]], definitions: Sequence[Stmt]) -> str:
    """The text of a module: a comment, groups of statements, and definitions after two blank lines each."""
    body = [*spaced(groups), *(_after_blank(definition, 2) for definition in definitions)]
    return cst.Module(body, header=[cst.EmptyLine(comment=_comment(header))]).code


def _after_blank(stmt: Stmt, count: int) -> Stmt:
    return stmt.with_changes(leading_lines=[_BLANK] * count)


def _comment(note: str) -> cst.Comment:
    return cst.Comment(f"# {literals.one_line(note)}".rstrip())


def _line(statement: cst.BaseSmallStatement) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([statement])
