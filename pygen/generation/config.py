"""`pygen.toml`, or `[tool.pygen]` of `pyproject.toml`: the SDKs of a project, so that they are generated and checked in one go."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pygen.generation.languages import find_language
from pygen.mismatch import mismatch
from pygen_codegen.naming import NamingConfig
from pygen_codegen.settings import TypeScriptSettings
from pygen_runtime.errors import UsageError

NAMES = ("pygen.toml", "pyproject.toml")
"""Where configuration stands, in the order in which files of one folder are looked at."""

_OLD_KEYS = {"space", "external_id", "data_models", "output_dir", "top_level_package", "cdf_project", "cdf_cluster"}
"""Keys by which a table of cognite-pygen 1.x is known, which reads it in the same place."""


class SdkConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One SDK; the keys mean what the options of `pygen generate` of these names mean. Paths start at the file's folder.

    Attributes:
        output: The folder of the SDK; in Python it is the package.
        language: What it is written in: `python` or `typescript`.
        package: The name it is imported by, in Python; by default the last part of `output`.
        client_name: Name of the client's class.
        file: A file or folder of the model, or several.
        with_: Further files and folders that it refers to; `with` in the file.
        variables: Values of placeholders, `name=value` or files.
        data_models: Which data models, `space:externalId/version`; needed for models on a server.
        base_url: The server; by default what the environment says, as credentials always are.
        project: The project there.
        include: Views to keep, and what they need.
        exclude: Views to leave out.
        naming: Kind of name → what to change of its style.
        hooks: Names of hooks.
        ruff: Format what is written with ruff, in Python.
        typescript: Of SDKs in TypeScript: `int64`, `timestamps`, `runtime`.
        strict: Write nothing when something is wrong with the model.
    """

    output: str
    language: str = "python"
    package: str | None = None
    client_name: str | None = None
    file: str | tuple[str, ...] = ()
    with_: tuple[str, ...] = msgspec.field(default=(), name="with")
    variables: tuple[str, ...] = ()
    data_models: tuple[str, ...] = ()
    base_url: str | None = None
    project: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    naming: dict[str, dict[str, str]] = {}
    hooks: tuple[str, ...] = ()
    ruff: bool = False
    typescript: TypeScriptSettings | None = None
    strict: bool = False

    def styles(self) -> NamingConfig:
        """How names are spelled.

        Raises:
            UsageError: There is no such kind, case or number, or no such language.
        """
        return find_language(self.language).naming.changed(self.naming)


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sdks: tuple[SdkConfig, ...]


@dataclass(frozen=True, slots=True)
class ProjectConfig:
    """What a file says.

    Attributes:
        path: The file.
        sdks: The SDKs, in its order; no two go into one folder.
    """

    path: Path
    sdks: tuple[SdkConfig, ...]


def find_config(folder: Path, instead: str = "--output") -> ProjectConfig:
    """The configuration of a project: of the folder, or the nearest above it that has one.

    Args:
        folder: Where to begin.
        instead: What could have been given instead, for the message.

    Raises:
        UsageError: There is none, or it cannot be used; the message says where and why.
    """
    start = folder.resolve()
    for each in (start, *start.parents):
        for name in NAMES:
            table = _table(each / name)
            if table is not None:
                return ProjectConfig(each / name, _sdks(each / name, table))
    raise UsageError(
        f"nothing says what to generate: give {instead}, or write {NAMES[0]} or [tool.pygen] in {NAMES[1]} "
        "(docs/guide/generating.md)"
    )


def read_config(path: Path) -> ProjectConfig:
    """The configuration in one file.

    Raises:
        UsageError: It is not there, or cannot be used.
    """
    table = _table(path)
    if table is None:
        raise UsageError(f"{path} holds no configuration of pygen, or is not there")
    return ProjectConfig(path.resolve(), _sdks(path, table))


def _table(path: Path) -> Mapping[str, Any] | None:
    """The table that is pygen's; None when there is none."""
    try:
        whole = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    if path.name != "pyproject.toml":
        return whole
    tools = whole.get("tool")
    table = tools.get("pygen") if isinstance(tools, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"{path}: `tool.pygen` must be a table")
    return table


def _sdks(path: Path, table: Mapping[str, Any]) -> tuple[SdkConfig, ...]:
    old = _OLD_KEYS & table.keys()
    if old and "sdks" not in table:
        raise UsageError(
            f"{path}: `{min(old)}` is a key of cognite-pygen 1.x; here each SDK is a table of its own "
            "([[sdks]]; [[tool.pygen.sdks]] in pyproject.toml): see docs/guide/coming-from-cognite-pygen.md"
        )
    try:
        sdks = msgspec.convert(table, _Table).sdks
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {mismatch(error)}; docs/guide/generating.md lists the keys") from error
    if not sdks:
        raise UsageError(f"{path} names no SDK: write [[sdks]] tables ([[tool.pygen.sdks]] in pyproject.toml)")
    folders = [(path.parent / each.output).resolve() for each in sdks]
    for folder in folders:
        if folders.count(folder) > 1:
            raise UsageError(f"{path}: two SDKs cannot share the folder {folder}; give each its output")
    for each in sdks:
        try:
            each.styles()
        except UsageError as error:
            raise UsageError(f"{path}: the SDK {each.output!r}: {error}") from error
    return sdks
