"""What the clients of every generated SDK share."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModelId
from pygen_runtime.sdk.api import BaseViewAPI, SyncViewAPI, ViewAPI
from pygen_runtime.sdk.writes.ids import WriteDefaults
from pygen_runtime.sdk.writes.verbs import AsyncWriting, Writing
from pygen_runtime.sync import PygenClient

C = TypeVar("C", AsyncPygenClient, PygenClient)
A = TypeVar("A", bound=BaseViewAPI[Any, Any, Any])


class BaseModelClient(Generic[C, A]):
    """What the client of a model is, with and without `await`.

    Attributes:
        MODELS: The data models that the SDK was generated from.
        writing: What write objects may leave out: their space, and where ids come from.
    """

    MODELS: ClassVar[tuple[DataModelId, ...]]
    _KIND: ClassVar[type[Any]]  # the class that C is: a class variable cannot be told to depend on a parameter
    _client: C

    def __init__(self, client: C) -> None:
        if not isinstance(client, self._KIND):
            own = type(self).__name__
            raise UsageError(
                f"{own} is made over a {self._KIND.__name__}, not a {type(client).__name__}: "
                f"{own}.from_env() makes both, and so do its other from_… methods"
            )
        self._client = client
        self.writing = WriteDefaults()

    @classmethod
    def from_token(cls, base_url: str, project: str, token: str) -> Self:
        """A client that uses a token as it is; good for short work, because nobody renews it.

        Args:
            base_url: Such as `https://westeurope-1.cognitedata.com`, or that of a local server.
            project: Name of the CDF project.
            token: The bearer token.
        """
        return cls(cls._KIND.from_token(base_url=base_url, project=project, token=token))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """A client from environment variables as the Cognite tools name them.

        Args:
            environ: Instead of the process's own environment.

        Raises:
            UsageError: Variables are missing; the message names them.
        """
        return cls(cls._KIND.from_env(environ))

    @classmethod
    def from_toml(
        cls, path: str | os.PathLike[str], section: str | None = None, *, environ: Mapping[str, str] | None = None
    ) -> Self:
        """A client from a TOML file, or a YAML file if pyyaml is installed.

        Args:
            path: The file; `.yaml` and `.yml` are YAML.
            section: The table in it, such as `cognite` or `tool.cognite`; None for the top.
            environ: Where `${NAME}` in a value is looked up; by default the environment of the process.

        Raises:
            UsageError: The file cannot be read, or what it holds cannot work; the message names keys, never values.
        """
        return cls(cls._KIND.from_toml(path, section, environ=environ))

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
    ) -> Self:
        """A client for an application.

        Args:
            base_url: Such as `https://westeurope-1.cognitedata.com`.
            project: Name of the CDF project.
            token_url: Where the identity provider gives tokens.
            client_id: Who the application is.
            client_secret: How it proves that.
            scopes: What the token is to be good for.
            audience: Whom the token is for, where the identity provider asks.

        Raises:
            UsageError: An argument cannot work.
        """
        return cls(
            cls._KIND.from_client_credentials(
                base_url=base_url,
                project=project,
                token_url=token_url,
                client_id=client_id,
                client_secret=client_secret,
                scopes=scopes,
                audience=audience,
            )
        )

    @property
    def pygen(self) -> C:
        """The client underneath, for what the model does not cover."""
        return self._client

    @property
    def views(self) -> dict[str, A]:
        """The APIs of the model's views, by the name of their attribute."""
        return {name: cast("A", value) for name, value in vars(self).items() if isinstance(value, BaseViewAPI)}

    def __repr__(self) -> str:
        from pygen_runtime.sdk.display.overview import client_text  # noqa: PLC0415 - for people only

        return client_text(self, self.MODELS, self.views)

    def _repr_html_(self) -> str:
        from pygen_runtime.sdk.display.overview import client_html  # noqa: PLC0415 - for people only

        return client_html(self, self.MODELS, self.views)


class AsyncModelClient(BaseModelClient[AsyncPygenClient, ViewAPI[Any, Any, Any]], AsyncWriting):
    """A client of one data model, or of several together: one attribute for each view, over one `AsyncPygenClient`.

        async with AsyncWindFarmClient.from_env() as client:
            async for turbine in client.turbine.all(): ...

    Args:
        client: The client to talk through; entering this one enters it.
    """

    _KIND = AsyncPygenClient

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)


class ModelClient(BaseModelClient[PygenClient, SyncViewAPI[Any, Any, Any]], Writing):
    """A client of one data model, or of several together, for code that does not await: one attribute for each view, over one `PygenClient`.

        with WindFarmClient.from_env() as client:
            for turbine in client.turbine.all(): ...

    Without `with` it opens when it is first used; see `PygenClient`.

    Args:
        client: The client to talk through; entering or closing this one enters or closes it.
    """

    _KIND = PygenClient

    def close(self) -> None:
        """End all work and close all connections."""
        self._client.close()

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.__exit__(kind, error, traceback)
