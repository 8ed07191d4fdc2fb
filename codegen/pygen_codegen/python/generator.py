"""From a data model to the files of a Python package."""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword

from pygen_codegen.errors import CodegenError
from pygen_codegen.generator import BaseGenerator
from pygen_codegen.ir.types import IRModel
from pygen_codegen.python.api import api
from pygen_codegen.python.client import client
from pygen_codegen.python.data_classes import data_classes
from pygen_codegen.python.filters import filters
from pygen_codegen.python.names import settle
from pygen_codegen.python.package import package
from pygen_runtime.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class PythonConfig:
    """What can be chosen about a Python SDK.

    Args:
        package: Name that the package is imported by, such as `wind_farm` or `our_sdks.wind_farm`.
        client_name: Name of the client's class; made from the data model's external id if None.

    Raises:
        UsageError: One of them cannot be a name in Python.
    """

    package: str
    client_name: str | None = None

    def __post_init__(self) -> None:
        for part in self.package.split("."):
            _check(part, f"the package name {self.package!r}")
        if self.client_name is not None:
            _check(self.client_name, f"the client name {self.client_name!r}")


class PythonGenerator(BaseGenerator):
    """Generates a typed, async Python package.

    Args:
        config: What can be chosen.
    """

    def __init__(self, config: PythonConfig) -> None:
        self._config = config

    def generate(self, model: IRModel) -> dict[str, str]:
        """The files of the package, by their path in the package's folder.

        Args:
            model: The data model.

        Raises:
            CodegenError: A module does not compile, which is a fault of pygen.
        """
        names = settle(model, client=self._config.client_name)
        modules = {
            "__init__.py": package(model, names),
            "api.py": api(model, names),
            "client.py": client(model, names),
            "data_classes.py": data_classes(model, names),
            "filters.py": filters(model, names),
        }
        for path, text in modules.items():
            _compile(path, text)
        return {**modules, "py.typed": ""}


def _check(name: str, whole: str) -> None:
    if not name.isascii() or not name.isidentifier() or iskeyword(name):
        raise UsageError(
            f"{whole} cannot be imported in Python: use letters, digits and underscores, no digit first, no keyword"
        )


def _compile(path: str, text: str) -> None:
    """The last check before anything leaves: what cannot be compiled never reaches a disk."""
    try:
        compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise CodegenError(
            f"pygen made a {path} that is not valid Python ({error}); please report this with the data model"
        ) from error
