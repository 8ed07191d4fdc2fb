"""A small model in the shape of a generated SDK, for tests of what generated SDKs build on.

Each view has two classes: the one for asynchronous clients declares fields and relations, and `Sync…` makes its relations need no
`await`. Each has two APIs, and the model two clients.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Unpack

from msgspec import field

from pygen_runtime.sdk import (
    AsyncModelClient,
    AsyncPygenClient,
    DataModelId,
    DateField,
    Direct,
    DirectField,
    EdgeConditions,
    EdgeFields,
    Edges,
    EnumField,
    FloatField,
    IntegerField,
    ListField,
    ModelClient,
    NodeConditions,
    NodeFields,
    NodeId,
    OpenEnum,
    PygenClient,
    PygenEdge,
    PygenList,
    PygenNode,
    PygenQuery,
    Reverse,
    SyncQuery,
    SyncResource,
    SyncViewAPI,
    TextField,
    TimestampField,
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
    if TYPE_CHECKING:
        FIELDS: ClassVar[type[PumpFields]]

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

    site = to_one(lambda: (Site, SyncSite), Direct("site_id"))
    parts = to_many(lambda: (Pump, SyncPump), Direct("parts_ids"))
    part_of = to_many(lambda: (Pump, SyncPump), Reverse(ViewId("plant", "Pump", "1"), "parts", through_list=True))
    feeds = edge_to_many(
        lambda: (Pump, SyncPump), Edges(NodeId("plant", "Pump.feeds"), "outwards"), lambda: (Pipe, SyncPipe)
    )
    fed_by = edge_to_many(lambda: (Pump, SyncPump), Edges(NodeId("plant", "Pump.feeds"), "inwards"))
    spare = edge_to_one(lambda: (Pump, SyncPump), Edges(NodeId("plant", "Pump.spare"), "outwards"))


class SyncPump(SyncResource, Pump, kw_only=True):
    """A pump, for code that does not await."""


class Site(PygenNode, kw_only=True):
    """A site."""

    VIEW: ClassVar[ViewId] = ViewId("plant", "Site", "1")
    if TYPE_CHECKING:
        FIELDS: ClassVar[type[SiteFields]]

    name: str | None = None

    pumps = to_many(lambda: (Pump, SyncPump), Reverse(ViewId("plant", "Pump", "1"), "site"))
    first_pump = to_one(lambda: (Pump, SyncPump), Reverse(ViewId("plant", "Pump", "1"), "site"))


class SyncSite(SyncResource, Site, kw_only=True):
    """A site, for code that does not await."""


class Pipe(PygenEdge, kw_only=True):
    """A pipe between pumps."""

    VIEW: ClassVar[ViewId] = ViewId("plant", "Pipe", "1")
    if TYPE_CHECKING:
        FIELDS: ClassVar[type[PipeFields]]

    metres: float | None = None


class SyncPipe(SyncResource, Pipe, kw_only=True):
    """A pipe between pumps, for code that does not await."""


class PumpConditions(NodeConditions, total=False):
    """Conditions on pumps."""

    name: Annotated[str | Sequence[str], equals("name")]
    name_prefix: Annotated[str, prefix("name")]
    min_flow: Annotated[float, at_least("ratedFlow")]
    max_flow: Annotated[float, at_most("ratedFlow")]
    tags: Annotated[str | Sequence[str] | None, contains_any("tags")]
    has_built: Annotated[bool, exists("built")]
    min_seen: Annotated[datetime.datetime, at_least("seen")]
    state: Annotated[PumpState | str | Sequence[PumpState | str] | None, equals("state")]
    site: Annotated[NodeId | Sequence[NodeId] | None, equals("site")]


class PipeConditions(EdgeConditions, total=False):
    """Conditions on pipes."""

    min_metres: Annotated[float, at_least("metres")]


class PumpFields(NodeFields):
    """Properties of pumps."""

    VIEW = Pump.VIEW

    name = TextField[str]("name")
    flow = FloatField[float | None]("ratedFlow")
    type = TextField[str | None]("type")
    version_ = IntegerField[int | None]("version")
    built = DateField[datetime.date | None]("built")
    seen = TimestampField[datetime.datetime | None]("seen")
    tags = ListField[str, list[str] | None]("tags", str)
    state = EnumField[PumpState, PumpState | None]("state")
    site = DirectField["SiteFields", NodeId | None]("site", lambda: SiteFields)
    parts = ListField[NodeId, list[NodeId] | None]("parts", NodeId)


class SiteFields(NodeFields):
    """Properties of sites."""

    VIEW = Site.VIEW

    name = TextField[str | None]("name")


class PipeFields(EdgeFields):
    """Properties of pipes."""

    VIEW = Pipe.VIEW

    metres = FloatField[float | None]("metres")


class PumpAPI(ViewAPI[Pump, PumpFields, PumpConditions]):
    """Pumps."""

    def filter(self, **conditions: Unpack[PumpConditions]) -> PygenQuery[Pump, PumpFields]:
        """The instances that meet every condition given."""
        return self._where(conditions)


class SyncPumpAPI(SyncViewAPI[SyncPump, PumpFields, PumpConditions]):
    """Pumps."""

    def filter(self, **conditions: Unpack[PumpConditions]) -> SyncQuery[SyncPump, PumpFields]:
        """The instances that meet every condition given."""
        return self._where(conditions)

    def list(self, limit: int | None = 25, **conditions: Unpack[PumpConditions]) -> PygenList[SyncPump]:
        """The first instances that meet every condition given, at most `limit` of them (None: all)."""
        return self._where(conditions).limit(limit).to_list()


class PipeAPI(ViewAPI[Pipe, PipeFields]):
    """Pipes."""

    resource = Pipe
    conditions = PipeConditions
    fields = PipeFields


class SiteConditions(NodeConditions, total=False):
    """Conditions on sites."""

    name: Annotated[str | Sequence[str] | None, equals("name")]


class SiteAPI(ViewAPI[Site]):
    """Sites."""

    resource = Site
    conditions = SiteConditions


class AsyncPlantClient(AsyncModelClient):
    """The plant."""

    MODELS = (DataModelId("plant", "Plant", "1"),)

    def __init__(self, client: AsyncPygenClient) -> None:
        super().__init__(client)
        self.pump = PumpAPI(client)
        self.pipe = PipeAPI(client)


class SyncPipeAPI(SyncViewAPI[SyncPipe, PipeFields]):
    """Pipes."""

    resource = SyncPipe
    conditions = PipeConditions
    fields = PipeFields


class PlantClient(ModelClient):
    """The plant, for code that does not await."""

    MODELS = (DataModelId("plant", "Plant", "1"),)

    def __init__(self, client: PygenClient) -> None:
        super().__init__(client)
        self.pump = SyncPumpAPI(client)
        self.pipe = SyncPipeAPI(client)
