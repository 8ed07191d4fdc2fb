"""What an SDK can ask of the view of each of its classes, for relations, which know the class alone.

The API of a view says so when its class is made. Nothing is guessed from names of modules.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary, ref

from pygen_runtime.sdk.fields.common import EdgeFields, Fields, NodeFields
from pygen_runtime.sdk.instances.resource import PygenResource

_apis: WeakKeyDictionary[type[Any], ref[type[Any]]] = WeakKeyDictionary()


def remember(api: type[Any]) -> None:
    """The class of an API, whose `resource`, `conditions` and `fields` belong together."""
    _apis[api.resource] = ref(api)


def fields_of(resource: type[PygenResource]) -> Fields:
    """The fields of a class; those of every instance where its SDK has no more."""
    kind: type[Fields] | None = _of(resource, "fields")
    if kind is not None:
        return kind()
    return NodeFields() if resource.INSTANCE_TYPE == "node" else EdgeFields()


def conditions_of(resource: type[PygenResource]) -> type[Any] | None:
    """The TypedDict of keyword conditions on a class, if its SDK has one."""
    kind: type[Any] | None = _of(resource, "conditions")
    return kind


def _of(resource: type[PygenResource], what: str) -> Any:
    for kind in resource.__mro__:
        known = _apis.get(kind)
        if known is not None and (api := known()) is not None:
            return getattr(api, what, None)
    return None
