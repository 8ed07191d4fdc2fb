"""Which function prints which node, so that modules for parts of the language need not know of each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pygen_codegen.typescript.printer.doc import Doc, concat
from pygen_codegen.typescript.printer.place import Place, needs_parentheses

Printer = Callable[[Any, Place], Doc]
P = TypeVar("P", bound=Printer)

_PRINTERS: dict[type[Any], Printer] = {}


def prints(*kinds: type[Any]) -> Callable[[P], P]:
    """Say that a function prints nodes of these kinds."""

    def register(printer: P) -> P:
        _PRINTERS.update(dict.fromkeys(kinds, printer))
        return printer

    return register


def show(node: Any, place: Place) -> Doc:
    """An expression or a statement where it stands, in parentheses if it must be."""
    doc = _PRINTERS[type(node)](node, place)
    return concat("(", doc, ")") if needs_parentheses(node, place) else doc
