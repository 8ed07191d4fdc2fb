"""Control of a local server while it runs, under `/_pygen/`, a path that the API does not have.

    GET, PUT, DELETE /_pygen/faults                      the fault plan: read it, set it, take it away
    GET, DELETE      /_pygen/journal?operation=&after=   the request journal: read it, forget it

Only programs on this computer get an answer, and no page in a browser: neither one of another site, nor one that has
made a name of its own point here.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pygen.server.errors import LocalServerError, RefusedError
from pygen.server.fault_actions import FaultLayer
from pygen.server.fault_plans import FaultPlan
from pygen.server.faults import Faults
from pygen.server.http import error_response, read_body
from pygen.server.journal import Journal, JournalLayer
from pygen.server.waits import Waits

PREFIX: Final = "/_pygen"


class Control:
    """What a running server can be told, and asked.

    Attributes:
        faults: What goes wrong.
        journal: What was asked of it.
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self.journal = Journal()


def controlled(app: ASGIApp, control: Control, waits: Waits | None = None) -> ASGIApp:
    """An application with its control beside it.

    Args:
        app: The application.
        control: What the server is told, and tells.
        waits: To end requests that a fault plan delays, when the server stops.
    """
    api = JournalLayer(FaultLayer(app, control.faults, waits or Waits()), control.journal)
    routes = _routes(control)

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{PREFIX}/"):
            await api(scope, receive, send)
        elif not _is_local(scope):
            refusal = RefusedError("The control of a local server is for programs on its own computer.", status=403)
            await error_response(refusal)(scope, receive, send)
        else:
            await routes(scope, receive, send)

    return choose


def _is_local(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    client = scope.get("client")
    host = headers.get("host", "").rpartition("@")[2]
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return client is not None and _is_loopback(client[0]) and _is_loopback(name) and "origin" not in headers


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.lower() == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _routes(control: Control) -> Starlette:
    async def get_faults(_request: Request) -> Response:
        return _json(control.faults.plan)

    async def put_faults(request: Request) -> Response:
        control.faults.use(FaultPlan.from_json(await read_body(request)))
        return _json(control.faults.plan)

    async def delete_faults(_request: Request) -> Response:
        control.faults.clear()
        return _json({})

    async def get_journal(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise RefusedError("'after' must be the number of an entry.")
        return _json({"items": control.journal.entries(request.query_params.get("operation", "*"), after=int(after))})

    async def delete_journal(_request: Request) -> Response:
        control.journal.clear()
        return _json({})

    return Starlette(
        routes=[
            Route(f"{PREFIX}/faults", get_faults, methods=["GET"]),
            Route(f"{PREFIX}/faults", put_faults, methods=["PUT"]),
            Route(f"{PREFIX}/faults", delete_faults, methods=["DELETE"]),
            Route(f"{PREFIX}/journal", get_journal, methods=["GET"]),
            Route(f"{PREFIX}/journal", delete_journal, methods=["DELETE"]),
        ],
        exception_handlers={RefusedError: _refused, LocalServerError: _refused},
    )


async def _refused(_request: Request, error: Exception) -> Response:
    return error_response(error if isinstance(error, RefusedError) else RefusedError(str(error)))


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
