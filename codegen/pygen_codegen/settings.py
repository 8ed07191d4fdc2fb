"""What was chosen about an SDK, apart from the model: kept in the manifest, so that generating can be repeated."""

from __future__ import annotations

import msgspec

from pygen_codegen.naming import PYTHON_NAMING, NamingConfig


class Settings(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What was chosen.

    Attributes:
        client_name: Name of the client's class, unless it is made from the model's.
        naming: How names are spelled.
        include: The views to keep, and what they need; nothing for all.
        exclude: The views to leave out.
        hooks: Names of the hooks, in the order in which they run.
        ruff: Whether ruff formatted the files.
    """

    client_name: str | None = None
    naming: NamingConfig = PYTHON_NAMING
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    ruff: bool = False
