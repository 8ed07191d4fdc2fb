"""Arrow functions, and what all functions have in common: their parameters and the type behind them."""

from __future__ import annotations

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer.dispatch import prints, show
from pygen_codegen.typescript.printer.doc import (
    LINE,
    SOFTLINE,
    Doc,
    concat,
    flat,
    forced,
    group,
    if_break,
    indent,
)
from pygen_codegen.typescript.printer.place import Place
from pygen_codegen.typescript.printer.signatures import (
    groups_parameters,
    parameter_doc,
    parameters_doc,
    type_parameters_doc,
)
from pygen_codegen.typescript.printer.types import RETURNED, type_doc


class UnbreakableError(Exception):
    """What must stay on one line cannot."""


def with_default(node: t.Parameter) -> Doc:
    """A parameter of what has a body: `name: type = default`."""
    left = parameter_doc(node)
    if node.default is None:
        return left
    return concat(left, " = ", show(node.default, Place(node, "default")))


@prints(t.Arrow)
def arrow(node: t.Arrow, place: Place) -> Doc:
    """`(a) => b`."""
    returns = _returns(node)
    parameters = _parameters(node)
    head = group(concat("async " if node.is_async else "", group(parameters, returns)))
    return group(head, " =>", _body(node, place))


def open_arrow(node: t.Arrow, place: Place, *, last: bool) -> Doc:
    """An arrow function as an argument whose body breaks before its parameters do.

    Args:
        node: The function.
        place: Where it stands.
        last: Whether it is the last argument.

    Raises:
        UnbreakableError: Its parameters or the type behind them need several lines.
    """
    returns = _returns(node)
    parameters = _parameters(node)
    if forced(returns) or forced(parameters):
        raise UnbreakableError
    head = concat("async " if node.is_async else "", flat(parameters) or "", flat(returns) or "")
    return group(head, " =>", _body(node, place, last=last))


def _parameters(node: t.Arrow) -> Doc:
    return concat(type_parameters_doc(node.type_parameters), parameters_doc(node.parameters, with_default))


def _returns(node: t.Arrow) -> Doc:
    return "" if node.returns is None else concat(": ", type_doc(node.returns, RETURNED))


def _body(node: t.Arrow, place: Place, *, last: bool = False) -> Doc:
    comma: Doc = if_break(",") if last else ""
    end: Doc = SOFTLINE if last else ""
    body = node.body
    here = Place(node, "body", place)
    doc = show(body, here)
    if isinstance(body, t.Block | t.Array | t.Object):
        return group(" ", doc)
    if isinstance(body, t.Conditional) and not _begins_with_object(body):
        return group(" ", group(if_break("", "("), indent(SOFTLINE, doc), if_break("", ")"), comma, end))
    return group(indent(LINE, doc), comma, end)


def _begins_with_object(node: t.Expression) -> bool:
    while True:
        match node:
            case t.Conditional(test=inner) | t.Binary(left=inner) | t.Member(object=inner) | t.Index(object=inner):
                node = inner
            case t.Call(function=inner) | t.NonNull(value=inner) | t.As(value=inner):
                node = inner
            case _:
                return isinstance(node, t.Object)


def function_doc(node: t.Function | t.Method | t.Constructor) -> Doc:
    """What stands behind the name of a function: parameters, type and body."""
    if isinstance(node, t.Constructor):
        head = group(parameters_doc(node.parameters, with_default))
    else:
        returned: Doc = "" if node.returns is None else concat(": ", type_doc(node.returns))
        parameters = parameters_doc(node.parameters, with_default)
        if groups_parameters(node.type_parameters, node.parameters, node.returns, returned):
            parameters = group(parameters)
        head = concat(type_parameters_doc(node.type_parameters), group(parameters, returned))
    return concat(head, ";") if node.body is None else concat(head, " ", show(node.body, Place(node, "block")))
