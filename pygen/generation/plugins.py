"""Where hooks come from: entry points of installed packages, or modules by name."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pygen_codegen.errors import HookError
from pygen_codegen.hooks import Hook
from pygen_codegen.ir import IRModel

GROUP = "pygen.hooks"
"""The group of entry points that packages offer hooks in."""

_METHODS = ("change_model", "change_module", "change_typescript")


class _FunctionsHook(Hook):
    """A module, or anything else with functions called like a hook's methods."""

    def __init__(self, name: str, functions: object) -> None:
        self.name = name
        self._functions = functions

    def change_model(self, model: IRModel) -> IRModel:
        """What the function makes of it, if there is one."""
        change: Any = getattr(self._functions, "change_model", None)
        return change(model) if change is not None else model

    def change_module(self, path: str, module: Any) -> Any:
        """What the function makes of it, if there is one."""
        return self._changed("change_module", path, module)

    def change_typescript(self, path: str, module: Any) -> Any:
        """What the function makes of it, if there is one."""
        return self._changed("change_typescript", path, module)

    def _changed(self, method: str, path: str, module: Any) -> Any:
        change: Any = getattr(self._functions, method, None)
        return change(path, module) if change is not None else module


def find_hook(name: str) -> Hook:
    """A hook by its name: of an entry point in the group `pygen.hooks`, else of a module, which may stand in the current folder.

    It is a class derived from `Hook`, or has functions called like its methods: `change_model(model)`,
    `change_module(path, module)`, `change_typescript(path, module)`. After the name of a module `:name` may say which class of it.

    Args:
        name: The name.

    Raises:
        HookError: There is none of that name, or it cannot be imported, or is no hook.
    """
    found = entry_points(group=GROUP, name=name)
    module, _, attribute = name.partition(":")
    try:
        target = next(iter(found)).load() if found else _attribute(importlib.import_module(module), attribute)
        made = target() if inspect.isclass(target) and issubclass(target, Hook) else target
    except Exception as error:
        raise HookError(
            f"the hook {name!r} cannot be loaded: {type(error).__name__}: {error}; name an entry point of the group "
            f"{GROUP}, or a module that Python finds"
        ) from error
    if isinstance(made, Hook):
        made.name = name
        return made
    if not any(callable(getattr(made, method, None)) for method in _METHODS):
        raise HookError(f"the hook {name!r} has none of {', '.join(_METHODS)}")
    return _FunctionsHook(name, made)


def find_hooks(names: Sequence[str], folder: Path) -> list[Hook]:
    """Several hooks, in their order.

    Args:
        names: Their names.
        folder: Where modules are looked for too.

    Raises:
        HookError: One of them is not there, or no hook.
    """
    with _importable(folder):
        return [find_hook(name) for name in names]


def hook_name(hook: Hook) -> str:
    """What the manifest calls a hook."""
    return hook.name or f"{type(hook).__module__}:{type(hook).__qualname__}"


def _attribute(module: object, name: str) -> object:
    return getattr(module, name) if name else module


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let Python find the modules of a folder, last of all."""
    entry = str(folder.resolve())
    sys.path.append(entry)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(entry)
