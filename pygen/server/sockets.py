"""The socket under a request, for what HTTP has no words for: connections that break.

uvicorn keeps the transport from the application. `Http` hands it on in the scope of each request.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from pygen.server.errors import LocalServerError

_KEY: Final = "pygen.transport"
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Http(H11Protocol):
    """uvicorn's HTTP/1.1, with the transport in the scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        """A client has connected."""
        super().connection_made(transport)
        app: ASGIApp = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, _KEY: transport}, receive, send)

        self.app = with_transport


async def close(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request once what was sent is out, and wait until it is closed."""
    _transport(scope).close()
    await _closed(receive)


async def reset(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request: the client sees an error, not an end."""
    transport = _transport(scope)
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    await _closed(receive)


def _transport(scope: Scope) -> asyncio.Transport:
    transport: asyncio.Transport | None = scope.get(_KEY)
    if transport is None:
        raise LocalServerError("Connections can only be broken where there are some: serve on a socket.")
    return transport


async def _closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
