"""Our own constructors over libcst: small, typed, and refusing what is not valid Python.

Those of expressions stand in `expressions`, and are offered here as well. Text from a data model enters through `text`,
`docstring` or a comment, and identifiers are checked wherever one is taken. Every function returns nodes that `ruff format`
leaves as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import libcst as cst

from pygen_codegen.emitting.text import one_line
from pygen_codegen.python import layout, literals
from pygen_codegen.python.expressions import (
    FALSE,
    NONE,
    SHARED,
    TRUE,
    Expr,
    args,
    attribute,
    awaited,
    call,
    dotted,
    integer,
    later,
    name,
    pair,
    subscript,
    text,
    text_list,
    tuple_,
    union,
    word,
)
from pygen_codegen.python.layout import STEP
from pygen_codegen.python.rendering import NOTHING, SPACE, Rendered, code, line, width

__all__ = [
    "FALSE",
    "NONE",
    "STEP",
    "TRUE",
    "Expr",
    "Parameter",
    "Rendered",
    "Stmt",
    "assign",
    "attribute",
    "awaited",
    "call",
    "class_",
    "docstring",
    "expression",
    "field",
    "from_import",
    "function",
    "if_",
    "integer",
    "later",
    "module",
    "name",
    "pair",
    "plain_import",
    "read_only",
    "rendered",
    "returned",
    "spaced",
    "subscript",
    "text",
    "text_list",
    "tuple_",
    "union",
]

Stmt = cst.SimpleStatementLine | cst.BaseCompoundStatement

_BLANK = cst.EmptyLine(indent=False)

# libcst makes new whitespace for each node that is not given any, which takes longer than all the rest
_Annotation = partial(cst.Annotation, whitespace_after_indicator=SPACE)
_Target = partial(cst.AssignTarget, whitespace_before_equal=SPACE, whitespace_after_equal=SPACE)


def expression(value: Expr, *, indent: int = 0) -> Stmt:
    """An expression as a statement."""
    return line(cst.Expr(layout.fit(value, indent, indent)))


def docstring(value: str, *, indent: int = 0) -> Stmt:
    """A docstring: of a module or class when it comes first, of an attribute when it follows one."""
    return line(cst.Expr(cst.SimpleString(literals.docstring(value, indent))))


@lru_cache(maxsize=SHARED)
def field(target: str, annotation: Expr, value: Expr | None = None, *, indent: int = STEP) -> Stmt:
    """`target: annotation = value`."""
    column = indent + len(f"{target}: ")
    if value is None:
        annotation = layout.value(annotation, column, indent)
    else:
        splits = layout.can_split(annotation)
        behind = column + width(annotation) + len(" = ")
        if splits and behind + len("(") > layout.LIMIT:
            annotation = layout.value(annotation, layout.LIMIT, indent)
            behind = indent + len(") = ")
        value = layout.value(value, behind, indent, behind_bracket=splits)
    return line(cst.AnnAssign(name(target), _Annotation(annotation), value))


@lru_cache(maxsize=SHARED)
def assign(target: str, value: Expr, *, indent: int = STEP) -> Stmt:
    """`target = value`; the target may be dotted."""
    node = layout.value(value, indent + len(f"{target} = "), indent)
    return line(cst.Assign([_Target(name(target))], node))


def returned(value: Expr) -> Stmt:
    """`return value`."""
    return line(cst.Return(value))


def from_import(module: str, names: Sequence[str], *, indent: int = 0) -> Stmt:
    """`from module import names`, which come sorted; the module may start with a dot."""
    path = module.lstrip(".")
    relative = [cst.Dot()] * (len(module) - len(path))
    source = dotted(path) if path else None
    aliases = [cst.ImportAlias(word(each)) for each in names]
    if indent + len(f"from {module} import {', '.join(names)}") <= layout.LIMIT:
        return line(cst.ImportFrom(source, aliases, relative=relative))
    aliases = layout.one_per_line(aliases, indent)
    opening = cst.LeftParen(whitespace_after=layout.newline(indent + STEP))
    return line(cst.ImportFrom(source, aliases, relative=relative, lpar=opening, rpar=cst.RightParen()))


def plain_import(module: str) -> Stmt:
    """`import module`."""
    return line(cst.Import([cst.ImportAlias(dotted(module))]))


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
        return cst.Param(word(self.name), annotation, default=self.default, star=self.stars)


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
    inside = ", ".join(code(part) for part in parts)
    start = f"{'async ' if is_async else ''}def {identifier}("
    opening: cst.BaseParenthesizableWhitespace = NOTHING
    if indent + len(f"{start}{inside}) -> :") + width(returns) > layout.LIMIT:
        opening = layout.newline(indent + STEP)
        parts = layout.lines(parts, indent)
        returns = layout.fit(returns, indent + len(") -> "), indent, after=len(":"))
    rest = parts.pop() if parameters and parameters[-1].stars else None
    return cst.FunctionDef(
        word(identifier),
        cst.Parameters(parts, star_kwarg=rest),
        cst.IndentedBlock(body),
        returns=cst.Annotation(returns),
        asynchronous=cst.Asynchronous() if is_async else None,
        whitespace_before_params=opening,
    )


def read_only(identifier: str, type_: Expr, *, indent: int = STEP) -> Stmt:
    """A property without a body: `def identifier(self) -> type_: ...`, as Protocols have them."""
    self = cst.Param(word("self"))
    opening: cst.BaseParenthesizableWhitespace = NOTHING
    if indent + len(f"def {identifier}(self) -> : ...") + width(type_) > layout.LIMIT:
        opening = layout.newline(indent + STEP)
        (self,) = layout.one_per_line([self], indent)
        type_ = layout.fit(type_, indent + len(") -> "), indent, after=len(": ..."))
    return cst.FunctionDef(
        word(identifier),
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
    parts = args(bases, keywords)
    opening: cst.BaseParenthesizableWhitespace = NOTHING
    if len(f"class {identifier}():") + sum(width(part) + 2 for part in parts) - 2 > layout.LIMIT:
        opening = layout.newline(STEP)
        parts = layout.lines(parts, 0)
    comments = [_BLANK, *(cst.EmptyLine(comment=_comment(note)) for note in notes)] if notes else []
    return cst.ClassDef(
        word(identifier),
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


def rendered(definitions: Iterable[Stmt]) -> str:
    """Definitions as text, two blank lines before each; one after the other, so that one tree is held at a time."""
    return "".join(code(_after_blank(definition, 2)) for definition in definitions)


def module(header: str, groups: Sequence[Sequence[Stmt]], definitions: str = "") -> str:
    """The text of a module.

    Args:
        header: The comment on its first line.
        groups: Groups of statements, with a blank line between them.
        definitions: What `rendered` made of the definitions that follow.
    """
    return code(cst.Module(spaced(groups), header=[cst.EmptyLine(comment=_comment(header))])) + definitions


def _after_blank(stmt: Stmt, count: int) -> Stmt:
    return stmt.with_changes(leading_lines=[_BLANK] * count)


def _comment(note: str) -> cst.Comment:
    return cst.Comment(f"# {one_line(note)}".rstrip())
