"""Imports by use: asking for a symbol gives its local name and records the import; the import lines are written last."""

from __future__ import annotations

import re
from collections import defaultdict

from pygen_codegen.python import build as b

_STANDARD_LIBRARY = frozenset({"collections.abc", "datetime", "typing"})
_RUN = re.compile(r"\d+|\D")


class Imports:
    """What one module uses, learnt while its body is built.

    A symbol keeps its name, because the names of generated things keep clear of all that generated modules import
    (`names.IMPORTED`).
    """

    def __init__(self) -> None:
        self._modules: set[str] = set()
        self._names: defaultdict[str, set[str]] = defaultdict(set)

    def use(self, module: str, name: str) -> b.Rendered:
        """The node of `name`, imported from `module`."""
        self._names[module].add(name)
        return b.name(name)

    def use_module(self, module: str, attribute: str) -> b.Rendered:
        """The node of `module.attribute`, the module imported as a whole."""
        self._modules.add(module)
        return b.name(f"{module}.{attribute}")

    def sdk(self, name: str) -> b.Rendered:
        """The node of something that the runtime offers to generated code."""
        return self.use("pygen_runtime.sdk", name)

    def groups(self, *, indent: int = 0) -> list[list[b.Stmt]]:
        """The import lines, in the order that isort keeps: the standard library, packages, this package."""
        sections: list[list[b.Stmt]] = [[], [], []]
        for module in sorted(self._modules):
            sections[_section(module)].append(b.plain_import(module))
        for module, names in sorted(self._names.items()):
            sections[_section(module)].append(b.from_import(module, sorted(names, key=import_order), indent=indent))
        return sections


def import_order(name: str) -> tuple[object, ...]:
    """The order of names in an import: constants, classes, the rest; numbers by value; without case, then with it."""
    return _kind(name), _natural(name.lower()), _natural(name)


def export_order(name: str) -> tuple[object, ...]:
    """The order of names in `__all__`: the same, but with case."""
    return _kind(name), _natural(name)


def _kind(name: str) -> int:
    if len(name) > 1 and name.isupper():
        return 0
    return 1 if name[0].isupper() else 2


def _section(module: str) -> int:
    if module.startswith("."):
        return 2
    return 0 if module in _STANDARD_LIBRARY else 1


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Digits before other characters; runs of digits by their value, those with leading zeros first, as fractions."""
    runs = _RUN.findall(name)
    return [(0, 0 if run[0] == "0" else len(run), run) if run.isdigit() else (1, ord(run), "") for run in runs]
