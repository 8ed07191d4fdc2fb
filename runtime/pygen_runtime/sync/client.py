"""`PygenClient`: one project, for code that does not await."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping, Sequence
from types import EllipsisType, TracebackType
from typing import TYPE_CHECKING, Self

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.sync.bridge import Bridge, View
from pygen_runtime.sync.containers import SyncContainersAPI
from pygen_runtime.sync.data_models import SyncDataModelsAPI
from pygen_runtime.sync.instances import SyncInstancesAPI
from pygen_runtime.sync.spaces import SyncSpacesAPI
from pygen_runtime.sync.statistics import SyncStatisticsAPI, SyncTokenAPI
from pygen_runtime.sync.views import SyncViewsAPI
from pygen_runtime.transport import ClientSettings, Counters, Credentials

if TYPE_CHECKING:
    from pygen_runtime.transport.http import AsyncTransport


class PygenClient:
    """The data modeling API of one project, for code that does not await: the twin of `AsyncPygenClient`.

        with PygenClient.from_env() as client:
            for node in client.instances.iterate(source=ViewId("power", "Turbine", "1")):
                ...

    All work is done by an `AsyncPygenClient` in a thread of its own, so a client works in scripts, in notebooks and inside any
    running event loop (which it blocks, as every synchronous call does), and from many threads at once. The thread starts with the
    first request or `with`; it ends with the `with` block, `close()`, the last reference to the client, or the program.
    A child made by `os.fork` goes on with a thread and connections of its own. Ctrl-C cancels the call under way, and the client
    can be used further.

    Args:
        base_url: Such as `https://westeurope-1.cognitedata.com`; any scheme, host, port and path.
        project: The project.
        credentials: Where tokens come from.
        settings: Time-outs, limits, retries and the like.
        transport: An httpx-style asynchronous transport to use instead of a connection pool of our own; closed with the client,
            and of no use after a fork.

    Attributes:
        bridge: The way to the asynchronous client, for what is built on this one.
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
        def make() -> AsyncPygenClient:
            return AsyncPygenClient(
                base_url=base_url, project=project, credentials=credentials, settings=settings, transport=transport
            )

        self._attach(Bridge(make if transport is None else _once(make)))

    def _attach(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.spaces = SyncSpacesAPI(bridge)
        self.containers = SyncContainersAPI(bridge)
        self.views = SyncViewsAPI(bridge)
        self.data_models = SyncDataModelsAPI(bridge)
        self.instances = SyncInstancesAPI(bridge)
        self.statistics = SyncStatisticsAPI(bridge)
        self.token = SyncTokenAPI(bridge)

    @classmethod
    def _over(cls, make: Callable[[], AsyncPygenClient], transport: AsyncTransport | None) -> Self:
        client = cls.__new__(cls)
        client._attach(Bridge(make if transport is None else _once(make)))  # noqa: SLF001  # it is one of us
        return client

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
        return cls._over(
            lambda: AsyncPygenClient.from_token(
                base_url=base_url, project=project, token=token, settings=settings, transport=transport
            ),
            transport,
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
        return cls._over(
            lambda: AsyncPygenClient.from_client_credentials(
                base_url=base_url,
                project=project,
                token_url=token_url,
                client_id=client_id,
                client_secret=client_secret,
                scopes=scopes,
                audience=audience,
                extra=extra,
                settings=settings,
                transport=transport,
            ),
            transport,
        )

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
        return cls._over(
            lambda: AsyncPygenClient.from_env(environ, settings=settings, transport=transport),
            transport,
        )

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
        return cls._over(
            lambda: AsyncPygenClient.from_toml(path, section, environ=environ, settings=settings, transport=transport),
            transport,
        )

    @property
    def base_url(self) -> str:
        """As given, without a slash at the end."""
        return self.bridge.client.base_url

    @property
    def project(self) -> str:
        """As given."""
        return self.bridge.client.project

    @property
    def settings(self) -> ClientSettings:
        """How this client behaves."""
        return self.bridge.client.settings

    @property
    def counters(self) -> Counters:
        """What this client and its views have done so far, in numbers: requests, retries, waits, bytes and more."""
        return self.bridge.client.counters

    def with_options(
        self,
        *,
        timeout: float | EllipsisType | None = ...,
        read_timeout: float | EllipsisType = ...,
        retries: int | EllipsisType = ...,
        page_size: int | EllipsisType = ...,
    ) -> Self:
        """The same client with other options: same connections, token, limits and counters. Costs next to nothing.

            client.with_options(timeout=5, retries=0).views.list(limit=1)

        Args:
            timeout: Seconds that one call may take with all retries and waits, one page of a stream being a call; None for no end.
            read_timeout: Seconds without a byte from the server.
            retries: Times that a request is sent again at most.
            page_size: Rows in a page, 1 to 1000.

        Raises:
            UsageError: A value cannot work.
        """
        view = copy.copy(self)
        view._attach(  # noqa: SLF001  # it is one of us
            View(
                self.bridge,
                lambda client: client.with_options(
                    timeout=timeout, read_timeout=read_timeout, retries=retries, page_size=page_size
                ),
            )
        )
        return view

    def close(self) -> None:
        """End all work and close all connections. Calls that other threads have under way end with an error."""
        self.bridge.close()

    def __enter__(self) -> Self:
        self.bridge.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r}, project={self.project!r})"


def _once(make: Callable[[], AsyncPygenClient]) -> Callable[[], AsyncPygenClient]:
    """What makes a client over a transport that was given, which belongs to the process that it was made in."""
    made = False

    def make_once() -> AsyncPygenClient:
        nonlocal made
        if made:
            raise UsageError("a client that was given a transport= cannot be used after a fork: make one in the child")
        made = True
        return make()

    return make_once
