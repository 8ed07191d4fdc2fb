"""SDKs in Python: packages that are imported by name, with classes of users, and ruff for those who want it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from pygen.generation.formatting import ruff_formatted
from pygen.generation.languages.language import Language
from pygen_codegen.errors import OutputError
from pygen_codegen.hooks import Hook
from pygen_codegen.naming import PYTHON_NAMING
from pygen_codegen.output.disk import read
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_codegen.python.custom import CUSTOM, custom_classes, generated_classes
from pygen_codegen.settings import Settings
from pygen_runtime.errors import UsageError

_CLIENT = re.compile(r"^class (\w+)\([^()]*\bAsyncModelClient\b[^()]*\)", re.MULTILINE)


class Python(Language):
    """Typed, async packages."""

    name = "python"
    naming = PYTHON_NAMING

    def generator(
        self, package: str, settings: Settings, hooks: Sequence[Hook] = (), custom: Set[str] = frozenset()
    ) -> PythonGenerator:
        """See `Language`."""
        if settings.typescript is not None:
            raise UsageError("int64, timestamps and runtime can be chosen for TypeScript only: leave them out")
        config = PythonConfig(package=package, client_name=settings.client_name, naming=settings.naming)
        return PythonGenerator(config, hooks=hooks, custom=custom)

    def custom(self, folder: Path) -> frozenset[str]:
        """The classes in the folder's `_custom.py`.

        Raises:
            OutputError: It is no regular file, or no valid Python.
        """
        content = read(folder, CUSTOM) if folder.is_dir() else None
        if content is None:
            return frozenset()
        try:
            return custom_classes(content.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise OutputError(f"{folder / CUSTOM} is not UTF-8 ({error.reason}); save it as UTF-8") from error

    def unused_custom(self, folder: Path, files: Mapping[str, str]) -> list[str]:
        """Those of them that are called like no class of the SDK."""
        custom = self.custom(folder)
        return sorted(custom - generated_classes(files)) if custom else []

    def formatted(self, files: Mapping[str, str], settings: Settings, folder: Path) -> Mapping[str, str]:
        """The files as the user's ruff leaves them."""
        return ruff_formatted(files, folder) if settings.ruff else files

    def client(self, files: Mapping[str, str]) -> str:
        """The asynchronous client."""
        found = _CLIENT.search(files["client.py"])
        return found.group(1) if found else "*"

    def first_steps(self, package: str, client: str, folder: Path) -> str:
        """How to import it: from the folder that the package is in, which Python must know of."""
        line = f"from {package} import {client}"
        first, *others = package.split(".")
        if first in sys.stdlib_module_names:
            return (
                f"{line}\nPython has a module {first} of its own, which may be found first: "
                "another name (--package) is better"
            )
        inner = folder.resolve().parts[-len(others) - 1 :]
        if inner != (first, *others):
            return f"{line}\nonce Python finds {folder} under that name: the package is where it was written"
        path = folder.resolve().parents[len(others)]
        if path == Path.cwd():
            return line
        near = path.is_relative_to(Path.cwd())
        return f"{line}\nwith {path.relative_to(Path.cwd()) if near else path} on Python's path"
