"""Who the caller is, and what it may do (contract §1.2)."""

from __future__ import annotations

from typing import Any

import msgspec


class TokenProject(msgspec.Struct, kw_only=True, rename="camel"):
    """A project that a token is good for, and the caller's groups in it."""

    project_url_name: str
    groups: list[int] = []


class TokenInspection(msgspec.Struct, kw_only=True, rename="camel"):
    """What the server knows about a token.

    Attributes:
        subject: Who it was given to.
        projects: Where it is good.
        capabilities: What it allows, as the API writes it: one key such as `dataModelsAcl` with `actions` and `scope`, and
            `projectScope`. There are as many kinds as CDF has services.
    """

    subject: str
    projects: list[TokenProject] = []
    capabilities: list[dict[str, Any]] = []
