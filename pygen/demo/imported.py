"""Importing a generated SDK for a while."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from pygen.demo.errors import DemoError
from pygen_runtime.sdk import AsyncModelClient


@contextmanager
def imported(folder: Path) -> Iterator[ModuleType]:
    """Imports the package in a folder; afterwards `sys.path` and `sys.modules` are as they were.

    Args:
        folder: The package; its name is the name to import, and nothing of that name is imported yet.
    """
    name = folder.name
    parent = str(folder.parent)
    sys.path.insert(0, parent)
    try:
        importlib.invalidate_caches()
        yield importlib.import_module(name)
    finally:
        sys.path.remove(parent)
        for module in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
            del sys.modules[module]


def free_name(wanted: str) -> str:
    """A name for a package that no installed module has."""
    return wanted if wanted not in sys.modules and importlib.util.find_spec(wanted) is None else f"{wanted}_sdk"


def client_class(sdk: ModuleType) -> type[AsyncModelClient]:
    """The client of a generated SDK.

    Raises:
        DemoError: The package is not a generated SDK.
    """
    for name in sdk.__all__:
        if name.startswith("Async"):
            found = getattr(sdk, name)
            if isinstance(found, type) and issubclass(found, AsyncModelClient):
                return found
    raise DemoError(f"{sdk.__name__} holds no client")
