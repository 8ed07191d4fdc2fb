"""What is served: the one table that the application, its description at `/openapi.json` and the parity page are made from."""

from __future__ import annotations

from typing import Final, NamedTuple

from pygen.server import (
    aggregates,
    container_checks,
    containers,
    data_models,
    deletes,
    inspection,
    listing,
    query,
    search,
    spaces,
    statistics,
    sync,
    units,
    upserts,
    views,
)
from pygen.server.http import Act
from pygen.server.inspection import InspectRequest
from pygen.server.instance_requests import AggregateRequest, ByIdsRequest, DeleteRequest, ListRequest, UpsertRequest
from pygen.server.search import SearchRequest

PROJECT: Final = "/api/v1/projects/{project}"


class Items(NamedTuple):
    """A body with a list of items.

    Attributes:
        keys: Texts that each item must have.
        at_most: The most items.
        others: What else the body may have.
    """

    keys: tuple[str, ...]
    at_most: int = 100
    others: tuple[str, ...] = ()


class Members(NamedTuple):
    """A body that is an object with certain members; what they hold is told in the contract."""

    required: tuple[str, ...]
    others: tuple[str, ...] = ()


Body = Items | Members | type


class Endpoint(NamedTuple):
    """One endpoint.

    Attributes:
        method: HTTP method.
        path: Path below the project; an absolute one if it lies outside of projects.
        act: What answers it.
        body: What it takes.
        query: Query parameters that it takes.
    """

    method: str
    path: str
    act: Act
    body: Body | None = None
    query: tuple[str, ...] = ()

    @property
    def full_path(self) -> str:
        """The path as the server sees it."""
        return self.path if self.path.startswith("/api/") else PROJECT + self.path


_ID: Final = ("space", "externalId")
_VERSION: Final = (*_ID, "version")
_PART: Final = ("space", "containerExternalId", "identifier")
_PAGE: Final = ("limit", "cursor", "includeGlobal")
_INSTANCES: Final = "/models/instances"
_CONTAINERS: Final = "/models/containers"

SERVED: Final[tuple[Endpoint, ...]] = (
    Endpoint("POST", "/models/spaces", spaces.create, Items(("space",))),
    Endpoint("GET", "/models/spaces", spaces.list_, query=_PAGE),
    Endpoint("POST", "/models/spaces/byids", spaces.by_ids, Items(("space",))),
    Endpoint("POST", "/models/spaces/delete", spaces.delete, Items(("space",))),
    Endpoint("POST", _CONTAINERS, containers.create, Items(_ID)),
    Endpoint("GET", _CONTAINERS, containers.list_, query=(*_PAGE, "space", "usedFor")),
    Endpoint("POST", f"{_CONTAINERS}/byids", containers.by_ids, Items(_ID)),
    Endpoint("POST", f"{_CONTAINERS}/delete", containers.delete, Items(_ID)),
    Endpoint("POST", f"{_CONTAINERS}/constraints/delete", containers.delete_constraints, Items(_PART, 10)),
    Endpoint("POST", f"{_CONTAINERS}/indexes/delete", containers.delete_indexes, Items(_PART, 10)),
    Endpoint("POST", f"{_CONTAINERS}/constraints/retry", container_checks.retry_constraints, Items(_PART, 10)),
    Endpoint("POST", f"{_CONTAINERS}/indexes/retry", container_checks.retry_indexes, Items(_PART, 10)),
    Endpoint("POST", f"{_CONTAINERS}/properties/retry", container_checks.retry_properties, Items(_PART, 10)),
    Endpoint("POST", f"{_CONTAINERS}/inspect", container_checks.inspect, Items(_ID, 10, ("inspectionOperations",))),
    Endpoint("POST", "/models/views", views.create, Items(_VERSION)),
    Endpoint(
        *("GET", "/models/views", views.list_),
        query=(*_PAGE, "space", "includeInheritedProperties", "allVersions", "usedFor"),
    ),
    Endpoint(
        *("POST", "/models/views/byids", views.by_ids),
        Items(_ID, others=("includeInheritedProperties",)),
        query=("includeInheritedProperties",),
    ),
    Endpoint("POST", "/models/views/delete", views.delete, Items(_VERSION)),
    Endpoint("POST", "/models/datamodels", data_models.create, Items(_VERSION)),
    Endpoint("GET", "/models/datamodels", data_models.list_, query=(*_PAGE, "space", "inlineViews", "allVersions")),
    Endpoint("POST", "/models/datamodels/byids", data_models.by_ids, Items(_ID), query=("inlineViews",)),
    Endpoint("POST", "/models/datamodels/delete", data_models.delete, Items(_VERSION)),
    Endpoint("POST", _INSTANCES, upserts.upsert, UpsertRequest),
    Endpoint("POST", f"{_INSTANCES}/delete", deletes.delete, DeleteRequest),
    Endpoint("POST", f"{_INSTANCES}/list", listing.list_, ListRequest),
    Endpoint("POST", f"{_INSTANCES}/byids", listing.by_ids, ByIdsRequest),
    Endpoint("POST", f"{_INSTANCES}/aggregate", aggregates.aggregate, AggregateRequest),
    Endpoint(
        *("POST", f"{_INSTANCES}/query", query.query),
        Members(("with", "select"), ("cursors", "parameters", "includeTyping", "debug")),
    ),
    Endpoint(
        *("POST", f"{_INSTANCES}/sync", sync.sync),
        Members(("with", "select"), ("cursors", "parameters", "includeTyping", "allowExpiredCursorsAndAcceptMissedDeletes")),
    ),
    Endpoint("POST", f"{_INSTANCES}/search", search.search, SearchRequest),
    Endpoint("POST", f"{_INSTANCES}/inspect", inspection.inspect, InspectRequest),
    Endpoint("GET", "/models/statistics", statistics.project),
    Endpoint("GET", "/models/statistics/spaces", statistics.spaces),
    Endpoint("POST", "/models/statistics/spaces/byids", statistics.spaces_by_ids, Items(("space",))),
    Endpoint("GET", "/units", units.list_),
    Endpoint("GET", "/units/systems", units.systems),
    Endpoint("POST", "/units/byids", units.by_ids, Items(("externalId",), 1000, ("ignoreUnknownIds",))),
    Endpoint("GET", "/units/{externalId}", units.by_id),
    Endpoint("GET", "/api/v1/token/inspect", statistics.inspect_token),
)  # fmt: skip

NOT_EMULATED: Final[dict[str, str]] = {
    "/models/streams": "streams and records",
    "/models/instances": "this operation on instances",
    "/dml": "GraphQL data modeling (DML)",
    "/userapis": "GraphQL",
    "/timeseries": "time series and data points",
    "/files": "files",
    "/sequences": "sequences",
    "/assets": "classic assets",
    "/events": "classic events",
    "/relationships": "relationships",
    "/labels": "labels",
    "/raw": "RAW",
    "/3d": "3D models",
    "/transformations": "transformations",
    "/functions": "functions",
    "/workflows": "workflows",
    "/extpipes": "extraction pipelines",
    "/groups": "groups",
    "/securitycategories": "security categories",
    "/sessions": "sessions",
    "/documents": "documents",
    "/context": "contextualization",
    "/annotations": "classic annotations",
    "/geospatial": "geospatial",
    "/ai": "AI services",
}
"""Parts of the API that answer 501 with their name, by the start of their path below the project."""
