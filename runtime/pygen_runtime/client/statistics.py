"""Statistics (contract §10) and what a token is good for (§1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec

from pygen_runtime.client.batches import in_batches
from pygen_runtime.client.core import Core
from pygen_runtime.client.schema_api import MOST_ITEMS, many
from pygen_runtime.schema.codec import decoder
from pygen_runtime.schema.requests import Page
from pygen_runtime.schema.statistics import ProjectStatistics, SpaceStatistics
from pygen_runtime.schema.tokens import TokenInspection
from pygen_runtime.transport import Operation

_PATH = "/models/statistics"


class StatisticsAPI:
    """How much the project holds and how much it may, as `client.statistics`.

    Everything here raises `ApiError` (by its subclass) if the server refused, and `TransportError` if no whole answer came in time.

    Args:
        core: The client's core.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    async def project(self) -> ProjectStatistics:
        """Usage and limits of the whole project, its budget of concurrent requests included."""
        return await self._core.call("GET", _PATH, operation=Operation.SCHEMA, reply=self._project)

    async def spaces(self, ids: str | Sequence[str] | None = None) -> list[SpaceStatistics]:
        """What spaces hold.

        Args:
            ids: One or many, 100 in a request; those that do not exist are left out. None: all spaces, in one request.
        """
        if ids is None:
            page = await self._core.call("GET", f"{_PATH}/spaces", operation=Operation.SCHEMA, reply=self._spaces)
            return page.items

        async def send(batch: Sequence[str]) -> list[SpaceStatistics]:
            page = await self._core.call(
                "POST",
                f"{_PATH}/spaces/byids",
                operation=Operation.SCHEMA,
                reply=self._spaces,
                body={"items": [{"space": space} for space in batch]},
            )
            return page.items

        return await in_batches(many(ids, str), MOST_ITEMS, send)

    @cached_property
    def _project(self) -> msgspec.json.Decoder[ProjectStatistics]:
        return decoder(ProjectStatistics)

    @cached_property
    def _spaces(self) -> msgspec.json.Decoder[Page[SpaceStatistics]]:
        return decoder(Page[SpaceStatistics])


class TokenAPI:
    """The token that the client sends, as `client.token`.

    Args:
        core: The client's core.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    async def inspect(self) -> TokenInspection:
        """Who the token was given to, and what it allows in which projects.

        Raises:
            AuthenticationError: The token is not good at all.
            ApiError: The server refused for another reason.
            TransportError: No whole answer came in time.
        """
        return await self._core.call(
            "GET", "/token/inspect", operation=Operation.SCHEMA, reply=decoder(TokenInspection), in_project=False
        )
