"""The data modeling API over one store, as an application that tests call in process and `serve` puts on a socket."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pygen.server import aggregates, containers, data_models, deletes, listing, spaces, statistics, upserts, views
from pygen.server.errors import RefusedError, not_emulated
from pygen.server.http import Act, Envelope, endpoint, error_response
from pygen.server.store import Store

_PROJECT: Final = "/api/v1/projects/{project}"
_ENDPOINTS: Final[tuple[tuple[str, str, Act], ...]] = (
    ("POST", "/models/spaces", spaces.create),
    ("GET", "/models/spaces", spaces.list_),
    ("POST", "/models/spaces/byids", spaces.by_ids),
    ("POST", "/models/spaces/delete", spaces.delete),
    ("POST", "/models/containers", containers.create),
    ("GET", "/models/containers", containers.list_),
    ("POST", "/models/containers/byids", containers.by_ids),
    ("POST", "/models/containers/delete", containers.delete),
    ("POST", "/models/containers/constraints/delete", containers.delete_constraints),
    ("POST", "/models/containers/indexes/delete", containers.delete_indexes),
    ("POST", "/models/views", views.create),
    ("GET", "/models/views", views.list_),
    ("POST", "/models/views/byids", views.by_ids),
    ("POST", "/models/views/delete", views.delete),
    ("POST", "/models/datamodels", data_models.create),
    ("GET", "/models/datamodels", data_models.list_),
    ("POST", "/models/datamodels/byids", data_models.by_ids),
    ("POST", "/models/datamodels/delete", data_models.delete),
    ("POST", "/models/instances", upserts.upsert),
    ("POST", "/models/instances/delete", deletes.delete),
    ("POST", "/models/instances/list", listing.list_),
    ("POST", "/models/instances/byids", listing.by_ids),
    ("POST", "/models/instances/aggregate", aggregates.aggregate),
    ("GET", "/models/statistics", statistics.project),
)


def create_app(store: Store) -> Starlette:
    """The application; the store stays the caller's to close."""
    methods: dict[str, dict[str, Act]] = {}
    for method, path, act in _ENDPOINTS:
        methods.setdefault(_PROJECT + path, {})[method] = act
    methods["/api/v1/token/inspect"] = {"GET": statistics.inspect_token}
    routes = [
        Route(path, endpoint(store, act), methods=[method])
        for path, acts in methods.items()
        for method, act in acts.items()
    ]
    routes.append(Route(_PROJECT + "/{path:path}", _not_emulated, methods=["GET", "POST", "PUT", "DELETE", "PATCH"]))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Envelope)],
        exception_handlers={HTTPException: _http_error, RefusedError: _refused},
    )
    app.router.redirect_slashes = False
    return app


async def _not_emulated(request: Request) -> Response:
    raise not_emulated(f"{request.method} /{request.path_params['path']}")


async def _refused(_request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, RefusedError) else RefusedError(str(error), status=500)
    return error_response(refusal)


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return error_response(RefusedError(f"No such endpoint: {request.method} {request.url.path}", status=status))
