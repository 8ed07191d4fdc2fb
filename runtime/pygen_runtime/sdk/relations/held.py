"""The ids of others that objects hold themselves: those of direct relations."""

from __future__ import annotations

from pygen_runtime.errors import UsageError
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.instances.via import Direct
from pygen_runtime.sdk.relations.descriptor import relations


def field_of_ids(resource: type[PygenResource], relation: str) -> str:
    """The field that holds the ids of a direct relation.

    Args:
        resource: The class.
        relation: The attribute of the relation.

    Raises:
        UsageError: There is none, or its ids stand elsewhere.
    """
    fields = {name: one.via.field for name, one in relations(resource).items() if isinstance(one.via, Direct)}
    if relation not in fields:
        there_are = f"there are {', '.join(fields)}" if fields else "there are none"
        raise UsageError(f"{resource.__name__} holds no ids of {relation!r}; of direct relations {there_are}")
    return fields[relation]
