"""The compiler and the formatter that generated TypeScript must satisfy, each run once over a folder.

Both are those of `runtime/typescript`. Without Node, or before `npm ci` there, tests that need them are skipped, unless
PYGEN_REQUIRE_INTEROP=1 is set: then they are fetched.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pygen_codegen.ir import IRModel
from pygen_codegen.typescript import TypeScriptConfig, TypeScriptGenerator, TypeScriptSettings
from tests.node import PATIENCE, RUNTIME, TSC, node, tools_of_the_runtime

_PRETTIER = RUNTIME / "node_modules" / "prettier" / "bin" / "prettier.cjs"

_COMPILER_OPTIONS = {
    "target": "ES2022",
    "lib": ["ES2022", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    "module": "NodeNext",
    "types": [],
    "strict": True,
    "exactOptionalPropertyTypes": True,
    "noUncheckedIndexedAccess": True,
    "noImplicitOverride": True,
    "noImplicitReturns": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "verbatimModuleSyntax": True,
    "isolatedModules": True,
    "skipLibCheck": True,
    "noEmit": True,
}


def generate(model: IRModel, settings: TypeScriptSettings = TypeScriptSettings()) -> dict[str, str]:  # noqa: B008 - frozen
    return TypeScriptGenerator(TypeScriptConfig(settings=settings)).generate(model)


def write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class Tools:
    """The compiler and the formatter, and the types of the runtime as its users see them."""

    node: str
    types: Path

    def tsc(self, folder: Path) -> str:
        """What the compiler has to say of the modules below a folder."""
        paths = {
            "cdf-pygen-runtime": [str(self.types / "index.d.ts")],
            "cdf-pygen-runtime/sdk": [str(self.types / "sdk" / "index.d.ts")],
        }
        settings = {"compilerOptions": {**_COMPILER_OPTIONS, "paths": paths}, "include": ["**/*.ts"]}
        (folder / "package.json").write_text('{ "type": "module" }\n', encoding="utf-8")
        (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
        return _run(self.node, TSC, "--project", folder, "--pretty", "false")

    def prettier(self, folder: Path) -> str:
        """The modules below a folder that the formatter would change; nothing if all are as they should be."""
        return _run(self.node, _PRETTIER, "--no-config", "--list-different", f"{folder.as_posix()}/**/*.ts")


def tools(types: Path) -> Tools:
    """The tools of the runtime, fetched if that is wanted; its declarations go into a folder."""
    tools_of_the_runtime()
    found = node()
    _run(found, TSC, "--project", RUNTIME / "tsconfig.build.json", "--emitDeclarationOnly", "--outDir", types)
    assert (types / "sdk" / "index.d.ts").is_file()  # whether the runtime itself compiles is for its own tests to say
    return Tools(found, types)


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, timeout=PATIENCE, encoding="utf-8"
    )
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}" or "it failed and said nothing"
