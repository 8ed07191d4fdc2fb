"""What can be chosen about a TypeScript SDK."""

from __future__ import annotations

from dataclasses import dataclass

from pygen_codegen.naming import TYPESCRIPT_NAMING, NamingConfig
from pygen_codegen.settings import TypeScriptSettings
from pygen_codegen.typescript.tree import is_identifier
from pygen_codegen.typescript.tree.names import RESERVED
from pygen_runtime.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class TypeScriptConfig:
    """What can be chosen about a TypeScript SDK.

    Args:
        client_name: What the client is called; made from the data model's external id if None.
        naming: How each kind of name is spelled.
        settings: The rest.

    Raises:
        UsageError: One of them cannot be what it should be in TypeScript.
    """

    client_name: str | None = None
    naming: NamingConfig = TYPESCRIPT_NAMING
    settings: TypeScriptSettings = TypeScriptSettings()  # noqa: RUF009 - frozen

    def __post_init__(self) -> None:
        name = self.client_name
        if name is not None and (not is_identifier(name) or name in RESERVED):
            raise UsageError(
                f"the client name {name!r} cannot be a class in TypeScript: use letters, digits and underscores, no digit "
                "first, no keyword"
            )
        if not self.settings.runtime.strip() or not self.settings.runtime.isprintable():
            raise UsageError(f"{self.settings.runtime!r} cannot be the name of a module")
