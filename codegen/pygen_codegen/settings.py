"""What was chosen about an SDK, apart from the model: kept in the manifest, so that generating can be repeated."""

from __future__ import annotations

from typing import Literal

import msgspec

from pygen_codegen.naming import PYTHON_NAMING, NamingConfig

TYPESCRIPT_RUNTIME = "cdf-pygen-runtime/sdk"
"""What generated TypeScript imports, and nothing else."""


class TypeScriptSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What can be chosen for SDKs in TypeScript alone.

    Attributes:
        int64: Integers of 64 bits are `bigint`, or texts of digits: no number of JavaScript holds all of them.
        timestamps: Moments are `Date`, or ISO texts as the API sends them.
        runtime: The module that generated code imports.
    """

    int64: Literal["bigint", "string"] = "bigint"
    timestamps: Literal["date", "string"] = "date"
    runtime: str = TYPESCRIPT_RUNTIME


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What was chosen.

    Attributes:
        client_name: Name of the client's class, unless it is made from the model's.
        naming: How names are spelled.
        include: The views to keep, and what they need; nothing for all.
        exclude: The views to leave out.
        hooks: Names of the hooks, in the order in which they run.
        ruff: Whether ruff formatted the files; of SDKs in Python.
        typescript: What was chosen for TypeScript.
    """

    client_name: str | None = None
    naming: NamingConfig = PYTHON_NAMING
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    ruff: bool = False
    typescript: TypeScriptSettings | None = None
