"""Fields that every instance has, whatever its view: the bases of generated `…Fields` classes."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, ClassVar

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId, ViewId
from pygen_runtime.sdk.display.text import near_first
from pygen_runtime.sdk.fields.fields import DirectField, Field, IntegerField, KeyField, MomentField, TextField


class Fields:
    """What can be asked of every instance; generated classes add the properties of their view.

    Attributes:
        VIEW: The view, None on the base classes.
    """

    VIEW: ClassVar[ViewId | None] = None

    if TYPE_CHECKING:
        space: ClassVar[KeyField[str]]
        external_id: ClassVar[TextField[str]]
        version: ClassVar[IntegerField[int]]
        created_time: ClassVar[MomentField[datetime.datetime]]
        last_updated_time: ClassVar[MomentField[datetime.datetime]]

    else:  # type checkers are not to think that there is every name

        def __getattr__(self, name: str) -> object:
            if name.startswith("_"):
                raise AttributeError(name)
            known = [each for each in dir(self) if isinstance(getattr(self, each), Field)]
            raise UsageError(f"{type(self).__name__} has no field {name!r}; there are {near_first([name], known)}")


class NodeFields(Fields):
    """What can be asked of every node."""

    space = KeyField[str](("node", "space"))
    external_id = TextField[str](("node", "externalId"))
    version = IntegerField[int](("node", "version"))
    created_time = MomentField[datetime.datetime](("node", "createdTime"))
    last_updated_time = MomentField[datetime.datetime](("node", "lastUpdatedTime"))
    node_type = DirectField["NodeFields", NodeId | None](("node", "type"), lambda: NodeFields)


class EdgeFields(Fields):
    """What can be asked of every edge."""

    space = KeyField[str](("edge", "space"))
    external_id = TextField[str](("edge", "externalId"))
    version = IntegerField[int](("edge", "version"))
    created_time = MomentField[datetime.datetime](("edge", "createdTime"))
    last_updated_time = MomentField[datetime.datetime](("edge", "lastUpdatedTime"))
    edge_type = DirectField[NodeFields, NodeId](("edge", "type"), lambda: NodeFields)
    start_node = DirectField[NodeFields, NodeId](("edge", "startNode"), lambda: NodeFields)
    end_node = DirectField[NodeFields, NodeId](("edge", "endNode"), lambda: NodeFields)
