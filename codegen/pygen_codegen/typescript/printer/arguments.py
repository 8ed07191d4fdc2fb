"""The arguments of a call: on one line, with the first or last one open, or each on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer import types
from pygen_codegen.typescript.printer.dispatch import show
from pygen_codegen.typescript.printer.doc import (
    BREAK_PARENT,
    LINE,
    SOFTLINE,
    Doc,
    choice,
    concat,
    forced,
    group,
    if_break,
    indent,
    join,
    mere_text,
)
from pygen_codegen.typescript.printer.functions import UnbreakableError, open_arrow
from pygen_codegen.typescript.printer.place import Place

Argument = t.Expression | t.Spread


def arguments_doc(node: t.Call | t.New, place: Place) -> Doc:
    """`(a, b)`."""
    arguments = node.arguments
    if not arguments:
        return "()"
    here = Place(node, "argument", place)
    docs = [show(argument, here) for argument in arguments]
    if _is_effect(arguments) or (mere_text() and not _composes(arguments)):
        return concat("(", join(", ", docs), ")")
    if _composes(arguments):
        return _each_on_its_line(docs)
    if _opens_first(arguments):
        return _open_first(arguments, docs, here)
    if _opens_last(arguments):
        return _open_last(arguments, docs, here)
    contents = concat("(", indent(SOFTLINE, join(concat(",", LINE), docs)), if_break(","), SOFTLINE, ")")
    return group(contents, broken=any(map(forced, docs)))


def _each_on_its_line(docs: Sequence[Doc]) -> Doc:
    return group("(", indent(LINE, join(concat(",", LINE), docs), ","), LINE, ")", broken=True)


def _open_first(arguments: Sequence[Argument], docs: Sequence[Doc], here: Place) -> Doc:
    rest = docs[1:]
    if any(map(forced, rest)):
        return _each_on_its_line(docs)
    try:
        first = _open(arguments[0], docs[0], here, last=False)
    except UnbreakableError:
        return _each_on_its_line(docs)
    behind = concat(", ", join(concat(",", LINE), rest), ")")

    def opened() -> Doc:
        return concat("(", group(first, broken=True), behind)

    if forced(first):
        return concat(BREAK_PARENT, choice(opened(), lambda: _each_on_its_line(docs)))
    return choice(concat("(", first, behind), opened, lambda: _each_on_its_line(docs))


def _open_last(arguments: Sequence[Argument], docs: Sequence[Doc], here: Place) -> Doc:
    if any(map(forced, docs[:-1])):
        return _each_on_its_line(docs)
    try:
        last = _open(arguments[-1], docs[-1], here, last=True)
    except UnbreakableError:
        return _each_on_its_line(docs)
    before = concat("(", *(concat(doc, ",", LINE) for doc in docs[:-1]))

    def opened() -> Doc:
        return concat(before, group(last, broken=True), ")")

    if forced(last):
        return concat(BREAK_PARENT, choice(opened(), lambda: _each_on_its_line(docs)))
    return choice(concat(before, last, ")"), opened, lambda: _each_on_its_line(docs))


def _open(node: Argument, doc: Doc, here: Place, *, last: bool) -> Doc:
    """An argument that breaks inside, not before its beginning."""
    return open_arrow(node, here, last=last) if isinstance(node, t.Arrow) else doc


def is_function(node: object) -> bool:
    """Whether it is a function."""
    return isinstance(node, t.Arrow)


def is_row_of_numbers(node: object) -> bool:
    """Whether it is an array of numbers, which fill their lines."""
    if not isinstance(node, t.Array) or not node.elements:
        return False
    return all(isinstance(one, t.Number) or _is_signed(one) for one in node.elements)


def _is_signed(node: object) -> bool:
    return isinstance(node, t.Unary) and node.operator in ("+", "-") and isinstance(node.value, t.Number)


def _is_effect(arguments: Sequence[Argument]) -> bool:
    """Whether they are a function with statements and a list, perhaps behind a name."""
    if len(arguments) == 3 and not _is_variable(arguments[0]):
        return False
    if len(arguments) not in (2, 3):
        return False
    function, values = arguments[-2:]
    return (
        isinstance(function, t.Arrow)
        and not function.parameters
        and isinstance(function.body, t.Block)
        and isinstance(values, t.Array)
    )


def _is_variable(node: Argument) -> bool:
    return isinstance(node, t.Name) and node.text not in ("this", "super")


def _composes(arguments: Sequence[Argument]) -> bool:
    """Whether several functions are among them, or one in a call among them."""
    if len(arguments) < 2:
        return False
    return sum(map(is_function, arguments)) > 1 or any(map(_passes_function, arguments))


def _passes_function(node: Argument) -> bool:
    while isinstance(node, t.NonNull):
        node = node.value
    return isinstance(node, t.Call) and any(map(is_function, node.arguments))


def _opens_first(arguments: Sequence[Argument]) -> bool:
    if len(arguments) != 2:
        return False
    first, second = arguments
    if not isinstance(first, t.Arrow) or not isinstance(first.body, t.Block):
        return False
    return not isinstance(second, t.Arrow | t.Conditional) and _is_short(second) and not _can_open(second)


def _opens_last(arguments: Sequence[Argument]) -> bool:
    last = arguments[-1]
    if not _can_open(last):
        return False
    if len(arguments) == 1:
        return True
    before = arguments[-2]
    if type(before) is type(last) and not _different_casts(before, last):
        return False
    if len(arguments) == 2 and isinstance(before, t.Arrow) and isinstance(last, t.Array):
        return False
    return not is_row_of_numbers(last)


def _different_casts(one: Argument, other: Argument) -> bool:
    return isinstance(one, t.As) and isinstance(other, t.As) and one.satisfies != other.satisfies


def _can_open(node: Argument) -> bool:
    match node:
        case t.Object(members=parts) | t.Array(elements=parts):
            return bool(parts)
        case t.As(value=value):
            return _can_open(value)
        case t.Arrow(body=body):
            while isinstance(body, t.NonNull):
                body = body.value
            return isinstance(body, t.Block | t.Object | t.Array | t.Conditional | t.Call)
        case _:
            return False


def _is_short(node: Argument) -> bool:
    """Whether a second argument leaves room for the first one."""
    match node:
        case t.As(value=value, type=cast):
            return _is_short_type(cast) and is_simple(value, 1)
        case t.Call(arguments=[_, _, *_]) | t.New(arguments=[_, _, *_]):
            return False
        case t.Binary(left=left, right=right):
            return is_simple(left, 1) and is_simple(right, 1)
        case _:
            return is_simple(node)


def _is_short_type(node: t.Type) -> bool:
    for _ in range(2):
        if isinstance(node, t.ArrayOf) and not node.readonly:
            node = node.item
    if isinstance(node, t.Named) and len(node.arguments) == 1:
        node = node.arguments[0]
    return types.is_simple(node)


_VALUES = (t.Name, t.String, t.Number, t.BigInt, t.Boolean, t.Null)


def is_simple(node: Argument, depth: int = 2) -> bool:
    """Whether an argument is a value, a name or little more."""
    while isinstance(node, t.NonNull):
        node = node.value
    if depth <= 0:
        return False
    if isinstance(node, t.Call | t.New):
        return (
            len(node.arguments) <= depth and is_simple(node.function, depth) and _all_simple(node.arguments, depth - 1)
        )
    if isinstance(node, t.Member | t.Index):
        return is_simple(node.object, depth) and (isinstance(node, t.Member) or is_simple(node.index, depth))
    if isinstance(node, t.Unary):
        return node.operator in ("!", "-", "+") and is_simple(node.value, depth)
    return isinstance(node, _VALUES) or _is_simple_collection(node, depth - 1)


def _all_simple(nodes: Sequence[Argument], depth: int) -> bool:
    return all(is_simple(one, depth) for one in nodes)


def _is_simple_collection(node: Argument, depth: int) -> bool:
    match node:
        case t.Template(parts=parts):
            return _all_simple([part for part in parts if not isinstance(part, str)], depth)
        case t.Array(elements=elements):
            return _all_simple(elements, depth)
        case t.Object(members=members):
            values = [one.value for one in members if isinstance(one, t.Pair)]
            return len(values) == len(members) and _all_simple([one for one in values if one is not None], depth)
        case _:
            return False
