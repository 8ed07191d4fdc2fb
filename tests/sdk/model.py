"""A small model in the shape of a generated SDK, for tests of what generated SDKs build on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated, ClassVar

from msgspec import field

from pygen_runtime.sdk import (
    Direct,
    EdgeConditions,
    Edges,
    NodeConditions,
    NodeId,
    OpenEnum,
    PygenEdge,
    PygenNode,
    Reverse,
    ViewAPI,
    ViewId,
    at_least,
    at_most,
    contains_any,
    edge_to_many,
    edge_to_one,
    equals,
    exists,
    prefix,
    to_many,
    to_one,
)


class PumpState(OpenEnum):
    """Values of Pump.state."""

    RUNNING = "running"
    STOPPED = "stopped"


class Pump(PygenNode, kw_only=True):
    """A pump."""

    VIEW: ClassVar[ViewId] = ViewId("plant", "Pump", "1")

    name: str
    flow: float | None = field(default=None, name="ratedFlow")
    type: str | None = None
    version_: int | None = field(default=None, name="version")
    built: datetime.date | None = None
    seen: datetime.datetime | None = None
    tags: list[str] | None = None
    state: PumpState | None = None
    site_id: NodeId | None = field(default=None, name="site")
    parts_ids: list[NodeId] | None = field(default=None, name="parts")

    site = to_one(lambda: Site, Direct("site_id"))
    parts = to_many(lambda: Pump, Direct("parts_ids"))
    part_of = to_many(lambda: Pump, Reverse(ViewId("plant", "Pump", "1"), "parts", through_list=True))
    feeds = edge_to_many(lambda: Pump, Edges(NodeId("plant", "Pump.feeds"), "outwards"), lambda: Pipe)
    fed_by = edge_to_many(lambda: Pump, Edges(NodeId("plant", "Pump.feeds"), "inwards"))
    spare = edge_to_one(lambda: Pump, Edges(NodeId("plant", "Pump.spare"), "outwards"))


class Site(PygenNode, kw_only=True):
    """A site."""

    VIEW: ClassVar[ViewId] = ViewId("plant", "Site", "1")

    name: str | None = None

    pumps = to_many(lambda: Pump, Reverse(ViewId("plant", "Pump", "1"), "site"))
    first_pump = to_one(lambda: Pump, Reverse(ViewId("plant", "Pump", "1"), "site"))


class Pipe(PygenEdge, kw_only=True):
    """A pipe between pumps."""

    VIEW: ClassVar[ViewId] = ViewId("plant", "Pipe", "1")

    metres: float | None = None


class PumpConditions(NodeConditions, total=False):
    """Conditions on pumps."""

    name: Annotated[str | Sequence[str], equals("name")]
    name_prefix: Annotated[str, prefix("name")]
    min_flow: Annotated[float, at_least("ratedFlow")]
    max_flow: Annotated[float, at_most("ratedFlow")]
    tags: Annotated[str | Sequence[str] | None, contains_any("tags")]
    has_built: Annotated[bool, exists("built")]
    state: Annotated[PumpState | str | Sequence[PumpState | str] | None, equals("state")]
    site: Annotated[NodeId | Sequence[NodeId] | None, equals("site")]


class PipeConditions(EdgeConditions, total=False):
    """Conditions on pipes."""

    min_metres: Annotated[float, at_least("metres")]


class PumpAPI(ViewAPI[Pump]):
    """Pumps."""

    resource = Pump
    conditions = PumpConditions


class PipeAPI(ViewAPI[Pipe]):
    """Pipes."""

    resource = Pipe
    conditions = PipeConditions


class SiteConditions(NodeConditions, total=False):
    """Conditions on sites."""

    name: Annotated[str | Sequence[str] | None, equals("name")]


class SiteAPI(ViewAPI[Site]):
    """Sites."""

    resource = Site
    conditions = SiteConditions
