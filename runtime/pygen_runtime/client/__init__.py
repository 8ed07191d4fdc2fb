"""The client of the data modeling API. Importing it loads no HTTP library; the first client that opens does."""

from pygen_runtime.client.client import AsyncPygenClient
from pygen_runtime.client.paging import Fetch, PageStream
from pygen_runtime.transport import (
    ClientCredentials,
    ClientSettings,
    Credentials,
    Limits,
    RetryPolicy,
    StaticToken,
    TokenProvider,
)

__all__ = [
    "AsyncPygenClient",
    "ClientCredentials",
    "ClientSettings",
    "Credentials",
    "Fetch",
    "Limits",
    "PageStream",
    "RetryPolicy",
    "StaticToken",
    "TokenProvider",
]
