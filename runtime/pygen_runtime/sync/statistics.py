# Written by tests/runtime/sync_twins.py from runtime/pygen_runtime/client/statistics.py. Change that one, then run
# pytest tests/runtime/test_sync_twins.py --update-golden
"""Without `await`: StatisticsAPI, TokenAPI."""

from __future__ import annotations

from collections.abc import Sequence

from pygen_runtime.schema.statistics import ProjectStatistics, SpaceStatistics
from pygen_runtime.schema.tokens import TokenInspection
from pygen_runtime.sync.bridge import Bridge


class SyncStatisticsAPI:
    """The synchronous twin of `StatisticsAPI`, as `client.statistics`.

    Args:
        bridge: The way to the client.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def project(self) -> ProjectStatistics:
        """Usage and limits of the whole project, its budget of concurrent requests included."""
        return self._bridge.run(lambda client: client.statistics.project())

    def spaces(self, ids: str | Sequence[str] | None = None) -> list[SpaceStatistics]:
        """What spaces hold.

        Args:
            ids: One or many, 100 in a request; those that do not exist are left out. None: all spaces, in one request.
        """
        return self._bridge.run(lambda client: client.statistics.spaces(ids))


class SyncTokenAPI:
    """The synchronous twin of `TokenAPI`, as `client.token`.

    Args:
        bridge: The way to the client.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def inspect(self) -> TokenInspection:
        """Who the token was given to, and what it allows in which projects.

        Raises:
            AuthenticationError: The token is not good at all.
            ApiError: The server refused for another reason.
            TransportError: No whole answer came in time.
        """
        return self._bridge.run(lambda client: client.token.inspect())
