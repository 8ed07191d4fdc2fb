"""`AsyncPygenClient`: one project, through one connection pool."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from types import EllipsisType, TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from pygen_runtime.client.containers import ContainersAPI
from pygen_runtime.client.core import Core
from pygen_runtime.client.data_models import DataModelsAPI
from pygen_runtime.client.instances import InstancesAPI
from pygen_runtime.client.paging import PageStream
from pygen_runtime.client.spaces import SpacesAPI
from pygen_runtime.client.statistics import StatisticsAPI, TokenAPI
from pygen_runtime.client.views import ViewsAPI
from pygen_runtime.client.walk import Fetch, OnExpired
from pygen_runtime.transport import (
    ClientCredentials,
    ClientSettings,
    Counters,
    Credentials,
    Environment,
    StaticToken,
    Transport,
    read_config,
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
        statistics: How much the project holds, and how much it may.
        token: What the client's token is good for.

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
        self.base_url, self.project = way.base_url, way.project
        self._attach(Core(way, settings))

    def _attach(self, core: Core) -> None:
        self._core = core
        self.spaces = SpacesAPI(core)
        self.containers = ContainersAPI(core)
        self.views = ViewsAPI(core)
        self.data_models = DataModelsAPI(core)
        self.instances = InstancesAPI(core)
        self.statistics = StatisticsAPI(core)
        self.token = TokenAPI(core)

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
        credentials = StaticToken(token)
        return cls(base_url=base_url, project=project, credentials=credentials, settings=settings, transport=transport)

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
        trust = settings.ssl_context if settings else None
        variables = os.environ if environ is None else environ
        return cls._of(read_environment(variables, ssl_context=trust, transport=transport), settings, transport)

    @classmethod
    def from_toml(
        cls,
        path: str | os.PathLike[str],
        section: str | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        settings: ClientSettings | None = None,
        transport: AsyncTransport | None = None,
    ) -> Self:
        """A client from a TOML file, or a YAML file if pyyaml is installed; see `read_config` for its keys.

        Args:
            path: The file; `.yaml` and `.yml` are YAML.
            section: The table in it, such as `cognite` or `tool.cognite`; None for the top.
            environ: Where `${NAME}` in a value is looked up; by default the environment of the process.
            settings: Time-outs, limits, retries and the like.
            transport: An httpx-style transport to use instead of a connection pool of our own.

        Raises:
            UsageError: The file cannot be read, or what it holds cannot work; the message names keys, never values.
        """
        trust = settings.ssl_context if settings else None
        found = read_config(path, section, environ=environ, ssl_context=trust, transport=transport)
        return cls._of(found, settings, transport)

    @classmethod
    def _of(cls, found: Environment, settings: ClientSettings | None, transport: AsyncTransport | None) -> Self:
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

    @property
    def counters(self) -> Counters:
        """What this client and its views have done so far, in numbers: requests, retries, waits, bytes and more."""
        return self._core.transport.counters

    def with_options(
        self,
        *,
        timeout: float | EllipsisType | None = ...,
        read_timeout: float | EllipsisType = ...,
        retries: int | EllipsisType = ...,
        page_size: int | EllipsisType = ...,
    ) -> Self:
        """The same client with other options: same connections, token, limits and counters. Costs next to nothing.

            await client.with_options(timeout=5, retries=0).views.list(limit=1)

        Args:
            timeout: Seconds that one call may take with all retries and waits, one page of a stream being a call; None for no end.
            read_timeout: Seconds without a byte from the server.
            retries: Times that a request is sent again at most.
            page_size: Rows in a page, 1 to 1000.

        Raises:
            UsageError: A value cannot work.
        """
        settings = self.settings.with_options(
            timeout=timeout, read_timeout=read_timeout, retries=retries, page_size=page_size
        )
        view = copy.copy(self)
        view._attach(self._core.with_settings(settings))  # noqa: SLF001  # it is one of us
        return view

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
        self,
        fetch: Fetch[T],
        *,
        limit: int | None = None,
        prefetch: int = 1,
        page_size: int | None = None,
        request: object = None,
        resume: str | None = None,
        on_expired: OnExpired = "raise",
    ) -> PageStream[Sequence[T]]:
        """Pages of rows that a function of yours fetches; nothing is fetched before the first is wanted.

        Leaving early in any way leaves nothing behind.

        Args:
            fetch: Called with a cursor (None for the first page) and the rows to ask for; fetches one page. A page that the server
                finds too heavy (408) is asked for again with half the rows or fewer.
            limit: Rows to end after, those of the streams that this one resumes included; None for all.
            prefetch: Pages that may wait, or be on their way, while the reader works on one.
            page_size: Rows to ask for at once; by default that of the settings.
            request: What is asked for, without cursor and page size: anything that has a JSON form. With it the stream has
                checkpoints.
            resume: A checkpoint of an earlier stream of the same request, to go on from there.
            on_expired: What to do when the server no longer knows a cursor: `"raise"` a `CursorExpiredError`, or `"restart"`
                and hand out all rows again, from the first.

        Raises:
            UsageError: An argument cannot work.
            CheckpointError: The checkpoint is damaged, or belongs to another request.
        """
        return self._core.stream(
            fetch,
            limit=limit,
            prefetch=prefetch,
            page_size=page_size,
            request=request,
            resume=resume,
            on_expired=on_expired,
        )

    def pages(
        self, fetch: Fetch[T], *, limit: int | None = None, prefetch: int = 1, page_size: int | None = None
    ) -> PageStream[Sequence[T]]:
        """The same as `stream`, without its checkpoints."""
        return self.stream(fetch, limit=limit, prefetch=prefetch, page_size=page_size)
