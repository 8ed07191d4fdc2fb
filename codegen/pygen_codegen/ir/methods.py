"""What each class offers: decided once, so that SDKs in every language offer the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from pygen_codegen.ir.types import IRClass, IREdge, IRMethod
from pygen_runtime.schema import ViewId

Instances = Literal["node", "edge"]
Verb = Literal["list", "retrieve", "search", "aggregate", "write"]

_OF_QUERYABLE: tuple[Verb, ...] = ("list", "search", "aggregate")


def with_methods(classes: Iterable[IRClass]) -> tuple[IRClass, ...]:
    """The same classes, each with its methods.

    A view is of nodes unless it is used for edges only. It is of edges as well when edges of a class say that their
    properties are seen through it. What cannot tell its own instances can only look them up by id.

    Args:
        classes: All classes of the model.
    """
    classes = tuple(classes)
    on_edges = {
        relationship.via.edge
        for each in classes
        for relationship in each.relationships
        if isinstance(relationship.via, IREdge)
    }
    return tuple(msgspec.structs.replace(each, methods=_methods(each, on_edges)) for each in classes)


def _methods(class_: IRClass, on_edges: set[ViewId | None]) -> tuple[IRMethod, ...]:
    instances: list[Instances] = ["edge"] if class_.used_for == "edge" else ["node"]
    if class_.id in on_edges and class_.used_for != "edge":
        instances.append("edge")
    verbs: list[Verb] = ["retrieve"]
    if class_.queryable:
        verbs += _OF_QUERYABLE
    if class_.writable:
        verbs.append("write")
    return tuple(IRMethod(verb=verb, instances=kind) for kind in instances for verb in verbs)
