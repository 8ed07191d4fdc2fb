"""Classes of users as bases of generated ones, so that what they add survives generating again.

`_custom.py` in the folder of an SDK belongs to its users. A class in it that is called like a generated one becomes the first
base of that one: `Turbine` of `Turbine`, `TurbineAPI` of `TurbineAPI`, the client of the client. So relations, lists,
synchronous twins and exports have what it adds, for type checkers as well, and no module has to be replaced.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Set

import libcst as cst

from pygen_codegen.errors import OutputError
from pygen_codegen.python import build as b

CUSTOM = "_custom.py"
"""The module of users, in the folder of the SDK."""

_MODULE = "_custom"


def custom_classes(text: str) -> frozenset[str]:
    """The public classes that a module defines at its top. It is read, and never run.

    Args:
        text: The text of `_custom.py`.

    Raises:
        OutputError: It is not valid Python.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise OutputError(f"{CUSTOM} is not valid Python ({error}); correct it, it is yours") from error
    return frozenset(
        each.name for each in tree.body if isinstance(each, ast.ClassDef) and not each.name.startswith("_")
    )


def generated_classes(modules: Mapping[str, str]) -> frozenset[str]:
    """The classes that generated modules define.

    Args:
        modules: Path to text; what is no Python is passed over.
    """
    return frozenset(
        name
        for path, text in modules.items()
        if path.endswith(".py") and path != CUSTOM
        for name in custom_classes(text)
    )


def with_bases(text: str, custom: Set[str]) -> str:
    """A generated module with classes of users as bases.

    Args:
        text: The module.
        custom: Names of the classes in `_custom.py`.

    Returns:
        The text as it was if none of them is called like one of its classes.
    """
    module = cst.parse_module(text)
    body = [_with_base(stmt) if _is_class(stmt, custom) else stmt for stmt in module.body]
    if not any(_is_class(stmt, custom) for stmt in body):
        return text
    return module.with_changes(body=_with_import(body)).code


def _is_class(stmt: cst.CSTNode, names: Set[str]) -> bool:
    return isinstance(stmt, cst.ClassDef) and stmt.name.value in names


def _with_base(stmt: cst.CSTNode) -> cst.CSTNode:
    """The class with one base more, its head laid out anew."""
    found = cst.ensure_type(stmt, cst.ClassDef)
    name = found.name.value
    bases = [b.name(f"{_MODULE}.{name}"), *(each.value for each in found.bases)]
    keywords = {each.keyword.value: each.value for each in found.keywords if each.keyword is not None}
    head = cst.ensure_type(b.class_(name, bases, [], notes=(), **keywords), cst.ClassDef)
    return found.with_changes(bases=head.bases, keywords=head.keywords, lpar=head.lpar, rpar=head.rpar)


def _with_import(body: list[cst.CSTNode]) -> list[cst.CSTNode]:
    """`from . import _custom`, before what else comes from the package, else behind the last import."""
    places = [place for place, stmt in enumerate(body) if _import(stmt) is not None]
    local = [place for place in places if (found := _import(body[place])) is not None and found.relative]
    place = local[0] if local else places[-1] + 1
    here = _import(body[place])
    if local and here is not None and here.module is None:
        modules = [_MODULE, *_imported(here)]
        return [*body[:place], _modules(modules), *body[place + 1 :]]
    behind = [body[place].with_changes(leading_lines=[]), *body[place + 1 :]] if local else body[place:]
    return [*body[:place], _modules([_MODULE]), *behind]


def _modules(names: list[str]) -> cst.CSTNode:
    """`from . import names`, after a blank line."""
    return b.from_import(".", names).with_changes(leading_lines=[cst.EmptyLine(indent=False)])


def _imported(line: cst.ImportFrom) -> list[str]:
    return [] if isinstance(line.names, cst.ImportStar) else [alias.evaluated_name for alias in line.names]


def _import(stmt: cst.CSTNode) -> cst.ImportFrom | None:
    if isinstance(stmt, cst.SimpleStatementLine) and isinstance(stmt.body[0], cst.ImportFrom):
        return stmt.body[0]
    return None
