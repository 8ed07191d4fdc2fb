"""`AsyncPygenClient`: one project, through one connection pool."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from pygen_runtime.client.containers import ContainersAPI
from pygen_runtime.client.core import Core
from pygen_runtime.client.data_models import DataModelsAPI
from pygen_runtime.client.instances import InstancesAPI
from pygen_runtime.client.paging import Fetch, PageStream, pages
from pygen_runtime.client.spaces import SpacesAPI
from pygen_runtime.client.views import ViewsAPI
from pygen_runtime.transport import (
    ClientCredentials,
    ClientSettings,
    Credentials,
    StaticToken,
    Transport,
    read_environment,
)

if TYPE_CHECKING:
    from pygen_runtime.transport.http import AsyncTransport

T = TypeVar("T")


class AsyncPygenClient:
    """The data modeling API of one project.

        async with AsyncPygenClient.from_env() as client:
            async for node in client.instances.iterate(source=ViewId("power", "Turbine", "1")):
                ...

    The `async with` block owns all connections and tasks. A client is opened once; making one costs nothing.

    Args:
        base_url: Such as `https://westeurope-1.cognitedata.com`; any scheme, host, port and path.
        project: The project.
        credentials: Where tokens come from.
        settings: Time-outs, limits, retries and the like.
        transport: An httpx-style transport to use instead of a connection pool of our own; closed with the client.

    Attributes:
        base_url: As given, without a slash at the end.
        project: As given.
        spaces: Spaces.
        containers: Containers.
        views: Views.
        data_models: Data models.
        instances: Nodes and edges.

    Raises:
        UsageError: The base URL or the project cannot work.
    """

    def __init__(
        self,
        *,
        base_url: str,
        project: str,
        credentials: Credentials,
        settings: ClientSettings | None = None,
        transport: AsyncTransport | None = None,
    ) -> None:
        settings = settings or ClientSettings()
        way = Transport(
            base_url=base_url, project=project, credentials=credentials, settings=settings, transport=transport
        )
        self._core = Core(way, settings)
        self.base_url, self.project = way.base_url, way.project
        self.spaces = SpacesAPI(self._core)
        self.containers = ContainersAPI(self._core)
        self.views = ViewsAPI(self._core)
        self.data_models = DataModelsAPI(self._core)
        self.instances = InstancesAPI(self._core)

    @classmethod
    def from_token(
        cls,
        *,
        base_url: str,
        project: str,
        token: str,
        settings: ClientSettings | None = None,
        transport: AsyncTransport | None = None,
    ) -> Self:
        """A client with a token that somebody else renews; for the other arguments see the class.

        Raises:
            UsageError: An argument cannot work.
        """
        return cls(
            base_url=base_url,
            project=project,
            credentials=StaticToken(token),
            settings=settings,
            transport=transport,
        )

    @classmethod
    def from_client_credentials(
        cls,
        *,
        base_url: str,
        project: str,
        token_url: str,
        client_id: str,
        client_secret: str,
        scopes: str | Sequence[str] = (),
        audience: str | None = None,
        extra: Mapping[str, str] | None = None,
        settings: ClientSettings | None = None,
        transport: AsyncTransport | None = None,
    ) -> Self:
        """A client for an application; see `ClientCredentials` for the arguments of the identity provider.

        Raises:
            UsageError: An argument cannot work.
        """
        credentials = ClientCredentials(
            token_url=token_url,
            client_id=client_id,
            client_secret=client_secret,
            scopes=scopes,
            audience=audience,
            extra=extra,
            ssl_context=settings.ssl_context if settings else None,
            transport=transport,
        )
        return cls(base_url=base_url, project=project, credentials=credentials, settings=settings, transport=transport)

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        settings: ClientSettings | None = None,
        transport: AsyncTransport | None = None,
    ) -> Self:
        """A client from environment variables, named as the Cognite tools name them.

        `CDF_URL` (or `CDF_CLUSTER`) and `CDF_PROJECT`; then `CDF_TOKEN`, or `IDP_CLIENT_ID`, `IDP_CLIENT_SECRET` and
        `IDP_TOKEN_URL` (or, for Entra ID, `IDP_TENANT_ID`), if need be with `IDP_SCOPES` and `IDP_AUDIENCE`.

        Args:
            environ: The variables, by default those of the process.
            settings: Time-outs, limits, retries and the like.
            transport: An httpx-style transport to use instead of a connection pool of our own.

        Raises:
            UsageError: Variables are missing; the message names exactly these.
        """
        found = read_environment(
            os.environ if environ is None else environ,
            ssl_context=settings.ssl_context if settings else None,
            transport=transport,
        )
        return cls(
            base_url=found.base_url,
            project=found.project,
            credentials=found.credentials,
            settings=settings,
            transport=transport,
        )

    @property
    def settings(self) -> ClientSettings:
        """How this client behaves."""
        return self._core.settings

    async def __aenter__(self) -> Self:
        await self._core.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._core.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r}, project={self.project!r})"

    def stream(
        self, fetch: Fetch[T], *, limit: int | None = None, prefetch: int = 1, page_size: int | None = None
    ) -> PageStream[T]:
        """Pages to be fetched ahead, for a generator of your own: one generator is faster than one inside another.

        Args:
            fetch: Called with a cursor (None for the first page) and the rows to ask for; fetches one page. A page that the server
                finds too heavy (408) is asked for again with half the rows.
            limit: Rows to end after; None for all.
            prefetch: Pages that may wait, or be on their way, while the reader works on one.
            page_size: Rows to ask for at once; by default that of the settings.

        Raises:
            UsageError: An argument cannot work.
        """
        return self._core.stream(fetch, limit=limit, prefetch=prefetch, page_size=page_size)

    def pages(
        self, fetch: Fetch[T], *, limit: int | None = None, prefetch: int = 1, page_size: int | None = None
    ) -> AsyncIterator[Sequence[T]]:
        """Pages of rows, each perhaps empty; nothing is fetched before the first is wanted.

        Leaving early in any way leaves nothing behind. The arguments and errors are those of `stream`.
        """
        return pages(self.stream(fetch, limit=limit, prefetch=prefetch, page_size=page_size))
