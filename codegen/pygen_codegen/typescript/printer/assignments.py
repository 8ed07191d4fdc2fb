"""What stands on both sides of `=` or of the colon of an object: where such a line breaks."""

from __future__ import annotations

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import calls, text
from pygen_codegen.typescript.printer.dispatch import show
from pygen_codegen.typescript.printer.doc import (
    LINE,
    Doc,
    can_break,
    concat,
    forced,
    group,
    indent,
    lazily,
    mere_text,
    spaced,
)
from pygen_codegen.typescript.printer.layout import STEP, width
from pygen_codegen.typescript.printer.operators import keeps_last_open
from pygen_codegen.typescript.printer.place import Place
from pygen_codegen.typescript.printer.types import ALONE, hugs_one_object, type_doc


def assignment(left: Doc, operator: str, value: t.Expression, place: Place) -> Doc:
    """`left operator value`.

    Args:
        left: What is given a value.
        operator: ` =` or `:`.
        value: Its value.
        place: Where the value stands.
    """
    return lazily(lambda: _assignment(left, operator, value, place))


def _assignment(left: Doc, operator: str, value: t.Expression, place: Place) -> Doc:
    right = show(value, place)
    if mere_text():
        return concat(left, operator, " ", right)
    if _has_several_generics(place) or (_is_function(value, place) and can_break(left)):
        return group(left, operator, " ", group(right))
    short = operator == ":" and isinstance(left, str) and width(left) < STEP + 3
    if _breaks_first(value, place, short=short):
        return group(group(left), operator, group(indent(LINE, right)))
    if not can_break(left) and (short or isinstance(value, t.Template | t.Boolean | t.Number)):
        return group(group(left), operator, " ", right)
    return _fluid(left, operator, right)


def type_assignment(left: Doc, node: t.TypeAlias) -> Doc:
    """`left = type`."""
    right = type_doc(node.type, place=ALONE)
    if isinstance(node.type, t.UnionOf) and not hugs_one_object(node.type):
        return group(group(left), " =", group(indent(LINE, right)))
    parameters = node.type_parameters
    if len(parameters) > 1 and any(one.constraint is not None or one.default is not None for one in parameters):
        return group(left, " = ", group(right))
    return _fluid(left, " =", right)


def _fluid(left: Doc, operator: str, right: Doc) -> Doc:
    """The right side breaks where it can; if its first line has no room, it begins on the next one."""
    return group(group(left), operator, spaced(right))


def _is_function(value: t.Expression, place: Place) -> bool:
    return isinstance(value, t.Arrow) and isinstance(place.node, t.Const)


def _has_several_generics(place: Place) -> bool:
    """Whether a variable's type has several arguments, some of them generic themselves."""
    node = place.node
    if not isinstance(node, t.Const) or not isinstance(node.type, t.Named) or len(node.type.arguments) < 2:
        return False
    return any(isinstance(one, t.Named) and one.arguments for one in node.type.arguments)


def _breaks_first(value: t.Expression, place: Place, *, short: bool) -> bool:
    """Whether the line breaks behind the operator before it breaks in the value."""
    if isinstance(value, t.Binary):
        return not keeps_last_open(value)
    if isinstance(value, t.Conditional):
        return isinstance(value.test, t.Binary) and not keeps_last_open(value.test)
    if short:
        return False
    while isinstance(value, t.Unary | t.Await | t.Yield | t.NonNull):
        value = value.value
    return isinstance(value, t.String) or _can_hardly_break(value)


def _can_hardly_break(node: t.Expression) -> bool:
    """Whether it is a short chain of members and calls without arguments worth a line."""
    deep = False
    while not isinstance(node, t.Name):
        if isinstance(node, t.Call):
            if calls.is_chain(node) or len(node.arguments) > 1 or _several_types(node.type_arguments):
                return False
            if node.arguments and not _is_short(node.arguments[0]):
                return False
            node = node.function
        elif isinstance(node, t.Member | t.Index):
            node = node.object
        elif isinstance(node, t.NonNull):
            node = node.value
        else:
            return False
        deep = True
    return deep and node.text != "super"


def _several_types(arguments: tuple[t.Type, ...]) -> bool:
    if len(arguments) == 1 and not isinstance(arguments[0], t.UnionOf | t.IntersectionOf | t.ObjectType):
        return forced(type_doc(arguments[0]))
    return len(arguments) > 0


_SHORT = 20  # a quarter of the width


def _is_short(node: t.Expression | t.Spread) -> bool:
    """Whether a lone argument is not worth a line."""
    if isinstance(node, t.Unary):
        return _is_short(node.value)
    if isinstance(node, t.Call):
        return not node.arguments and isinstance(node.function, t.Name) and len(node.function.text) <= _SHORT - 2
    if isinstance(node, t.Template):
        texts = [text.template(part) for part in node.parts if isinstance(part, str)]
        return len(texts) == len(node.parts) and sum(map(len, texts)) <= _SHORT
    if isinstance(node, t.String):
        return len(text.string(node.value)) <= _SHORT
    if isinstance(node, t.Name):
        return node.text != "super" and len(node.text) <= _SHORT
    return isinstance(node, t.Number | t.BigInt | t.Boolean | t.Null)
