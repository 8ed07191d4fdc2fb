"""The syntax of a tree as plain lists, the way `typescript_printer/check.mjs` tells it of printed text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pygen_codegen.typescript import tree as t


def syntax(node: Any) -> Any:
    """An expression."""
    return _SYNTAX[type(node)](node)


def type_syntax(node: Any) -> Any:
    """A type, or nothing."""
    return None if node is None else _TYPES[type(node)](node)


def _all(nodes: Iterable[Any]) -> list[Any]:
    return [syntax(node) for node in nodes]


def _types(nodes: Iterable[Any]) -> list[Any]:
    return [type_syntax(node) for node in nodes]


def _template(node: t.Template) -> Any:
    texts, expressions = [""], []
    for part in node.parts:
        if isinstance(part, str):
            texts[-1] += part
        else:
            expressions.append(syntax(part))
            texts.append("")
    return ["Template", texts, expressions]


def _call(node: t.Call | t.New) -> Any:
    optional = isinstance(node, t.Call) and node.optional
    return [type(node).__name__, syntax(node.function), _all(node.arguments), _types(node.type_arguments), optional]


def _readonly(dump: list[Any], readonly: bool) -> list[Any]:
    return ["Readonly", dump] if readonly else dump


def _element(node: t.Element) -> Any:
    inner = type_syntax(node.type)
    if node.name is not None:
        return ["NamedOptional" if node.optional else "NamedElement", inner]
    if node.optional:
        return ["Optional", inner]
    return ["Rest", inner] if node.rest else inner


_SYNTAX: dict[type[Any], Callable[[Any], Any]] = {
    t.Name: lambda node: ["Name", node.text],
    t.String: lambda node: ["string", node.value],
    t.Number: lambda node: ["number", float(node.value)],
    t.BigInt: lambda node: ["BigInt", str(node.value)],
    t.Boolean: lambda node: ["boolean", node.value],
    t.Null: lambda node: ["Null", None],
    t.Template: _template,
    t.Array: lambda node: ["Array", _all(node.elements)],
    t.Object: lambda node: ["Object", _all(node.members)],
    t.Pair: lambda node: ["Pair", node.key, ["Name", node.key] if node.value is None else syntax(node.value)],
    t.Spread: lambda node: ["Spread", syntax(node.value)],
    t.NonNull: lambda node: ["NonNull", syntax(node.value)],
    t.Await: lambda node: ["Await", syntax(node.value)],
    t.Member: lambda node: ["Member", syntax(node.object), node.name.removeprefix("#"), node.optional],
    t.Index: lambda node: ["Index", syntax(node.object), syntax(node.index), node.optional],
    t.Call: _call,
    t.New: _call,
    t.Arrow: lambda node: [
        "Arrow",
        _types(one.type for one in node.parameters),
        type_syntax(node.returns),
        syntax(node.body),
    ],
    t.Block: lambda node: ["Block", len(node.statements)],
    t.Unary: lambda node: ["Unary", node.operator, syntax(node.value)],
    t.Yield: lambda node: ["Yield", syntax(node.value), node.each],
    t.Binary: lambda node: ["Binary", node.operator, syntax(node.left), syntax(node.right)],
    t.Conditional: lambda node: ["Conditional", *_all((node.test, node.then, node.otherwise))],
    t.As: lambda node: ["As", syntax(node.value), type_syntax(node.type)],
}

_TYPES: dict[type[Any], Callable[[Any], Any]] = {
    t.Named: lambda node: (
        ["LiteralType", True] if node.name == "true" else ["Named", node.name, _types(node.arguments)]
    ),
    t.LiteralType: lambda node: ["LiteralType", node.value],
    t.ArrayOf: lambda node: _readonly(["ArrayOf", type_syntax(node.item)], node.readonly),
    t.TupleOf: lambda node: _readonly(["TupleOf", [_element(one) for one in node.elements]], node.readonly),
    t.UnionOf: lambda node: ["UnionOf", _types(node.members)],
    t.IntersectionOf: lambda node: ["IntersectionOf", _types(node.members)],
    t.KeyOf: lambda node: ["KeyOf", type_syntax(node.type)],
    t.TypeOf: lambda node: ["TypeOf", node.name],
    t.IndexedAccess: lambda node: ["IndexedAccess", type_syntax(node.object), type_syntax(node.index)],
    t.FunctionType: lambda node: [
        "FunctionType",
        _types(one.type for one in node.parameters),
        type_syntax(node.returns),
    ],
    t.ObjectType: lambda node: ["ObjectType", len(node.members)],
}
