"""From the bytes of a page to objects, in one typed decode.

The API nests the properties of an instance as `properties` → space → `View/version`. Structs of exactly that nesting, made
once per class on first use, let msgspec decode the innermost object as the user's own class; what the envelope holds is
then copied into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from pygen_runtime.errors import InvalidResponseError
from pygen_runtime.schema import NodeId, ViewId
from pygen_runtime.schema.requests import Page
from pygen_runtime.sdk.instances.clients import AnyClient
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.siblings import Siblings

T = TypeVar("T", bound=PygenResource)


class Envelope(msgspec.Struct, kw_only=True, rename="camel", gc=False):
    """What every instance has, around the properties of one view."""

    space: str
    external_id: str
    version: int
    created_time: int
    last_updated_time: int
    type: NodeId | None = None
    start_node: NodeId | None = None
    end_node: NodeId | None = None


class BareEnvelope(Envelope, kw_only=True, rename="camel", gc=False):
    """Properties, if there are any, are passed over."""

    properties: ClassVar[UnsetType] = UNSET


class Wire(Generic[T]):
    """How instances of one class come over the wire.

    Attributes:
        envelope: The struct of one instance, for replies of other shapes than a page.
        reply: Decodes one page of envelopes.
    """

    def __init__(self, resource: type[T]) -> None:
        from pygen_runtime.sdk.relations.descriptor import relations  # noqa: PLC0415 - relations build on queries, which build on this

        self._resource = resource
        envelope = self.envelope = _envelope(resource)
        self._leads_on = bool(relations(resource))
        self._of_nodes, self._of_edges = resource.INSTANCE_TYPE == "node", resource.INSTANCE_TYPE == "edge"
        self.reply: msgspec.json.Decoder[Page[Any]] = msgspec.json.Decoder(Page[envelope])  # type: ignore[valid-type]  # a type made at run time

    def objects(self, envelopes: Sequence[Any], client: AnyClient, below: str) -> list[T]:
        """The objects inside the envelopes of one page, in order, knowing the client that fetched them.

        Args:
            envelopes: What came.
            client: Who asked.
            below: What was asked, below the path of instances, such as `list`; errors name it.

        Raises:
            InvalidResponseError: An instance came without data that its view requires.
        """
        if len(envelopes) < 2 or not self._leads_on:
            return self._objects(envelopes, client, below)
        siblings: Siblings[T] = Siblings(client)
        objects = self._objects(envelopes, siblings, below)
        siblings.hold(objects)
        return objects

    def _objects(self, envelopes: Sequence[Any], origin: AnyClient | Siblings[T], below: str) -> list[T]:
        """One loop without a call for each object: the calls would take as long as all that it does."""
        objects: list[T] = []
        of_edges, of_nodes = self._of_edges, self._of_nodes
        for envelope in envelopes:
            found = envelope.properties
            if found is not UNSET:
                found = found.space
            if found is not UNSET:
                found = found.view
            item: Any = found if found is not UNSET else self._without_properties(envelope, below)
            item.space = envelope.space
            item.external_id = envelope.external_id
            item.version = envelope.version
            item._created = envelope.created_time  # noqa: SLF001 - the two sides of one object
            item._updated = envelope.last_updated_time  # noqa: SLF001 - as above
            item._client = origin  # noqa: SLF001 - as above
            if of_edges:
                item.edge_type, item.start_node, item.end_node = envelope.type, envelope.start_node, envelope.end_node
            elif of_nodes:
                item.node_type = envelope.type
            objects.append(item)
        return objects

    def _without_properties(self, envelope: Envelope, below: str) -> T:
        """A view without properties of its own, or an edge that is read bare."""
        try:
            return self._resource()
        except TypeError as error:
            raise InvalidResponseError(
                f"{envelope.space}:{envelope.external_id} came without data for {self._resource.VIEW}: {error}. "
                "If the view has changed, generate the SDK again.",
                method="POST",
                path=f"/models/instances/{below}",
                status=200,
            ) from error


def wire(resource: type[T]) -> Wire[T]:
    """The one `Wire` of a class; its decoder costs about half a millisecond, so it is made when first needed."""
    return _made_once(resource)


@cache
def _made_once(resource: type[Any]) -> Wire[Any]:
    return Wire(resource)


def _envelope(resource: type[PygenResource]) -> Any:
    view: ViewId | None = resource.VIEW
    ends: list[tuple[str, Any]] = []
    if resource.INSTANCE_TYPE == "edge":
        ends = [("type", NodeId), ("start_node", NodeId), ("end_node", NodeId)]
    if view is None:
        return msgspec.defstruct(
            f"{resource.__name__}Envelope", ends, bases=(BareEnvelope,), kw_only=True, rename="camel", gc=False
        )
    properties = _nest("Properties", "space", view.space, _nest("Space", "view", view.key, resource))
    return msgspec.defstruct(
        f"{resource.__name__}Envelope",
        [*ends, ("properties", properties | UnsetType, UNSET)],
        bases=(Envelope,),
        kw_only=True,
        rename="camel",
        gc=False,
    )


def _nest(name: str, attribute: str, key: str, inner: type) -> Any:
    """A struct with one optional key that holds `inner`."""
    return msgspec.defstruct(name, [(attribute, inner | UnsetType, msgspec.field(default=UNSET, name=key))], gc=False)
