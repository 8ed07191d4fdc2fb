"""Parameters, and the types that have some: functions, object types and their members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import text
from pygen_codegen.typescript.printer.doc import (
    HARDLINE,
    LINE,
    SOFTLINE,
    Doc,
    concat,
    forced,
    group,
    if_break,
    indent,
    join,
    lazily,
    spaced,
)
from pygen_codegen.typescript.printer.layout import STEP
from pygen_codegen.typescript.printer.types import prints_type, type_doc

Shown = Callable[[t.Parameter], Doc]


def parameter_doc(node: t.Parameter) -> Doc:
    """`...name?: type`, without default."""
    name = f"{'...' if node.rest else ''}{node.name}{'?' if node.optional else ''}"
    return name if node.type is None else concat(name, ": ", type_doc(node.type))


def parameters_doc(parameters: Sequence[t.Parameter], show: Shown = parameter_doc) -> Doc:
    """`(a, b)`; one lone parameter with an object type keeps its braces at the parentheses.

    Args:
        parameters: What to print.
        show: How to print each.
    """
    if not parameters:
        return "()"
    first = parameters[0]
    if len(parameters) == 1 and isinstance(first.type, t.ObjectType) and hugs_parameter(first):
        return concat("(", first.name, "?: " if first.optional else ": ", object_contents(first.type), ")")
    docs = [show(parameter) for parameter in parameters]
    comma = "" if parameters[-1].rest else if_break(",")
    return concat("(", indent(SOFTLINE, join(concat(",", LINE), docs)), comma, SOFTLINE, ")")


def hugs_parameter(node: t.Parameter) -> bool:
    """Whether its braces stay at the parentheses when it is alone."""
    return node.default is None and not node.rest and isinstance(node.type, t.ObjectType)


def _signature(node: t.FunctionType | t.MethodSignature, returned: Doc) -> Doc:
    """What stands before the type that comes back, as a group of its own where that type would rather break."""
    doc = concat(type_parameters_doc(node.type_parameters), parameters_doc(node.parameters))
    groups = groups_parameters(node.type_parameters, node.parameters, node.returns, returned)
    return group(doc) if groups else doc


def groups_parameters(
    type_parameters: Sequence[t.TypeParameter],
    parameters: Sequence[t.Parameter],
    returns: t.Type | None,
    returned: Doc,
) -> bool:
    """Whether the parameters stay on one line while the returned type breaks."""
    if returns is None or len(parameters) != 1 or len(type_parameters) > 1:
        return False
    if any(one.constraint is not None or one.default is not None for one in type_parameters):
        return False
    return isinstance(returns, t.ObjectType) or forced(returned)


def type_parameters_doc(parameters: Sequence[t.TypeParameter]) -> Doc:
    """`<A, B extends C = D>`, or nothing."""
    if not parameters:
        return ""
    docs = [_type_parameter(parameter) for parameter in parameters]
    return group("<", indent(SOFTLINE, join(concat(",", LINE), docs)), if_break(","), SOFTLINE, ">")


def _type_parameter(node: t.TypeParameter) -> Doc:
    parts: list[Doc] = [node.name]
    for word, bound in ((" extends", node.constraint), (" =", node.default)):
        if bound is not None:
            parts += [word, spaced(type_doc(bound))]
    return group(*parts)


@prints_type(t.FunctionType)
def _function(node: t.FunctionType) -> Doc:
    returns = concat(" => ", type_doc(node.returns))
    return group(_signature(node, returns), returns)


# --- members of interfaces and object types ------------------------------------------------------


def member_doc(node: t.TypeMember) -> Doc:
    """A member, without semicolon, below its documentation."""
    return concat(doc_comment(node.doc), _MEMBERS[type(node)](node))


def _property(node: t.Property) -> Doc:
    before = "readonly " if node.readonly else ""
    mark = "?: " if node.optional else ": "
    return lazily(lambda: concat(f"{before}{text.key(node.name)}{mark}", type_doc(node.type)))


def _method_signature(node: t.MethodSignature) -> Doc:
    name = text.key(node.name, method=True) + ("?" if node.optional else "")
    returns = concat(": ", type_doc(node.returns))
    return group(name, _signature(node, returns), group(returns))


def _index_signature(node: t.IndexSignature) -> Doc:
    before = "readonly [" if node.readonly else "["
    parameter = group(indent(SOFTLINE, node.name, ": ", type_doc(node.key)), SOFTLINE)
    return group(before, parameter, "]: ", type_doc(node.type))


def doc_comment(doc: t.Documentation | None, indentation: int = STEP) -> Doc:
    """A JSDoc comment and the end of its last line, or nothing.

    Args:
        doc: What it says.
        indentation: Where it usually stands; its text is wrapped for that.
    """
    if doc is None:
        return ""
    return concat(join(HARDLINE, text.documentation(doc, indentation)), HARDLINE)


def object_contents(node: t.ObjectType) -> Doc:
    """An object type that is not a group of its own."""
    if not node.members:
        return "{}"
    parts: list[Doc] = []
    for member in node.members:
        parts += [concat(";", LINE) if parts else "", member_doc(member)]
    return concat("{", indent(LINE, *parts, if_break(";")), LINE, "}")


@prints_type(t.ObjectType)
def _object(node: t.ObjectType) -> Doc:
    return group(object_contents(node), broken=bool(node.expanded and node.members))


_MEMBERS: dict[type[Any], Callable[[Any], Doc]] = {
    t.Property: _property,
    t.MethodSignature: _method_signature,
    t.IndexSignature: _index_signature,
}
