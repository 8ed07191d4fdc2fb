"""The ids that `retrieve` is given, and the list that it gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from pygen_runtime.errors import NoInstanceError, UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk.instances.lists import PygenList
from pygen_runtime.sdk.instances.resource import PygenResource

T = TypeVar("T", bound=PygenResource)

Reference = str | NodeId | EdgeId | tuple[str, str]
"""An instance by id; a plain external id needs the space beside it, a tuple holds space and external id."""

_SHOWN = 5  # missing ids that an error names


class RetrievedList(PygenList[T]):
    """Instances in the order in which they were asked for.

    Args:
        items: The instances that were found.
        resource: Their class.
        wanted: The ids that were asked for.

    Attributes:
        missing: Those that the view does not have, each once.
    """

    __slots__ = ("missing",)

    def __init__(
        self, items: Iterable[T] = (), resource: type[T] | None = None, *, wanted: Sequence[NodeId | EdgeId] = ()
    ) -> None:
        super().__init__(items, resource)
        found = {item.as_id() for item in self}
        self.missing = [id_ for id_ in dict.fromkeys(wanted) if id_ not in found]


def is_single(ids: object, space: str | None) -> bool:
    """Whether one id is meant, and not several.

    Raises:
        UsageError: It is a tuple of two texts beside a space, which could mean both; or nothing that could be ids.
    """
    if isinstance(ids, tuple) and len(ids) == 2 and all(isinstance(part, str) for part in ids):
        if space is not None:
            raise UsageError(
                f"retrieve({ids!r}, space={space!r}): a tuple of two texts is a space and an external id; give a list for two ids"
            )
        return True
    if isinstance(ids, str | NodeId | EdgeId):
        return True
    if not isinstance(ids, Iterable) or isinstance(ids, bytes):
        raise UsageError(f"retrieve takes an id or several, not {ids!r}")
    return False


def instance_id(resource: type[Any], reference: object, space: str | None) -> NodeId | EdgeId:
    """The id that is meant, of the kind that the class is of.

    Raises:
        UsageError: There is no space, or two; or it is the id of something else.
    """
    kind = NodeId if resource.INSTANCE_TYPE == "node" else EdgeId
    if isinstance(reference, str):
        if space is None:
            raise UsageError(f"retrieve({reference!r}) needs space=…, because an external id alone is not unique")
        return kind(space, reference)
    if isinstance(reference, tuple) and len(reference) == 2 and all(isinstance(part, str) for part in reference):
        reference = kind(*reference)
    if not isinstance(reference, kind):
        raise UsageError(
            f"{reference!r} is no id of a {resource.__name__}: give a {kind.__name__}, or an external id and space=…"
        )
    if space is not None and space != reference.space:
        raise UsageError(
            f"retrieve({reference!r}, space={space!r}): the id has a space of its own; leave out one of them"
        )
    return reference


def missing_error(resource: type[Any], missing: Sequence[NodeId | EdgeId]) -> NoInstanceError:
    """The error for ids that a view does not have."""
    more = f" and {len(missing) - _SHOWN:,} more" if len(missing) > _SHOWN else ""
    named = ", ".join(f"{id_.space}:{id_.external_id}" for id_ in missing[:_SHOWN])
    return NoInstanceError(f"{resource.VIEW} has no {named}{more}")
