"""From a data model to the files of a Python package."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import partial
from keyword import iskeyword

from pygen_codegen.emitting.settled import Settled
from pygen_codegen.errors import CodegenError
from pygen_codegen.generator import BaseGenerator
from pygen_codegen.hooks import Hook, change_module
from pygen_codegen.ir import Finding
from pygen_codegen.ir.types import IRModel
from pygen_codegen.naming import PYTHON_NAMING, NamingConfig
from pygen_codegen.python.agents import agents
from pygen_codegen.python.api import api
from pygen_codegen.python.client import client
from pygen_codegen.python.custom import with_bases
from pygen_codegen.python.data_classes import data_classes
from pygen_codegen.python.fields import fields
from pygen_codegen.python.filters import filters
from pygen_codegen.python.names import settle
from pygen_codegen.python.package import package
from pygen_codegen.python.protocols import protocols
from pygen_runtime.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class PythonConfig:
    """What can be chosen about a Python SDK.

    Args:
        package: Name that the package is imported by, such as `wind_farm` or `our_sdks.wind_farm`.
        client_name: What the client is called, the asynchronous one with `Async` before it; made from the data model's external id
            if None.
        naming: How each kind of name is spelled.

    Raises:
        UsageError: One of them cannot be a name in Python.
    """

    package: str
    client_name: str | None = None
    naming: NamingConfig = PYTHON_NAMING

    def __post_init__(self) -> None:
        for part in self.package.split("."):
            _check(part, f"the package name {self.package!r}")
        if self.client_name is not None:
            _check(self.client_name, f"the client name {self.client_name!r}")


class PythonGenerator(BaseGenerator):
    """Generates a typed, async Python package.

    Args:
        config: What can be chosen.
        hooks: What may change the modules; models are changed before they come here (`hooks.change_model`).
        custom: The classes in the user's `_custom.py` (`custom.custom_classes`).
    """

    def __init__(self, config: PythonConfig, *, hooks: Sequence[Hook] = (), custom: Set[str] = frozenset()) -> None:
        self._config = config
        self._hooks = hooks
        self._custom = custom
        self._names = Settled(partial(settle, client=config.client_name, naming=config.naming))

    def generate(self, model: IRModel) -> dict[str, str]:
        """The files of the package, by their path in the package's folder.

        Args:
            model: The data model.

        Raises:
            HookError: A hook failed, or what it made does not compile.
            CodegenError: A module does not compile, which is a fault of pygen.
        """
        names = self._names.of(model)
        modules = {
            "__init__.py": package(model, names),
            "api.py": api(model, names),
            "client.py": client(model, names),
            "data_classes.py": data_classes(model, names),
            "fields.py": fields(model, names),
            "filters.py": filters(model, names),
            **({"protocols.py": protocols(model, names)} if names.protocols else {}),
        }
        for path, text in modules.items():
            _compile(path, text)
        changed = {path: self._changed(path, text) for path, text in modules.items()}
        return {**changed, "AGENTS.md": agents(model, names, self._config.package), "py.typed": ""}

    def _changed(self, path: str, text: str) -> str:
        """A module as users of the generator want it."""
        if self._custom:
            text = with_bases(text, self._custom)
            _compile(path, text)
        return change_module(self._hooks, path, text)

    def findings(self, model: IRModel) -> tuple[Finding, ...]:
        """The names that are not what they would like to be, because another has them, or Python needs them.

        Args:
            model: The data model.
        """
        return self._names.of(model).findings


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
