"""The data modeling API over one store, as an application that tests call in process and `serve` puts on a socket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pygen.server import openapi, routes
from pygen.server.errors import RefusedError, not_emulated
from pygen.server.http import Act, Envelope, endpoint, error_response
from pygen.server.store import Store
from pygen.server.system.install import install

_IN_PROJECT: Final = re.compile(r"/api/v1/projects/[^/]+(/.*)")


_ASKED: Final = (
    "authorization",
    "content-type",
    "content-encoding",
    "cdf-version",
    "x-cdp-app",
    "x-cdp-sdk",
    "x-cdp-clienttag",
)


def create_app(store: Store, *, cors_origins: Sequence[str] = ()) -> Starlette:
    """The application; the store stays the caller's to close. What every project has is put into it, unless it is there.

    Args:
        store: What to serve.
        cors_origins: Origins of web pages whose scripts may use it, such as `http://localhost:3000`; `*` for any.
    """
    install(store)
    served: dict[str, dict[str, Act]] = {}
    for one in routes.SERVED:
        served.setdefault(one.full_path, {})[one.method] = one.act
    # Each path is one route: asked with another method it answers 405 and names all that there are.
    paths = [Route(path, endpoint(store, acts), methods=list(acts)) for path, acts in served.items()]
    middleware = [Middleware(Envelope)]
    if cors_origins:
        # Outermost: a browser asks what it may do without a token.
        cors = Middleware(
            CORSMiddleware,
            allow_origins=list(cors_origins),
            allow_methods=["GET", "POST"],
            allow_headers=_ASKED,
            expose_headers=["x-request-id"],
        )
        middleware.insert(0, cors)
    app = Starlette(
        routes=[*paths, Route("/openapi.json", _describe, methods=["GET"])],
        middleware=middleware,
        exception_handlers={HTTPException: _http_error, RefusedError: _refused},
    )
    app.router.redirect_slashes = False
    return app


async def _describe(_request: Request) -> Response:
    return Response(msgspec.json.encode(openapi.document()), media_type="application/json")


async def _refused(_request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, RefusedError) else RefusedError(str(error), status=500)
    return error_response(refusal)


async def _http_error(request: Request, error: Exception) -> Response:
    """What has no route: a part of the API that is not emulated, a wrong method, or nothing at all."""
    status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (500, None)
    asked = f"{request.method} {request.url.path}"[:1000]
    if status == 405:
        refusal = RefusedError(f"No such method: {asked}", status=405)
    else:
        refusal = _not_emulated(request) or RefusedError(f"No such endpoint: {asked}", status=status)
    response = error_response(refusal)
    response.headers.update(headers or {})
    return response


def _not_emulated(request: Request) -> RefusedError | None:
    found = _IN_PROJECT.fullmatch(request.url.path)
    path = found[1] if found else ""
    for start, what in routes.NOT_EMULATED.items():
        if f"{path}/".startswith(f"{start}/"):
            return not_emulated(f"{what} ({request.method} {path[:1000]})")
    return None
