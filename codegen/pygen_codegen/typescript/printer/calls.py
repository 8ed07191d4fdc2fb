"""Members, calls and chains of both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeGuard

from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.printer.arguments import arguments_doc, is_function, is_simple
from pygen_codegen.typescript.printer.dispatch import prints, show
from pygen_codegen.typescript.printer.doc import (
    BREAK_PARENT,
    HARDLINE,
    SOFTLINE,
    Doc,
    choice,
    concat,
    forced,
    group,
    indent,
    join,
)
from pygen_codegen.typescript.printer.layout import STEP
from pygen_codegen.typescript.printer.place import Place
from pygen_codegen.typescript.printer.types import type_arguments


@prints(t.New)
def new(node: t.New, place: Place) -> Doc:
    """`new Class<T>(arguments)`."""
    function = show(node.function, Place(node, "class", place))
    return concat("new ", function, type_arguments(node.type_arguments), arguments_doc(node, place))


@prints(t.Call)
def call(node: t.Call, place: Place) -> Doc:
    """`function<T>(arguments)`; a call of a member is a chain."""
    if _is_method(node):
        return _chain(node, place)
    return concat(show(node.function, Place(node, "function", place)), _called(node, place))


def _called(node: t.Call, place: Place) -> Doc:
    """What stands behind the name of a function."""
    mark = "?." if node.optional else ""
    return concat(mark, type_arguments(node.type_arguments), arguments_doc(node, place))


def _lookup(node: t.Member | t.Index, place: Place) -> Doc:
    """What stands behind an object."""
    if isinstance(node, t.Member):
        return f"?.{node.name}" if node.optional else f".{node.name}"
    mark = "?.[" if node.optional else "["
    index = show(node.index, Place(node, "index", place))
    if isinstance(node.index, t.Number):
        return concat(mark, index, "]")
    return group(mark, indent(SOFTLINE, index), SOFTLINE, "]")


@prints(t.Member, t.Index)
def member(node: t.Member | t.Index, place: Place) -> Doc:
    """`object.name`, which may break before the dot of a long chain without calls."""
    doc = show(node.object, Place(node, "object", place))
    lookup = _lookup(node, place)
    if isinstance(node, t.Index) or _stays_on_line(node, place):
        return concat(doc, lookup)
    return concat(doc, group(indent(SOFTLINE, lookup)))


def _stays_on_line(node: t.Member, place: Place) -> bool:
    """Whether there is no break before the dot: it would look odd, or there are better places."""
    whole = outer = place
    while isinstance(whole.node, t.Member | t.Index | t.NonNull) and whole.up is not None:
        whole = whole.up
    if whole.role == "class" or (isinstance(whole.node, t.Assign) and not isinstance(whole.node.target, t.Name)):
        return True
    while isinstance(outer.node, t.NonNull) and outer.up is not None:
        outer = outer.up
    if _is_variable(node.object) and not node.name.startswith("#") and not _is_member(outer.node):
        return True
    if not isinstance(outer.node, t.Assign | t.Const):
        return False
    source = node.object
    while isinstance(source, t.NonNull):
        source = source.value
    return (isinstance(source, t.Call) and bool(source.arguments)) or _ends_chain(node.object)


def _ends_chain(node: t.Expression) -> bool:
    while isinstance(node, t.Member | t.Index):
        node = node.object
    return isinstance(node, t.Call) and is_chain(node)


def _is_variable(node: object) -> TypeGuard[t.Name]:
    return isinstance(node, t.Name) and node.text not in ("this", "super")


# --- chains --------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """One link of a chain, and where it stands."""

    node: t.Expression
    place: Place


def _parts(node: t.Call, place: Place) -> list[_Part]:
    """The links from the first on."""
    parts = [_Part(node, place)]
    inner: t.Expression = node.function
    here = Place(node, "function", place)
    while isinstance(inner, t.Member | t.Index | t.NonNull) or _is_method(inner):
        parts.append(_Part(inner, here))
        if isinstance(inner, t.Call):
            inner, here = inner.function, Place(inner, "function", here)
        elif isinstance(inner, t.NonNull):
            inner, here = inner.value, Place(inner, "certain", here)
        else:
            inner, here = inner.object, Place(inner, "object", here)
    parts.append(_Part(inner, here))
    parts.reverse()
    return parts


def _groups(parts: Sequence[_Part]) -> list[Sequence[_Part]]:
    """The links that stay together: those of the beginning, then members up to their calls."""
    end = 1
    while end < len(parts) and (isinstance(parts[end].node, t.NonNull | t.Call) or _is_numbered(parts[end].node)):
        end += 1
    if not isinstance(parts[0].node, t.Call):
        while end + 1 < len(parts) and _is_member(parts[end].node) and _is_member(parts[end + 1].node):
            end += 1
    groups = [parts[:end]]
    begin, called = end, False
    for index in range(end, len(parts)):
        node = parts[index].node
        if called and _is_member(node) and not _is_numbered(node):
            groups.append(parts[begin:index])
            begin, called = index, False
        called = called or isinstance(node, t.Call)
    return [*groups, parts[begin:]] if begin < len(parts) else groups


def _is_method(node: object) -> TypeGuard[t.Call]:
    return isinstance(node, t.Call) and _is_member(node.function)


def _is_member(node: object) -> bool:
    return isinstance(node, t.Member | t.Index)


def _is_numbered(node: t.Expression) -> bool:
    return isinstance(node, t.Index) and isinstance(node.index, t.Number)


_FACTORY = re.compile(r"[A-Z]|[$_]+\Z")


def _merges(groups: Sequence[Sequence[_Part]], place: Place) -> bool:
    """Whether the first call stays on the line of a short beginning."""
    if len(groups) < 2:
        return False
    first = groups[0]
    computed = isinstance(groups[1][0].node, t.Index)
    node = first[-1].node
    if len(first) > 1:
        name = _last_name(node)
        return name != "" and (_FACTORY.match(name) is not None or computed)
    if not isinstance(node, t.Name) or node.text == "super":
        return False
    short = place.role == "statement" and len(node.text) <= STEP
    return node.text == "this" or _FACTORY.match(node.text) is not None or short or computed


def _last_name(node: t.Expression) -> str:
    if isinstance(node, t.Index):
        return node.index.text if _is_variable(node.index) else ""
    return node.name if isinstance(node, t.Member) and not node.name.startswith("#") else ""


def is_chain(node: t.Call, place: Place | None = None) -> bool:
    """Whether its calls may stand on lines of their own."""
    if not _is_method(node):
        return False
    here = place or Place(None, "")
    groups = _groups(_parts(node, here))
    return len(groups) > (3 if _merges(groups, here) else 2)


def _chain(node: t.Call, place: Place) -> Doc:
    groups = _groups(_parts(node, place))
    docs = [concat(*(_link(part) for part in one)) for one in groups]
    merges = _merges(groups, place)
    one_line = concat(*docs)
    head = 2 if merges else 1
    if len(groups) <= head + 1:
        return group(one_line)

    def expanded() -> Doc:
        return concat(*docs[:head], indent(HARDLINE, join(HARDLINE, docs[head:])))

    calls = [part.node for one in groups for part in one if isinstance(part.node, t.Call)]
    if _must_expand(calls, docs):
        return group(expanded())
    return concat(BREAK_PARENT if forced(one_line) else "", choice(one_line, expanded))


def _must_expand(calls: Sequence[t.Call], docs: Sequence[Doc]) -> bool:
    if len(calls) > 2 and not all(is_simple(argument) for one in calls for argument in one.arguments):
        return True
    if any(map(forced, docs[:-1])):
        return True
    return forced(docs[-1]) and any(is_function(argument) for one in calls[:-1] for argument in one.arguments)


def _link(part: _Part) -> Doc:
    node, place = part
    if _is_method(node):
        return _called(node, place)
    if isinstance(node, t.Member | t.Index):
        return _lookup(node, place)
    return "!" if isinstance(node, t.NonNull) else show(node, place)
