"""From a data model to the files of a TypeScript SDK."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pygen_codegen.emitting.settled import Settled
from pygen_codegen.errors import CodegenError
from pygen_codegen.generator import BaseGenerator
from pygen_codegen.hooks import Hook, change_typescript
from pygen_codegen.ir import Finding
from pygen_codegen.ir.types import IRModel
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.agents import agents
from pygen_codegen.typescript.api import api
from pygen_codegen.typescript.client import client
from pygen_codegen.typescript.config import TypeScriptConfig
from pygen_codegen.typescript.context import Context
from pygen_codegen.typescript.index import index
from pygen_codegen.typescript.names import settle
from pygen_codegen.typescript.printer import print_module
from pygen_codegen.typescript.types import types
from pygen_codegen.typescript.views import views


class TypeScriptGenerator(BaseGenerator):
    """Generates a typed TypeScript SDK.

    Args:
        config: What can be chosen.
        hooks: What may change the modules; models are changed before they come here (`hooks.change_model`).
    """

    def __init__(self, config: TypeScriptConfig = TypeScriptConfig(), *, hooks: Sequence[Hook] = ()) -> None:  # noqa: B008 - frozen
        self._config = config
        self._hooks = hooks
        self._names = Settled(partial(settle, client=config.client_name, naming=config.naming))

    def generate(self, model: IRModel) -> dict[str, str]:
        """The files of the SDK, by their path in its folder.

        Args:
            model: The data model.

        Raises:
            HookError: A hook failed.
            CodegenError: A module cannot be printed, which is a fault of pygen or of a hook.
        """
        context = Context(model=model, names=self._names.of(model), settings=self._config.settings)
        modules = {
            "api.ts": api(context),
            "client.ts": client(context),
            "index.ts": index(context),
            "types.ts": types(context),
            "views.ts": views(context),
        }
        printed = {path: self._printed(path, module) for path, module in modules.items()}
        return {"AGENTS.md": agents(context), **printed}

    def findings(self, model: IRModel) -> tuple[Finding, ...]:
        """The names that are not what they would like to be, because another has them, or TypeScript needs them.

        Args:
            model: The data model.
        """
        return self._names.of(model).findings

    def _printed(self, path: str, module: t.Module) -> str:
        changed = change_typescript(self._hooks, path, module)
        try:
            return print_module(changed)
        except ValueError as error:
            raise CodegenError(f"{path} cannot be written as TypeScript: {error}") from error
