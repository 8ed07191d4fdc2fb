"""Statements as documents."""

from __future__ import annotations

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer.assignments import assignment
from pygen_codegen.typescript.printer.dispatch import prints, show
from pygen_codegen.typescript.printer.doc import HARDLINE, SOFTLINE, Doc, concat, group, indent, join
from pygen_codegen.typescript.printer.operators import enclosed
from pygen_codegen.typescript.printer.place import Place
from pygen_codegen.typescript.tree.expressions import LOGICAL


def statement(node: t.Statement) -> Doc:
    """A statement of a block."""
    return show(node, Place(None, "alone"))


@prints(t.Block)
def _block(node: t.Block, place: Place) -> Doc:
    if not node.statements:
        return "{}" if place.role == "block" or isinstance(place.node, t.Arrow) else concat("{", HARDLINE, "}")
    return concat("{", indent(HARDLINE, join(HARDLINE, map(statement, node.statements))), HARDLINE, "}")


@prints(t.Do)
def _do(node: t.Do, _: Place) -> Doc:
    return concat(show(node.value, Place(node, "statement")), ";")


@prints(t.Assign)
def _assign(node: t.Assign, _: Place) -> Doc:
    target = show(node.target, Place(node, "target"))
    return concat(assignment(target, f" {node.operator}", node.value, Place(node, "value")), ";")


@prints(t.Return)
def _return(node: t.Return, _: Place) -> Doc:
    if node.value is None:
        return "return;"
    return concat("return ", enclosed(node.value, Place(node, "returned")), ";")


@prints(t.Throw)
def _throw(node: t.Throw, _: Place) -> Doc:
    return concat("throw ", enclosed(node.value, Place(node, "thrown")), ";")


@prints(t.If)
def _if(node: t.If, _: Place) -> Doc:
    test = show(node.test, Place(node, "condition"))
    if not _denies_logic(node.test):
        test = group(indent(SOFTLINE, test), SOFTLINE)
    doc = group("if (", test, ") ", show(node.then, Place(node, "then")))
    if node.otherwise is None:
        return doc
    return concat(doc, " else", group(" ", show(node.otherwise, Place(node, "else"))))


def _denies_logic(node: t.Expression) -> bool:
    """Whether it is `!(a && b)`, whose own parentheses are enough."""
    if not isinstance(node, t.Unary) or node.operator != "!":
        return False
    inner = node.value
    if isinstance(inner, t.Unary) and inner.operator == "!":
        inner = inner.value
    return isinstance(inner, t.Binary) and inner.operator in LOGICAL


@prints(t.ForOf)
def _for_of(node: t.ForOf, _: Place) -> Doc:
    word = "for await" if node.is_await else "for"
    values = show(node.values, Place(node, "values"))
    return group(f"{word} (const {node.name} of ", values, ") ", show(node.body, Place(node, "body")))


@prints(t.Try)
def _try(node: t.Try, _: Place) -> Doc:
    parts: list[Doc] = ["try ", show(node.body, Place(node, "try"))]
    if node.handler is not None:
        catch = " catch " if node.error is None else f" catch ({node.error}) "
        role = "handler" if node.cleanup is not None else "block"
        parts += [catch, show(node.handler, Place(node, role))]
    if node.cleanup is not None:
        parts += [" finally ", show(node.cleanup, Place(node, "finally"))]
    return concat(*parts)
