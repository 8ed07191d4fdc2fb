"""SDKs in TypeScript: folders of modules, imported by their path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from pygen.generation.languages.language import Language
from pygen_codegen.hooks import Hook
from pygen_codegen.naming import TYPESCRIPT_NAMING
from pygen_codegen.settings import Settings, TypeScriptSettings
from pygen_codegen.typescript import TypeScriptConfig, TypeScriptGenerator
from pygen_runtime.errors import UsageError

_CLIENT = re.compile(r"^export class (\w+) extends ModelClient\b", re.MULTILINE)


class TypeScript(Language):
    """Strict modules for Node, browsers and Deno."""

    name = "typescript"
    naming = TYPESCRIPT_NAMING

    def package(self, given: str | None, default: str) -> str:
        """None: a folder is imported by its path.

        Raises:
            UsageError: One was given.
        """
        if given is not None:
            raise UsageError(
                "a package name is for Python; a TypeScript SDK is imported by the path of its folder: leave it out"
            )
        del default
        return ""

    def generator(
        self, package: str, settings: Settings, hooks: Sequence[Hook] = (), custom: Set[str] = frozenset()
    ) -> TypeScriptGenerator:
        """See `Language`."""
        del package, custom
        if settings.ruff:
            raise UsageError("ruff formats Python; TypeScript comes as prettier would format it: leave it out")
        config = TypeScriptConfig(
            client_name=settings.client_name,
            naming=settings.naming,
            settings=settings.typescript or TypeScriptSettings(),
        )
        return TypeScriptGenerator(config, hooks=hooks)

    def client(self, files: Mapping[str, str]) -> str:
        """The client."""
        found = _CLIENT.search(files["client.ts"])
        return found.group(1) if found else "*"

    def first_steps(self, package: str, client: str, folder: Path) -> str:
        """How to import it."""
        del package
        here = Path.cwd()
        near = folder.resolve().is_relative_to(here)
        path = f"./{folder.resolve().relative_to(here).as_posix()}" if near else folder.resolve().as_posix()
        path = path.removesuffix("/.").rstrip("/")
        return f'import {{ {client} }} from "{path}/index.js";\nin a project with the package cdf-pygen-runtime'
