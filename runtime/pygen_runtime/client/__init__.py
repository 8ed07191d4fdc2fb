"""The client of the data modeling API. Importing it loads no HTTP library; the first client that opens does."""

from pygen_runtime.client.client import AsyncPygenClient
from pygen_runtime.client.paging import PageStream
from pygen_runtime.client.partition import PartitionKey
from pygen_runtime.client.results import DeleteResult, ItemFailure, UpsertResult
from pygen_runtime.client.walk import Fetch, OnExpired
from pygen_runtime.transport import (
    ClientCredentials,
    ClientSettings,
    Counters,
    Credentials,
    Limits,
    RetryPolicy,
    StaticToken,
    Token,
    TokenProvider,
)

__all__ = [
    "AsyncPygenClient",
    "ClientCredentials",
    "ClientSettings",
    "Counters",
    "Credentials",
    "DeleteResult",
    "Fetch",
    "ItemFailure",
    "Limits",
    "OnExpired",
    "PageStream",
    "PartitionKey",
    "RetryPolicy",
    "StaticToken",
    "Token",
    "TokenProvider",
    "UpsertResult",
]
