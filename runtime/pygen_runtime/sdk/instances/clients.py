"""Both kinds of client, as the parts of an SDK see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError

if TYPE_CHECKING:
    from pygen_runtime.sync import Bridge, PygenClient

AnyClient: TypeAlias = "AsyncPygenClient | PygenClient"
"""What objects and queries belong to."""


def asking(client: AnyClient) -> AsyncPygenClient:
    """The client that sends the requests: itself, or the one underneath, which works on its own event loop only."""
    return client if isinstance(client, AsyncPygenClient) else client.bridge.client


def bridge_of(client: AnyClient) -> Bridge:
    """The way from code that does not await to the client that does.

    Raises:
        UsageError: It is an asynchronous client, to whose event loop there is no such way.
    """
    if isinstance(client, AsyncPygenClient):
        raise UsageError("this belongs to an asynchronous client, so it needs `await`: use the classes without `Sync`")
    return client.bridge
