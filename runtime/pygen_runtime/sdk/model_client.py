"""What the client of every generated SDK shares."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, ClassVar, Self

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import DataModelId
from pygen_runtime.sdk.api import ViewAPI


class AsyncModelClient:
    """A client of one data model: one attribute for each view, over one `AsyncPygenClient`.

        async with AsyncWindFarmClient.from_env() as client:
            async for turbine in client.turbine.all(): ...

    Args:
        client: The client to talk through; entering this one enters it.

    Attributes:
        MODEL: The data model that the SDK was generated from.
    """

    MODEL: ClassVar[DataModelId]

    def __init__(self, client: AsyncPygenClient) -> None:
        self._client = client

    @classmethod
    def from_token(cls, base_url: str, project: str, token: str) -> Self:
        """A client that uses a token as it is; good for short work, because nobody renews it.

        Args:
            base_url: Such as `https://westeurope-1.cognitedata.com`, or that of a local server.
            project: Name of the CDF project.
            token: The bearer token.
        """
        return cls(AsyncPygenClient.from_token(base_url=base_url, project=project, token=token))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """A client from environment variables as the Cognite tools name them.

        Args:
            environ: Instead of the process's own environment.

        Raises:
            UsageError: Variables are missing; the message names them.
        """
        return cls(AsyncPygenClient.from_env(environ))

    @property
    def pygen(self) -> AsyncPygenClient:
        """The client underneath, for what the model does not cover."""
        return self._client

    @property
    def views(self) -> dict[str, ViewAPI[Any]]:
        """The APIs of the model's views, by the name of their attribute."""
        return {name: value for name, value in vars(self).items() if isinstance(value, ViewAPI)}

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.MODEL}: {', '.join(self.views)}>"
