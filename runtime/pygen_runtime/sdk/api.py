"""What can be asked of one view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar, overload

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk.conditions import to_filter
from pygen_runtime.sdk.lookup import lookup
from pygen_runtime.sdk.query import PygenQuery
from pygen_runtime.sdk.relation import PygenRelation, Relation, relations
from pygen_runtime.sdk.resource import PygenList, PygenResource

T = TypeVar("T", bound=PygenResource)

Reference = str | NodeId | EdgeId
"""An instance by id; a plain external id needs the space beside it."""


class ViewAPI(Generic[T]):
    """The verbs that every view shares; generated subclasses add those whose keywords depend on the view.

    Attributes:
        resource: The class of the view.
        conditions: The TypedDict of its keyword conditions.
    """

    resource: ClassVar[type[Any]]
    conditions: ClassVar[type]

    def __init__(self, client: AsyncPygenClient) -> None:
        self._client = client

    def all(self) -> PygenQuery[T]:
        """Every instance of the view, as a lazy query."""
        return self._where({})

    @overload
    async def retrieve(  # type: ignore[overload-overlap]  # a str is an Iterable[str] too: the first signature is meant
        self, ids: Reference, *, space: str | None = None
    ) -> T | None: ...

    @overload
    async def retrieve(self, ids: Iterable[Reference], *, space: str | None = None) -> PygenList[T]: ...

    async def retrieve(
        self, ids: Reference | Iterable[Reference], *, space: str | None = None
    ) -> T | PygenList[T] | None:
        """One instance by its id, or several by theirs.

        Args:
            ids: An id, or any number of them. External ids alone need `space`.
            space: The space of the external ids that are given without one.

        Returns:
            For one id the instance, or None when the view has none of that id; for several a list in the order of the
            ids, without those that the view does not have.

        Raises:
            UsageError: A plain external id came without `space`.
        """
        if isinstance(ids, str | NodeId | EdgeId):
            found = await lookup(self._client, self._resource(), [self._id(ids, space)])
            return found[0] if found else None
        return await lookup(self._client, self._resource(), [self._id(id_, space) for id_ in ids])

    def relations(self) -> dict[str, Relation[PygenRelation[Any]]]:
        """The relations of the view's class, by the name of their attribute."""
        return relations(self._resource())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.resource.VIEW}>"

    def _where(self, conditions: Mapping[str, object]) -> PygenQuery[T]:
        condition = to_filter(self.conditions, self.resource.VIEW, conditions)
        return PygenQuery(client=self._client, resource=self._resource(), condition=condition)

    def _resource(self) -> type[T]:
        return self.resource

    def _id(self, reference: Reference, space: str | None) -> NodeId | EdgeId:
        if not isinstance(reference, str):
            return reference
        if space is None:
            raise UsageError(f"retrieve({reference!r}) needs space=…, because an external id alone is not unique")
        return NodeId(space, reference) if self.resource.INSTANCE_TYPE == "node" else EdgeId(space, reference)
